//! `cargo xtask admin`: names an office's first administrator. Whoever comes after is invited in the app.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use serde::Deserialize;
use vault::{MAILBOX, OFFICE_CONTENT, Place, Vault, hex, random};
use workflow::case::{ADMINISTRATOR, By, Digest, PersonId, commit, seal};
use workflow::identity::{EmailAddress, Nip, PersonName};
use workflow::note::Note;
use workflow::office::{Change, OfficeContent, OfficeEvent};
use workflow::procedure::offices;

use crate::door::{Door, number, quoted};
use crate::failure::{Failure, Result, Trying};
use crate::secrets;

const USAGE: &str =
    "`cargo xtask admin OFFICE E-MAIL \"NAME\" [--nip NIP] [--remote --secrets FILE | --port N [--secrets FILE]]`";

/// As what whoever deploys stands in the office's log.
pub const OPERATOR: &str = "operator";

/// `cargo xtask admin`
pub fn run(args: lexopt::Parser) -> Result<()> {
    let First { door, vault, office, email, name, nip } = First::parse(args)?;
    let key = quoted(&vault.mailbox_key(MAILBOX, email.as_str()));
    let here = quoted(&office);
    let administrators = number(
        &door,
        &format!(
            "SELECT count(*) AS number FROM roles
             WHERE office = {here} AND actor = '{ADMINISTRATOR}' AND held_until IS NULL"
        ),
    )?;
    if administrators > 0 {
        return Err(Failure::new(format!(
            "{office} has an administrator already: they invite others in the app, on the page \"Kantor\"."
        )));
    }
    #[derive(Deserialize)]
    struct Last {
        seq: u32,
        hash: Digest,
    }
    let last: Vec<Last> =
        door.rows(&format!("SELECT seq, hash FROM office_events WHERE office = {here} ORDER BY seq DESC LIMIT 1"))?;
    #[derive(Deserialize)]
    struct Known {
        id: PersonId,
    }
    let known: Vec<Known> = door.rows(&format!("SELECT id FROM people WHERE email_key = {key}"))?;
    let person = match known.into_iter().next() {
        Some(known) => known.id,
        None => PersonId(hex(&random::<16>())),
    };

    let (seq, prev) = last.first().map_or((1, Digest::ZERO), |last| (last.seq + 1, last.hash));
    let why = Note::parse("Administrator pertama, ditetapkan saat layanan dipasang.").trying("say why")?;
    let content = OfficeContent {
        why,
        name: Some(name.clone()),
        email: Some(email.clone()),
        nip: nip.clone(),
        emails: Vec::new(),
    };
    let text = serde_json::to_string(&content).trying("write the text beside the entry")?;
    let salt = random::<16>();
    let event = OfficeEvent {
        office: office.clone(),
        seq,
        at: now()?,
        by: By { person: PersonId(OPERATOR.to_owned()), actor: OPERATOR.into(), behalf: None, acting: None },
        what: Change::Invited { person: person.clone(), actors: vec![ADMINISTRATOR.into()] },
        content: commit(&salt, &text),
    };
    let sealed = seal(&event, prev);
    let beside = [&salt[..], text.as_bytes()].concat();
    let beside = vault.seal(Place::new(OFFICE_CONTENT, &format!("{office} {seq}")), &beside).trying("seal why")?;
    let mailbox = vault.keep_mailbox(Place::new(MAILBOX, &person.0), email.as_str()).trying("seal the mailbox")?;
    let (id, nip) = (quoted(&person.0), nip.as_ref().map_or("NULL".to_owned(), |nip| quoted(nip.as_str())));
    let instant = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
    let sql = format!(
        "INSERT INTO office_events (office, seq, body, prev, hash) VALUES ({here}, {seq}, {}, '{}', '{}');
         INSERT INTO office_contents (office, seq, sealed) VALUES ({here}, {seq}, {});
         INSERT INTO people (id, email, email_key, name, nip, created_at)
             VALUES ({id}, {}, {key}, {}, {nip}, {instant})
             ON CONFLICT (email_key) DO UPDATE SET name = excluded.name, nip = COALESCE(excluded.nip, nip);
         INSERT INTO offices (id) VALUES ({here}) ON CONFLICT (id) DO NOTHING;
         INSERT INTO roles (person, office, actor, held_from) VALUES ({id}, {here}, '{ADMINISTRATOR}', {instant});\n",
        quoted(&sealed.body),
        sealed.prev,
        sealed.hash,
        quoted(&beside),
        quoted(&mailbox.sealed),
        quoted(name.as_str()),
    );
    door.run_text("admin.sql", &sql)?;
    println!("{name} administers {office} now, and signs in with {email}.");
    Ok(())
}

/// What the command names.
struct First {
    door: Door,
    vault: Vault,
    office: String,
    email: EmailAddress,
    name: PersonName,
    nip: Option<Nip>,
}

impl First {
    fn parse(mut args: lexopt::Parser) -> Result<First> {
        let (mut door, mut nip, mut named, mut values) = (Door::default(), None, None, Vec::new());
        while let Some(arg) = args.next().trying(format_args!("find sense in {USAGE}"))? {
            match arg {
                lexopt::Arg::Long("nip") => {
                    let value = args.value().trying(format_args!("find the NIP in {USAGE}"))?;
                    nip = Some(Nip::parse(&value.to_string_lossy()).trying("take that for a NIP")?);
                }
                lexopt::Arg::Long("secrets") => {
                    let file = args.value().trying(format_args!("find the file in {USAGE}"))?;
                    named = Some(PathBuf::from(file));
                }
                lexopt::Arg::Value(value) => values.push(value.to_string_lossy().into_owned()),
                lexopt::Arg::Long(flag) => {
                    let flag = flag.to_owned();
                    door.take(&flag, &mut args, USAGE)?;
                }
                other => return Err(Failure::new(format!("{} in {USAGE}.", other.unexpected()))),
            }
        }
        let [office, email, name] = values.as_slice() else {
            return Err(Failure::new(format!("It takes an office, an e-mail address and a name: {USAGE}.")));
        };
        if offices().current(office).is_none() {
            let all: Vec<&str> = offices().iter().map(|procedure| procedure.office.id.as_str()).collect();
            return Err(Failure::new(format!("There is no office \"{office}\"; there are {}.", all.join(" and "))));
        }
        let email = EmailAddress::parse(email).trying(format_args!("take \"{email}\" for an e-mail address"))?;
        let name = PersonName::parse(name).trying(format_args!("take \"{name}\" for a name"))?;
        let vault = secrets::of(&door, named, USAGE)?;
        Ok(First { door, vault, office: office.clone(), email, name, nip })
    }
}

fn now() -> Result<DateTime<chrono::Utc>> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).trying("read the clock")?;
    let millis = i64::try_from(since.as_millis()).trying("read the clock")?;
    DateTime::from_timestamp_millis(millis).ok_or_else(|| Failure::new("The clock tells no time."))
}
