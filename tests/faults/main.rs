//! What the product promises when something breaks: storage that fails, a handler that panics, a runtime that is killed, a
//! database that is lost; and when two are at the same place at the same moment.

mod backup;
mod keys;
mod killed;
mod pairs;
mod panics;
mod runtime;
mod storage;
