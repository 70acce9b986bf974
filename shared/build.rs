//! Embeds every file under `procedures/`, so that a new office is a new file and no code.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=procedures");
    println!("cargo::rerun-if-changed=build.rs");

    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("procedures");
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().ok_or("a file has a name")?.to_string_lossy().into_owned();
            files.push((name, path));
        }
    }
    // The order in which a disk lists its files must not change the build.
    files.sort();

    let mut code = String::from("/// Name and text of every procedure file.\npub const FILES: &[(&str, &str)] = &[\n");
    for (name, path) in &files {
        println!("cargo::rerun-if-changed={}", path.display());
        writeln!(code, "    ({name:?}, include_str!({:?})),", path.to_string_lossy())?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("procedures.rs"), code)?;
    Ok(())
}
