//! Values that say who somebody is and what is meant. They are parsed, not checked: a private field and
//! one `parse` each, so whoever holds one holds a right one. Each error has a stable `code` and, as its
//! `Display`, one Indonesian sentence that says what is wrong and what to do.

mod email;
mod letter;
mod mask;
mod name;
mod nik;
mod nip;
mod phone;
mod ticket;

pub use email::{EmailAddress, EmailAddressError};
pub use letter::{LetterNumber, LetterNumberError};
pub use mask::{masked_name, masked_nip};
pub use name::{PersonName, PersonNameError};
pub use nik::{Nik, NikError, NikWarning};
pub use nip::{Nip, NipError};
pub use phone::{PhoneNumber, PhoneNumberError};
pub use ticket::{TicketNumber, TicketNumberError};

/// Gives a parsed text what all of them share: it is shown, sent and read as its text, and reading parses.
macro_rules! text_value {
    ($value:ident, $error:ident) => {
        impl $value {
            /// The value as it is stored and sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $value {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::std::str::FromStr for $value {
            type Err = $error;

            fn from_str(text: &str) -> ::std::result::Result<Self, $error> {
                Self::parse(text)
            }
        }

        impl ::std::convert::TryFrom<String> for $value {
            type Error = $error;

            fn try_from(text: String) -> ::std::result::Result<Self, $error> {
                Self::parse(&text)
            }
        }

        impl ::std::convert::From<$value> for String {
            fn from(value: $value) -> String {
                value.0
            }
        }

        impl ::std::error::Error for $error {}
    };
}
use text_value;

/// The digits of a number that people type with spaces, dots or dashes between them; none where anything
/// else is among them.
fn digits(text: &str) -> Option<String> {
    let typed: String = text.chars().filter(|&c| !is_separator(c)).collect();
    typed.bytes().all(|byte| byte.is_ascii_digit()).then_some(typed)
}

/// What people, and the programs they copy from, put between the digits of a number.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_dash(c) || matches!(c, '.' | '\u{200b}' | '\u{feff}')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}')
}

/// Trimmed, and each run of white space inside made one space.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters that nobody sees: control characters, and marks that turn the direction of writing, with
/// which one text can be shown as another.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
