//! The rows of roles, held against what an office's log says of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use workflow::office::{Change, OfficeEvent};

use crate::admin::OPERATOR;

/// A row of roles.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    /// Its id, which an appointment names.
    pub id: String,
    /// Who holds it.
    pub person: String,
    /// As what.
    pub actor: String,
    /// From when on.
    pub held_from: DateTime<Utc>,
    /// Until when.
    pub held_until: Option<DateTime<Utc>>,
    /// By which letter, where they stand in.
    pub acting: Option<String>,
}

/// What an office's log says that each of its people holds, in the end.
#[derive(Default)]
struct Said {
    /// Those of whom its own administrators say something, and not whoever deploys alone.
    by_office: BTreeSet<String>,
    own: BTreeMap<String, BTreeSet<String>>,
    /// By its id: who stands in, as what, from when and until when at the latest.
    appointed: BTreeMap<String, (String, String, DateTime<Utc>, DateTime<Utc>)>,
}

impl Said {
    fn by(log: &[OfficeEvent]) -> Said {
        let mut said = Said::default();
        for event in log {
            match &event.what {
                Change::Invited { person, actors } | Change::Staffed { person, actors } => {
                    let actors: BTreeSet<String> = actors.iter().map(|actor| actor.0.clone()).collect();
                    if event.by.person.0 != OPERATOR {
                        said.by_office.insert(person.0.clone());
                    }
                    if actors.is_empty() {
                        // Who is disabled does not stand in for anybody either.
                        said.ends(event.at, |one, _| one == person.0);
                    }
                    let own = said.own.entry(person.0.clone()).or_default();
                    // An administrator whom `cargo xtask admin` makes keeps what they held.
                    let kept = if event.by.person.0 == OPERATOR { std::mem::take(own) } else { BTreeSet::new() };
                    *own = &kept | &actors;
                }
                Change::Appointed { appointment, person, actor, from, until, .. } => {
                    let one = (person.0.clone(), actor.0.clone(), *from, *until);
                    said.appointed.insert(appointment.clone(), one);
                }
                Change::Dismissed { appointment } => said.ends(event.at, |_, id| id == appointment),
                _ => {}
            }
        }
        said
    }

    fn ends(&mut self, at: DateTime<Utc>, which: impl Fn(&str, &str) -> bool) {
        for (id, (person, _, from, until)) in &mut self.appointed {
            if which(person, id) {
                *until = (*until).min(at.max(*from));
            }
        }
    }
}

/// What the rows say otherwise than the log. `Err` names it; `Ok` has the roles of people of whom the log does not tell at all,
/// as the demo people are.
pub fn check(log: &[OfficeEvent], rows: &[Row]) -> Result<Vec<String>, Vec<String>> {
    let said = Said::by(log);
    let (mut wrong, mut untold) = (Vec::new(), Vec::new());
    // Not the last one's: a command stamps its entry by the clock of its machine.
    let newest = log.iter().map(|event| event.at).max();
    let mut held: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        let named = format!("{} as {}", row.person, row.actor);
        match (&row.acting, row.held_until) {
            // What was taken was taken by an entry.
            (None, Some(until)) if newest.is_some_and(|newest| until <= newest) => {}
            (None, _) => {
                held.entry(&row.person).or_default().insert(row.actor.clone());
                match said.own.get(&row.person) {
                    Some(actors) if actors.contains(&row.actor) => {}
                    Some(_) if said.by_office.contains(&row.person) => wrong.push(named),
                    _ => untold.push(named),
                }
            }
            (Some(_), until) => {
                let stands = |(person, actor, from, to): &(String, String, DateTime<Utc>, DateTime<Utc>)| {
                    (person, actor, *from) == (&row.person, &row.actor, row.held_from) && until == Some(*to)
                };
                if !said.appointed.get(&row.id).is_some_and(stands) {
                    wrong.push(named);
                }
            }
        }
    }
    for (person, actors) in &said.own {
        let rows = held.get(person.as_str()).cloned().unwrap_or_default();
        wrong.extend(actors.difference(&rows).map(|actor| format!("{person} no more as {actor}")));
    }
    let is_there = |id: &String| rows.iter().any(|row| row.id == *id);
    let lacking = said.appointed.iter().filter(|(id, _)| !is_there(id));
    wrong.extend(lacking.map(|(_, (person, actor, ..))| format!("{person} no more in place of {actor}")));
    if wrong.is_empty() { Ok(untold) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use workflow::case::{Acting, ActingKind, By, Digest, PersonId};
    use workflow::identity::LetterNumber;
    use workflow::procedure::ActorId;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn log(all: Vec<(&str, Change)>) -> Vec<OfficeEvent> {
        let event = |(by, what): (&str, Change), seq: u32| OfficeEvent {
            office: "madiun".to_owned(),
            seq,
            at: at(seq.into()),
            by: By { person: PersonId(by.to_owned()), actor: by.into(), behalf: None, acting: None },
            what,
            content: Digest::ZERO,
        };
        all.into_iter().zip(1..).map(|(one, seq)| event(one, seq)).collect()
    }

    fn actors(names: &[&str]) -> Vec<ActorId> {
        names.iter().map(|name| ActorId::from(*name)).collect()
    }

    fn invited(person: &str, names: &[&str]) -> Change {
        Change::Invited { person: PersonId(person.to_owned()), actors: actors(names) }
    }

    fn staffed(person: &str, names: &[&str]) -> Change {
        Change::Staffed { person: PersonId(person.to_owned()), actors: actors(names) }
    }

    fn appointed(person: &str, until: i64) -> Change {
        let letter = LetterNumber::parse("800/1/2026").expect("a number");
        Change::Appointed {
            appointment: "a".to_owned(),
            person: PersonId(person.to_owned()),
            actor: "kadin".into(),
            acting: Acting { kind: ActingKind::Plh, principal: None, letter, dated: at(0).date_naive() },
            from: at(1),
            until: at(until),
        }
    }

    fn row(person: &str, actor: &str, until: Option<i64>) -> Row {
        let (person, actor) = (person.to_owned(), actor.to_owned());
        Row { id: String::new(), person, actor, held_from: at(1), held_until: until.map(at), acting: None }
    }

    fn stands_in(person: &str, until: i64) -> Row {
        Row { id: "a".to_owned(), acting: Some("{}".to_owned()), ..row(person, "kadin", Some(until)) }
    }

    fn wrong(log: &[OfficeEvent], rows: &[Row]) -> Vec<String> {
        check(log, rows).expect_err("something is wrong")
    }

    #[test]
    fn rows_are_what_the_log_says_and_everything_else_is_named() {
        let log = log(vec![
            ("boss", invited("ana", &["kabid"])),
            ("boss", staffed("ana", &["kabid", "kasi"])),
            ("boss", invited("budi", &["kasi"])),
            ("boss", staffed("budi", &[])),
            (OPERATOR, invited("ana", &["administrator"])),
        ]);
        let whole = [
            row("ana", "kabid", None),
            row("ana", "kasi", None),
            row("ana", "administrator", None),
            row("budi", "kasi", Some(4)),
        ];
        assert_eq!(check(&log, &whole), Ok(vec![]));
        let with = |more: Row| [&whole[..], &[more]].concat();
        assert_eq!(wrong(&log, &with(row("ana", "verifikator", None))), ["ana as verifikator"]);
        assert_eq!(wrong(&log, &with(row("ana", "verifikator", Some(9_999)))), ["ana as verifikator"]);
        assert_eq!(wrong(&log, &with(row("budi", "kasi", None))), ["budi as kasi"], "it was taken from them");
        assert_eq!(wrong(&log, &whole[1..]), ["ana no more as kabid"]);
        assert_eq!(check(&log, &with(row("demo", "kadin", None))), Ok(vec!["demo as kadin".to_owned()]));
        let demo = self::log(vec![(OPERATOR, invited("demo", &["administrator"]))]);
        let rows = [row("demo", "administrator", None), row("demo", "kadin", None)];
        assert_eq!(check(&demo, &rows), Ok(vec!["demo as kadin".to_owned()]), "whom only a command made administrator");
    }

    #[test]
    fn who_stands_in_does_so_by_an_entry_and_no_longer_than_it_says() {
        let some = log(vec![("boss", invited("ana", &["kabid"])), ("boss", appointed("ana", 90))]);
        let rows = |until| [row("ana", "kabid", None), stands_in("ana", until)];
        assert_eq!(check(&some, &rows(90)), Ok(vec![]));
        assert_eq!(wrong(&some, &rows(91)), ["ana as kadin"]);
        assert_eq!(wrong(&some, &rows(89)), ["ana as kadin"], "nor shorter");
        assert_eq!(wrong(&some, &rows(90)[..1]), ["ana no more in place of kadin"]);
        let other = [row("ana", "kabid", None), stands_in("budi", 90)];
        assert_eq!(wrong(&some, &other), ["budi as kadin"]);
        for end in [Change::Dismissed { appointment: "a".to_owned() }, staffed("ana", &[])] {
            let ended = log(vec![("boss", appointed("ana", 90)), ("boss", end)]);
            assert_eq!(check(&ended, &[stands_in("ana", 2)]), Ok(vec![]));
            assert_eq!(wrong(&ended, &[stands_in("ana", 90)]), ["ana as kadin"]);
        }
    }
}
