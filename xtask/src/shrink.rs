//! Short names between a script and its wasm. wasm-bindgen gives each function that crosses between them a long name with a
//! digest in it, which no compression makes small, and every visitor loads it twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::command::Run;
use crate::failure::{Failure, Result, Trying};
use crate::{fingerprint, paths};

/// What is done here: part of the fingerprint of what is built.
pub const SHRINKING: &str = include_str!("shrink.rs");

/// Shortens the names in the one script and the one wasm module of `dist`, minifies the script, and names both files anew by
/// what is in them now, in the page too.
pub fn shrink(dist: &Path, log: &Path) -> Result<()> {
    let (script, wasm) = (the_one(dist, "js")?, the_one(dist, "wasm")?);
    let (printed, cache) = (paths::scratch("names.json"), paths::scratch("names-cache.json"));
    let renaming = Run::new(paths::npm_bin("wasm-opt"))
        // Once more as small as it goes: what the first time left becomes smaller still.
        .args(["--strip-producers", "-Oz", "--low-memory-unused", "--minify-imports-and-exports-and-modules"])
        .arg(&wasm)
        .arg("-o")
        .arg(&wasm);
    if !renaming.into_file(&printed)? {
        return Err(Failure::new(format!("wasm-opt did not rename what {} takes and gives.", wasm.display())));
    }
    let names = Names::parse(&read(&printed)?, &read(&script)?)?;
    fs::write(&cache, names.cache()).trying(format_args!("write {}", cache.display()))?;
    Run::new(paths::npm_bin("esbuild"))
        .arg(&script)
        .args(["--minify", "--format=esm", "--allow-overwrite", "--mangle-quoted"])
        .arg(format!("--mangle-props={}", names.pattern()))
        .arg(format!("--mangle-cache={}", cache.display()))
        .arg(format!("--outfile={}", script.display()))
        .logged(log)?;
    names.must_be_gone(&read(&script)?)?;
    // What wasm-opt writes is not always what browsers take yet.
    Run::new("node").args(["-e", "new WebAssembly.Module(fs.readFileSync(process.argv[1]))"]).arg(&wasm).logged(log)?;
    name_anew(dist, &script, &wasm)
}

/// What the two called by long names, and call by short ones now.
struct Names(BTreeMap<String, String>);

impl Names {
    /// As `wasm-opt` prints them. The script has to give all that the module takes, and takes nothing that it does not give.
    fn parse(printed: &str, script: &str) -> Result<Names> {
        #[derive(Deserialize)]
        struct Printed {
            /// Module, long name, short name.
            imports: Vec<(String, String, String)>,
            /// Long name, short name.
            exports: Vec<(String, String)>,
        }
        let printed: Printed = serde_json::from_str(printed).trying("read the names that wasm-opt gave")?;
        let Printed { imports, exports } = printed;
        let mut exports: BTreeMap<_, _> = exports.into_iter().collect();
        let taken = taken(script);
        if let Some(name) = taken.iter().find(|name| !exports.contains_key(**name)) {
            return Err(Failure::new(format!("The script takes {name} and its wasm module does not give it.")));
        }
        exports.retain(|name, _| taken.contains(name.as_str()));
        // It calls every module so.
        let modules = imports.iter().map(|(module, ..)| (module.clone(), "a".to_owned()));
        let given: BTreeMap<_, _> =
            modules.chain(imports.iter().map(|(_, long, short)| (long.clone(), short.clone()))).collect();
        match given.keys().find(|name| !script.contains(name.as_str())) {
            Some(name) => Err(Failure::new(format!("The wasm module takes {name} and its script does not give it."))),
            None if given.is_empty() || exports.is_empty() => {
                Err(Failure::new("Script and wasm module have no names in common."))
            }
            None => Ok(Names(given.into_iter().chain(exports).collect())),
        }
    }

    /// The same for esbuild.
    fn cache(&self) -> String {
        serde_json::to_string(&self.0).expect("names are text")
    }

    /// Which properties of the script esbuild is to rename.
    fn pattern(&self) -> String {
        let names: Vec<String> = self.0.keys().map(|name| name.replace('.', "\\.")).collect();
        format!("^({})$", names.join("|"))
    }

    /// A long name that is left is one that the module no longer knows.
    fn must_be_gone(&self, script: &str) -> Result<()> {
        match self.0.keys().find(|name| script.contains(name.as_str())) {
            None => Ok(()),
            Some(name) => {
                Err(Failure::new(format!("The script was to call {name} by a short name, and still has it.")))
            }
        }
    }
}

/// What the script takes of what the module gives.
fn taken(script: &str) -> BTreeSet<&str> {
    let is_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    let uses = script.split("wasm.").skip(1);
    uses.filter_map(|rest| rest.split(|sign| !is_name(sign)).next()).filter(|name| !name.is_empty()).collect()
}

/// Trunk took its names from what was in the files before. Browsers keep them for a year, so they have to say what is in them.
fn name_anew(dist: &Path, script: &Path, wasm: &Path) -> Result<()> {
    let stem = |file: &Path| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let old = stem(script);
    let Some((name, _)) = old.rsplit_once('-').filter(|_| stem(wasm) == format!("{old}_bg")) else {
        return Err(Failure::new(format!("{old}.js and {}.wasm are not named alike.", stem(wasm))));
    };
    let new = format!("{name}-{}", fingerprint::of(&[script.to_owned(), wasm.to_owned()], "")?);
    let page = dist.join("index.html");
    let text = read(&page)?;
    if !text.contains(&old) {
        return Err(Failure::new(format!("{} does not name {old}.", page.display())));
    }
    fs::write(&page, text.replace(&old, &new)).trying(format_args!("write {}", page.display()))?;
    for (file, end) in [(script, ".js"), (wasm, "_bg.wasm")] {
        fs::rename(file, dist.join(format!("{new}{end}"))).trying(format_args!("rename {}", file.display()))?;
    }
    Ok(())
}

fn the_one(dist: &Path, kind: &str) -> Result<PathBuf> {
    let files = fs::read_dir(dist).trying(format_args!("list {}", dist.display()))?.flatten();
    let mut files = files.map(|file| file.path()).filter(|file| file.extension().is_some_and(|end| end == kind));
    match (files.next(), files.next()) {
        (Some(file), None) => Ok(file),
        _ => Err(Failure::new(format!("{} has not just one .{kind}.", dist.display()))),
    }
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).trying(format_args!("read {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::Names;

    const PRINTED: &str = r#"{
      "imports": [["./app_bg.js", "__wbg_log_0f1e", "a"], ["./app_bg.js", "__wbindgen_throw", "b"]],
      "exports": [["memory", "c"], ["__wbindgen_start", "d"], ["main", "e"]]
    }"#;

    const SCRIPT: &str = r#"const i = { "./app_bg.js": { __wbg_log_0f1e() {}, __wbindgen_throw() {} } };
      load('app_bg.wasm', i); wasm.memory; wasm.__wbindgen_start();"#;

    fn names() -> Names {
        Names::parse(PRINTED, SCRIPT).expect("both have the same names")
    }

    #[test]
    fn what_both_name_has_a_short_name() {
        let short: Vec<_> = names().0.into_iter().collect();
        let expected = [
            ("./app_bg.js", "a"),
            ("__wbg_log_0f1e", "a"),
            ("__wbindgen_start", "d"),
            ("__wbindgen_throw", "b"),
            ("memory", "c"),
        ];
        assert_eq!(short, expected.map(|(long, short)| (long.to_owned(), short.to_owned())));
    }

    #[test]
    fn properties_of_just_these_names_are_renamed() {
        assert_eq!(names().pattern(), "^(\\./app_bg\\.js|__wbg_log_0f1e|__wbindgen_start|__wbindgen_throw|memory)$");
        assert!(names().cache().contains(r#""__wbg_log_0f1e":"a""#), "{}", names().cache());
    }

    #[test]
    fn a_name_that_only_one_of_them_knows_stops_the_build() {
        for (gone, told) in
            [("throw() {}", "takes __wbindgen_throw and its script"), ("app_bg.js", "takes ./app_bg.js")]
        {
            let failure = Names::parse(PRINTED, &SCRIPT.replace(gone, "")).err().expect("the script does not give it");
            assert!(failure.to_string().contains(told), "{failure}");
        }
        let failure =
            Names::parse(&PRINTED.replace("start", "begin"), SCRIPT).err().expect("the module does not give it");
        assert!(failure.to_string().contains("takes __wbindgen_start and its wasm"), "{failure}");
        names().must_be_gone("i={a:{a(){},b(){}}};w.c;w.d()").expect("none is left");
        names().must_be_gone("i={a:{a(){},b(){}}};w.memory;w.d()").expect_err("one is left");
    }

    #[test]
    fn names_that_are_none_are_not_what_was_meant() {
        assert!(Names::parse(r#"{"imports": [], "exports": []}"#, "").is_err());
        assert!(Names::parse("", SCRIPT).is_err());
    }
}
