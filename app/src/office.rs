//! The office in whose pages one is, with its procedure.

use std::sync::Arc;

use leptos::prelude::*;
use workflow::procedure::Procedure;

use crate::routes::{Page, Route};

/// The office of this page. Cheap to clone.
#[derive(Clone)]
pub struct Office(Arc<Procedure>);

impl Office {
    /// The office that keeps this procedure.
    pub fn new(procedure: Arc<Procedure>) -> Office {
        Office(procedure)
    }

    /// The office of this page. Only within pages of an office.
    pub fn expect() -> Office {
        expect_context()
    }

    /// Its procedure in the newest version. A case may follow an older one.
    pub fn procedure(&self) -> Arc<Procedure> {
        self.0.clone()
    }

    /// Its id in addresses.
    pub fn id(&self) -> &str {
        &self.0.office.id
    }

    /// The address of one of its pages.
    pub fn href(&self, page: Page) -> String {
        Route::of(self.id(), page).href()
    }
}
