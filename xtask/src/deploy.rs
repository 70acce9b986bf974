//! `cargo xtask deploy`: the production build, published to Cloudflare.

use std::fs;

use crate::failure::{Failure, Result, Trying};
use crate::{build, paths, server};

/// What stands in `wrangler.toml` until somebody has put the real ones there, and what to do.
const PLACEHOLDERS: [(&str, &str); 2] = [
    (
        "\"00000000",
        "wrangler.toml still has placeholders for the ids of the D1 database and the KV namespace: create both as README.md says, write their ids there, then run this again.",
    ),
    (
        ".test\"",
        "wrangler.toml still has an example's domain in MAIL_FROM or ORIGIN: put your own there as README.md says, then run this again.",
    ),
];

/// `cargo xtask deploy`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    let mut dry = false;
    while let Some(arg) = args.next().trying("read the arguments of `cargo xtask deploy [--dry-run]`")? {
        match arg {
            lexopt::Arg::Long("dry-run") => dry = true,
            other => return Err(Failure::new(format!("{} in `cargo xtask deploy [--dry-run]`.", other.unexpected()))),
        }
    }
    let config = fs::read_to_string(paths::at("wrangler.toml")).trying("read wrangler.toml")?;
    if let Some((_, what)) = PLACEHOLDERS.iter().find(|(placeholder, _)| !dry && config.contains(placeholder)) {
        return Err(Failure::new(*what));
    }
    build::production()?;
    println!();
    if dry {
        let out = paths::scratch("deploy");
        let passed = server::wrangler().args(["deploy", "--dry-run", "--outdir"]).arg(out).shown(|_| ())?;
        return ended(passed, "wrangler would not deploy this; what is wrong stands above.");
    }
    // First the tables, then the code that needs them: migrations only ever add.
    let migrated = server::wrangler().args(["d1", "migrations", "apply", "DB", "--remote"]).shown(|_| ())?;
    ended(migrated, "The migrations were not applied, so nothing was deployed; what is wrong stands above.")?;
    let deployed = server::wrangler().arg("deploy").shown(|_| ())?;
    ended(deployed, "wrangler could not deploy; what is wrong stands above.")
}

fn ended(well: bool, otherwise: &str) -> Result<()> {
    if well { Ok(()) } else { Err(Failure::new(otherwise)) }
}
