//! The mails that were sent, as the development build shows them.

use serde::Deserialize;
use workflow::{
    api::MailKind,
    identity::{EmailAddress, TicketNumber},
};

use crate::{product::product, until};

/// A mail that was sent.
#[derive(Clone, Debug, Deserialize)]
pub struct Mail {
    /// What it tells.
    pub kind: MailKind,
    /// To whom.
    pub to: String,
    /// The case that it belongs to.
    pub ticket: Option<TicketNumber>,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

impl Mail {
    /// Whether its text says this, wherever its lines break.
    pub fn says(&self, what: &str) -> bool {
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        one_line(&self.text).contains(&one_line(what))
    }
}

/// The mails to `to` that are there now, newest first.
pub fn now(to: &str, kind: MailKind, ticket: Option<&TicketNumber>) -> Vec<Mail> {
    let kind = serde_json::to_value(kind).expect("a kind is a word");
    let mut path =
        format!("/dev/mailbox.json?to={}&kind={}", to.replace('+', "%2B"), kind.as_str().expect("a kind is a word"));
    if let Some(ticket) = ticket {
        path.push_str(&format!("&ticket={ticket}"));
    }
    product().request("GET", &path).send().ok()
}

/// The newest mail of this kind about this case, once it is there.
///
/// # Panics
/// When it does not come.
#[track_caller]
pub fn about(ticket: &TicketNumber, kind: MailKind, to: &str) -> Mail {
    until(&format!("mail {kind:?} about {ticket} to {to}"), || now(to, kind, Some(ticket)).into_iter().next())
}

/// The code in a mail: eight digits in two groups, on a line of their own.
pub fn code_in(text: &str) -> Option<String> {
    let is_grouped = |line: &&str| {
        let bytes = line.as_bytes();
        bytes.len() == 9
            && bytes.iter().enumerate().all(|(at, byte)| if at == 4 { *byte == b' ' } else { byte.is_ascii_digit() })
    };
    text.lines().map(str::trim).find(is_grouped).map(|line| line.replace(' ', ""))
}

/// The newest sign-in code, once there are `count` mails with one.
///
/// # Panics
/// When they do not come.
pub fn code(to: &EmailAddress, count: usize) -> String {
    let mail = until(&format!("{count} sign-in code(s) to {to}"), || {
        let mails = now(to.as_str(), MailKind::Code, None);
        (mails.len() >= count).then(|| mails.into_iter().next()).flatten()
    });
    code_in(&mail.text).unwrap_or_else(|| panic!("no code in {:?}", mail.text))
}
