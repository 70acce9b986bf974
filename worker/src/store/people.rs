//! People and the roles they hold.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use workflow::{
    case::{Case, PersonId},
    identity::{EmailAddress, Nip, PersonName},
    procedure::{ActorId, Procedure},
};

use crate::db::{Batch, Slot};

/// A person whom an office knows.
#[derive(Debug, Deserialize)]
pub struct Known {
    pub id: PersonId,
}

/// An official's mailbox, and as which actor they have it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Mailbox {
    pub person: PersonId,
    pub actor: ActorId,
    pub email: String,
    pub name: Option<String>,
    pub nip: Option<Nip>,
    /// Whether they stand in for somebody, as 0 or 1.
    pub acting: u8,
}

impl Mailbox {
    /// Where those are written to who hold one of the actors and may do its steps of this case; each once.
    pub fn of(procedure: &Procedure, staff: &[Mailbox], case: &Case, holds: impl Fn(&ActorId) -> bool) -> Vec<String> {
        let theirs = staff.iter().filter(|one| holds(&one.actor) && one.may_act(procedure, case));
        let each: BTreeSet<&String> = theirs.map(|one| &one.email).collect();
        each.into_iter().cloned().collect()
    }

    /// Not whom it concerns, nor who has acted in it as somebody else; and what a colleague has in hand is theirs.
    fn may_act(&self, procedure: &Procedure, case: &Case) -> bool {
        let in_hand = case.in_hand.as_ref().filter(|in_hand| in_hand.actor == self.actor);
        !case.concerns(&self.person)
            && in_hand.is_none_or(|in_hand| in_hand.person == self.person)
            && case.acted_otherwise(procedure, &self.person, &self.actor, self.acting == 1).is_none()
    }
}

/// What the administrator set for an office.
#[derive(Debug, Deserialize)]
pub struct Settings {
    pub bsre_email: Option<String>,
}

/// The person with this address, disabled or not.
pub fn by_email(batch: &mut Batch, email: &EmailAddress) -> Slot<Known> {
    batch.ask("SELECT id FROM people WHERE email_key = ?1", &[&email.key()])
}

/// The person with this civil servant number, by the word of this office's administrator: another's has no say here.
pub fn by_nip(batch: &mut Batch, office: &str, nip: Option<&Nip>) -> Slot<Known> {
    batch.ask(
        "SELECT id FROM people p WHERE nip = ?1 AND EXISTS (SELECT 1 FROM roles WHERE person = p.id AND office = ?2)",
        &[&nip.map(Nip::as_str), &office],
    )
}

/// Everybody who holds a role in the office now, with their mailbox.
pub fn mailboxes(batch: &mut Batch, office: &str, now: DateTime<Utc>) -> Slot<Mailbox> {
    batch.ask(
        "SELECT r.person, r.actor, p.email, p.name, p.nip, r.acting IS NOT NULL AS acting FROM roles r JOIN people p ON p.id = r.person
         WHERE r.office = ?1 AND r.held_from <= ?2 AND (r.held_until IS NULL OR r.held_until > ?2)
           AND p.disabled_at IS NULL
         ORDER BY r.actor, p.email",
        &[&office, &now],
    )
}

/// The office's settings.
pub fn settings(batch: &mut Batch, office: &str) -> Slot<Settings> {
    batch.ask("SELECT bsre_email FROM offices WHERE id = ?1", &[&office])
}

/// Adds a person whom the desk entered.
pub fn insert(batch: &mut Batch, id: &PersonId, email: &EmailAddress, name: &PersonName, now: DateTime<Utc>) {
    batch.run(
        "INSERT INTO people (id, email, email_key, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[&id.0, &email.as_str(), &email.key(), &name.as_str(), &now],
    );
}

/// Gives a person the name they wrote on their form, if they have none.
pub fn name_if_none(batch: &mut Batch, id: &PersonId, name: &PersonName) {
    batch.run("UPDATE people SET name = ?2 WHERE id = ?1 AND name IS NULL", &[&id.0, &name.as_str()]);
}
