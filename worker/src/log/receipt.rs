//! That an event of a case is in the log: as a text, as a QR code, and at the page that checks it.

use axum::{
    body::Body,
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use worker::Env;
use workflow::{identity::TicketNumber, log::Receipt, procedure::Office};

use super::{ledger::Ledger, qr::Qr};
use crate::{
    app::{App, Shared, now},
    db::Db,
    guard,
    problem::{Code, Problem},
};

/// `GET /api/offices/{office}/cases/{ticket}/receipts/{seq}`
#[worker::send]
pub async fn receipt(
    app: Shared,
    Path((office, ticket, seq)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let receipt = load(&app, &headers, &office, &ticket, &seq).await?;
    let name = format!("attachment; filename=\"tanda-bukti-{ticket}-{seq}.txt\"");
    let mut response = super::text(receipt.to_string());
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(Problem::bug)?);
    Ok(response)
}

/// `GET /api/offices/{office}/cases/{ticket}/receipts/{seq}/qr`
#[worker::send]
pub async fn qr(
    app: Shared,
    Path((office, ticket, seq)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let receipt = load(&app, &headers, &office, &ticket, &seq).await?;
    let svg = Qr::of(&address(&app.origin, &office, &receipt)?)?.svg();
    let mut response = Response::new(Body::from(svg));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml; charset=utf-8"));
    Ok(response)
}

/// `GET /api/offices/{office}/cases/{ticket}/receipts/{seq}/check`
#[worker::send]
pub async fn check(
    app: Shared,
    Path((office, ticket, seq)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let receipt = load(&app, &headers, &office, &ticket, &seq).await?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address("", &office, &receipt)?)]).into_response())
}

async fn load(app: &App, headers: &HeaderMap, office: &str, ticket: &str, seq: &str) -> Result<Receipt, Problem> {
    let seen = guard::case(app, headers, office, ticket).await?;
    let number: u32 = seq.parse().map_err(|_| Code::NotFound)?;
    if number.to_string() != seq {
        return Err(Code::NotFound.into());
    }
    let ledger = Ledger::open(&app.env, &app.db, office, app.now)?;
    ledger.receipt(&seen.whole.case.ticket, number).await?.ok_or_else(|| Code::NotFound.into())
}

/// Where the receipt is checked. It stands behind `#`, so it never leaves the browser.
fn address(origin: &str, office: &str, receipt: &Receipt) -> Result<String, Problem> {
    let short = receipt.short().ok_or_else(|| Problem::bug("a receipt that has no short form"))?;
    Ok(format!("{origin}/{office}/tanda-bukti#{short}"))
}

/// What a mail carries with it.
pub struct Carried {
    /// Where the receipt is checked.
    pub address: String,
    /// The receipt as a text.
    pub receipt: String,
    /// The address as a QR code, PNG.
    pub qr: Vec<u8>,
}

impl Carried {
    /// The receipt of a case's event.
    pub async fn load(env: &Env, office: &Office, ticket: &TicketNumber, seq: u32) -> Result<Carried, Problem> {
        let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
        let receipt = Ledger::open(env, &db, &office.id, now())?.receipt(ticket, seq).await?;
        let receipt = receipt.ok_or_else(|| Problem::bug("a mail about an event that is not in the log"))?;
        let origin = env.var("ORIGIN").map_err(Problem::bug)?.to_string();
        let address = address(&origin, &office.id, &receipt)?;
        Ok(Carried { qr: Qr::of(&address)?.png()?, receipt: receipt.to_string(), address })
    }
}
