use std::fmt;

use serde::{Deserialize, Serialize};

use super::text_value;

/// Mailbox of a person: the part of RFC 5321 that is in use. The local part is a dot-atom of at most 64
/// characters; the domain has two labels or more; 254 characters in all. Quoted local parts, comments and
/// address literals are not accepted. The domain is held in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = Email, example = "siti.contoh@madiunkota.go.id"))]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

text_value!(EmailAddress, EmailAddressError);

impl EmailAddress {
    /// How long it may be: what a path of RFC 5321, section 4.5.3.1.3, leaves between its brackets.
    pub const MAX_LENGTH: usize = 254;

    /// Reads what somebody typed. Space around it is dropped, and no other.
    ///
    /// # Errors
    /// [`EmailAddressError`] names what is wrong.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailAddressError::Empty);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailAddressError::NoAt)?;
        if text.len() > Self::MAX_LENGTH || local.len() > 64 {
            return Err(EmailAddressError::TooLong);
        }
        if local.contains('@') {
            return Err(EmailAddressError::SecondAt);
        }
        if text.contains(char::is_whitespace) {
            return Err(EmailAddressError::Space);
        }
        if !local.split('.').all(is_atom) {
            return Err(EmailAddressError::Local);
        }
        let domain = domain.to_ascii_lowercase();
        let top = domain.rsplit_once('.').map_or("", |(_, top)| top);
        // A top-level domain has letters; without this `1.2.3.4` would pass.
        if !domain.split('.').all(is_label) || top.len() < 2 || top.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(EmailAddressError::Domain);
        }
        Ok(EmailAddress(format!("{local}@{domain}")))
    }

    /// What follows the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// By which it is looked up. Mailboxes that differ in case only are one person's everywhere in practice,
    /// although RFC 5321 would tell them apart.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// `atext` of RFC 5322, section 3.2.3.
fn is_atom(atom: &str) -> bool {
    !atom.is_empty() && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte))
}

/// A label of a host name, RFC 1123, section 2.1.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Why a text is not a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailAddressError {
    /// Nothing was typed.
    Empty,
    /// There is no `@`.
    NoAt,
    /// There is more than one `@`.
    SecondAt,
    /// There is a space inside.
    Space,
    /// Longer than a mailbox can be.
    TooLong,
    /// What comes before the `@` cannot be.
    Local,
    /// What comes after the `@` cannot be.
    Domain,
}

impl EmailAddressError {
    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            EmailAddressError::Empty => "email-empty",
            EmailAddressError::NoAt => "email-no-at",
            EmailAddressError::SecondAt => "email-second-at",
            EmailAddressError::Space => "email-space",
            EmailAddressError::TooLong => "email-too-long",
            EmailAddressError::Local => "email-local",
            EmailAddressError::Domain => "email-domain",
        }
    }
}

impl fmt::Display for EmailAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EmailAddressError::Empty => "Isi alamat e-mail, misalnya nama@contoh.go.id.",
            EmailAddressError::NoAt => "Alamat e-mail harus memuat tanda @, misalnya nama@contoh.go.id.",
            EmailAddressError::SecondAt => "Alamat e-mail hanya memuat satu tanda @; isi satu alamat saja.",
            EmailAddressError::Space => "Alamat e-mail tidak memuat spasi; hapus spasi di dalamnya.",
            EmailAddressError::TooLong => "Alamat e-mail terlalu panjang; periksa kembali.",
            EmailAddressError::Local => "Bagian sebelum tanda @ tidak benar; periksa titik dan tanda lain di dalamnya.",
            EmailAddressError::Domain => "Bagian setelah tanda @ tidak benar; isi seperti contoh.go.id.",
        })
    }
}
