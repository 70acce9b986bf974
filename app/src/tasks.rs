//! Work in short tasks: between them the browser paints, and answers whoever scrolls or presses something. On a slow phone the
//! app as one piece would keep it from that for half a second.

use std::{cell::Cell, time::Duration};

use leptos::prelude::*;

thread_local! {
    /// How many tasks have been asked for and not been done.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

/// Does it in a task of its own, after those that were asked for before.
pub fn later(work: impl FnOnce() + 'static) {
    LEFT.set(LEFT.get() + 1);
    let done = || LEFT.set(LEFT.get() - 1);
    let work = move || {
        work();
        // Before it counts as done, it has been drawn, and what that asks for counts.
        set_timeout(done, Duration::ZERO);
    };
    set_timeout(work, Duration::ZERO);
}

/// Does it once there is nothing left to do.
pub fn at_last(work: impl FnOnce() + 'static) {
    let is_last = move || if LEFT.get() == 0 { work() } else { at_last(work) };
    set_timeout(is_last, Duration::ZERO);
}

/// Whose turn has come, in a task of its own. Copy it freely.
#[derive(Clone, Copy)]
pub struct Turn(RwSignal<bool>);

impl Turn {
    /// After those that were asked for before.
    pub fn next() -> Turn {
        let come = RwSignal::new(false);
        later(move || {
            // Who has left the page wants it no more.
            come.try_set(true);
        });
        Turn(come)
    }

    /// A part of a page: nothing until its turn, then there for good, and drawn anew at once with what it stands in.
    pub fn shows(self, part: impl Fn() -> AnyView + Send + 'static) -> AnyView {
        (move || self.0.get().then(&part)).into_any()
    }
}
