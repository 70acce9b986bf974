//! What comes back: a delivery status notification (RFC 3464) says that a mail did not arrive.
//!
//! Anybody can write to the address from which we send. So a notification counts only if it returns the header that we
//! put on the mail, which nobody knows but whoever got it, and names whom we sent it to. Every other report is dropped,
//! and whoever writes to us is told that nobody reads it here.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};
use vault::Vault;
use worker::{D1Database, D1Type, Env, Error, ForwardableEmailMessage};

use super::outbox::{cause, recipient_key};
use crate::{app::vault, noted};

/// The header that names a mail's row in the outbox.
pub(super) const HEADER: &str = "X-Cabut-Mail";

/// A notification that returns a whole mail of ours has some tens of kilobytes.
const LARGEST: f64 = 262_144.0;

/// Something else than a report of what became of a mail.
const NO_NOTIFICATION: &str = "turned away, no notification";

/// A mail of ours that did not arrive.
#[derive(Debug, PartialEq, Eq)]
struct Bounce {
    /// Its row.
    id: String,
    /// For whom it did not, as the notification has it.
    recipients: Vec<String>,
    /// A word for why.
    why: &'static str,
}

/// Takes in a mail that came to the address from which we send. The log has a word for what came of it, and nothing that
/// stood in the mail.
pub async fn receive(env: &Env, message: &ForwardableEmailMessage) {
    if message.raw_size() > LARGEST {
        return noted::odd("bounce", "dropped, too large");
    }
    let marked = async {
        let raw = message.raw_bytes().await?;
        match bounce(&raw) {
            Err(NO_NOTIFICATION) => {
                // Somebody wrote to us: their own mail server tells them that nobody reads it here.
                message.set_reject(
                    "Alamat ini tidak dibaca. Buka permohonan lewat tautan pada e-mail kami, atau hubungi kantor.",
                );
                Ok(NO_NOTIFICATION)
            }
            Ok(bounce) => {
                // What a problem was is logged where it arose.
                let vault = vault(env).map_err(|_| Error::RustError("no keys".to_owned()))?;
                let marked = mark(&env.d1("DB")?, &vault, &bounce).await?;
                Ok(if marked { "marked" } else { "dropped, no such mail" })
            }
            Err(word) => Ok::<_, worker::Error>(word),
        }
    };
    match marked.await {
        Ok(word) => noted::done("bounce", word),
        Err(error) => noted::wrong("bounce", format_args!("not taken in: {}", cause(&error))),
    }
}

/// Marks the mail, if it was sent to this recipient. Whoever is told twice marks once.
async fn mark(db: &D1Database, vault: &Vault, bounce: &Bounce) -> worker::Result<bool> {
    let recipients: Vec<String> = bounce.recipients.iter().map(|one| recipient_key(vault, one)).collect();
    let recipients = serde_json::to_string(&recipients).expect("a list of strings is JSON");
    let marked = db
        .prepare(
            "UPDATE outbox SET state = 'bounced', last_error = ?2 WHERE id = ?1 AND state = 'sent'
             AND recipient_key IN (SELECT value FROM json_each(?3)) RETURNING id",
        )
        .bind_refs(&[D1Type::Text(&bounce.id), D1Type::Text(bounce.why), D1Type::Text(&recipients)])?;
    Ok(!marked.run().await?.results::<serde::de::IgnoredAny>()?.is_empty())
}

/// Reads a notification of failure; a word where it is none that we can use.
fn bounce(raw: &[u8]) -> Result<Bounce, &'static str> {
    let message = MessageParser::default().parse(raw).ok_or("dropped, not a mail")?;
    let kind = message.content_type().ok_or(NO_NOTIFICATION)?;
    let is = |what: Option<&str>, word: &str| what.is_some_and(|what| what.eq_ignore_ascii_case(word));
    if !is(Some(kind.ctype()), "multipart") || !is(kind.subtype(), "report") {
        return Err(NO_NOTIFICATION);
    }
    if !is(kind.attribute("report-type"), "delivery-status") {
        return Err("dropped, another report");
    }
    let part = |kind: &str, subtypes: &[&str]| {
        let part = message.parts.iter().skip(1).find(|part| {
            part.content_type().is_some_and(|own| {
                is(Some(own.ctype()), kind) && subtypes.iter().any(|subtype| is(own.subtype(), subtype))
            })
        })?;
        Some(words(&message, part))
    };
    let status = part("message", &["delivery-status", "global-delivery-status"]).ok_or("dropped, no status")?;
    let returned = part("message", &["rfc822", "global"])
        .or_else(|| part("text", &["rfc822-headers"]))
        .ok_or("dropped, nothing returned")?;
    let id = field(head(&returned), HEADER).ok_or("dropped, not of ours")?;

    let mut recipients = Vec::new();
    let mut why = None;
    for group in groups(&status) {
        if field(&group, "Action").is_some_and(|action| action.eq_ignore_ascii_case("failed")) {
            let named = ["Final-Recipient", "Original-Recipient"].into_iter().filter_map(|name| field(&group, name));
            recipients.extend(named.map(|named| address(&named)));
            why = why.or_else(|| field(&group, "Status").map(|status| reason(&status)));
        }
    }
    if recipients.is_empty() {
        return Err("dropped, nothing failed");
    }
    Ok(Bounce { id, recipients, why: why.unwrap_or("returned") })
}

/// What stands in a part.
fn words(message: &Message, part: &MessagePart) -> String {
    let bytes = match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.as_bytes(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes,
        PartType::Message(_) | PartType::Multipart(_) => {
            let at = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
            message.raw_message.get(at(part.offset_body)..at(part.offset_end)).unwrap_or_default()
        }
    };
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

/// The headers of a mail, without its body.
fn head(mail: &str) -> &str {
    let mail = mail.trim_start_matches('\n');
    mail.split_once("\n\n").map_or(mail, |(head, _)| head)
}

/// The groups of fields of a status: of the mail, then of each recipient.
fn groups(status: &str) -> Vec<String> {
    let mut groups = vec![String::new()];
    for line in status.lines() {
        match groups.last_mut() {
            Some(group) if !line.trim().is_empty() => {
                group.push_str(line);
                group.push('\n');
            }
            _ => groups.push(String::new()),
        }
    }
    groups
}

/// A field's value.
fn field(group: &str, name: &str) -> Option<String> {
    let mut fields = group.lines().filter_map(|line| line.split_once(':'));
    fields.find(|(own, _)| own.trim_end().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
}

/// The mailbox of `rfc822; nama@contoh.go.id`, in lower case.
fn address(recipient: &str) -> String {
    let address = recipient.split_once(';').map_or(recipient, |(_, address)| address);
    address.trim().trim_matches(['<', '>']).to_ascii_lowercase()
}

/// A word for a status such as `5.1.1` (RFC 3463).
fn reason(status: &str) -> &'static str {
    let code = status.split_whitespace().next().unwrap_or_default();
    match code.split_once('.').map_or("", |(_, detail)| detail) {
        "1.1" | "1.2" | "1.3" | "1.10" => "no_such_mailbox",
        "2.1" => "mailbox_disabled",
        "2.2" => "mailbox_full",
        detail if detail.starts_with("7.") => "refused",
        _ => "returned",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A notification as mail servers write it.
    fn notification(kind: &str, status: &str, returned: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.contoh.invalid\r\nTo: cabut@contoh.invalid\r\nSubject: Undelivered Mail\r\n\
             MIME-Version: 1.0\r\nMessage-ID: <1@mx.contoh.invalid>\r\n\
             Content-Type: multipart/report; report-type={kind};\r\n boundary=\"b1\"\r\n\r\n\
             --b1\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n\r\n\
             --b1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.contoh.invalid\r\n\r\n\
             {status}\r\n\r\n--b1\r\n{returned}\r\n--b1--\r\n"
        )
    }

    const FAILED: &str = "Final-Recipient: rfc822; Siti@Contoh.invalid\r\nAction: failed\r\nStatus: 5.1.1\r\n\
                          Diagnostic-Code: smtp; 550 5.1.1 no such user";
    const MAIL: &str = "Content-Type: message/rfc822\r\n\r\nFrom: cabut@contoh.invalid\r\nx-cabut-mail: ab12\r\n\
                        Subject: Permohonan\r\n\r\nX-Cabut-Mail: not-this\r\n";

    #[test]
    fn a_failure_is_read_with_the_mail_or_its_headers_alone() {
        let whole = bounce(notification("delivery-status", FAILED, MAIL).as_bytes());
        let expected = Bounce {
            id: "ab12".to_owned(),
            recipients: vec!["siti@contoh.invalid".to_owned()],
            why: "no_such_mailbox",
        };
        assert_eq!(whole, Ok(expected));
        let headers = MAIL.replace("message/rfc822", "text/rfc822-headers");
        assert_eq!(bounce(notification("delivery-status", FAILED, &headers).as_bytes()), whole);
        let lines = notification("delivery-status", FAILED, MAIL).replace("\r\n", "\n");
        assert_eq!(bounce(lines.as_bytes()), whole);
    }

    #[test]
    fn whoever_forwards_says_whom_we_wrote_to() {
        let status = format!("{}\r\nOriginal-Recipient: rfc822;<dia@contoh.invalid>", FAILED.replace("5.1.1", "4.2.2"));
        let read = bounce(notification("delivery-status", &status, MAIL).as_bytes()).unwrap();
        assert_eq!(read.recipients, ["siti@contoh.invalid", "dia@contoh.invalid"]);
        assert_eq!(read.why, "mailbox_full");
    }

    #[test]
    fn what_is_no_failure_of_ours_is_dropped() {
        let dropped = |raw: &str| bounce(raw.as_bytes()).unwrap_err();
        let told = |kind: &str, status: &str, returned: &str| dropped(&notification(kind, status, returned));
        assert_eq!(dropped(""), "dropped, not a mail");
        assert_eq!(dropped("From: a@contoh.invalid\r\n\r\nX-Cabut-Mail: ab12\r\n"), NO_NOTIFICATION);
        assert_eq!(told("disposition-notification", FAILED, MAIL), "dropped, another report");
        assert_eq!(told("delivery-status", &FAILED.replace("failed", "delayed"), MAIL), "dropped, nothing failed");
        assert_eq!(told("delivery-status", "Action: failed", MAIL), "dropped, nothing failed");
        let elses = MAIL.replace("x-cabut-mail", "X-Other");
        assert_eq!(told("delivery-status", FAILED, &elses), "dropped, not of ours");
        let nothing = "Content-Type: text/plain\r\n\r\nX-Cabut-Mail: ab12";
        assert_eq!(told("delivery-status", FAILED, nothing), "dropped, nothing returned");
        let whole = notification("delivery-status", FAILED, MAIL);
        for end in 0..whole.len() {
            // However little of it came: an answer.
            let _ = bounce(&whole.as_bytes()[..end]);
        }
    }
}
