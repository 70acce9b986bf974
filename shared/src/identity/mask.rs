//! Who somebody is, shown so that who knows them recognises them and nobody else learns it.

use super::Nip;

/// What stands for what is not shown. Always as long: a name's length says something about it too.
const HIDDEN: &str = "•••";

/// A name with the first letter of each of its words: "S••• W•••" of "Sri Wahyuni". Titles, behind the first comma,
/// are left out.
pub fn masked_name(name: &str) -> String {
    let (name, _) = name.split_once(',').unwrap_or((name, ""));
    let first = |word: &str| word.chars().find(|c| c.is_alphanumeric()).map(|first| format!("{first}{HIDDEN}"));
    let words: Vec<String> = name.split_whitespace().filter_map(first).collect();
    if words.is_empty() { HIDDEN.to_owned() } else { words.join(" ") }
}

/// A civil servant number with its last four digits, which name no date of birth: "••• 1001".
pub fn masked_nip(nip: &Nip) -> String {
    format!("{HIDDEN} {}", &nip.as_str()[Nip::LENGTH - 4..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_name_keeps_first_letters_alone() {
        assert_eq!(masked_name("Sri Wahyuni Contoh, S.STP., M.Si"), "S••• W••• C•••");
        assert_eq!(masked_name("Nur'aini"), "N•••");
        assert_eq!(masked_name("'Aisyah binti  Élan"), "A••• b••• É•••");
        // Nothing but titles, or nothing that is a letter.
        assert_eq!(masked_name(", S.Kom"), "•••");
        assert_eq!(masked_name("– –"), "•••");
    }

    #[test]
    fn a_masked_number_tells_no_birthday() {
        let nip = Nip::parse("198609262015051001").unwrap();
        assert_eq!(masked_nip(&nip), "••• 1001");
    }
}
