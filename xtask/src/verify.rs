//! `cargo xtask verify`: checks an office's whole log offline, from the file that its auditor downloaded.
//!
//! The file ends with the newest checkpoint and the office's keys, by the office's own word. Whoever trusts nobody brings
//! the checkpoints that they were mailed, and the key that they wrote down when the log began.

use std::{fs, path::Path};

use workflow::log::{End, Verified, VerifierKey, check_export};

use crate::failure::{Failure, Result, Trying};

const USAGE: &str = "`cargo xtask verify EXPORT [--checkpoint FILE]… [--key KEY]…`";

/// `cargo xtask verify`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    let (mut files, mut checkpoints, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(arg) = args.next().trying(format_args!("find sense in {USAGE}"))? {
        match arg {
            lexopt::Arg::Long("checkpoint") => {
                let file = args.value().trying(format_args!("find the file in {USAGE}"))?;
                checkpoints.push(brought(file.as_ref())?);
            }
            lexopt::Arg::Long("key") => {
                let key = args.value().trying(format_args!("find the key in {USAGE}"))?;
                keys.push(key.to_string_lossy().into_owned());
            }
            lexopt::Arg::Value(file) => files.push(file),
            other => return Err(Failure::new(format!("{} in {USAGE}.", other.unexpected()))),
        }
    }
    let [file] = files.as_slice() else {
        return Err(Failure::new(format!("It takes one export: {USAGE}.")));
    };
    let export = read(file.as_ref())?;
    let (entries, end) = End::split(&export);
    let Some(End { checkpoint, keys: own }) = end else {
        return Err(Failure::new(
            "The export does not end with a checkpoint: it was cut off, or its download was not finished.",
        ));
    };
    let brought = checkpoints.len();
    checkpoints.push(checkpoint);
    let unproven = keys.is_empty();
    if unproven {
        keys = own;
    }
    let parsed = keys.iter().map(|key| VerifierKey::parse(key)).collect::<std::result::Result<Vec<_>, _>>();
    let parsed = parsed.trying("read a key")?;
    let checkpoints: Vec<&str> = checkpoints.iter().map(String::as_str).collect();
    let Verified { entries, chains, root, .. } = check_export(entries, &checkpoints, &parsed)
        .map_err(|fault| Failure::new(format!("This is not the log that was signed ({}). {fault}", fault.code())))?;
    println!("{entries} events on {chains} chains, whole and unchanged; root {root}.");
    println!("It agrees with the checkpoint in the export and with {brought} that were brought.");
    if unproven {
        println!("Nobody but the export itself says that this key is the office's; compare it: {}", keys.join(" "));
    }
    if brought == 0 {
        println!(
            "Whether its newest events were cut off only a checkpoint from elsewhere can tell: --checkpoint FILE."
        );
    }
    Ok(())
}

/// The checkpoint in a file: a signed note alone, or within the mail that brought it.
pub fn brought(file: &Path) -> Result<String> {
    Ok(note(&read(file)?).to_owned())
}

fn read(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file).trying(format_args!("read {}", file.display()))?;
    Ok(text.replace("\r\n", "\n"))
}

/// The signed note in a text: alone in it, or within the mail that brought it.
fn note(text: &str) -> &str {
    let Some(signed) = text.find("\n\n— ") else { return text };
    let start = text[..signed].rfind("\n\n").map_or(0, |blank| blank + 2);
    let signatures = text[signed + 2..].split_inclusive('\n').take_while(|line| line.starts_with("— "));
    &text[start..signed + 2 + signatures.map(str::len).sum::<usize>()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_found_in_its_mail() {
        let whole = "cabut.invalid/madiun\n42\nAAAA\n\n— cabut.invalid/madiun BBBB\n";
        assert_eq!(note(whole), whole);
        assert_eq!(note(&format!("Yth.\n\nSimpan e-mail ini.\n\n{whole}\nKunci:\nhttps://…\n")), whole);
        assert_eq!(note("tidak ada"), "tidak ada");
    }
}
