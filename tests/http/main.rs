//! The product over HTTP. Each file is one part of what it promises; each test says one sentence of it.

mod affairs;
mod assets;
mod at_once;
mod clocks;
mod counts;
mod documents;
mod exits;
mod filing;
mod lists;
mod mails;
mod matrix;
mod offices;
mod openapi;
mod problems;
mod procedures;
mod reminders;
mod reports;
mod sessions;
mod shell;
mod unattended;
