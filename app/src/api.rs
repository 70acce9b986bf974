//! One function for each operation of the edge. What crosses the wire is [`workflow::api`]'s.

use std::{cell::RefCell, fmt};

use gloo_net::http::{Method, RequestBuilder};
use js_sys::{Function, Promise};
use serde::{Deserialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};
use workflow::{
    api::{
        ActRequest, CaseRow, CaseView, CodeRequest, Correction, CorrectionRequest, Document, List, Me, OwnSession,
        Page, Proof, ProofCodeRequest, Reading, RegisterRow, RegisterSearch, Search, SeenChange, SentMail, SignIn,
        Standing, StatusCount,
    },
    case::DocumentId,
    identity::TicketNumber,
    note::Note,
    office::{Affairs, ChangeRequest},
    procedure::{PaperId, Procedure},
    report::Report,
};

use crate::{
    browser,
    json::{self, write as json},
    navigation::encode,
};

/// Why an operation gave no answer that can be used. `Display` is a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// The edge was not reached. Nothing is known of what it did, so the same is asked again with the same key.
    Offline,
    /// The edge said no, and why.
    Problem(Box<Problem>),
    /// The edge answered something else.
    Unexpected,
}

/// A failure as the edge tells it. What only some pages ask for is read when they do, so that the others need
/// not carry the code for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// A sentence for people.
    pub detail: String,
    /// A stable name.
    pub code: String,
    /// The ticket of the request that stands in the way.
    #[serde(default)]
    pub ticket: Option<TicketNumber>,
    /// All of it, as JSON.
    #[serde(skip)]
    whole: String,
}

impl Problem {
    /// The case as it is now, for a person who was overtaken.
    pub fn case(&self) -> Option<CaseView> {
        #[derive(Deserialize)]
        struct Part {
            case: CaseView,
        }
        json::read::<Part>(&self.whole).map(|part| part.case)
    }

    /// Which papers the rules found missing.
    pub fn missing_papers(&self) -> Vec<PaperId> {
        #[derive(Deserialize)]
        struct Part {
            refusal: Missing,
        }
        #[derive(Deserialize)]
        struct Missing {
            papers: Vec<PaperId>,
        }
        json::read::<Part>(&self.whole).map(|part| part.refusal.papers).unwrap_or_default()
    }
}

impl ApiError {
    /// The problem's stable name.
    pub fn code(&self) -> Option<&str> {
        match self {
            ApiError::Problem(problem) => Some(&problem.code),
            _ => None,
        }
    }

    /// The HTTP status, where there is a problem.
    pub fn status(&self) -> Option<u16> {
        match self {
            ApiError::Problem(problem) => Some(problem.status),
            _ => None,
        }
    }

    /// Whether an act that the page offered is not this person's, or not any more: perhaps their roles have changed since
    /// they came.
    pub fn is_not_theirs(&self) -> bool {
        matches!(self.status(), Some(403 | 404 | 409))
    }

    /// Whether the act asks for a code from the mailbox before it is done.
    pub fn needs_proof(&self) -> bool {
        self.code() == Some("fresh_code_needed")
    }

    /// Whether asking the same again may help.
    pub fn is_passing(&self) -> bool {
        match self {
            ApiError::Offline | ApiError::Unexpected => true,
            ApiError::Problem(problem) => problem.status >= 500 || problem.status == 429,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ApiError::Offline => f.write_str("Tidak ada sambungan internet. Periksa sambungan Anda, lalu coba lagi."),
            ApiError::Problem(problem) => f.write_str(&problem.detail),
            ApiError::Unexpected => f.write_str("Layanan sedang terganggu. Coba lagi beberapa saat lagi."),
        }
    }
}

type Answer<T> = Result<T, ApiError>;

/// Sends a sign-in code, if the edge thinks fit: the answer is always the same.
pub async fn request_code(request: &CodeRequest) -> Answer<()> {
    send(Method::POST, "/api/session/code", Some(json(request)), None).await.map(drop)
}

/// Signs in with the code.
pub async fn sign_in(request: &SignIn) -> Answer<Me> {
    parse(&send(Method::POST, "/api/session", Some(json(request)), None).await?)
}

/// Who is signed in; nobody is an answer too.
pub async fn session() -> Answer<Option<Me>> {
    match call(Method::GET, "/api/session", None, None).await {
        Ok(text) => parse(&text).map(Some),
        Err(ApiError::Problem(problem)) if problem.status == 401 => Ok(None),
        Err(error) => Err(error),
    }
}

/// Signs out.
pub async fn sign_out() -> Answer<()> {
    match call(Method::DELETE, "/api/session", None, None).await {
        // Who is out already is out.
        Err(ApiError::Problem(problem)) if problem.status == 401 => Ok(()),
        answer => answer.map(drop),
    }
}

/// Sends a code to one's own mailbox, in the name of this office.
pub async fn request_proof_code(office: &str) -> Answer<()> {
    let request = ProofCodeRequest { office: office.to_owned() };
    send(Method::POST, "/api/session/proof/code", Some(json(&request)), None).await.map(drop)
}

/// Proves one's mailbox with the code.
pub async fn prove(proof: &Proof) -> Answer<()> {
    send(Method::POST, "/api/session/proof", Some(json(proof)), None).await.map(drop)
}

/// Where one is signed in.
pub async fn own_sessions() -> Answer<Vec<OwnSession>> {
    get("/api/sessions").await
}

/// Signs out there.
pub async fn end_session(id: &str) -> Answer<()> {
    send(Method::DELETE, &format!("/api/sessions/{}", encode(id)), None, None).await.map(drop)
}

/// Signs out everywhere but here.
pub async fn end_other_sessions() -> Answer<()> {
    send(Method::DELETE, "/api/sessions", None, None).await.map(drop)
}

/// An office's procedure: the newest version, or the one a case follows.
pub async fn procedure(office: &str, version: Option<u32>) -> Answer<Procedure> {
    let version = version.map(|version| format!("?version={version}")).unwrap_or_default();
    get(&format!("/api/offices/{}/procedure{version}", encode(office))).await
}

/// Where a document is opened.
pub fn document_href(id: &DocumentId) -> String {
    format!("/api/documents/{}", id.0)
}

/// Takes back an upload that is not part of a case yet.
pub async fn delete_document(id: &DocumentId) -> Answer<()> {
    write(Method::DELETE, &document_href(id), String::new()).await.map(drop)
}

/// Where requests are filed.
pub fn filing_url(office: &str) -> String {
    format!("/api/offices/{}/cases", encode(office))
}

/// Where acts on a case go.
pub fn acts_url(office: &str, ticket: &str) -> String {
    case_url(office, ticket, "/acts")
}

/// Sends what is kept, under the key that is kept with it: the same for the same request.
pub async fn post(url: &str, request: String, key: &str) -> Answer<String> {
    send(Method::POST, url, Some(request), Some(key)).await
}

/// The ticket number of a request that was filed. Nothing else of the answer is read: the case has a page of its own.
pub fn filed(answer: &str) -> Answer<TicketNumber> {
    #[derive(Deserialize)]
    struct Filed {
        ticket: TicketNumber,
    }
    parse::<Filed>(answer).map(|filed| filed.ticket)
}

/// What to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseQuery {
    /// Only those that stand so.
    pub status: Option<Standing>,
    /// Ticket, name or NIP, as typed; only in the office's list.
    pub search: String,
    /// Where the page before ended.
    pub after: Option<String>,
}

/// A page of a list of cases.
pub async fn cases(office: &str, list: List, query: &CaseQuery) -> Answer<Page<CaseRow>> {
    let CaseQuery { status, search, after } = query;
    if !search.trim().is_empty() {
        let url = format!("/api/offices/{}/cases/search", encode(office));
        let search = Search { text: search.clone(), status: *status, after: after.clone() };
        return parse(&send(Method::POST, &url, Some(json(&search)), None).await?);
    }
    let list = match list {
        List::Waiting => "waiting",
        List::Mine => "mine",
        List::Office => "office",
        List::Passed => "passed",
    };
    let mut url = format!("/api/offices/{}/cases?list={list}", encode(office));
    if let Some(status) = status {
        url = url + "&status=" + status.id();
    }
    if let Some(after) = after {
        url = url + "&after=" + &encode(after);
    }
    get(&url).await
}

/// One case.
pub async fn case(office: &str, ticket: &str) -> Answer<CaseView> {
    get(&case_url(office, ticket, "")).await
}

/// Does an act. Asked again with the same request it sends the same key, so it happens once.
pub async fn act(office: &str, ticket: &str, request: &ActRequest) -> Answer<CaseView> {
    acted(write(Method::POST, &acts_url(office, ticket), json(request)).await)
}

/// What an act's answer tells: the case as it is then.
pub fn acted(answer: Answer<String>) -> Answer<CaseView> {
    parse(&answer.map_err(no_longer_theirs)?)
}

/// Whoever does an act has the request before them: if it is not found, it is theirs no more.
fn no_longer_theirs(error: ApiError) -> ApiError {
    match error {
        ApiError::Problem(mut problem) if problem.status == 404 => {
            problem.detail =
                "Akses Anda ke permohonan ini sudah berakhir. Bila ini keliru, hubungi administrator kantor."
                    .to_owned();
            ApiError::Problem(problem)
        }
        error => error,
    }
}

/// The mails of a case as they were sent.
pub async fn mails(office: &str, ticket: &str) -> Answer<Vec<SentMail>> {
    get(&case_url(office, ticket, "/mails")).await
}

/// Sends a mail again that was lost.
pub async fn mail_again(office: &str, ticket: &str, id: &str) -> Answer<()> {
    let rest = format!("/mails/{}/again", encode(id));
    write(Method::POST, &case_url(office, ticket, &rest), String::new()).await.map(drop)
}

/// How many of the office's cases stand where.
pub async fn counts(office: &str) -> Answer<Vec<StatusCount>> {
    get(&format!("/api/offices/{}/counts", encode(office))).await
}

/// A page of the register of revoked certificates; with something looked for, of what begins so.
pub async fn register(office: &str, query: &RegisterSearch) -> Answer<Page<RegisterRow>> {
    if !query.text.trim().is_empty() {
        let url = format!("/api/offices/{}/register/search", encode(office));
        return parse(&send(Method::POST, &url, Some(json(query)), None).await?);
    }
    let year = query.year.map(|year| format!("&year={year}")).unwrap_or_default();
    let after = query.after.as_ref().map(|after| format!("&after={}", encode(after))).unwrap_or_default();
    get(&format!("/api/offices/{}/register?whole={}{year}{after}", encode(office), query.whole)).await
}

/// Where a year of the register is downloaded: `xlsx` or `csv`.
pub fn register_href(office: &str, year: i32, whole: bool, kind: &str) -> String {
    format!("/api/offices/{}/register.{kind}?year={year}&whole={whole}", encode(office))
}

/// What a span of days adds up to, each day as "2026-11-22".
pub async fn report(office: &str, from: &str, to: &str) -> Answer<Report> {
    get(&format!("/api/offices/{}/report?from={}&to={}", encode(office), encode(from), encode(to))).await
}

/// Where the same is downloaded: `xlsx` or `csv`.
pub fn report_href(office: &str, from: &str, to: &str, kind: &str) -> String {
    format!("/api/offices/{}/report.{kind}?from={}&to={}", encode(office), encode(from), encode(to))
}

/// The office's people, who stands in for whom, and for its administrators the settings.
pub async fn affairs(office: &str) -> Answer<Affairs> {
    get(&affairs_url(office)).await
}

/// Changes the office's affairs.
pub async fn change(office: &str, request: &ChangeRequest) -> Answer<()> {
    write(Method::POST, &affairs_url(office), json(request)).await.map(drop)
}

/// A page of the office's log.
pub async fn affairs_log(office: &str, after: Option<&str>) -> Answer<Page<SeenChange>> {
    let after = after.map(|after| format!("?after={}", encode(after))).unwrap_or_default();
    get(&format!("{}/log{after}", affairs_url(office))).await
}

/// A page of who saw what is personal in my requests.
pub async fn my_readings(after: Option<&str>) -> Answer<Page<Reading>> {
    let after = after.map(|after| format!("?after={}", encode(after))).unwrap_or_default();
    get(&format!("/api/me/readings{after}")).await
}

/// What one asked to have put right.
pub async fn own_corrections(office: &str) -> Answer<Vec<Correction>> {
    get(&corrections_url(office)).await
}

/// What anybody did, what waits for an answer on top; for the office's administrators.
pub async fn all_corrections(office: &str) -> Answer<Vec<Correction>> {
    get(&format!("{}/all", corrections_url(office))).await
}

/// Asks for what is held on one to be put right.
pub async fn ask_for_correction(office: &str, text: &Note) -> Answer<()> {
    let request = CorrectionRequest { text: text.clone() };
    write(Method::POST, &corrections_url(office), json(&request)).await.map(drop)
}

/// Says what was done about it.
pub async fn answer_correction(office: &str, id: &str, text: &Note) -> Answer<()> {
    let request = CorrectionRequest { text: text.clone() };
    let url = format!("{}/{}/answer", corrections_url(office), encode(id));
    write(Method::POST, &url, json(&request)).await.map(drop)
}

fn corrections_url(office: &str) -> String {
    format!("/api/offices/{}/corrections", encode(office))
}

/// The public keys of the office's log, one a line.
pub async fn log_keys(office: &str) -> Answer<String> {
    send(Method::GET, &log_url(office, "/keys"), None, None).await
}

/// The newest checkpoint of the office's log, a signed note.
pub async fn log_checkpoint(office: &str) -> Answer<String> {
    send(Method::GET, &log_url(office, "/checkpoint"), None, None).await
}

/// That the log of `to` entries begins with that of `from`: hashes in base64, one a line.
pub async fn log_consistency(office: &str, from: u64, to: u64) -> Answer<String> {
    send(Method::GET, &log_url(office, &format!("/consistency?from={from}&to={to}")), None, None).await
}

/// A part of the office's log, one JSON object a line; for its auditors.
pub async fn log_entries(office: &str, from: u64) -> Answer<String> {
    send(Method::GET, &log_url(office, &format!("?from={from}")), None, None).await
}

fn log_url(office: &str, rest: &str) -> String {
    format!("/api/offices/{}/log{rest}", encode(office))
}

fn affairs_url(office: &str) -> String {
    format!("/api/offices/{}/affairs", encode(office))
}

/// A page of text alone, as HTML.
pub async fn page(path: &str) -> Answer<String> {
    send(Method::GET, path, None, None).await
}

fn case_url(office: &str, ticket: &str, rest: &str) -> String {
    format!("/api/offices/{}/cases/{}{rest}", encode(office), encode(ticket))
}

/// Uploads a document. `progress` hears percents. A repeated attempt with the same key is stored once. What is handed in
/// is the answer's digest: the edge takes place and camera out of a photo, so this file's own would be another.
pub async fn upload(
    office: &str,
    name: &str,
    file: &Blob,
    key: &str,
    progress: impl Fn(u8) + 'static,
) -> Answer<Document> {
    // `fetch` does not tell how far an upload has come, so this one operation uses the older interface.
    let xhr = XmlHttpRequest::new().map_err(|_| ApiError::Unexpected)?;
    let ready = || -> Result<(), JsValue> {
        xhr.open("POST", &format!("/api/offices/{}/documents", encode(office)))?;
        xhr.set_timeout(120_000);
        xhr.set_request_header("X-File-Name", &encode(name))?;
        xhr.set_request_header("Idempotency-Key", key)?;
        let kind = file.type_();
        xhr.set_request_header("Content-Type", if kind.is_empty() { "application/octet-stream" } else { &kind })
    };
    ready().map_err(|_| ApiError::Unexpected)?;
    let hear = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.total() > 0.0 {
            progress((event.loaded() / event.total() * 100.0) as u8);
        }
    });
    if let Ok(upload) = xhr.upload() {
        upload.set_onprogress(Some(hear.as_ref().unchecked_ref()));
    }
    let ended = Promise::new(&mut |resolve: Function, _| xhr.set_onloadend(Some(&resolve)));
    xhr.send_with_opt_blob(Some(file)).map_err(|_| ApiError::Offline)?;
    let _ = JsFuture::from(ended).await;
    let status = xhr.status().unwrap_or(0);
    let text = xhr.response_text().ok().flatten().unwrap_or_default();
    parse(&judge(status, text).inspect_err(heard)?)
}

thread_local! {
    static SESSION_ENDED: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
    static LAST_WRITE: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

/// Hears of an answer that says the session is over.
pub fn when_session_ends(hear: impl Fn() + 'static) {
    SESSION_ENDED.with_borrow_mut(|slot| *slot = Some(Box::new(hear)));
}

fn heard(error: &ApiError) {
    if error.status() == Some(401) {
        SESSION_ENDED.with_borrow(|hear| hear.iter().for_each(|hear| hear()));
    }
}

async fn get<T: DeserializeOwned>(url: &str) -> Answer<T> {
    parse(&send(Method::GET, url, None, None).await?)
}

/// A write whose key is kept until it is done: the edge knows no key of what it refused, and the same may be tried again.
async fn write(method: Method, url: &str, body: String) -> Answer<String> {
    let what = format!("{method} {url} {body}");
    let key = LAST_WRITE.with_borrow_mut(|last| match last {
        Some((same, key)) if *same == what => key.clone(),
        _ => last.insert((what, browser::random_id())).1.clone(),
    });
    let body = if body.is_empty() { None } else { Some(body) };
    let answer = send(method, url, body, Some(&key)).await;
    if answer.is_ok() {
        LAST_WRITE.with_borrow_mut(|last| *last = None);
    }
    answer
}

async fn send(method: Method, url: &str, body: Option<String>, key: Option<&str>) -> Answer<String> {
    call(method, url, body, key).await.inspect_err(|error| {
        // A wrong code is no ended session.
        if error.code() != Some("code_wrong") {
            heard(error);
        }
    })
}

async fn call(method: Method, url: &str, body: Option<String>, key: Option<&str>) -> Answer<String> {
    let mut request = RequestBuilder::new(url).method(method);
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    let request = match body {
        Some(body) => request.header("Content-Type", "application/json").body(body),
        None => request.build(),
    };
    let response = request.map_err(|_| ApiError::Unexpected)?.send().await.map_err(|_| ApiError::Offline)?;
    let text = response.text().await.map_err(|_| ApiError::Offline)?;
    judge(response.status(), text)
}

fn judge(status: u16, text: String) -> Answer<String> {
    match status {
        0 => Err(ApiError::Offline),
        200..=299 => Ok(text),
        _ => Err(match json::read::<Problem>(&text) {
            Some(problem) => ApiError::Problem(Box::new(Problem { whole: text, ..problem })),
            None => ApiError::Unexpected,
        }),
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Answer<T> {
    json::read(text).ok_or(ApiError::Unexpected)
}
