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
        "wrangler.toml still has an example's domain in MAIL_FROM, ORIGIN or LOG_NAME: put your own there as README.md says, then run this again.",
    ),
];

/// `cargo xtask deploy`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    let usage = "`cargo xtask deploy [--dry-run] [--no-domain]`";
    let (mut dry, mut at_domain) = (false, true);
    while let Some(arg) = args.next().trying(format_args!("read the arguments of {usage}"))? {
        match arg {
            lexopt::Arg::Long("dry-run") => dry = true,
            lexopt::Arg::Long("no-domain") => at_domain = false,
            other => return Err(Failure::new(format!("{} in {usage}.", other.unexpected()))),
        }
    }
    let config = fs::read_to_string(paths::at("wrangler.toml")).trying("read wrangler.toml")?;
    if let Some((_, what)) = PLACEHOLDERS.iter().find(|(placeholder, _)| !dry && config.contains(placeholder)) {
        return Err(Failure::new(*what));
    }
    build::production()?;
    println!();
    // At a domain of its own, the Worker answers under no address of workers.dev: wrangler turns that off by itself then.
    let host = host(&config).filter(|_| at_domain);
    let host = host.map_or_else(Vec::new, |host| vec!["--domain", host]);
    if dry {
        let out = paths::scratch("deploy");
        let run = server::wrangler().arg("deploy").args(&host).args(["--dry-run", "--outdir"]).arg(out);
        let passed = run.shown(|_| ())?;
        return ended(passed, "wrangler would not deploy this; what is wrong stands above.");
    }
    // First the tables, then the code that needs them: migrations only ever add.
    let migrated = server::wrangler().args(["d1", "migrations", "apply", "DB", "--remote"]).shown(|_| ())?;
    ended(migrated, "The migrations were not applied, so nothing was deployed; what is wrong stands above.")?;
    let deployed = server::wrangler().arg("deploy").args(&host).shown(|_| ())?;
    ended(deployed, "wrangler could not deploy; what is wrong stands above.")
}

/// The host under which people reach the service, by `ORIGIN`; none where that is one of workers.dev itself.
fn host(config: &str) -> Option<&str> {
    let origin = config.lines().find_map(|line| line.strip_prefix("ORIGIN = \"https://")?.strip_suffix('"'))?;
    Some(origin).filter(|host| !host.ends_with(".workers.dev"))
}

fn ended(well: bool, otherwise: &str) -> Result<()> {
    if well { Ok(()) } else { Err(Failure::new(otherwise)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_that_of_the_origin() {
        assert_eq!(host("# x\nORIGIN = \"https://cabut.example.test\"\nLOG_NAME = \"x\""), Some("cabut.example.test"));
        assert_eq!(host("ORIGIN = \"https://cabut.office.workers.dev\""), None);
        assert_eq!(host("MAIL_FROM = \"cabut@example.test\""), None);
    }
}
