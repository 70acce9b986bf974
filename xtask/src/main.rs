//! `cargo xtask <verb>`: everything that a person or CI runs on this project.

mod admin;
mod asvs;
mod backup;
mod bench;
mod browser;
mod build;
mod children;
mod command;
mod database;
mod deploy;
mod dev;
mod door;
mod failure;
mod fingerprint;
mod http;
mod paths;
mod person;
mod rebuild;
mod rekey;
mod roles;
mod secrets;
mod seed;
mod server;
mod setup;
mod shrink;
mod size;
mod steps;
mod test;
mod toolchain;
mod tools;
mod verify;

use std::process::ExitCode;

use failure::Result;

type Verb = fn(lexopt::Parser) -> Result<()>;

const VERBS: [(&str, Verb, &str); 15] = [
    ("dev", dev::run, "[--port N] [--reset]  set up, build and serve everything at http://localhost:8787"),
    ("test", test::run, "[--only PART]… [-- FILTER]  run every check and test (--list names the parts)"),
    ("build", build::run, "the production build, in dist/"),
    ("size", size::run, "[--json]  the bytes of a first visit and of the Worker, file by file"),
    ("rebuild", rebuild::run, "[--remote | --port N]  make what days and months add up to anew from the events"),
    (
        "bench",
        bench::run,
        "[--only PART]  speed beside a peer and at a million cases, bytes of a visit, Lighthouse; some minutes",
    ),
    ("deploy", deploy::run, "[--dry-run] [--no-domain]  build, then publish to Cloudflare"),
    (
        "admin",
        admin::run,
        "OFFICE E-MAIL NAME [--nip NIP] [--remote --secrets FILE | --port N]  name an office's first administrator",
    ),
    (
        "person",
        person::run,
        "E-MAIL [--mailbox NEW | --lock | --unlock] [--remote --secrets FILE | --port N]  whose a mailbox is; change it; lock them out",
    ),
    (
        "rekey",
        rekey::run,
        "--secrets FILE --new FILE [--remote | --port N]  have mailboxes and NIKs found by another LOOKUP_KEY",
    ),
    ("backup", backup::backup, "FOLDER [--remote | --port N]  all that the service knows, into a folder"),
    (
        "restore",
        backup::restore,
        "FOLDER [--over] [--checkpoint FILE]… [--key KEY]… [--remote | --port N]  back from it, and checked",
    ),
    ("verify", verify::run, "EXPORT [--checkpoint FILE]… [--key KEY]…  check an office's whole log offline"),
    ("asvs", asvs::run, "[--write]  hold docs/asvs.md against the standard's list and the repository, and count it"),
    ("setup", setup::run, "only install what is missing"),
];

fn main() -> ExitCode {
    let mut args = lexopt::Parser::from_env();
    let name = args.value().ok().and_then(|name| name.into_string().ok()).unwrap_or_default();
    let Some((_, verb, _)) = VERBS.iter().find(|(verb, ..)| *verb == name) else {
        println!("cargo xtask <verb>\n");
        for (name, _, help) in VERBS {
            println!("  {name:7} {help}");
        }
        let asked = matches!(name.as_str(), "" | "help" | "--help" | "-h");
        return if asked { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    match children::end_with_us().and_then(|()| verb(args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}
