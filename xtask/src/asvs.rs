//! `cargo xtask asvs`: holds `docs/asvs.md` against the list of the standard's requirements and against the repository, and
//! prints what it adds up to. With `--write` the same goes into `docs/security.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use crate::failure::{Failure, Result, Trying};
use crate::paths;

/// The requirements that are measured against, each with its level.
const LIST: &str = "docs/asvs-5.0.txt";
/// What is said of each.
const JUDGED: &str = "docs/asvs.md";
/// Where the sum of it stands, between these two lines.
const SUMMARY: &str = "docs/security.md";
const FROM: &str = "<!-- `cargo xtask asvs --write` writes what follows -->\n";
const TO: &str = "<!-- as far as here -->\n";

/// `cargo xtask asvs`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    let mut write = false;
    while let Some(arg) = args.next().trying("read the arguments of `cargo xtask asvs [--write]`")? {
        match arg {
            lexopt::Arg::Long("write") => write = true,
            other => return Err(Failure::new(format!("{} in `cargo xtask asvs [--write]`.", other.unexpected()))),
        }
    }
    let rows = rows(&read(JUDGED)?).map_err(Failure::new)?;
    let faults = faults(&rows, &list(&read(LIST)?), &|path| fs::read_to_string(paths::at(path)).ok());
    if !faults.is_empty() {
        return Err(Failure::new(faults.join("\n")));
    }
    let summary = summary(&rows);
    if !write {
        print!("{summary}");
        return Ok(());
    }
    let text = read(SUMMARY)?;
    let (before, _, after) = parts(&text).ok_or_else(|| Failure::new(format!("{SUMMARY} has no place for it.")))?;
    fs::write(paths::at(SUMMARY), format!("{before}{FROM}{summary}{TO}{after}")).trying(format_args!("write {SUMMARY}"))
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(paths::at(path)).trying(format_args!("read {path}"))
}

/// What stands before the summary, the summary, and what stands behind it.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once(FROM)?;
    let (summary, after) = rest.split_once(TO)?;
    Some((before, summary, after))
}

/// Each requirement's level.
fn list(text: &str) -> BTreeMap<Id, u8> {
    let line = |line: &str| {
        let (id, level) = line.split_once(' ')?;
        Some((Id::parse(id)?, level.trim().parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

/// A requirement's number, as it sorts: `V1.10.2`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Id([u8; 3]);

impl Id {
    fn parse(text: &str) -> Option<Id> {
        let numbers: Vec<u8> = text.strip_prefix('V')?.split('.').map_while(|part| part.parse().ok()).collect();
        Some(Id(numbers.try_into().ok()?))
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [chapter, section, number] = self.0;
        write!(f, "V{chapter}.{section}.{number}")
    }
}

const VERDICTS: [&str; 3] = ["met", "not applicable", "not met"];

/// What is said of one requirement, or of several that are not applicable for one reason.
#[derive(Clone)]
struct Row {
    /// The chapter's heading.
    chapter: String,
    ids: Vec<Id>,
    level: u8,
    what: String,
    verdict: usize,
    /// Where it is met, or why not.
    why: String,
    /// The tests that show it.
    tests: String,
}

fn rows(text: &str) -> std::result::Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let mut chapter = String::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            chapter = heading.to_owned();
        }
        if !line.starts_with("| V") {
            continue;
        }
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let wrong = |what: &str| format!("{JUDGED}: {what} in: {line}");
        let [ids, level, what, verdict, why, tests] = cells[..] else { return Err(wrong("not six cells")) };
        let ids: Option<Vec<Id>> = ids.split_whitespace().map(Id::parse).collect();
        let verdict = VERDICTS.iter().position(|one| *one == verdict).ok_or_else(|| wrong("no verdict"))?;
        rows.push(Row {
            chapter: chapter.clone(),
            ids: ids.filter(|ids| !ids.is_empty()).ok_or_else(|| wrong("no number"))?,
            level: level.parse().map_err(|_| wrong("no level"))?,
            what: what.to_owned(),
            verdict,
            why: why.to_owned(),
            tests: tests.to_owned(),
        });
    }
    Ok(rows)
}

/// Everything that is wrong with the rows. `file` gives a file's text by its path in the repository.
fn faults(rows: &[Row], list: &BTreeMap<Id, u8>, file: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut judged: BTreeMap<Id, usize> = BTreeMap::new();
    for row in rows {
        for id in &row.ids {
            *judged.entry(*id).or_default() += 1;
            match list.get(id) {
                None => faults.push(format!("{id} is not on the list")),
                Some(level) if *level != row.level => faults.push(format!("{id} is of level {level}")),
                Some(_) => {}
            }
        }
        let id = row.ids[0];
        if row.why.is_empty() {
            faults.push(format!("{id} says neither where nor why"));
        }
        let tests = quoted(&row.tests);
        let says_none = matches!(
            (VERDICTS[row.verdict], row.tests.as_str()),
            ("met", "no test") | ("not met" | "not applicable", "–")
        );
        if tests.is_empty() && !says_none {
            faults.push(format!("{id} names no test and does not say so"));
        }
        for test in tests {
            let named = test.split_once(": ");
            if !named.is_some_and(|(path, name)| file(path).is_some_and(|text| text.contains(&format!("fn {name}(")))) {
                faults.push(format!("{id} names a test that is not there: {test}"));
            }
        }
        for place in quoted(&row.why) {
            let is_there = match place.split_once(": ") {
                Some((path, name)) if is_path(path) => file(path).is_some_and(|text| text.contains(name)),
                _ => !is_path(place) || file(place).is_some(),
            };
            if !is_there {
                faults.push(format!("{id} names a place that is not there: {place}"));
            }
        }
    }
    for id in list.keys() {
        match judged.get(id) {
            None => faults.push(format!("nothing is said of {id}")),
            Some(1) => {}
            Some(times) => faults.push(format!("{id} is judged {times} times")),
        }
    }
    faults
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Whether it reads as a path in the repository.
fn is_path(text: &str) -> bool {
    const ENDS: [&str; 9] = [".rs", ".toml", ".md", ".json", ".lock", ".sql", ".txt", ".env", ".html"];
    !text.starts_with('/') && !text.contains(' ') && ENDS.iter().any(|end| text.ends_with(end))
}

/// The sum of it, chapter by chapter, and everything that is not met.
fn summary(rows: &[Row]) -> String {
    let mut chapters: Vec<(&str, [usize; 3])> = Vec::new();
    let mut levels: BTreeMap<u8, [usize; 3]> = BTreeMap::new();
    let mut all = [0; 3];
    for row in rows {
        if chapters.last().is_none_or(|(last, _)| *last != row.chapter) {
            chapters.push((&row.chapter, [0; 3]));
        }
        let Some((_, counts)) = chapters.last_mut() else { continue };
        counts[row.verdict] += row.ids.len();
        levels.entry(row.level).or_default()[row.verdict] += row.ids.len();
        all[row.verdict] += row.ids.len();
    }
    let mut text = format!("\n| chapter | {} |\n|---|---|---|---|\n", VERDICTS.join(" | "));
    let mut line = |name: &str, [met, not_applicable, not_met]: [usize; 3]| {
        // Writing into a string can't fail.
        let _ = writeln!(text, "| {name} | {met} | {not_applicable} | {not_met} |");
    };
    chapters.iter().for_each(|(name, counts)| line(name, *counts));
    levels.iter().for_each(|(level, counts)| line(&format!("level {level}"), *counts));
    line("all", all);
    text += "\n### What is not met\n\n| | level | what | why |\n|---|---|---|---|\n";
    for Row { ids, level, what, why, .. } in rows.iter().filter(|row| VERDICTS[row.verdict] == "not met") {
        let ids: Vec<String> = ids.iter().map(Id::to_string).collect();
        let _ = writeln!(text, "| {} | {level} | {what} | {why} |", ids.join(" "));
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_the_repository(path: &str) -> Option<String> {
        fs::read_to_string(paths::at(path)).ok()
    }

    fn judged() -> Vec<Row> {
        rows(&in_the_repository(JUDGED).expect("it is there")).expect("every row can be read")
    }

    #[test]
    fn every_requirement_is_judged_once_and_what_is_named_is_there() {
        let list = list(&in_the_repository(LIST).expect("it is there"));
        // So many has version 5.0.0 of levels 1 and 2, and of level 3 in the chapters on access control and logging.
        let of = |level: u8| list.values().filter(|one| **one == level).count();
        assert_eq!([of(1), of(2), of(3)], [70, 183, 7]);
        let faults = faults(&judged(), &list, &in_the_repository);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn the_summary_is_what_the_rows_add_up_to() {
        let text = in_the_repository(SUMMARY).expect("it is there");
        let (_, told, _) = parts(&text).expect("it has a place for the summary");
        assert!(told == summary(&judged()), "run `cargo xtask asvs --write`");
    }

    #[test]
    fn every_slip_is_named() {
        let list = list("V1.1.1 1\nV1.1.2 2\n");
        let file = |path: &str| (path == "a.rs").then(|| "fn holds() {}".to_owned());
        let told = |lines: [&str; 2]| faults(&rows(&lines.join("\n")).expect("rows"), &list, &file).join("; ");
        let (one, two) =
            ("| V1.1.1 | 1 | x | met | `a.rs: holds` | `a.rs: holds` |", "| V1.1.2 | 2 | x | not met | no | – |");
        assert_eq!(told([one, two]), "");
        for (slip, fault) in [
            (two.replace("V1.1.2", "V1.1.3"), "V1.1.3 is not on the list; nothing is said of V1.1.2"),
            (two.replace("V1.1.2", "V1.1.1 V1.1.2"), "V1.1.1 is of level 1; V1.1.1 is judged 2 times"),
            (two.replace("| 2 |", "| 1 |"), "V1.1.2 is of level 2"),
            (two.replace("not met", "met"), "V1.1.2 names no test and does not say so"),
            (two.replace("| no |", "| |"), "V1.1.2 says neither where nor why"),
            (two.replace('–', "`a.rs: hold`"), "V1.1.2 names a test that is not there: a.rs: hold"),
            (two.replace('–', "`b.rs: holds`"), "V1.1.2 names a test that is not there: b.rs: holds"),
            (two.replace("no |", "`b.rs` |"), "V1.1.2 names a place that is not there: b.rs"),
            (two.replace("no |", "`a.rs: hols` |"), "V1.1.2 names a place that is not there: a.rs: hols"),
        ] {
            assert_eq!(told([one, &slip]), fault, "{slip}");
        }
        assert!(rows("| V1.1.1 | 1 | x | perhaps | y | z |").is_err());
        assert!(rows("| V1.1.1 | 1 | x | met | y |").is_err());
    }
}
