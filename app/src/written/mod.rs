//! Pages of text alone. They are written when the app is built (`prerender`) and need no code in the browser:
//! the app shows them as they are ([`crate::pages::Written`]).

mod offices;
mod receipt;
mod sop;
mod start;

pub use offices::Offices;
pub use receipt::ReceiptCheck;
pub use sop::Sop;
pub use start::Start;
