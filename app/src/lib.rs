//! What people see. It holds no rule of its own: it asks `workflow` what this person may do, and sends commands.
//!
//! | room | what is in it |
//! |---|---|
//! | [`routes`] | one table of all pages and their addresses |
//! | [`app`] | the frame around every page: office, session, page of the route |
//! | [`pages`] | a page per file |
//! | `written` | pages of text alone, rendered when the app is built |
//! | [`components`] | what pages are made of; they know nothing of pages |
//! | [`api`] | one function for each operation of the edge |
//! | [`session`], [`office`] | who is signed in, and by which procedure |
//! | [`navigation`], [`browser`] | addresses, focus, title; the little that is asked of the browser directly |
//! | [`check`] | a small app of its own that checks receipts |
//! | [`draft`], [`photo`] | what was typed for a filing and not yet sent; pictures made small enough to send |
//! | [`sending`], [`kept`], [`left`] | until there is an answer; what lies on the device meanwhile; what was left without one |
//! | [`json`] | reads what the edge sends |
//! | [`tasks`] | what takes long, in short tasks |
//! | [`words`] | dates, durations and sizes in Indonesian |

pub mod api;
pub mod app;
pub mod browser;
pub mod check;
pub mod components;
pub mod draft;
pub mod json;
pub mod kept;
pub mod left;
pub mod navigation;
pub mod office;
pub mod pages;
pub mod photo;
pub mod routes;
pub mod sending;
pub mod session;
pub mod tasks;
pub mod words;
#[cfg(not(target_arch = "wasm32"))]
pub mod written;
