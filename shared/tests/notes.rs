//! Notes: what they accept, and that nothing in them is unseen.

use proptest::prelude::*;
use workflow::{
    identity::is_hidden,
    note::{Note, NoteError},
};

#[test]
fn a_note_is_taken_as_it_is_seen() {
    let kept = |text: &str| Note::parse(text).map(|note| note.to_string());
    assert_eq!(kept(" Satu.\r\nDua.\rTiga.\n\tEmpat é 😀 "), Ok("Satu.\nDua.\nTiga.\n\tEmpat é 😀".to_owned()));
    assert_eq!(kept(" \r\n\t"), Err(NoteError::Empty));
    assert_eq!(kept(&"é".repeat(Note::MAX)), Ok("é".repeat(Note::MAX)));
    assert_eq!(kept(&"é".repeat(Note::MAX + 1)), Err(NoteError::TooLong { length: Note::MAX + 1 }));
    for hidden in ['\0', '\u{1b}', '\u{85}', '\u{200b}', '\u{202e}', '\u{2028}', '\u{2066}', '\u{feff}'] {
        assert_eq!(kept(&format!("Tidak {hidden}disetujui")), Err(NoteError::Hidden), "{hidden:?}");
    }
}

/// Texts that people type, and marks that nobody sees among them.
fn text() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        6 => any::<char>(),
        4 => prop::sample::select("aé😀 .\n\r\t".chars().collect::<Vec<_>>()),
        1 => prop::sample::select(vec!['\0', '\u{7f}', '\u{200b}', '\u{200f}', '\u{202e}', '\u{2069}', '\u{feff}']),
    ];
    prop::collection::vec(letter, 0..12).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    /// What is hidden is refused wherever it stands between what is seen; whatever is accepted has nothing but its line
    /// ends and tabs of it, and reads the same again.
    #[test]
    fn nothing_in_a_note_is_unseen(text in text()) {
        let unseen = |c: char| is_hidden(c) && !matches!(c, '\n' | '\t');
        let within = format!("a{text}b");
        let refused = within.chars().any(|c| unseen(c) && c != '\r');
        prop_assert_eq!(Note::parse(&within).err(), refused.then_some(NoteError::Hidden));
        if let Ok(note) = Note::parse(&text) {
            prop_assert!(!note.as_str().contains(unseen));
            prop_assert_eq!(Note::parse(note.as_str()), Ok(note));
        }
    }
}
