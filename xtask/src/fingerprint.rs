//! Whether something built is still what its sources say.
//!
//! A build is skipped only if the content of every input **and** of every output is what it was
//! right after the last successful build: a changed source, a changed tool and a deleted or
//! touched result all lead to a new build.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::failure::{Result, Trying};
use crate::paths;

/// One thing that is built from inputs into an output.
pub struct Build {
    name: &'static str,
    /// Taken before the build: what is edited meanwhile must lead to another one.
    inputs: String,
    output: PathBuf,
}

impl Build {
    /// `also` is whatever else the result depends on: versions, flags, the compiler.
    pub fn new(name: &'static str, inputs: &[&str], also: &str, output: PathBuf) -> Result<Self> {
        let inputs: Vec<PathBuf> = inputs.iter().map(|path| paths::at(path)).collect();
        Ok(Self { name, inputs: of(&inputs, also)?, output })
    }

    /// Whether the last build still stands.
    pub fn is_current(&self) -> bool {
        self.output.exists()
            && fs::read_to_string(self.stamp()).is_ok_and(|stamp| self.state().is_ok_and(|now| now == stamp))
    }

    /// Notes that the output now is what the inputs say.
    pub fn note(&self) -> Result<()> {
        let stamp = self.stamp();
        if let Some(dir) = stamp.parent() {
            fs::create_dir_all(dir).trying(format_args!("create {}", dir.display()))?;
        }
        fs::write(&stamp, self.state()?).trying(format_args!("write {}", stamp.display()))
    }

    /// Forgets the last build, so that one that breaks off is not taken for finished.
    pub fn forget(&self) {
        let _ = fs::remove_file(self.stamp());
    }

    fn stamp(&self) -> PathBuf {
        paths::scratch("stamps").join(self.name)
    }

    fn state(&self) -> Result<String> {
        Ok(format!("{} {}", self.inputs, of(std::slice::from_ref(&self.output), "")?))
    }
}

/// The fingerprint of files and directories, by name and content.
pub fn of(paths: &[PathBuf], also: &str) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    also.hash(&mut hasher);
    for path in paths {
        hash_path(path, &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash_path(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    path.strip_prefix(paths::root()).unwrap_or(path).hash(hasher);
    if path.is_dir() {
        let mut entries = fs::read_dir(path)
            .and_then(|entries| {
                entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<Vec<_>>>()
            })
            .trying(format_args!("list {}", path.display()))?;
        entries.sort();
        entries.retain(|entry| !is_made(entry));
        entries.len().hash(hasher);
        return entries.iter().try_for_each(|entry| hash_path(entry, hasher));
    }
    match fs::read(path) {
        Ok(content) => content.hash(hasher),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => "absent".hash(hasher),
        Err(error) => return Err(error).trying(format_args!("read {}", path.display())),
    }
    Ok(())
}

/// Things among the sources that are themselves made from sources.
fn is_made(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "generated" || name == "target" || name == "node_modules")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_added_or_renamed_file_shows() {
        let dir = std::env::temp_dir().join(format!("cabut-fingerprint-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let mut seen = Vec::new();
        let mut look = || {
            let now = of(std::slice::from_ref(&dir), "").unwrap();
            let new = !seen.contains(&now);
            seen.push(now);
            new
        };
        assert!(look());
        fs::write(dir.join("a"), "one").unwrap();
        assert!(look());
        assert!(!look(), "nothing changed");
        fs::write(dir.join("a"), "two").unwrap();
        assert!(look());
        fs::rename(dir.join("a"), dir.join("b")).unwrap();
        assert!(look());
        fs::remove_dir_all(dir).unwrap();
    }
}
