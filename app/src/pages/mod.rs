//! A page per file.

mod case;
mod cases;
mod filing;
mod lists;
mod mine;
mod not_found;
mod offices;
mod register;
mod session_ended;
mod sheets;
mod sign_in;
mod sop;
mod start;
mod work;

pub use case::Case;
pub use cases::Cases;
pub use filing::Filing;
pub use mine::Mine;
pub use not_found::NotFound;
pub use offices::Offices;
pub use register::Register;
pub use session_ended::SessionEnded;
pub use sheets::PrintSheet;
pub use sign_in::SignIn;
pub use sop::Sop;
pub use start::Start;
pub use work::Work;
