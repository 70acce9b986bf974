//! `cargo xtask size`: what a first visit and a deployment weigh, file by file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::build::{self, Flavour};
use crate::command::Run;
use crate::failure::{Failure, Result, Trying};
use crate::paths;

/// `cargo xtask size`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    let mut json = false;
    while let Some(arg) = args.next().trying("read the arguments of `cargo xtask size [--json]`")? {
        match arg {
            lexopt::Arg::Long("json") => json = true,
            other => return Err(Failure::new(format!("{} in `cargo xtask size [--json]`.", other.unexpected()))),
        }
    }
    if !paths::app_dist().exists() || !Flavour::Production.dist().exists() {
        build::production()?;
        println!();
    }
    let sizes = measure()?;
    if json {
        println!("{}", sizes.json());
    } else {
        sizes.print();
    }
    Ok(())
}

/// Measures what is built and leaves it in `target/size.json` for the tests.
pub fn measure() -> Result<Sizes> {
    let app = weigh(&paths::app_dist())?;
    let mut pages = BTreeMap::new();
    for page in app.keys().filter(|name| name.ends_with(".html")) {
        pages.insert(page.clone(), loaded_by(page, &app)?);
    }
    let worker = weigh(&Flavour::Production.dist())?;
    let sizes = Sizes { app, pages, worker };
    let file = paths::at("target/size.json");
    fs::write(&file, sizes.json()).trying(format_args!("write {}", file.display()))?;
    Ok(sizes)
}

/// For what follows a filed request: it starts the app with all its pages, and only who is signed in gets it.
fn is_rest(page: &str) -> bool {
    page.ends_with("/app.html")
}

/// The bytes of one file.
#[derive(Clone, Copy)]
struct Weight {
    raw: u64,
    brotli: u64,
    gzip: u64,
}

/// Everything that was measured.
pub struct Sizes {
    app: BTreeMap<String, Weight>,
    /// Each page with the files that a browser loads for it, itself first.
    pages: BTreeMap<String, Vec<String>>,
    worker: BTreeMap<String, Weight>,
}

impl Sizes {
    /// The heaviest page that an applicant may come to first.
    fn first_visit(&self) -> (&str, u64) {
        let first = self.pages.iter().filter(|(page, _)| !is_rest(page));
        let weights = first.map(|(page, files)| (page.as_str(), self.brotli_of(files)));
        weights.max_by_key(|(_, brotli)| *brotli).unwrap_or_default()
    }

    fn brotli_of(&self, files: &[String]) -> u64 {
        files.iter().filter_map(|file| self.app.get(file)).map(|weight| weight.brotli).sum()
    }

    fn worker_wasm_gzip(&self) -> u64 {
        self.worker.iter().filter(|(name, _)| name.ends_with(".wasm")).map(|(_, weight)| weight.gzip).sum()
    }

    fn print(&self) {
        let (page, _) = self.first_visit();
        println!("First visit, by its heaviest page ({page}), in bytes\n");
        self.print_page(page);
        for page in self.pages.keys().filter(|page| is_rest(page)).take(1) {
            println!("Straight to a request that is under way ({page}), in bytes\n");
            self.print_page(page);
        }
        println!("Worker, in bytes\n");
        println!("{:>10} {:>10}", "raw", "gzip");
        for (name, weight) in self.worker.iter().filter(|(name, _)| name.ends_with(".wasm") || *name == "index.js") {
            println!("{:>10} {:>10}  {name}", weight.raw, weight.gzip);
        }
    }

    fn print_page(&self, page: &str) {
        let files = self.pages.get(page).map(Vec::as_slice).unwrap_or_default();
        println!("{:>10} {:>10}", "raw", "brotli");
        for file in files {
            let weight = self.app[file];
            println!("{:>10} {:>10}  {file}", weight.raw, weight.brotli);
        }
        println!("{:>10} {:>10}  in all\n", "", self.brotli_of(files));
    }

    fn json(&self) -> String {
        let file = |name: &String, weight: &Weight| {
            format!(
                "{{ \"file\": \"{name}\", \"raw\": {}, \"brotli\": {}, \"gzip\": {} }}",
                weight.raw, weight.brotli, weight.gzip
            )
        };
        let pages = self.pages.iter().map(|(page, files)| {
            let list = files.iter().map(|name| file(name, &self.app[name])).collect::<Vec<_>>().join(",\n      ");
            let total = self.brotli_of(files);
            format!("    {{ \"page\": \"{page}\", \"brotli\": {total}, \"files\": [\n      {list}\n    ] }}")
        });
        let worker = self.worker.iter().map(|(name, weight)| format!("    {}", file(name, weight)));
        format!(
            "{{\n  \"first_visit_brotli\": {},\n  \"worker_wasm_gzip\": {},\n  \"pages\": [\n{}\n  ],\n  \"worker\": [\n{}\n  ]\n}}\n",
            self.first_visit().1,
            self.worker_wasm_gzip(),
            pages.collect::<Vec<_>>().join(",\n"),
            worker.collect::<Vec<_>>().join(",\n"),
        )
    }
}

/// Whatever a page names, and whatever that names in turn: a browser loads all of it.
fn loaded_by(page: &str, all: &BTreeMap<String, Weight>) -> Result<Vec<String>> {
    let mut loaded = vec![page.to_owned()];
    let mut next = 0;
    while let Some(name) = loaded.get(next).cloned() {
        next += 1;
        if !["html", "css", "js"].iter().any(|kind| name.ends_with(kind)) {
            continue;
        }
        let file = paths::app_dist().join(&name);
        let text = fs::read_to_string(&file).trying(format_args!("read {}", file.display()))?;
        let named = |other: &&String| {
            let own_name = other.rsplit('/').next().unwrap_or(other);
            // `_headers` is for the server.
            !other.ends_with(".html") && !other.starts_with('_') && !loaded.contains(other) && text.contains(own_name)
        };
        let found: Vec<String> = all.keys().filter(named).cloned().collect();
        loaded.extend(found);
    }
    Ok(loaded)
}

/// Node.js is there for the npm tools and knows both compressions. What the build compressed weighs what that is.
const WEIGH: &str = r#"
const fs = require("node:fs"), path = require("node:path"), zlib = require("node:zlib");
const [dir, quality] = process.argv.slice(1);
const walk = (at) => fs.readdirSync(at, { withFileTypes: true }).forEach((entry) => {
  const file = path.join(at, entry.name);
  if (entry.isDirectory()) return walk(file);
  if (file.endsWith(".br")) return;
  const bytes = fs.readFileSync(file), packed = `${file}.br`;
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: Number(quality) };
  const brotli = fs.existsSync(packed) ? fs.readFileSync(packed) : zlib.brotliCompressSync(bytes, { params });
  const sizes = [bytes, brotli, zlib.gzipSync(bytes, { level: 9 })];
  console.log(sizes.map((each) => each.length).join(" "), path.relative(dir, file));
});
walk(dir);
"#;

/// The quality that the local runtime compresses everything else with; the edge is not better than that.
const BROTLI_QUALITY: &str = "5";

fn weigh(dir: &Path) -> Result<BTreeMap<String, Weight>> {
    let lines = Run::new("node").args(["-e", WEIGH]).arg(dir).arg(BROTLI_QUALITY).answer();
    let lines =
        lines.ok_or_else(|| Failure::new(format!("Could not measure the files in {} with Node.js.", dir.display())))?;
    let weight = |line: &str| {
        let mut parts = line.splitn(4, ' ');
        let mut number = || parts.next()?.parse().ok();
        let weight = Weight { raw: number()?, brotli: number()?, gzip: number()? };
        Some((parts.next()?.to_owned(), weight))
    };
    Ok(lines.lines().filter_map(weight).collect())
}
