//! A case is its events. Its state is folded from them ([`Case::evolve`]), the next event is decided on
//! that state ([`decide`]), and what may happen next is asked of the same rules ([`open_acts`]).

mod chain;
mod clock;
mod command;
mod decide;
mod event;
mod permit;
mod refusal;
#[cfg(feature = "offices")]
mod remind;
mod state;
mod timeline;

pub use chain::{Chained, Digest, Fault, SealedEvent, commit, open, seal, verify, verify_chain};
pub use clock::{Run, URGENT, due, rank, runs, times};
pub use command::{Act, Command, Content, Evidence, FileRequest, Form, UnitHead};
pub use decide::{Decided, Known, checklist, decide, file};
pub use event::{
    Acting, ActingKind, Answer, Ask, By, Channel, DocumentId, Event, FilingWay, Handed, Happened, PersonId, Urgency,
};
pub use permit::{ADMINISTRATOR, AUDITOR, OpenAct, Role, SUBSTITUTE, Who, may_read, may_see, open_acts, permit};
pub use refusal::Refusal;
#[cfg(feature = "offices")]
pub use remind::{Reminder, is_urgent, reminders, wakes};
pub use state::{Acted, Case, End, InHand, Misfit, Stage, Status};
pub use timeline::{Row, RowState, Turn, timeline, turn};

/// After so many attempts in vain, contacting the applicant counts as done: the attempts are the result.
pub const CONTACT_ATTEMPTS: u8 = 3;

/// As which paper the outside body's answer is kept: no office asks for it, whoever records the answer adds it.
pub const EVIDENCE: &str = "bukti";
