//! What a document is called: as its file is on the person's device, where browsers tell it without its folder.

use http::HeaderMap;
use percent_encoding::percent_decode_str;
use workflow::identity::is_hidden;

use crate::problem::{Code, Problem};

/// The longest name, in characters.
const MOST: usize = 120;

/// The name from `X-File-Name`.
///
/// # Errors
/// When it is none, has folders in it, or characters that nobody sees: with which one name is shown as another. The
/// sentence then tells the name that would do.
pub fn read(headers: &HeaderMap) -> Result<String, Problem> {
    let value = headers.get("x-file-name").and_then(|value| value.to_str().ok()).ok_or(Code::DocumentName)?;
    let name = percent_decode_str(value).decode_utf8().map_err(|_| Code::DocumentName)?;
    check(&name).map_err(|(code, better)| match better {
        Some(better) => Problem::from(code).with_added(format!("Nama yang dapat dipakai: “{better}”.")),
        None => Problem::from(code),
    })?;
    Ok(name.trim().to_owned())
}

/// Whether a file may be called so. If not, why; and how it may, where something is left.
fn check(name: &str) -> Result<(), (Code, Option<String>)> {
    let better = || {
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let seen: String = last.chars().filter(|&c| !is_hidden(c)).collect();
        is_usable(&seen).then(|| seen.trim().to_owned())
    };
    if name.contains(['/', '\\']) {
        Err((Code::DocumentNamePath, better()))
    } else if name.contains(is_hidden) {
        Err((Code::DocumentNameHidden, better()))
    } else if is_usable(name) {
        Ok(())
    } else {
        Err((Code::DocumentName, None))
    }
}

fn is_usable(name: &str) -> bool {
    let name = name.trim();
    !name.is_empty() && name.chars().any(|c| c != '.') && name.chars().count() <= MOST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_devices_give_them_are_kept() {
        for name in [
            "KTP Siti.jpg",
            "IMG_20260102_030405.jpg",
            "Surat (2).pdf",
            "Pernyataan é.pdf",
            "..pdf",
            "KTP \u{1f600}.png",
        ] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        assert_eq!(check(&"x".repeat(120)), Ok(()));
    }

    #[test]
    fn a_name_with_folders_or_with_what_nobody_sees_is_refused_and_a_better_one_told() {
        let told = |name: &str| check(name).expect_err("it is refused");
        let better = |name: &str| Some(name.to_owned());
        assert_eq!(told("C:\\fakepath\\KTP Siti.jpg"), (Code::DocumentNamePath, better("KTP Siti.jpg")));
        assert_eq!(told("../../etc/passwd"), (Code::DocumentNamePath, better("passwd")));
        assert_eq!(told("a/"), (Code::DocumentNamePath, None));
        assert_eq!(told("a\u{202e}gpj.exe\n"), (Code::DocumentNameHidden, better("agpj.exe")));
        assert_eq!(told("\0"), (Code::DocumentNameHidden, None));
        for none in ["", "  ", "..", &"x".repeat(121)] {
            assert_eq!(told(none), (Code::DocumentName, None), "{none:?}");
        }
    }
}
