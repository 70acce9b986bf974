//! The demo's offices and people, planted into a new local database.

use std::collections::BTreeMap;

use vault::{MAILBOX, Place, Vault};
use workflow::identity::{EmailAddress, Nip, PersonName};

use crate::door::quoted;
use crate::failure::{Failure, Result, Trying};

/// Who they are: a line each, in columns that two spaces or more part.
pub const PEOPLE: &str = "worker/seed/people.txt";

/// Since when they are there.
const SINCE: &str = "'2024-01-01T00:00:00.000Z'";

/// As what the list has who holds no role.
const HOLDER: &str = "(holder)";

/// The statements that plant the people of this list, their mailboxes sealed.
pub fn sql(list: &str, vault: &Vault) -> Result<String> {
    let rows = rows(list)?;
    let mut sql = String::new();
    let mut nth: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for Row { office, role, name, nip, email } in &rows {
        let all = rows.iter().filter(|row| (row.office, row.role) == (*office, *role)).count();
        let nth = nth.entry((office, role)).or_default();
        *nth += 1;
        let word = if *role == HOLDER { "pegawai" } else { role };
        let id = if all > 1 { format!("demo-{office}-{word}-{nth}") } else { format!("demo-{office}-{word}") };
        let mailbox = vault.keep_mailbox(Place::new(MAILBOX, &id), email.as_str()).trying("seal a mailbox")?;
        let nip = nip.as_ref().map_or("NULL".to_owned(), |nip| quoted(nip.as_str()));
        sql += &format!(
            "INSERT OR IGNORE INTO offices (id, bsre_email) VALUES ({}, 'bsre@contoh.invalid');\n",
            quoted(office)
        );
        sql += &format!(
            "INSERT INTO people (id, email, email_key, name, nip, created_at) VALUES ({}, {}, {}, {}, {nip}, {SINCE});\n",
            quoted(&id),
            quoted(&mailbox.sealed),
            quoted(&mailbox.key),
            quoted(name.as_str()),
        );
        if *role != HOLDER {
            sql += &format!(
                "INSERT INTO roles (person, office, actor, held_from) VALUES ({}, {}, {}, {SINCE});\n",
                quoted(&id),
                quoted(office),
                quoted(role),
            );
        }
    }
    Ok(sql)
}

struct Row<'a> {
    office: &'a str,
    role: &'a str,
    name: PersonName,
    nip: Option<Nip>,
    email: EmailAddress,
}

/// What stands below the line of dashes.
fn rows(list: &str) -> Result<Vec<Row<'_>>> {
    let (_, below) = list.split_once("\n---").ok_or_else(|| Failure::new(format!("{PEOPLE} has no table.")))?;
    let lines = below.lines().skip(1).filter(|line| !line.trim().is_empty());
    lines
        .map(|line| row(line).ok_or_else(|| Failure::new(format!("{PEOPLE} has a line that names nobody: {line}"))))
        .collect()
}

fn row(line: &str) -> Option<Row<'_>> {
    let columns: Vec<&str> = line.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
    let [office, role, name, nip, email] = columns[..] else { return None };
    let nip = if nip == "-" { None } else { Some(Nip::parse(nip).ok()?) };
    Some(Row { office, role, name: PersonName::parse(name).ok()?, nip, email: EmailAddress::parse(email).ok()? })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{PEOPLE, rows, sql};
    use crate::{paths, secrets, server::LOCAL_SECRETS};

    #[test]
    fn everybody_on_the_list_is_planted_and_no_mailbox_lies_open() {
        let list = fs::read_to_string(paths::at(PEOPLE)).expect("it is there");
        let vault = secrets::vault(&paths::at(LOCAL_SECRETS)).expect("the local secrets");
        let sql = sql(&list, &vault).expect("a list");
        assert_eq!(sql.matches("INTO people").count(), list.matches('@').count());
        assert_eq!(sql.matches("INTO roles").count() + list.matches("(holder)").count(), list.matches('@').count());
        assert_eq!(sql.matches('@').count(), sql.matches("'bsre@contoh.invalid'").count());
        assert!(sql.contains("'demo-madiun-kadin'") && sql.contains("'demo-temanggung-verifikator-2'"));
        for row in rows(&list).expect("a list") {
            assert!(sql.contains(&format!("'{}'", vault.mailbox_key(vault::MAILBOX, row.email.as_str()))));
        }
    }

    #[test]
    fn a_line_that_names_nobody_is_told() {
        for line in ["madiun  kadin  Contoh  -", "madiun  kadin  Contoh  x  a@contoh.id", "madiun  kadin  Contoh  -  a"]
        {
            assert!(rows(&format!("office\n------\n{line}\n")).is_err(), "{line}");
        }
    }
}
