//! The office files under `procedures/`, embedded by `build.rs` and parsed once.

use std::sync::OnceLock;

use super::Procedure;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/procedures.rs"));
}

/// Every procedure that this build knows, in all its versions.
#[derive(Debug)]
pub struct Offices {
    // Sorted by office, then by version.
    all: Vec<Procedure>,
}

/// The embedded procedures, parsed on the first call.
pub fn offices() -> &'static Offices {
    static OFFICES: OnceLock<Offices> = OnceLock::new();
    OFFICES.get_or_init(|| {
        let mut all: Vec<Procedure> = embedded::FILES
            .iter()
            .map(|(file, text)| {
                Procedure::parse(file, text).expect(
                    "tests/procedures.rs parses every embedded file, so a build that passed holds only valid ones",
                )
            })
            .collect();
        all.sort_by(|a, b| (&a.office.id, a.version).cmp(&(&b.office.id, b.version)));
        Offices { all }
    })
}

impl Offices {
    /// The newest version of the office's procedure; none where the office is not known.
    pub fn current(&self, office: &str) -> Option<&Procedure> {
        self.all.iter().rfind(|procedure| procedure.office.id == office)
    }

    /// The version that a case was filed under.
    pub fn version(&self, office: &str, version: u32) -> Option<&Procedure> {
        self.all.iter().find(|procedure| procedure.office.id == office && procedure.version == version)
    }

    /// The newest version of each office's procedure, in the order of the office ids.
    pub fn iter(&self) -> impl Iterator<Item = &Procedure> {
        self.all.chunk_by(|a, b| a.office.id == b.office.id).filter_map(<[Procedure]>::last)
    }
}
