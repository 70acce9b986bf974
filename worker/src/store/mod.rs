//! The SQL, one module for each aggregate. Nothing here decides anything.

pub mod affairs;
pub mod cases;
pub mod documents;
pub mod lists;
pub mod people;
pub mod sessions;
pub mod tallies;
