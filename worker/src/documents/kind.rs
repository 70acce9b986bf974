//! What a document is, by its content.

/// The media type of a whole PDF, JPEG or PNG; nothing else is taken.
pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
    if is_pdf(bytes) {
        Some("application/pdf")
    } else if is_jpeg(bytes) {
        Some("image/jpeg")
    } else if is_png(bytes) {
        Some("image/png")
    } else {
        None
    }
}

/// ISO 32000-1, 7.5: begins with its header and ends with `%%EOF`, behind which some writers leave a little.
fn is_pdf(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(1024)..];
    bytes.starts_with(b"%PDF-") && find(tail, b"%%EOF").is_some()
}

/// ITU T.81, annex B: begins with SOI, then segments with their lengths as far as the scan, and an EOI behind it.
/// Phones append more behind the EOI.
fn is_jpeg(bytes: &[u8]) -> bool {
    const SOS: u8 = 0xda;
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return false;
    }
    let mut at = 2;
    loop {
        // Any number of 0xff may stand before a marker.
        while bytes.get(at + 1) == Some(&0xff) && bytes.get(at) == Some(&0xff) {
            at += 1;
        }
        let (Some(0xff), Some(&marker)) = (bytes.get(at), bytes.get(at + 1)) else { return false };
        let (Some(&high), Some(&low)) = (bytes.get(at + 2), bytes.get(at + 3)) else { return false };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if !(0xc0..=0xfe).contains(&marker) || length < 2 {
            return false;
        }
        at += 2 + length;
        if marker == SOS {
            return bytes.get(at..).is_some_and(|scan| find(scan, &[0xff, 0xd9]).is_some());
        }
    }
}

/// PNG, section 5: the signature, then chunks with their lengths from IHDR to IEND.
fn is_png(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") else { return false };
    if !rest.starts_with(b"\0\0\0\x0dIHDR") {
        return false;
    }
    while let [a, b, c, d, kind @ ..] = rest {
        let Ok(length) = usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])) else { return false };
        if kind.starts_with(b"IEND") {
            return kind.len() >= 8;
        }
        // The kind's four letters, the data, four bytes of checksum.
        let Some(after) = length.checked_add(8).and_then(|length| kind.get(length..)) else { return false };
        rest = after;
    }
    false
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] =
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\0IEND\xaeB`\x82";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x04JF\xff\xda\x00\x03\x01\x55\x55\xff\xd9";
    const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n%%EOF\n";

    #[test]
    fn whole_documents_are_known_by_their_content() {
        assert_eq!(media_type(PNG), Some("image/png"));
        assert_eq!(media_type(JPEG), Some("image/jpeg"));
        assert_eq!(media_type(&[JPEG, b"trailer of a phone"].concat()), Some("image/jpeg"));
        assert_eq!(media_type(PDF), Some("application/pdf"));
    }

    #[test]
    fn a_document_that_breaks_off_is_none() {
        for whole in [PNG, JPEG, PDF] {
            for end in 0..whole.len() - 3 {
                assert_eq!(media_type(&whole[..end]), None, "{end} bytes of {whole:?}");
            }
        }
        assert_eq!(media_type(b"<html>%PDF-1.4 %%EOF"), None);
        assert_eq!(media_type(b"GIF89a"), None);
    }
}
