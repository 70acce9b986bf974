//! A text with its signatures, as C2SP signed-note lays it down (<https://c2sp.org/signed-note>), with Ed25519 alone:
//!
//! ```text
//! example.com/log
//! 3
//! rrb8/idLcKFPsGfl5VeCZNsPqbUa9eC6FZFY8yngbnc=
//!
//! — example.com/log base64(4 bytes of key id ‖ 64 bytes of signature)
//! ```
//!
//! The signature is over the text with its last newline, without the blank line.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature as Ed25519, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// The type of signature that stands before a public key: Ed25519 as the note's specification uses it.
const ED25519: u8 = 1;

/// As many signatures as a note may carry; as many every reader has to take.
pub const MOST_SIGNATURES: usize = 16;

/// A text that somebody signed. Reading one checks its form; only [`SignedNote::open`] checks who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<Signature>,
}

/// A signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The key's name.
    pub name: String,
    /// The key's id.
    pub id: [u8; 4],
    /// What the key made of the text.
    pub bytes: Vec<u8>,
}

impl SignedNote {
    /// Signs a text, which ends in a newline.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] when the text does not end in a newline or has other control characters in it.
    pub fn sign(text: &str, signer: &Signer) -> Result<SignedNote, NoteError> {
        let bytes = signer.key.sign(text.as_bytes()).to_bytes().to_vec();
        let signature = Signature { name: signer.name.clone(), id: signer.verifier_key().id(), bytes };
        SignedNote::of(text, vec![signature])
    }

    /// Puts a text and its signatures together again.
    pub(super) fn of(text: &str, signatures: Vec<Signature>) -> Result<SignedNote, NoteError> {
        if !text.ends_with('\n') || text.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::Malformed);
        }
        Ok(SignedNote { text: text.to_owned(), signatures })
    }

    /// Reads a note to its last byte.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] or [`NoteError::TooManySignatures`].
    pub fn parse(note: &str) -> Result<SignedNote, NoteError> {
        // The text may hold empty lines; the last one ends it.
        let blank = note.rfind("\n\n").ok_or(NoteError::Malformed)?;
        let (text, signatures) = (&note[..=blank], &note[blank + 2..]);
        let lines = signatures.strip_suffix('\n').ok_or(NoteError::Malformed)?;
        if lines.split('\n').count() > MOST_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let signatures = lines.split('\n').map(Signature::parse).collect::<Option<_>>().ok_or(NoteError::Malformed)?;
        SignedNote::of(text, signatures)
    }

    /// The text, unchecked. To be believed only after [`SignedNote::open`].
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, unchecked.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Checks every signature of a known key, passes over those of others, and says which keys signed.
    ///
    /// # Errors
    /// [`NoteError::WrongSignature`] when one of a known key does not hold, [`NoteError::UnknownSigner`] when none of
    /// them signed.
    pub fn open<'a>(&self, keys: &'a [VerifierKey]) -> Result<Vec<&'a VerifierKey>, NoteError> {
        let mut signed = Vec::new();
        for signature in &self.signatures {
            let known = keys.iter().find(|key| key.name == signature.name && key.id() == signature.id);
            let Some(key) = known else { continue };
            if !key.verify(&self.text, &signature.bytes) {
                return Err(NoteError::WrongSignature);
            }
            signed.push(key);
        }
        if signed.is_empty() { Err(NoteError::UnknownSigner) } else { Ok(signed) }
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for Signature { name, id, bytes } in &self.signatures {
            writeln!(f, "— {name} {}", STANDARD.encode([id, &bytes[..]].concat()))?;
        }
        Ok(())
    }
}

impl Signature {
    fn parse(line: &str) -> Option<Signature> {
        let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
        let decoded = STANDARD.decode(encoded).ok()?;
        let (id, bytes) = decoded.split_first_chunk()?;
        (is_name(name) && !bytes.is_empty()).then(|| Signature {
            name: name.to_owned(),
            id: *id,
            bytes: bytes.to_vec(),
        })
    }
}

/// Whether this can name a key: something, and neither space nor plus nor control character in it.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

/// With what a log signs. Holds the secret and shows it nowhere.
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl Signer {
    /// The key of this name that comes from 32 secret random bytes (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// [`KeyError::Form`] when the name is empty or has a space, a plus or a control character in it.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Signer, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Form);
        }
        Ok(Signer { name: name.to_owned(), key: SigningKey::from_bytes(seed) })
    }

    /// What is published, so that everybody can check.
    pub fn verifier_key(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), key: self.key.verifying_key() }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.name)
    }
}

/// A published key: `name+id+base64(0x01 ‖ public key)`, where the id is the first 4 bytes of
/// SHA-256(name ‖ 0x0a ‖ 0x01 ‖ public key), in lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: VerifyingKey,
}

impl VerifierKey {
    /// Reads a published key.
    ///
    /// # Errors
    /// [`KeyError`] says what it lacks.
    pub fn parse(text: &str) -> Result<VerifierKey, KeyError> {
        // A public key in base64 can have a plus of its own, a name and an id cannot.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form);
        };
        let decoded = STANDARD.decode(encoded).map_err(|_| KeyError::Form)?;
        let (&kind, public) = decoded.split_first().ok_or(KeyError::Form)?;
        if !is_name(name) {
            return Err(KeyError::Form);
        }
        if kind != ED25519 {
            return Err(KeyError::OtherKind);
        }
        let public = public.try_into().map_err(|_| KeyError::Form)?;
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyError::Weak)?;
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        let key = VerifierKey { name: name.to_owned(), key };
        if key.to_string() == text { Ok(key) } else { Err(KeyError::Id { written: id.to_owned() }) }
    }

    /// The key's name: the origin of the log that it signs for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Tells keys of one name apart. Says nothing of whose they are.
    pub fn id(&self) -> [u8; 4] {
        let sha =
            Sha256::new().chain_update(&self.name).chain_update([b'\n', ED25519]).chain_update(self.key.as_bytes());
        let hash: [u8; 32] = sha.finalize().into();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    fn verify(&self, text: &str, signature: &[u8]) -> bool {
        let signature = Ed25519::from_slice(signature);
        signature.is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let public = [&[ED25519], &self.key.as_bytes()[..]].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), STANDARD.encode(public))
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        VerifierKey::parse(text)
    }
}

/// Why a note is not believed. `Display` is an Indonesian sentence for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteError {
    /// It has not the form of a signed note.
    Malformed,
    /// It has more than [`MOST_SIGNATURES`].
    TooManySignatures,
    /// None of the known keys signed it.
    UnknownSigner,
    /// A known key's signature does not belong to this text.
    WrongSignature,
}

impl NoteError {
    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            NoteError::Malformed => "note-malformed",
            NoteError::TooManySignatures => "note-signatures",
            NoteError::UnknownSigner => "note-unknown-signer",
            NoteError::WrongSignature => "note-wrong-signature",
        }
    }
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoteError::Malformed => "Pernyataan bertanda tangan ini rusak atau terpotong.",
            NoteError::TooManySignatures => "Pernyataan ini membawa terlalu banyak tanda tangan.",
            NoteError::UnknownSigner => "Pernyataan ini tidak ditandatangani dengan kunci yang diterbitkan.",
            NoteError::WrongSignature => "Tanda tangan tidak cocok: isinya bukan yang dulu ditandatangani.",
        })
    }
}

impl std::error::Error for NoteError {}

/// Why a text is not a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// It has not the form of one.
    Form,
    /// It is of another kind than Ed25519.
    OtherKind,
    /// It is no point of the curve, or one under which a signature fits more than one text.
    Weak,
    /// Its id is not that of its name and key.
    Id {
        /// The one that is written.
        written: String,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::Form => f.write_str("Kunci harus berbentuk nama+id+base64."),
            KeyError::OtherKind => f.write_str("Kunci ini bukan kunci Ed25519."),
            KeyError::Weak => f.write_str("Kunci Ed25519 ini tidak sah."),
            KeyError::Id { written } => write!(f, "Id kunci {written} tidak cocok dengan nama dan kuncinya."),
        }
    }
}

impl std::error::Error for KeyError {}
