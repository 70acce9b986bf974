//! The rules of revoking an electronic signature (pencabutan TTE), shared by the app and the edge.
//!
//! Everything here is pure: time, identity and randomness come in as arguments. What it decides, both
//! sides decide alike: a button the app shows is an act the edge accepts.
//!
//! | room | what is in it |
//! |---|---|
//! | [`procedure`] | a procedure (SOP) as data, read from one TOML file per office and version |
//! | [`case`] | a case as its events: [`case::decide`], [`case::Case::evolve`], [`case::open_acts`], the hash chain |
//! | [`office`] | an office's own affairs: roles, acting officials, its calendar, and its log |
//! | [`log`] | one append-only log per office over all events, which outsiders can check |
//! | [`calendar`] | when an office works, and counting by it |
//! | [`identity`] | NIK, NIP, e-mail, phone, names, letter and ticket numbers: parsed, not checked |
//! | [`reason`] | why a certificate is to be revoked, with its RFC 5280 code |
//! | [`day`] | days in JSON |
//! | [`note`] | bounded text that people write |
//! | [`report`] | what an office's days add up to |
//! | [`told`] | what a case says of itself, in sentences |
//! | [`api`] | what crosses the wire between the app and the edge |

pub mod api;
pub mod calendar;
pub mod case;
pub mod day;
pub mod identity;
pub mod log;
pub mod note;
pub mod office;
pub mod procedure;
pub mod reason;
pub mod report;
pub mod told;
