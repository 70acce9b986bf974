//! The local D1: migrated, and filled with the demo offices and people.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::command::Run;
use crate::failure::{Failure, Result, Trying};
use crate::server::TempState;
use crate::steps::Outcome;
use crate::{fingerprint, paths, secrets, seed, server};

/// Applies what is missing in `state`, a directory that `wrangler dev` persists to.
pub fn set_up(state: &Path, log: &Path) -> Result<Outcome> {
    let before = Applied::read(state);
    let now = Applied::from_sources()?;
    if before.as_ref() == Some(&now) {
        return Ok(Outcome::Unchanged);
    }
    if let Some(changed) = before.as_ref().and_then(|before| before.changed_in(&now)) {
        return Err(Failure::new(format!(
            "{changed} has changed since the local database was made with it: start again with `cargo xtask dev --reset`, which throws the local data away."
        )));
    }
    d1(state, &["migrations", "apply", "DB"]).logged(log)?;
    if before.is_none() {
        let list = fs::read_to_string(paths::at(seed::PEOPLE)).trying(format_args!("read {}", seed::PEOPLE))?;
        let sql = seed::sql(&list, &secrets::vault(&paths::at(server::LOCAL_SECRETS))?)?;
        let file = state.join("demo.sql");
        fs::write(&file, sql).trying(format_args!("write {}", file.display()))?;
        d1(state, &["execute", "DB", "--yes", "--file", &file.to_string_lossy()]).logged(log)?;
    }
    now.write(state)?;
    Ok(Outcome::Done)
}

const MIGRATIONS: &str = "worker/migrations";

fn d1(state: &Path, args: &[&str]) -> Run {
    server::wrangler().arg("d1").args(args).args(["--local", "--persist-to"]).arg(state)
}

/// A database that is only looked at: made of a dump, in a folder where nobody else is.
pub struct Aside(TempState);

impl Aside {
    /// Makes it.
    pub fn of(dump: &Path) -> Result<Self> {
        let state = TempState::named("aside")?;
        // What is in it is nobody else's to read.
        fs::set_permissions(state.path(), Permissions::from_mode(0o700)).trying("keep others from a copy")?;
        let made = d1(state.path(), &["execute", "DB", "--yes", "--file", &dump.to_string_lossy()]);
        made.logged(&paths::scratch("logs/aside.log"))?;
        Ok(Self(state))
    }

    /// What it answers to one statement, for [`crate::door::rows_of`].
    pub fn answer(&self, sql: &str) -> Result<String> {
        let answer = d1(self.0.path(), &["execute", "DB", "--json", "--command", sql]).answer();
        answer.ok_or_else(|| Failure::new("The backup's database does not answer."))
    }
}

/// Which files made the database, with a fingerprint of each. It lies beside the data, so that
/// it goes when the data goes.
#[derive(PartialEq)]
struct Applied(Vec<(String, String)>);

impl Applied {
    fn from_sources() -> Result<Self> {
        let mut files: Vec<PathBuf> = fs::read_dir(paths::at(MIGRATIONS))
            .trying(format_args!("list {MIGRATIONS}"))?
            .flatten()
            .map(|file| file.path())
            .filter(|file| file.extension().is_some_and(|kind| kind == "sql"))
            .collect();
        files.sort();
        files.push(paths::at(seed::PEOPLE));
        let name = |file: &PathBuf| file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files
            .iter()
            .map(|file| Ok((name(file), fingerprint::of(std::slice::from_ref(file), "")?)))
            .collect::<Result<_>>()
            .map(Self)
    }

    fn read(state: &Path) -> Option<Self> {
        let text = fs::read_to_string(Self::file(state)).ok()?;
        let pair = |line: &str| line.split_once(' ').map(|(print, name)| (name.to_owned(), print.to_owned()));
        Some(Self(text.lines().filter_map(pair).collect()))
    }

    fn write(&self, state: &Path) -> Result<()> {
        let text: String = self.0.iter().map(|(name, print)| format!("{print} {name}\n")).collect();
        fs::write(Self::file(state), text).trying("note which migrations were applied")
    }

    /// The first file that is no longer what it was when it was applied.
    fn changed_in(&self, now: &Self) -> Option<&str> {
        let stands = |entry: &&(String, String)| !now.0.contains(entry);
        self.0.iter().find(stands).map(|(name, _)| name.as_str())
    }

    fn file(state: &Path) -> PathBuf {
        state.join("applied.txt")
    }
}

#[cfg(test)]
mod tests {
    use super::Applied;

    fn applied(files: &[(&str, &str)]) -> Applied {
        Applied(files.iter().map(|(name, print)| ((*name).to_owned(), (*print).to_owned())).collect())
    }

    #[test]
    fn a_new_migration_is_fine_and_a_changed_one_is_named() {
        let before = applied(&[("1.sql", "a"), ("people.txt", "x")]);
        assert_eq!(before.changed_in(&applied(&[("1.sql", "a"), ("2.sql", "b"), ("people.txt", "x")])), None);
        assert_eq!(before.changed_in(&applied(&[("1.sql", "c"), ("people.txt", "x")])), Some("1.sql"));
        assert_eq!(before.changed_in(&applied(&[("people.txt", "x")])), Some("1.sql"));
    }
}
