//! The SQL, one module for each aggregate. Nothing here decides anything.

pub mod affairs;
pub mod cases;
pub mod documents;
pub mod lists;
pub mod log;
pub mod people;
pub mod readings;
pub mod sessions;
pub mod tallies;
