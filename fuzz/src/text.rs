//! What people type: identity values and notes.

use std::fmt::{Debug, Display};

use serde::{Serialize, de::DeserializeOwned};
use workflow::{
    identity::{
        EmailAddress, LetterNumber, Nik, Nip, PersonName, PhoneNumber, TicketNumber, is_hidden, masked_name, masked_nip,
    },
    note::Note,
};

/// A value that was read reads the same from what it prints, on paper and in JSON, and shows all that it is.
pub fn identity(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let (nik, nip) = (holds(text, Nik::parse), holds(text, Nip::parse));
    let others = [
        holds(text, EmailAddress::parse).is_some(),
        holds(text, LetterNumber::parse).is_some(),
        holds(text, PhoneNumber::parse).is_some(),
        holds(text, TicketNumber::parse).is_some(),
        holds(text, PersonName::parse).is_some(),
    ];
    if let Some(nik) = &nik {
        assert!(nik.as_str().len() == 16 && nik.as_str().bytes().all(|byte| byte.is_ascii_digit()));
        let _ = nik.warning();
    }
    if let Some(nip) = &nip {
        assert!(nip.as_str().len() == 18 && nip.as_str().bytes().all(|byte| byte.is_ascii_digit()));
        assert!(!masked_nip(nip).contains(nip.as_str()));
        let _ = nip.birth();
    }
    let _ = masked_name(text);
    nik.is_some() || nip.is_some() || others.contains(&true)
}

fn holds<T, E>(text: &str, parse: impl Fn(&str) -> Result<T, E>) -> Option<T>
where
    T: Clone + Debug + Display + PartialEq + Serialize + DeserializeOwned,
    E: Debug,
{
    let value = parse(text).ok()?;
    let printed = value.to_string();
    assert_eq!(parse(&printed).expect("it was printed by itself"), value);
    assert!(!printed.chars().any(is_hidden), "{printed:?} holds what nobody sees");
    assert_eq!(printed.trim(), printed);
    let json = serde_json::to_string(&value).expect("a text");
    assert_eq!(serde_json::from_str::<T>(&json).expect("it was written by itself"), value);
    Some(value)
}

pub fn identity_seeds() -> Vec<Vec<u8>> {
    [
        "sri.wahyuni@madiunkota.go.id",
        "Sri+pencabutan@Dinkes.Madiunkota.go.id",
        "3515144508680002",
        "35 1514 450868 0002",
        "198609262015051001",
        "19860926 201505 1 001",
        "199001012025212001",
        "0812 3456 7890",
        "+62 812-3456-7890",
        "MDN-7K3F-9QXH",
        "mdn 7k3f 9qxh",
        "Sri Wahyuni, S.STP., M.Si",
        "Muhammad \u{2018}Ali\u{2019} d'Contoh",
        "800/15/2026",
        "R-99/BSrE/I/2026",
        "\u{200b}\u{202e}\u{feff}",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// A note is neither empty nor long, breaks into lines one way only, shows all that it is, and reads the same again.
pub fn note(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let Ok(note) = Note::parse(text) else { return false };
    let kept = note.as_str();
    assert!((1..=Note::MAX).contains(&kept.chars().count()));
    assert!(!kept.contains(|c| is_hidden(c) && !matches!(c, '\n' | '\t')), "{kept:?}");
    assert_eq!(Note::parse(kept).as_ref(), Ok(&note));
    let json = serde_json::to_string(&note).expect("a text");
    assert_eq!(serde_json::from_str::<Note>(&json).expect("it was written by itself"), note);
    true
}

pub fn note_seeds() -> Vec<Vec<u8>> {
    let long = "huruf ".repeat(400);
    ["Mohon diproses.", "Satu.\r\nDua.\rTiga.\n\tEmpat.", " \u{a0}é 😀 ", "\u{202e}\u{0}\u{1b}[31m", &long]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
}
