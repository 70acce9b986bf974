//! People and the roles they hold.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use vault::{Kept, MAILBOX, Place, Vault};
use workflow::{
    api::HeldRole,
    case::{ADMINISTRATOR, Acting, By, Case, PersonId},
    identity::{EmailAddress, Nip, PersonName},
    procedure::{ActorId, ActorKind, Procedure},
};

use crate::{
    db::{self, Batch, Slot},
    guard::{THEM, TokenHash},
    noted,
    problem::Problem,
};

/// A person whom an office knows.
#[derive(Debug, Deserialize)]
pub struct Known {
    pub id: PersonId,
}

/// A person's mailbox as it lies in their row.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

impl Sealed {
    /// The mailbox, which was sealed for this person.
    pub fn open(&self, vault: &Vault, person: &PersonId) -> Result<EmailAddress, Problem> {
        let address = vault.open_text(Place::new(MAILBOX, &person.0), &self.0)?;
        EmailAddress::parse(&address).map_err(|_| Problem::bug("a person's mailbox is none"))
    }

    /// The same; none where no key opens it, which the log tells: nothing waits for a colleague's row.
    pub fn opened(&self, vault: &Vault, person: &PersonId) -> Option<EmailAddress> {
        let opened = self.open(vault, person).ok();
        if opened.is_none() {
            noted::wrong("people", format_args!("no key opens the mailbox of person {}", person.0));
        }
        opened
    }
}

/// How a mailbox is to lie in this person's row.
pub fn kept(vault: &Vault, person: &PersonId, email: &EmailAddress) -> Result<Kept, Problem> {
    Ok(vault.keep_mailbox(Place::new(MAILBOX, &person.0), email.as_str())?)
}

/// By what the person with this mailbox is found.
pub fn key(vault: &Vault, email: &EmailAddress) -> String {
    vault.mailbox_key(MAILBOX, email.as_str())
}

/// Whoever holds a role in an office, with their mailbox.
#[derive(Debug, Deserialize)]
pub struct Mailbox {
    pub person: PersonId,
    pub actor: ActorId,
    email: Sealed,
    pub name: Option<String>,
    pub nip: Option<Nip>,
    /// For whom they stand in, if they do.
    #[serde(deserialize_with = "db::json")]
    acting: Option<Acting>,
}

/// Whoever is written to, and as what: "Plh. Kepala Dinas Kominfo".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipient {
    pub address: String,
    pub title: String,
}

impl Mailbox {
    /// Those of the staff who hold one of the actors and may do its steps of this case: not whom it concerns, nor who has acted
    /// in it as somebody else.
    pub fn of<'a>(
        procedure: &'a Procedure,
        staff: &'a [Mailbox],
        case: &'a Case,
        holds: impl Fn(&ActorId) -> bool,
    ) -> impl Iterator<Item = &'a Mailbox> {
        staff.iter().filter(move |one| {
            holds(&one.actor)
                && !case.concerns(&one.person)
                && case.acted_otherwise(procedure, &one.person, &one.actor, one.acting.is_some()).is_none()
        })
    }

    /// Those whose turn it is now, and who do not leave it to a colleague; nobody where it is the applicant's.
    pub fn of_turn<'a>(procedure: &'a Procedure, staff: &'a [Mailbox], case: &'a Case) -> Vec<&'a Mailbox> {
        let turn = workflow::case::turn(procedure, case);
        let Some(turn) = turn.filter(|turn| !turn.completion && procedure.works_on_cases(&turn.actor)) else {
            return Vec::new();
        };
        let them = Mailbox::of(procedure, staff, case, |actor| actor == &turn.actor);
        them.filter(|one| !one.leaves_it_to_a_colleague(staff, case)).collect()
    }

    /// Everybody in the office who has a step of this case.
    pub fn of_chain<'a>(
        procedure: &'a Procedure,
        staff: &'a [Mailbox],
        case: &'a Case,
    ) -> impl Iterator<Item = &'a Mailbox> {
        Mailbox::of(procedure, staff, case, |id| {
            procedure.actor(id).is_some_and(|actor| actor.kind == ActorKind::Official)
                && procedure.steps.iter().any(|step| &step.actor == id)
        })
    }

    /// Whoever administers the office.
    pub fn of_administrators(staff: &[Mailbox]) -> impl Iterator<Item = &Mailbox> {
        staff.iter().filter(|one| one.actor.0 == ADMINISTRATOR)
    }

    /// Whether a colleague has the case in hand: then it is theirs to do, as long as they hold the role.
    pub fn leaves_it_to_a_colleague(&self, staff: &[Mailbox], case: &Case) -> bool {
        let theirs = |one: &&Mailbox| {
            let in_hand = case.in_hand.as_ref();
            in_hand.is_some_and(|in_hand| (&one.person, &one.actor) == (&in_hand.person, &in_hand.actor))
        };
        staff.iter().find(theirs).is_some_and(|one| one.actor == self.actor && one.person != self.person)
    }

    /// Where they are written to, and as what, each once. Whose mailbox no key opens hears nothing.
    pub fn recipients<'a>(
        them: impl IntoIterator<Item = &'a Mailbox>,
        procedure: &Procedure,
        vault: &Vault,
    ) -> Vec<Recipient> {
        let each: BTreeMap<&PersonId, &Mailbox> = them.into_iter().map(|one| (&one.person, one)).collect();
        let opened = each.into_values().filter_map(|Mailbox { person, actor, email, acting, .. }| {
            let by = By { person: person.clone(), actor: actor.clone(), behalf: None, acting: acting.clone() };
            let address = email.opened(vault, person)?.to_string();
            Some(Recipient { address, title: by.title(procedure) })
        });
        let mut recipients: Vec<Recipient> = opened.collect();
        recipients.sort();
        recipients
    }
}

/// What the administrator set for an office.
#[derive(Debug, Deserialize)]
pub struct Settings {
    pub bsre_email: Option<String>,
}

/// The person with this address, disabled or not.
pub fn by_email(batch: &mut Batch, vault: &Vault, email: &EmailAddress) -> Slot<Known> {
    batch.ask("SELECT id FROM people WHERE email_key = ?1", &[&key(vault, email)])
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
        "SELECT r.person, r.actor, p.email, p.name, p.nip, r.acting FROM roles r JOIN people p ON p.id = r.person
         WHERE r.office = ?1 AND r.held_from <= ?2 AND (r.held_until IS NULL OR r.held_until > ?2)
           AND p.disabled_at IS NULL
         ORDER BY r.actor, r.person",
        &[&office, &now],
    )
}

/// A role of somebody's, and for which time.
#[derive(Debug, Deserialize)]
pub struct HeldRow {
    office: String,
    actor: ActorId,
    held_from: DateTime<Utc>,
    held_until: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "db::json")]
    acting: Option<Acting>,
}

impl From<HeldRow> for HeldRole {
    fn from(HeldRow { office, actor, held_from: from, held_until: until, acting }: HeldRow) -> HeldRole {
        HeldRole { office, actor, from, until, acting }
    }
}

/// The roles that the person holds, held or is to hold, the newest first.
pub fn roles_of(batch: &mut Batch, token: &TokenHash) -> Slot<HeldRow> {
    batch.ask(
        &format!(
            "SELECT office, actor, held_from, held_until, acting FROM roles WHERE person = {THEM}
             ORDER BY held_from DESC, office, actor, id"
        ),
        &[&token.as_str()],
    )
}

/// The office's settings.
pub fn settings(batch: &mut Batch, office: &str) -> Slot<Settings> {
    batch.ask("SELECT bsre_email FROM offices WHERE id = ?1", &[&office])
}

/// Adds a person whom the desk entered.
pub fn insert(batch: &mut Batch, id: &PersonId, kept: &Kept, name: &PersonName, now: DateTime<Utc>) {
    batch.run(
        "INSERT INTO people (id, email, email_key, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[&id.0, &kept.sealed, &kept.key, &name.as_str(), &now],
    );
}

/// Gives a person the name they wrote on their form, if they have none.
pub fn name_if_none(batch: &mut Batch, id: &PersonId, name: &PersonName) {
    batch.run("UPDATE people SET name = ?2 WHERE id = ?1 AND name IS NULL", &[&id.0, &name.as_str()]);
}
