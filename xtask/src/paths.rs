//! Where everything lies. All that is built lies under `dist/` (what is served or deployed) or
//! `target/` (everything on the way there); all that is installed once, under the cache.

use std::env;
use std::path::PathBuf;

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ lies in the repository").to_path_buf()
}

/// A path in the repository.
pub fn at(path: &str) -> PathBuf {
    root().join(path)
}

/// The app as it is served: both builds of the Worker serve the same one.
pub fn app_dist() -> PathBuf {
    at("dist/app")
}

/// What belongs to one checkout and can be thrown away: logs, stamps, local state.
pub fn scratch(path: &str) -> PathBuf {
    at("target/cabut").join(path)
}

/// Tools are installed once per version for all checkouts.
pub fn cache() -> PathBuf {
    let given = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    given("CABUT_CACHE")
        .or_else(|| given("XDG_CACHE_HOME").map(|cache| cache.join("cabut")))
        .or_else(|| given("HOME").map(|home| home.join(".cache/cabut")))
        .unwrap_or_else(|| scratch("cache"))
}

/// A program that npm installed.
pub fn npm_bin(name: &str) -> PathBuf {
    at("node_modules/.bin").join(name)
}

/// The first program of this name on `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}
