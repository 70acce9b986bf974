//! Mail: what it says, how it waits to be sent, and in the development build where it can be read.
//!
//! | file | what is in it |
//! |---|---|
//! | `texts` | every mail's words; pure |
//! | `letter` | a mail in its parts, as text and as HTML |
//! | `outbox` | the rows that wait, their sending and its repetition |
//! | [`daily`] | what an office sends once a day |
//! | `bounce` | notifications that a mail did not arrive |
//! | [`mailbox`] | the local mailbox; only in the development build |
//!
//! A mail is written as a row in the same batch as the act that causes it, so nothing is sent that was not
//! committed, and nothing committed is left unsent.

mod bounce;
pub mod daily;
mod letter;
#[cfg(feature = "dev")]
pub mod mailbox;
mod outbox;
mod texts;

pub use bounce::receive;
pub use letter::escape;
pub use outbox::{again, deliver, drop_reminders, insert, of_case, of_mailbox, opened, readdress, row, sweep};
pub use texts::{
    Facts, appointed, checkpoint, code, corrected, correction, digest, for_event, invited, moved, proof_code, reminder,
    still_stranded,
};
use workflow::{api::MailKind, identity::TicketNumber};

/// A mail that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Names its row in the outbox. Random.
    pub id: String,
    /// The case it belongs to. The sign-in code belongs to none.
    pub ticket: Option<TicketNumber>,
    /// The event that caused it.
    pub seq: Option<u32>,
    /// What it tells.
    pub kind: MailKind,
    /// Of a reminder, which rung of the ladder, from 1; else 0.
    pub rung: u8,
    /// To whom.
    pub to: String,
    /// One line. Never holds a NIK, a name or a code: subjects are shown on locked screens.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}
