//! By which calendars an office's time is counted.

use std::sync::LazyLock;

use workflow::{
    calendar::{Calendars, national},
    procedure::Zone,
};

/// The calendars of an office in this zone.
pub fn calendars(zone: Zone) -> &'static Calendars {
    static ALL: LazyLock<[Calendars; 3]> = LazyLock::new(|| {
        [Zone::Wib, Zone::Wita, Zone::Wit]
            .map(|zone| Calendars::new(&national(zone)).expect("the tests of `workflow` check the national calendar"))
    });
    &ALL[zone as usize]
}
