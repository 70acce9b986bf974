//! An office's own affairs: who may change what, and what is never left behind.

mod common;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use common::{at, note, person, procedure, role, who};
use proptest::prelude::*;
use workflow::{
    calendar::{Calendar, Week, national},
    case::{ADMINISTRATOR, Acting, ActingKind, Digest, SUBSTITUTE, Who, seal, verify_chain},
    identity::{EmailAddress, LetterNumber, PersonName},
    office::{
        Affairs, Appointment, Change, Command, Decided, Known, Member, OfficeEvent, Refusal, Retention, Settings,
        decide,
    },
    procedure::{ActorId, Procedure, Zone},
};

fn madiun() -> Procedure {
    procedure("madiun")
}

fn member(name: &str, actors: &[&str]) -> Member {
    let actors = actors.iter().map(|actor| ActorId::from(*actor)).collect();
    Member { person: person(name), name: None, email: None, nip: None, actors, locked: false }
}

fn affairs(members: &[(&str, &[&str])]) -> Affairs {
    let settings = Settings {
        calendar: national(Zone::Wib),
        bsre_email: None,
        retention: Retention::default(),
        checkpoint_emails: Vec::new(),
    };
    Affairs {
        seq: 7,
        members: members.iter().map(|(name, actors)| member(name, actors)).collect(),
        appointments: Vec::new(),
        settings: Some(settings),
    }
}

fn usual() -> Affairs {
    affairs(&[
        ("boss", &[ADMINISTRATOR]),
        ("kadin", &["kadin"]),
        ("kabid", &["kabid"]),
        ("gone", &[]),
        ("officer", &["bsre"]),
    ])
}

fn known() -> Known {
    Known { person: Some(person("new")), fresh: "fresh".to_owned(), ..Known::default() }
}

fn changes(affairs: &Affairs, who: &Who, command: Command) -> Result<Decided, Refusal> {
    decide(&madiun(), affairs, who, affairs.seq, command, note("Nota dinas."), &known(), at(0))
}

fn boss() -> Who {
    who("boss", "madiun", &[ADMINISTRATOR])
}

fn staff(name: &str, actors: &[&str]) -> Command {
    Command::Staff { person: person(name), actors: actors.iter().map(|actor| ActorId::from(*actor)).collect() }
}

fn invite() -> Command {
    Command::Invite {
        email: EmailAddress::parse("wati@madiunkota.go.id").expect("valid"),
        name: PersonName::parse("Wati Contoh").expect("valid"),
        nip: None,
        actors: vec!["kasi".into(), "kasi".into()],
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// The kabid stands in for the kadin on the day of the tests, in Madiun's zone.
fn appoint() -> Command {
    let today = Zone::Wib.local(at(0)).date_naive();
    Command::Appoint {
        person: person("kabid"),
        actor: "kadin".into(),
        kind: ActingKind::Plh,
        principal: Some(person("kadin")),
        letter: LetterNumber::parse("800/15/SP/2026").expect("valid"),
        dated: today,
        from: today,
        to: today,
    }
}

fn with(change: impl FnOnce(&mut Command)) -> Command {
    let mut command = appoint();
    change(&mut command);
    command
}

fn every_command() -> Vec<Command> {
    vec![
        invite(),
        staff("kabid", &["kasi"]),
        Command::Correct {
            person: person("kabid"),
            email: EmailAddress::parse("kabid@madiunkota.go.id").expect("valid"),
            name: PersonName::parse("Ratna").expect("valid"),
            nip: None,
        },
        appoint(),
        Command::SetCalendar { calendar: Box::new(national(Zone::Wib)) },
        Command::SetBsreMailbox { email: EmailAddress::parse("bsre@contoh.invalid").expect("valid") },
        Command::SetRetention { retention: Retention::default() },
        Command::SetCheckpointMailboxes {
            emails: vec![EmailAddress::parse("inspektorat@contoh.invalid").expect("valid")],
        },
    ]
}

#[test]
fn the_administrator_may_change_everything_and_others_nothing_but_their_own_substitute() {
    let affairs = usual();
    let strangers = [
        who("kabid", "madiun", &["kabid"]),
        who("verifier", "madiun", &["verifikator"]),
        who("boss", "temanggung", &[ADMINISTRATOR]),
        who("nobody", "madiun", &[]),
    ];
    for command in every_command() {
        let decided = changes(&affairs, &boss(), command.clone()).expect("the administrator may");
        assert_eq!((decided.by.person, decided.by.actor), (person("boss"), ADMINISTRATOR.into()));
        assert_eq!(decided.content.why, note("Nota dinas."), "every change says why");
        for stranger in &strangers {
            assert_eq!(changes(&affairs, stranger, command.clone()), Err(Refusal::NotAdministrator), "{command:?}");
        }
        let kadin = changes(&affairs, &who("kadin", "madiun", &["kadin"]), command.clone());
        assert_eq!(kadin.is_ok(), matches!(command, Command::Appoint { .. }), "{command:?}");
    }
    // Who stands in does not appoint somebody in turn.
    let mut substitute = who("kadin", "madiun", &[]);
    let letter = LetterNumber::parse("1").expect("valid");
    let acting = Acting { kind: ActingKind::Plh, principal: None, letter, dated: day("2026-03-01") };
    substitute.roles.push(workflow::case::Role { acting: Some(acting), ..role("madiun", "kadin") });
    assert_eq!(changes(&affairs, &substitute, appoint()), Err(Refusal::NotAdministrator));
}

#[test]
fn whoever_was_overtaken_is_told_so() {
    let affairs = usual();
    for seen in [0, 6, 8] {
        let decided = decide(&madiun(), &affairs, &boss(), seen, invite(), note("Nota."), &known(), at(0));
        assert_eq!(decided, Err(Refusal::AffairsMovedOn));
    }
}

#[test]
fn an_invitation_adds_to_what_somebody_has() {
    let decided = changes(&usual(), &boss(), invite()).expect("new");
    assert_eq!(decided.what, Change::Invited { person: person("new"), actors: vec!["kasi".into()] });
    let here = Known { person: Some(person("kabid")), ..known() };
    let decided = decide(&madiun(), &usual(), &boss(), 7, invite(), note("Nota."), &here, at(0)).expect("here already");
    assert_eq!(decided.what, Change::Invited { person: person("kabid"), actors: vec!["kabid".into(), "kasi".into()] });
    let taken = Known { taken: true, ..known() };
    let refused = decide(&madiun(), &usual(), &boss(), 7, invite(), note("Nota."), &taken, at(0));
    assert_eq!(refused, Err(Refusal::PersonTaken));
}

#[test]
fn roles_are_those_of_the_procedure() {
    for actors in [&["camat"][..], &["pemohon"], &["kadin", "camat"]] {
        assert_eq!(changes(&usual(), &boss(), staff("kabid", actors)), Err(Refusal::UnknownRole), "{actors:?}");
    }
    assert_eq!(changes(&usual(), &boss(), staff("stranger", &["kadin"])), Err(Refusal::UnknownMember));
    changes(&usual(), &boss(), staff("kabid", &[])).expect("disabled");
    changes(&usual(), &boss(), staff("gone", &["kasi"])).expect("back again");
}

#[test]
fn who_serves_elsewhere_keeps_their_name() {
    let elsewhere = Known { elsewhere: true, ..known() };
    let correct = every_command().remove(2);
    let refused = decide(&madiun(), &usual(), &boss(), 7, correct, note("Nota."), &elsewhere, at(0));
    assert_eq!(refused, Err(Refusal::ServesElsewhere));
}

#[test]
fn an_appointment_is_for_another_and_for_a_time() {
    let affairs = usual();
    let today = Zone::Wib.local(at(0)).date_naive();
    let period = |from: NaiveDate, to: NaiveDate| {
        with(|command| {
            if let Command::Appoint { from: begins, to: ends, .. } = command {
                (*begins, *ends) = (from, to);
            }
        })
    };
    let decided = changes(&affairs, &boss(), period(today, today + Days::new(2))).expect("three days");
    let Change::Appointed { from, until, appointment, .. } = decided.what else { panic!("appointed") };
    assert_eq!(until - from, TimeDelta::days(3), "the last day is whole");
    assert_eq!((Zone::Wib.local(from).date_naive(), appointment.as_str()), (today, "fresh"));
    let wrong = [
        (today - Days::new(1), today),
        (today + Days::new(1), today),
        (today, today + Days::new(367)),
        (NaiveDate::MAX, NaiveDate::MAX),
    ];
    for (from, to) in wrong {
        assert_eq!(changes(&affairs, &boss(), period(from, to)), Err(Refusal::Period), "{from} {to}");
    }
    let tomorrows = with(|command| {
        if let Command::Appoint { dated, .. } = command {
            *dated = today + Days::new(1);
        }
    });
    assert_eq!(changes(&affairs, &boss(), tomorrows), Err(Refusal::Period), "a letter that is not written yet");
}

#[test]
fn a_plh_stands_in_for_somebody_and_a_plt_may_fill_a_vacant_post() {
    let affairs = usual();
    let appoint = |whom: Option<&str>, new_kind: ActingKind, new: &str, as_actor: &str| {
        let command = with(|command| {
            if let Command::Appoint { person: person_, actor, kind, principal, .. } = command {
                (*person_, *actor, *kind) = (person(new), as_actor.into(), new_kind);
                *principal = whom.map(person);
            }
        });
        changes(&affairs, &boss(), command).map(drop)
    };
    use ActingKind::{Plh, Plt};
    assert_eq!(appoint(Some("kadin"), Plh, "kabid", "kadin"), Ok(()));
    assert_eq!(appoint(Some("kadin"), Plt, "kabid", "kadin"), Ok(()));
    assert_eq!(appoint(None, Plt, "kabid", "kasi"), Ok(()));
    assert_eq!(appoint(None, Plh, "kabid", "kasi"), Err(Refusal::NoPrincipal));
    assert_eq!(appoint(Some("boss"), Plh, "kabid", "kadin"), Err(Refusal::NoPrincipal), "does not hold the role");
    assert_eq!(appoint(Some("kadin"), Plh, "kadin", "kadin"), Err(Refusal::ForThemself));
    assert_eq!(appoint(None, Plt, "kabid", "kabid"), Err(Refusal::ForThemself), "holds it already");
    assert_eq!(appoint(None, Plt, "stranger", "kasi"), Err(Refusal::UnknownMember));
    assert_eq!(appoint(None, Plt, "kabid", "kadin"), Err(Refusal::NoPrincipal), "somebody holds it");
    assert_eq!(appoint(Some("kadin"), Plh, "gone", "kadin"), Err(Refusal::UnknownMember), "who is disabled stays so");
    assert_eq!(appoint(Some("kadin"), Plh, "officer", "kadin"), Err(Refusal::OutsideAlone));
    for nobody in ["pemohon", "bsre", "pimpinan", ADMINISTRATOR] {
        assert_eq!(appoint(None, Plt, "kabid", nobody), Err(Refusal::NoPrincipal), "{nobody} is no official");
    }
}

#[test]
fn whoever_answers_for_the_outside_body_holds_nothing_else() {
    for roles in [&["bsre", "verifikator"][..], &["bsre", ADMINISTRATOR]] {
        assert_eq!(changes(&usual(), &boss(), staff("kabid", roles)).map(drop), Err(Refusal::OutsideAlone));
    }
    assert_eq!(changes(&usual(), &boss(), staff("kabid", &["bsre"])).map(drop), Ok(()));
    let affairs = affairs(&[("boss", &[ADMINISTRATOR]), ("new", &["bsre"])]);
    assert_eq!(changes(&affairs, &boss(), invite()).map(drop), Err(Refusal::OutsideAlone), "with what they hold");
}

#[test]
fn the_last_administrator_keeps_the_mailbox_by_which_they_come_in() {
    let with_email = |mut affairs: Affairs| {
        affairs.members[0].email = Some(EmailAddress::parse("Boss@madiunkota.go.id").expect("valid"));
        affairs
    };
    let correct = |email: &str| Command::Correct {
        person: person("boss"),
        email: EmailAddress::parse(email).expect("valid"),
        name: PersonName::parse("Sekar Contoh").expect("valid"),
        nip: None,
    };
    let alone = with_email(usual());
    assert_eq!(changes(&alone, &boss(), correct("bos@madiunkota.go.id")).map(drop), Err(Refusal::LastAdministrator));
    assert_eq!(changes(&alone, &boss(), correct("boss@madiunkota.go.id")).map(drop), Ok(()), "their name is theirs");
    let two = with_email(affairs(&[("boss", &[ADMINISTRATOR]), ("other", &[ADMINISTRATOR])]));
    assert_eq!(changes(&two, &boss(), correct("bos@madiunkota.go.id")).map(drop), Ok(()));
}

/// Whose account is locked administers nothing, so that whoever is left is the last.
#[test]
fn a_locked_administrator_leaves_the_other_the_last() {
    let mut affairs = affairs(&[("boss", &[ADMINISTRATOR]), ("other", &[ADMINISTRATOR])]);
    assert_eq!(changes(&affairs, &boss(), staff("boss", &[])).map(drop), Ok(()));
    affairs.members[1].locked = true;
    assert_eq!(changes(&affairs, &boss(), staff("boss", &[])).map(drop), Err(Refusal::LastAdministrator));
    assert_eq!(changes(&affairs, &boss(), staff("other", &[])).map(drop), Ok(()));
}

#[test]
fn checkpoints_go_to_ten_mailboxes_at_most_each_once() {
    let set = |count: usize| {
        let emails = (0..count).map(|n| EmailAddress::parse(&format!("a{n}@contoh.invalid")).expect("valid"));
        let emails: Vec<EmailAddress> = emails.clone().chain(emails).collect();
        changes(&usual(), &boss(), Command::SetCheckpointMailboxes { emails })
    };
    assert_eq!(set(10).expect("ten").content.emails.len(), 10);
    assert_eq!(set(11).map(drop), Err(Refusal::TooManyMailboxes));
}

/// A secretary has no step, and is the usual one to stand in: whoever is invited for that alone can be appointed.
#[test]
fn whoever_has_no_step_is_invited_to_stand_in() {
    let mut affairs = usual();
    let invited = |actors: &[&str]| {
        let mut command = invite();
        if let Command::Invite { actors: asked, .. } = &mut command {
            *asked = actors.iter().map(|actor| ActorId::from(*actor)).collect();
        }
        changes(&affairs, &boss(), command)
    };
    assert_eq!(invited(&[]).map(drop), Err(Refusal::UnknownRole));
    let Change::Invited { person: one, actors } = invited(&[SUBSTITUTE]).expect("invited").what else {
        panic!("invited")
    };
    affairs.members.push(Member { person: one.clone(), actors, ..affairs.members[0].clone() });
    let stands_in = with(|command| {
        if let Command::Appoint { person, .. } = command {
            *person = one.clone();
        }
    });
    assert!(changes(&affairs, &boss(), stands_in).is_ok());
    let alone = who(&one.0, "madiun", &[SUBSTITUTE]);
    assert!(!alone.works(&madiun()) && !alone.is_staff(&madiun()) && !alone.administers("madiun"));
}

#[test]
fn an_appointment_ends_and_is_not_made_twice() {
    let mut affairs = usual();
    let Change::Appointed { appointment, person: one, actor, acting, from, until } =
        changes(&affairs, &boss(), appoint()).expect("appointed").what
    else {
        panic!("appointed")
    };
    affairs.appointments.push(Appointment { id: appointment.clone(), person: one, actor, acting, from, until });
    assert_eq!(changes(&affairs, &boss(), appoint()), Err(Refusal::AppointedAlready));
    let dismiss = |id: &str| Command::Dismiss { appointment: id.to_owned() };
    assert_eq!(changes(&affairs, &boss(), dismiss("other")), Err(Refusal::NotAppointed));
    let kadin = who("kadin", "madiun", &["kadin"]);
    changes(&affairs, &kadin, dismiss(&appointment)).expect("who is stood in for may");
    assert_eq!(
        changes(&affairs, &who("kabid", "madiun", &["kabid"]), dismiss(&appointment)),
        Err(Refusal::NotAdministrator)
    );
    affairs.appointments[0].until = at(0);
    assert_eq!(changes(&affairs, &boss(), dismiss(&appointment)), Err(Refusal::NotAppointed), "over by itself");
    assert!(!affairs.appointments[0].holds(at(0)));
}

#[test]
fn a_calendar_is_of_the_offices_zone_and_can_be_counted_by() {
    let set = |change: fn(&mut Calendar)| {
        let mut calendar = Box::new(national(Zone::Wib));
        change(&mut calendar);
        changes(&usual(), &boss(), Command::SetCalendar { calendar }).map(drop)
    };
    assert_eq!(set(|_| ()), Ok(()));
    assert_eq!(set(|calendar| calendar.zone = Zone::Wit), Err(Refusal::CalendarZone));
    assert_eq!(set(|calendar| calendar.week = Week::default()), Err(Refusal::CalendarEmpty));
    assert!(matches!(
        set(|calendar| calendar.days.push(calendar.days[0].clone())),
        Err(Refusal::CalendarDayTwice { .. })
    ));
    assert!(matches!(
        set(|calendar| calendar.seasons.push(calendar.seasons[0].clone())),
        Err(Refusal::CalendarOverlap { .. })
    ));
}

#[test]
fn retention_has_bounds() {
    for (years, months, fine) in
        [(1, 1, true), (30, 60, true), (0, 1, false), (31, 1, false), (1, 0, false), (1, 61, false)]
    {
        let retention = Retention { revoked_years: years, ended_months: months };
        let decided = changes(&usual(), &boss(), Command::SetRetention { retention });
        assert_eq!(decided.is_ok(), fine, "{years} {months}");
    }
}

/// What the rows of people and roles become after a change.
fn apply(affairs: &mut Affairs, what: &Change) {
    if let Change::Invited { person, actors } | Change::Staffed { person, actors } = what {
        match affairs.members.iter_mut().find(|member| member.person == *person) {
            Some(member) => member.actors.clone_from(actors),
            None => affairs.members.push(Member { actors: actors.clone(), ..member(&person.0, &[]) }),
        }
    }
}

proptest! {
    /// Whatever the administrators do to each other, in whatever order, somebody still administers the office; and the
    /// log of what they did is one chain.
    #[test]
    fn an_office_is_never_without_an_administrator(deeds in proptest::collection::vec((0..4usize, 0..4usize, 0..4usize), 1..40)) {
        let names = ["a", "b", "c", "d"];
        let sets: [&[&str]; 4] = [&[], &[ADMINISTRATOR], &["kadin"], &["kadin", ADMINISTRATOR]];
        let mut affairs = affairs(&[("a", &[ADMINISTRATOR]), ("b", &["kadin"]), ("c", &[]), ("d", &["kasi", ADMINISTRATOR])]);
        let mut sealed = Vec::new();
        let mut prev = Digest::ZERO;
        let mut seq = 0;
        for (by, of, set) in deeds {
            let held = affairs.member(&person(names[by])).expect("a member").actors.clone();
            let by = Who { person: person(names[by]), roles: held.iter().map(|actor| role("madiun", &actor.0)).collect() };
            let administers = by.administers("madiun");
            match changes(&affairs, &by, staff(names[of], sets[set])) {
                Ok(decided) => {
                    prop_assert!(administers);
                    apply(&mut affairs, &decided.what);
                    seq += 1;
                    let event = OfficeEvent {
                        office: "madiun".to_owned(), seq, at: at(i64::from(seq)), by: decided.by, what: decided.what,
                        content: Digest::of(b"why"),
                    };
                    let entry = seal(&event, prev);
                    prev = entry.hash;
                    sealed.push(entry);
                }
                Err(refusal) => prop_assert!(refusal == Refusal::LastAdministrator || !administers, "{refusal:?}"),
            }
            let left = affairs.members.iter().filter(|member| member.actors.contains(&ADMINISTRATOR.into())).count();
            prop_assert!(left > 0);
        }
        prop_assert_eq!(verify_chain::<OfficeEvent>(&sealed).map(|events| events.len()), Ok(sealed.len()));
    }
}

#[test]
fn every_sentence_says_what_to_do() {
    let date = day("2026-03-02");
    let refusals = [
        Refusal::NotAdministrator,
        Refusal::AffairsMovedOn,
        Refusal::LastAdministrator,
        Refusal::UnknownRole,
        Refusal::UnknownMember,
        Refusal::PersonTaken,
        Refusal::ServesElsewhere,
        Refusal::ForThemself,
        Refusal::NoPrincipal,
        Refusal::Period,
        Refusal::NotAppointed,
        Refusal::AppointedAlready,
        Refusal::CalendarZone,
        Refusal::CalendarEmpty,
        Refusal::CalendarDayTwice { date },
        Refusal::CalendarDayHours { date },
        Refusal::CalendarSeason { name: "Ramadan".to_owned() },
        Refusal::CalendarOverlap { date },
        Refusal::RetentionOutOfBounds,
    ];
    let mut codes: Vec<&str> = refusals.iter().map(Refusal::code).collect();
    for refusal in &refusals {
        let sentence = refusal.to_string();
        assert!(sentence.ends_with('.') && sentence.len() > 30, "{sentence}");
    }
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), refusals.len(), "each has a code of its own");
}

#[test]
fn a_day_begins_where_the_office_is() {
    let begins: DateTime<Utc> = Zone::Wit.beginning(day("2026-03-02"));
    assert_eq!(begins, "2026-03-01T15:00:00Z".parse::<DateTime<Utc>>().expect("an instant"));
}
