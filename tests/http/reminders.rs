//! What the cron trigger writes as time goes by: each reminder once, to whom it belongs, and never at night.

use std::{collections::BTreeSet, sync::Mutex};

use cabut_tests::{
    database, fresh,
    matter::{Matter, settings_change},
    person::{Person, instant, office, staff},
    product::product,
    vault,
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Timelike, Utc};
use serde_json::{Value, json};
use workflow::{
    calendar::{Calendars, Day, DayKind, Hours, WorkingTime, national},
    case::{Act, Event, FilingWay, PersonId, Reminder, Who, permit, reminders, times},
    identity::EmailAddress,
    procedure::{ActorId, ActorKind, Procedure, StepAct},
};

/// One at a time: the trigger is the whole product's, and at another test's hour it would send what this one planted.
static TRIGGER: Mutex<()> = Mutex::new(());

/// The cron trigger fires at this instant.
fn strikes(at: DateTime<Utc>) {
    product().request("GET", &format!("/__scheduled?cron={}", instant(at))).send().expect(200);
}

/// The requests of other tests are left in peace, so that this one's turn comes with the next strike: neither reminded of nor,
/// after some test's new calendar, counted anew, by which there would be something to remind of again.
fn only(matter: &Matter) {
    database::sql(
        "UPDATE cases SET remind_at = NULL, stale = 0 WHERE ticket <> ?1 AND (remind_at IS NOT NULL OR stale = 1)",
        &[json!(matter.ticket)],
    );
}

/// The cron trigger fires at this instant, and has this request alone to remind of: nobody files one meanwhile.
fn strikes_for(matter: &Matter, at: DateTime<Utc>) {
    let _nobody_acts = settings_change();
    only(matter);
    strikes(at);
}

/// The reminders that were written: rung and mailbox.
fn written(matter: &Matter) -> Vec<(u64, String)> {
    let which = "ticket = ?1 AND kind = 'reminder' AND rung = CAST(?2 AS INTEGER)";
    let to = |rung: u64| vault::recipients(which, &[json!(matter.ticket), json!(rung.to_string())]);
    let rungs = "SELECT DISTINCT rung FROM outbox WHERE ticket = ?1 AND kind = 'reminder' AND rung > 0";
    let rungs = database::sql(rungs, &[json!(matter.ticket)]);
    let rungs = rungs.iter().map(|row| row[0].as_u64().expect("a number"));
    let mut written: Vec<(u64, String)> =
        rungs.flat_map(|rung| to(rung).into_iter().map(move |to| (rung, to))).collect();
    written.sort();
    written
}

fn working(matter: &Matter) -> WorkingTime {
    WorkingTime::new(&national(matter.procedure.office.zone)).unwrap()
}

/// The reminders of the turn that runs, by the rules.
fn ladder(matter: &Matter) -> Vec<Reminder> {
    let view = matter.view(&matter.filer);
    let events: Vec<Event> = view.events.into_iter().map(|seen| seen.event).collect();
    let calendars = Calendars::new(&national(matter.procedure.office.zone)).unwrap();
    let times = times(matter.procedure, &events, &calendars, Utc::now()).unwrap();
    reminders(matter.procedure, &matter.case(), &times, &working(matter))
}

/// A request that can wait: of any other people hear on a day off too.
fn can_wait(procedure: &'static Procedure) -> Matter {
    Matter::filed_by(procedure, FilingWay::Leader, Person::with_roles(procedure, &["pimpinan"]))
}

/// Those who hold one of these roles at this instant: mailboxes.
fn holders(procedure: &Procedure, actors: &[ActorId], at: DateTime<Utc>) -> BTreeSet<String> {
    let rows = database::sql(
        "SELECT DISTINCT p.id, p.email FROM roles r JOIN people p ON p.id = r.person AND p.disabled_at IS NULL
         WHERE r.office = ?1 AND r.actor IN (SELECT value FROM json_each(?2))
           AND r.held_from <= ?3 AND (r.held_until IS NULL OR r.held_until > ?3)",
        &[json!(procedure.office.id), json!(json!(actors).to_string()), json!(instant(at))],
    );
    let text = |row: &[Value], at: usize| row[at].as_str().expect("a text").to_owned();
    rows.iter().map(|row| vault::open_mailbox(&PersonId(text(row, 0)), &text(row, 1)).to_string()).collect()
}

/// A week in which nobody acts: each message is listed, and there is no other. Of each rung everybody hears who has its role in
/// its minute, however often the trigger fires; on each working morning the head is told once how much waits.
#[test]
fn a_week_of_waiting() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let procedure = office("temanggung");
    let matter = can_wait(procedure);
    let ladder = ladder(&matter);
    let rungs: Vec<u8> = ladder.iter().map(|reminder| reminder.rung).collect();
    assert_eq!(rungs, [1, 2, 3], "before its end, at its end, and to who comes next; the head has the turn");
    let minute = TimeDelta::minutes(1);
    let week = (0..7 * 8).map(|each| ladder[0].at + TimeDelta::hours(3 * each));
    let mut strikes_at: Vec<DateTime<Utc>> = week.collect();
    for reminder in &ladder {
        strikes_at.extend([reminder.at - minute, reminder.at, reminder.at, reminder.at + minute]);
    }
    strikes_at.sort();
    let mut told: BTreeSet<(u64, String)> = BTreeSet::new();
    for at in &strikes_at {
        let is_new = |reminder: &&Reminder| told.iter().all(|(rung, _)| *rung < reminder.rung.into());
        let due = ladder.iter().find(|reminder| reminder.at == *at).filter(is_new);
        // Who has the role of a rung only since it was told hears it with the next one.
        let rungs: Vec<&Reminder> =
            ladder.iter().filter(|reminder| due.is_some_and(|due| reminder.rung <= due.rung)).collect();
        let holders = || -> Vec<BTreeSet<String>> {
            rungs.iter().map(|reminder| holders(procedure, &reminder.actors, *at)).collect()
        };
        // Other tests give and take roles meanwhile.
        let _nobody_acts = settings_change();
        only(&matter);
        let before = holders();
        strikes(*at);
        let after = holders();
        let all: BTreeSet<(u64, String)> = written(&matter).into_iter().collect();
        let new: BTreeSet<&(u64, String)> = all.difference(&told).collect();
        let may_hear = |(no, to): &(u64, String)| {
            let rung = rungs.iter().position(|reminder| u64::from(reminder.rung) == *no);
            rung.is_some_and(|rung| before[rung].contains(to) || after[rung].contains(to))
        };
        assert!(new.iter().all(|one| may_hear(one)), "{at}: {new:?}");
        if let (Some(due), Some(before), Some(after)) = (due, before.last(), after.last()) {
            for to in before.intersection(after) {
                assert!(new.contains(&(due.rung.into(), to.clone())), "{at}: rung {} to {to}", due.rung);
            }
        }
        told = all;
    }
    let heads = staff(procedure, "kadin").email.to_string();
    assert_eq!(told.iter().filter(|(_, to)| *to == heads).count(), 2, "the head, twice");
    let all = "SELECT kind, count(*) FROM outbox WHERE ticket = ?1 GROUP BY kind ORDER BY kind";
    let all = database::sql(all, &[json!(matter.ticket)]);
    let kinds: Vec<(&str, u64)> = all.iter().filter_map(|row| Some((row[0].as_str()?, row[1].as_u64()?))).collect();
    let reminders = u64::try_from(told.len()).expect("few");
    assert!(kinds.contains(&("reminder", reminders)), "nothing but what is listed: {kinds:?}");
    assert!(kinds.iter().all(|(kind, _)| ["received", "reminder", "your_turn"].contains(kind)), "{kinds:?}");

    // The mornings.
    let (working, zone) = (working(&matter), procedure.office.zone);
    let mornings: BTreeSet<NaiveDate> = strikes_at
        .iter()
        .filter(|at| working.is_open(**at) && zone.local(**at).hour() < 12)
        .map(|at| zone.local(*at).date_naive())
        .collect();
    assert!(mornings.len() >= 3, "{mornings:?}");
    let digests = "SELECT written_at FROM outbox WHERE kind = 'digest' AND recipient_key = ?1";
    let digests = database::texts(digests, &[json!(vault::recipient_key(&heads))]);
    let days: Vec<NaiveDate> = digests
        .iter()
        .map(|at| at.parse::<DateTime<Utc>>().expect("an instant"))
        .filter(|at| (strikes_at[0]..=strikes_at[strikes_at.len() - 1]).contains(at))
        .map(|at| zone.local(at).date_naive())
        .collect();
    assert_eq!(days.len(), days.iter().collect::<BTreeSet<_>>().len(), "none twice: {days:?}");
    // On the first day the trigger may have fired before this test's.
    let missing: Vec<&NaiveDate> = mornings.iter().skip(1).filter(|day| !days.contains(day)).collect();
    assert!(missing.is_empty() && days.iter().all(|day| mornings.contains(day)), "{days:?} of {mornings:?}");
}

/// Of what was missed while the trigger did not fire, everybody hears the last that is theirs; at night nobody hears anything.
#[test]
fn what_was_missed_is_said_once_when_the_office_opens() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let procedure = office("madiun");
    let matter = can_wait(procedure);
    let ladder = ladder(&matter);
    let last = ladder.last().expect("a ladder");
    let working = working(&matter);
    let night = last.at + TimeDelta::hours(14);
    assert!(!working.is_open(night));
    strikes_for(&matter, night);
    assert_eq!(written(&matter), [], "not at night");
    let morning = working.opening(night).expect("the office opens again");
    strikes_for(&matter, morning);
    strikes(morning);
    let told = written(&matter);
    let rungs: Vec<u64> = told.iter().map(|(rung, _)| *rung).collect();
    assert_eq!((rungs.first(), rungs.last()), (Some(&2), Some(&3)), "the head that it is late, the next that it waits");
    assert!(
        told.iter().any(|(rung, to)| *rung == 3 && holders(procedure, &last.actors, morning).contains(to)),
        "{told:?}"
    );
    let once: BTreeSet<&String> = told.iter().map(|(_, to)| to).collect();
    assert_eq!(once.len(), told.len(), "nobody twice");
}

/// Whoever had the post when a request came may have left it since: the administrators hear that it waits for nobody.
#[test]
fn what_nobody_is_left_to_do_is_told_to_the_administrators() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let procedure = office("temanggung");
    let matter = can_wait(procedure);
    let told = || vault::recipients("ticket = ?1 AND kind = 'stranded'", &[json!(matter.ticket)]);
    let (tomorrow, later) = (Utc::now() + TimeDelta::days(1), Utc::now() + TimeDelta::days(60));
    let at = working(&matter).opening(later).expect("the office opens again");
    // They leave tomorrow: other tests need them today. One of those may have made somebody else head in between.
    for _ in 0..5 {
        let leave =
            "UPDATE roles SET held_until = ?1 WHERE office = 'temanggung' AND actor = 'kadin' AND held_until IS NULL";
        let stay =
            "UPDATE roles SET held_until = NULL WHERE office = 'temanggung' AND actor = 'kadin' AND held_until = ?1";
        let due = [json!(matter.ticket), json!(instant(at))];
        database::sql("UPDATE cases SET remind_at = ?2 WHERE ticket = ?1", &due);
        database::sql(leave, &[json!(instant(tomorrow))]);
        strikes_for(&matter, at);
        database::sql(stay, &[json!(instant(tomorrow))]);
        if !told().is_empty() {
            break;
        }
    }
    let administrator = crate::affairs::administrator(procedure).email.to_string();
    assert!(told().contains(&administrator), "{:?}", told());
    let before = told();
    strikes_for(&matter, at + TimeDelta::minutes(1));
    assert_eq!(told(), before, "once");
}

/// What happens without moving the turn does not swallow what is due.
#[test]
fn a_reminder_that_is_due_outlives_what_moves_nothing() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let matter = Matter::filed(office("temanggung"));
    let late = ladder(&matter).into_iter().find(|reminder| reminder.late).expect("a rung when the limit ends");
    let due = || database::texts("SELECT remind_at FROM cases WHERE ticket = ?1", &[json!(matter.ticket)]);
    // The limit has ended, and the trigger has not fired yet.
    let a_minute_ago = instant(Utc::now() - TimeDelta::minutes(1));
    let set = "UPDATE cases SET remind_at = ?2 WHERE ticket = ?1";
    database::sql(set, &[json!(matter.ticket), json!(a_minute_ago)]);
    matter.act(&staff(matter.procedure, "verifikator"), Act::Readdress).expect(200);
    assert_eq!(due(), [a_minute_ago]);
    matter.act(&staff(matter.procedure, "kadin"), Act::Forward).expect(200);
    assert_ne!(due(), [instant(late.at)], "another turn has its own time");
    assert!(due()[0] > instant(Utc::now() - TimeDelta::minutes(1)));
}

/// A day off that is announced today moves every request that waits, in the list and in its reminders.
#[test]
fn a_new_calendar_counts_what_waits_anew() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (_one, procedure) = (crate::affairs::alone(), office("temanggung"));
    let administrator = crate::affairs::administrator(procedure);
    let matter = can_wait(procedure);
    let row = || {
        let rows =
            database::sql("SELECT due_at, remind_at, stale FROM cases WHERE ticket = ?1", &[json!(matter.ticket)]);
        rows.into_iter().next().expect("it waits")
    };
    let before = row();
    let due: DateTime<Utc> = before[0].as_str().and_then(|due| due.parse().ok()).expect("a limit");
    let was = crate::affairs::affairs(procedure, &administrator).settings.expect("the administrator's").calendar;
    let mut calendar = was.clone();
    let day = procedure.office.zone.local(due).date_naive();
    calendar.days.retain(|one| one.date != day);
    calendar.days.push(Day {
        date: day,
        kind: DayKind::Regional,
        name: "Hari jadi kabupaten".to_owned(),
        hours: Hours::default(),
        source: "Surat edaran bupati".to_owned(),
    });
    let change = |calendar| {
        let command = workflow::office::Command::SetCalendar { calendar: Box::new(calendar) };
        crate::affairs::changes(procedure, &administrator, command).expect(200);
    };
    // Nobody files meanwhile: they would be counted by it.
    let nobody_acts = settings_change();
    change(calendar);
    let counted = cabut_tests::until("the times to be counted anew", || {
        product().request("GET", "/__scheduled").send().expect(200);
        let row = row();
        (row[2] == json!(0) && row[0] != before[0]).then_some(row)
    });
    let view = matter.view(&staff(procedure, "kadin"));
    // Before anything is said of it: other tests count by the calendar that was.
    change(was);
    drop(nobody_acts);
    assert!(counted[0].as_str() > before[0].as_str() && counted[1].as_str() > before[1].as_str());
    let shown = view.times.runs.last().and_then(|run| run.due).expect("a limit");
    assert_eq!(counted[0], json!(instant(shown)), "the list says what the request says");
}

/// Who acts in time is not reminded, and who comes next has their own time.
#[test]
fn who_has_acted_is_not_reminded() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let matter = can_wait(office("temanggung"));
    let first = ladder(&matter);
    matter.act(&staff(matter.procedure, "kadin"), Act::Forward).expect(200);
    let second = ladder(&matter);
    strikes_for(&matter, second[0].at);
    let told = written(&matter);
    assert!(!told.is_empty() && first[0].actors != second[0].actors);
    let head = vault::recipient_key(staff(matter.procedure, "kadin").email.as_str());
    assert!(told.iter().all(|(_, to)| *to != head), "{told:?}");
    // And once it has ended, nobody.
    matter.act(&matter.filer, Act::Withdraw).expect(200);
    strikes_for(&matter, second.last().expect("a ladder").at);
    // What had not gone yet is dropped.
    assert!(written(&matter).iter().all(|one| told.contains(one)));
    assert_eq!(database::number("SELECT count(remind_at) FROM cases WHERE ticket = ?1", &[json!(matter.ticket)]), 0);
}

#[test]
fn the_applicant_is_reminded_of_what_they_have_to_complete() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let matter = Matter::at(office("temanggung"), StepAct::Check);
    matter.act(&staff(matter.procedure, "verifikator"), Act::Return).expect(200);
    let ladder = ladder(&matter);
    for reminder in &ladder {
        strikes_for(&matter, reminder.at);
    }
    // After three and seven days; and of the 24 hours before they are over and when they are, as the head does.
    let told = written(&matter);
    let hears = |who: &EmailAddress| -> Vec<u64> {
        told.iter().filter(|(_, to)| *to == who.to_string()).map(|(rung, _)| *rung).collect()
    };
    assert_eq!(hears(&matter.filer.email), [1, 2, 101, 103], "{told:?}");
    assert_eq!(hears(&staff(matter.procedure, "kadin").email), [102, 104], "{told:?}");
}

/// A leaked passphrase alarms everybody whose step is still to come, at once and whatever the hour.
#[test]
fn what_cannot_wait_alarms_the_whole_chain() {
    let matter = Matter::filed(office("madiun"));
    let told = vault::recipients("ticket = ?1 AND kind = 'reminder' AND rung = 0", &[json!(matter.ticket)]);
    let case = matter.case();
    for actor in matter.procedure.actors.iter().filter(|actor| actor.kind == ActorKind::Official) {
        let person = staff(matter.procedure, &actor.id.0);
        let who: Who = person.me().read::<workflow::api::Me>().who();
        // Whoever has the turn was told that it is theirs.
        let has_the_turn = permit(matter.procedure, &case, &who, Act::Forward).is_ok();
        assert_eq!(told.contains(&person.email.to_string()), !has_the_turn, "{}", actor.id.0);
    }
}

/// Where the office is closed when the 24 hours are nearly over, whoever has the turn and the head hear of it all the same,
/// once; of what can wait nobody does.
#[test]
fn what_cannot_wait_is_told_on_a_day_off() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (urgent, other) = (Matter::filed(office("madiun")), can_wait(office("madiun")));
    urgent.act(&staff(urgent.procedure, "kadin"), Act::Forward).expect(200);
    // A day off by which all is past that they are to hear of.
    let (working, zone) = (working(&urgent), urgent.procedure.office.zone);
    let mut days = (2..30).map(|day| zone.beginning(zone.local(Utc::now()).date_naive() + Days::new(day)));
    let is_off = |day: &DateTime<Utc>| !working.is_open(*day + TimeDelta::hours(9));
    let off = days.find(is_off).expect("a Saturday");
    let (before_noon, noon) = (off + TimeDelta::hours(11), off + TimeDelta::hours(12));
    let _nobody_acts = settings_change();
    only(&urgent);
    for matter in [&urgent, &other] {
        let due = [json!(matter.ticket), json!(instant(before_noon))];
        database::sql("UPDATE cases SET remind_at = ?2 WHERE ticket = ?1", &due);
    }
    strikes(noon);
    assert_eq!(written(&other), []);
    let told = written(&urgent);
    for actor in ["kadin", "kabid"] {
        let heard = told.iter().filter(|(_, to)| *to == staff(urgent.procedure, actor).email.to_string()).count();
        assert_eq!(heard, 1, "{actor}");
    }
    strikes(noon + TimeDelta::minutes(1));
    assert_eq!(written(&urgent), told);
    // And that they are over, where they are.
    let rungs: BTreeSet<u64> = told.iter().map(|(rung, _)| *rung).filter(|rung| *rung > 100).collect();
    assert_eq!(rungs, BTreeSet::from([103, 104]), "of what was missed, the last: to who has the turn, and to the head");
    // At night it is left for the morning.
    let night = off + TimeDelta::hours(22);
    database::sql("UPDATE cases SET remind_at = ?2 WHERE ticket = ?1", &[json!(urgent.ticket), json!(instant(noon))]);
    strikes(night);
    let due = database::texts("SELECT remind_at FROM cases WHERE ticket = ?1", &[json!(urgent.ticket)]);
    assert_eq!(due, [instant(noon)]);
}

/// On a working morning, once; what waits is counted.
#[test]
fn a_working_morning_begins_with_one_digest() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let matter = Matter::filed(office("madiun"));
    let working = working(&matter);
    let head = vault::recipient_key(staff(matter.procedure, "kadin").email.as_str());
    // Far enough away that no other test has struck there; from midnight on, or it could be the end of a lunch break.
    let mut at = working.midnight(Utc::now() + TimeDelta::days(400)).expect("a midnight");
    for _ in 0..5 {
        let morning = working.opening(at).expect("the office opens again");
        let digests = || {
            let digests =
                "SELECT count(*) FROM outbox WHERE kind = 'digest' AND recipient_key = ?1 AND written_at = ?2";
            database::number(digests, &[json!(head), json!(instant(morning))])
        };
        strikes_for(&matter, morning);
        strikes(morning);
        assert_eq!(digests(), 1, "{morning}");
        strikes(morning + TimeDelta::minutes(30));
        let all = "SELECT count(*) FROM outbox WHERE kind = 'digest' AND recipient_key = ?1 AND written_at >= ?2";
        assert_eq!(database::number(all, &[json!(head), json!(instant(morning))]), 1, "one for the morning");
        at = working.midnight(morning).expect("a midnight");
    }
}

/// However many roles could take a request, it waits once; and what concerns an official does not wait for them. The
/// roles are the test's own, so that nobody else's requests are counted.
#[test]
fn a_digest_counts_each_request_once_and_not_ones_own() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let procedure = office("madiun");
    let roles = [fresh::word("satu"), fresh::word("dua")];
    let person = Person::with_roles(procedure, &[&roles[0], &roles[1]]);
    let matters: Vec<Matter> = (0..6).map(|_| Matter::filed(procedure)).collect();
    let colleague = Person::with_roles(procedure, &[&roles[0], &roles[1]]);
    let left = Person::with_roles(procedure, &["kasi"]);
    // The first cannot wait; the second they have in hand; the third is theirs, on the fourth stands their number, the fifth a
    // colleague has in hand, and the sixth somebody who has left.
    for (at, whose) in [(1, &person), (4, &colleague), (5, &left)] {
        let takes = "UPDATE cases SET in_hand = ?2 WHERE ticket = ?1";
        database::sql(takes, &[json!(matters[at].ticket), json!(whose.id)]);
    }
    for (at, matter) in matters.iter().enumerate() {
        for role in &roles {
            let rank = if at == 0 { "0" } else { "2" };
            let theirs = |which: usize| if at == which { person.id.0.as_str() } else { "" };
            database::sql(
                "INSERT INTO case_turns (office, actor, rank, ticket, filer, holder) VALUES ('madiun', ?1, ?2, ?3, ?4, ?5)",
                &[json!(role), json!(rank), json!(matter.ticket), json!(theirs(2)), json!(theirs(3))],
            );
        }
    }
    let working = working(&matters[0]);
    // Another morning than the other test's.
    let day = working.midnight(Utc::now() + TimeDelta::days(200)).expect("a midnight");
    let morning = working.opening(day).expect("the office opens");
    only(&matters[0]);
    strikes(morning);
    let digests =
        vault::mails("kind = 'digest' AND recipient_key = ?1", &[json!(vault::recipient_key(person.email.as_str()))]);
    assert_eq!(digests.len(), 1);
    let text = digests[0].split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("Pagi ini 3 permohonan pencabutan TTE menunggu Anda, 1 di antaranya mendesak."), "{text}");
}

/// A reminder that did not go in time is about a turn that is over, and is dropped with it.
#[test]
fn a_reminder_goes_with_its_turn() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let matter = Matter::filed(office("temanggung"));
    let (id, _) = waits(&matter, 1);
    let there = || database::number("SELECT count(*) FROM outbox WHERE id = ?1", &[json!(id)]);
    let head = staff(matter.procedure, "kadin");
    matter.act(&staff(matter.procedure, "verifikator"), Act::Readdress).expect(200);
    assert_eq!(there(), 1, "the turn goes on");
    matter.act(&head, Act::Forward).expect(200);
    assert_eq!(there(), 0);
}

/// Whatever the hour at which this runs: what goes, goes while the office works, and what does not waits until it opens.
#[test]
fn a_reminder_that_waits_is_not_sent_at_night() {
    let _alone = TRIGGER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let matter = Matter::filed(office("temanggung"));
    let (id, due) = waits(&matter, 1);
    let calendars = Calendars::new(&national(matter.procedure.office.zone)).unwrap();
    let at = |column: &str| {
        let texts = database::texts(&format!("SELECT {column} FROM outbox WHERE id = ?1"), &[json!(id)]);
        texts[0].parse::<DateTime<Utc>>().expect("an instant")
    };
    let open = |at: DateTime<Utc>| calendars.in_force(at).is_open(at);
    // Other tests fire the trigger as well: the reminder may have been taken before this one does.
    cabut_tests::until("the reminder to be taken", || {
        product().request("GET", "/__scheduled").send().expect(200);
        (instant(at("ifnull(sent_at, next_at)")) != due).then_some(())
    });
    let sent = database::number("SELECT count(sent_at) FROM outbox WHERE id = ?1", &[json!(id)]) == 1;
    assert!(open(at("ifnull(sent_at, next_at)")), "sent: {sent}");
    if !sent {
        let attempts = database::number("SELECT attempts FROM outbox WHERE id = ?1", &[json!(id)]);
        assert_eq!(attempts, 0, "it was put off, not tried");
    }
}

/// Plants a reminder of the turn that began with this event: its id, and when it is due, which is a minute ago.
fn waits(matter: &Matter, seq: u32) -> (String, String) {
    let (id, to) = (fresh::word("mail"), fresh::email("pejabat", "contoh.invalid"));
    let (since, to) = (instant(Utc::now() - TimeDelta::minutes(1)), vault::recipient(&id, to.as_str()));
    database::sql(
        "INSERT INTO outbox (id, ticket, seq, kind, rung, recipient, recipient_key, subject, text, html, next_at, written_at)
         VALUES (?1, ?2, ?3, 'reminder', 9, ?4, ?8, 'Percobaan', ?6, ?7, ?5, ?5)",
        &[
            json!(id),
            json!(matter.ticket),
            json!(seq.to_string()),
            json!(to.sealed),
            json!(since),
            json!(vault::seal(vault::MAIL_TEXT, &id, b"Isi.")),
            json!(vault::seal(vault::MAIL_HTML, &id, b"<p>Isi.</p>")),
            json!(to.key),
        ],
    );
    (id, since)
}
