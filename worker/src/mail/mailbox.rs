//! The local mailbox: every mail that went out, readable in the browser and by tests. It is compiled into
//! the development build only, and so is its table, which no migration makes.

use std::fmt::Write as _;

use axum::{
    Router,
    extract::Query,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use http::{StatusCode, header::CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use vault::{Place, Vault, VaultError};
use worker::{D1Database, D1Type};
use workflow::api::{MailKind, code_digits};

use super::{
    letter::escape,
    outbox::{Taken, recipient_key, word},
};
use crate::{
    app::{App, Shared},
    db::instant,
};

/// How many mails are shown, the newest ones.
const SHOWN: i32 = 200;

/// What lies in it is sealed, so that no table holds what the tests look for everywhere.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS dev_mailbox (
    n             INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    ticket        TEXT,
    kind          TEXT NOT NULL,
    recipient_key TEXT NOT NULL,
    mail          TEXT NOT NULL,
    -- How often it arrived.
    deliveries    INTEGER NOT NULL DEFAULT 1
) STRICT";

/// Where a mail in it lies.
fn place(id: &str) -> Place<'_> {
    Place::new("mail in the local mailbox", id)
}

/// `GET /dev/mailbox` for people, `GET /dev/mailbox.json` for tests; both take `?to=&kind=&ticket=`.
pub fn routes() -> Router {
    Router::new().route("/dev/mailbox", get(page)).route("/dev/mailbox.json", get(list))
}

/// Fails where the mailbox says so, so that what follows can be seen: `nama+ditolak@…` takes no mail, and `nama+macet@…`
/// none for now. Sign-in codes reach them, or nobody could be there.
pub(super) fn refuse(row: &Taken) -> worker::Result<()> {
    let local = row.recipient.split('@').next().unwrap_or_default();
    match local.rsplit_once('+').map(|(_, tag)| tag) {
        Some("ditolak") if row.kind != MailKind::Code => {
            Err(worker::Error::EmailRecipientSuppressed("refused by its name".to_owned()))
        }
        Some("macet") if row.kind != MailKind::Code => {
            Err(worker::Error::InternalError("stuck by its name".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Puts a picture that goes with the mail into it: the mailbox has no attachments.
pub(super) fn embed(html: &mut String, id: &str, png: &[u8]) {
    *html = html.replace(&format!("cid:{id}"), &format!("data:image/png;base64,{}", STANDARD.encode(png)));
}

/// Puts a text that is attached to the mail under it, as a link.
pub(super) fn attach(html: &mut String, name: &str, text: &str) {
    let (name, text) = (escape(name), STANDARD.encode(text));
    let _ = write!(html, "<p><a download=\"{name}\" href=\"data:text/plain;base64,{text}\">{name}</a></p>");
}

/// Keeps a copy of a mail that went out.
pub(super) async fn keep(db: &D1Database, vault: &Vault, row: &Taken, at: DateTime<Utc>) -> worker::Result<()> {
    let mail = Kept {
        id: row.id.clone(),
        ticket: row.ticket.as_ref().map(ToString::to_string),
        kind: row.kind,
        to: row.recipient.clone(),
        subject: row.subject.clone(),
        text: row.text.clone(),
        html: row.html.clone(),
        sent_at: instant(at),
    };
    let sealed = vault.seal(place(&row.id), &serde_json::to_vec(&mail)?).map_err(unsealed)?;
    let copy = db
        .prepare(
            "INSERT INTO dev_mailbox (id, ticket, kind, recipient_key, mail) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET n = (SELECT max(n) + 1 FROM dev_mailbox), deliveries = deliveries + 1,
                 recipient_key = ?4, mail = ?5",
        )
        .bind_refs(&[
            D1Type::Text(&row.id),
            row.ticket.as_ref().map_or(D1Type::Null, |ticket| D1Type::Text(ticket.as_str())),
            D1Type::Text(word(row.kind)),
            D1Type::Text(&row.recipient_key),
            D1Type::Text(&sealed),
        ])?;
    // Not one batch: the copy can't be prepared before its table is there.
    db.prepare(TABLE).run().await?;
    copy.run().await?;
    Ok(())
}

/// Which mails are asked for. What is absent or blank does not narrow.
#[derive(Debug, Default, Deserialize)]
struct Filter {
    #[serde(default)]
    to: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    ticket: String,
}

/// A mail in the mailbox.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    id: String,
    ticket: Option<String>,
    kind: MailKind,
    to: String,
    subject: String,
    text: String,
    html: String,
    sent_at: String,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    mail: String,
}

async fn kept(app: &App, filter: &Filter) -> worker::Result<Vec<Kept>> {
    let vault = app.vault().map_err(|_| worker::Error::RustError("no keys".to_owned()))?;
    let to = Some(filter.to.trim()).filter(|to| !to.is_empty()).map_or_else(String::new, |to| recipient_key(vault, to));
    let db = app.env.d1("DB")?;
    db.prepare(TABLE).run().await?;
    let rows = db
        .prepare(
            "SELECT id, mail FROM dev_mailbox
             WHERE (?1 = '' OR recipient_key = ?1) AND (?2 = '' OR kind = ?2) AND (?3 = '' OR ticket = ?3)
             ORDER BY n DESC LIMIT ?4",
        )
        .bind_refs(&[
            D1Type::Text(&to),
            D1Type::Text(filter.kind.trim()),
            D1Type::Text(filter.ticket.trim()),
            D1Type::Integer(SHOWN),
        ])?
        .run()
        .await?
        .results::<Row>()?;
    let open = |Row { id, mail }| Ok(serde_json::from_slice(&vault.open(place(&id), &mail).map_err(unsealed)?)?);
    rows.into_iter().map(open).collect()
}

fn unsealed(error: VaultError) -> worker::Error {
    worker::Error::RustError(error.to_string())
}

#[worker::send]
async fn list(app: Shared, Query(filter): Query<Filter>) -> Response {
    match kept(&app, &filter).await {
        Ok(mails) => {
            ([(CONTENT_TYPE, "application/json")], serde_json::to_string(&mails).unwrap_or_default()).into_response()
        }
        Err(error) => failed(&error),
    }
}

#[worker::send]
async fn page(app: Shared, Query(filter): Query<Filter>) -> Response {
    match kept(&app, &filter).await {
        Ok(mails) => {
            // The mails' own styles stand in them.
            let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'";
            ([(http::header::CONTENT_SECURITY_POLICY, policy)], Html(html(&mails, &filter))).into_response()
        }
        Err(error) => failed(&error),
    }
}

fn failed(error: &worker::Error) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
}

fn html(mails: &[Kept], filter: &Filter) -> String {
    let mut page = String::from(
        r#"<!doctype html>
<html lang="id">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kotak surat lokal</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 0 auto; padding: 1rem; color: #111; background: #fff }
article { border-top: 2px solid #555; padding-bottom: 1rem }
pre { font: 0.95rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
mark { font-size: 1.5rem; font-weight: bold; padding: 0 0.5rem; background: #ffec99; color: #111 }
input, button { font: inherit; padding: 0.4rem 0.6rem; max-width: 100%; box-sizing: border-box }
iframe { width: 100%; height: 40rem; border: 1px solid #808080; background: #fff }
dl { margin: 0 } dt { float: left; clear: left; min-width: 6rem } dd { margin-left: 6.5rem; overflow-wrap: anywhere }
</style>
<main>
<h1>Kotak surat lokal</h1>
<p>Semua e-mail yang dikirim oleh server pengembangan ini, yang terbaru di atas. Tidak ada yang sungguh keluar.</p>
"#,
    );
    let _ = writeln!(
        page,
        r#"<form role="search"><p><label for="to">Alamat penerima</label><br><input id="to" name="to" type="email" value="{}"> <button>Saring</button></p></form>"#,
        escape(&filter.to)
    );
    if mails.is_empty() {
        page.push_str("<p>Belum ada e-mail.</p>\n");
    }
    for mail in mails {
        let _ = write!(
            page,
            "<article id=\"{id}\">\n<h2>{subject}</h2>\n<dl><dt>Kepada</dt><dd>{to}</dd><dt>Dikirim</dt><dd><time datetime=\"{at}\">{at}</time></dd></dl>\n<pre>",
            id = escape(&mail.id),
            subject = escape(&mail.subject),
            to = escape(&mail.to),
            at = escape(&mail.sent_at),
        );
        for line in mail.text.lines() {
            let shown = escape(line);
            let word = line.trim();
            let _ = if mail.kind == MailKind::Code && code_digits(word).is_some() {
                writeln!(page, "    <mark>{word}</mark>")
            } else if word.starts_with("https://") || word.starts_with("http://") {
                writeln!(page, "<a href=\"{0}\">{0}</a>", escape(word))
            } else {
                writeln!(page, "{shown}")
            };
        }
        // In a frame of its own, in which nothing runs.
        let _ = write!(
            page,
            "</pre>\n<details><summary>Seperti pada layar (HTML)</summary>\n<iframe sandbox title=\"{subject}\" srcdoc=\"{html}\"></iframe></details>\n</article>\n",
            subject = escape(&mail.subject),
            html = escape(&mail.html),
        );
    }
    page.push_str("</main>\n</html>\n");
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_stands_out_and_nothing_written_becomes_markup() {
        let mail = Kept {
            id: "1".to_owned(),
            ticket: None,
            kind: MailKind::Code,
            to: "a@contoh.invalid".to_owned(),
            subject: "<script>".to_owned(),
            text: "Kode:\n\n    123456\n\n<b>\nhttps://contoh.invalid/?a=1&b=2\n".to_owned(),
            html: "<b>\"><script>".to_owned(),
            sent_at: "2025-03-03T11:06:40.000Z".to_owned(),
        };
        let page = html(&[mail], &Filter { to: "\"><script>".to_owned(), ..Filter::default() });
        assert!(page.contains("<mark>123456</mark>"));
        assert!(page.contains("<a href=\"https://contoh.invalid/?a=1&amp;b=2\">"));
        assert!(!page.contains("<script>") && !page.contains("<b>"));
    }
}
