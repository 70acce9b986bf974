//! The API as an OpenAPI 3.1 document, for tests only: `openapi.json` is the reviewed snapshot that is served,
//! and a test here says when the two differ. `UPDATE=1 cargo test -p cabut-worker openapi` writes it anew.
//!
//! Schemas come from the types themselves; operations stand in one table below.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};
use workflow::{
    api::{
        ActRequest, CaseRow, CaseView, CodeRequest, Correction, CorrectionRequest, Document, List, Me, MyData,
        OfficeCard, OwnSession, Page, Problem, Proof, ProofCodeRequest, Reading, RegisterRow, RegisterSearch, Search,
        SeenChange, SentMail, SignIn, Standing, StatusCount,
    },
    case::{FileRequest, SealedEvent},
    office::{Affairs, ChangeRequest},
    procedure::Procedure,
    report::Report,
};

use crate::{
    pace::Pace,
    problem::{ALL_CODES, CodeEntry},
};

/// What an operation takes and answers.
struct Operation {
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    /// Whether one must be signed in.
    session: bool,
    /// Whether it carries `Idempotency-Key`.
    key: bool,
    /// Beside those that its path names.
    parameters: Vec<Value>,
    body: Option<Body>,
    status: u16,
    answer: Answer,
    /// Codes of its own, beside those that follow from the rest.
    codes: &'static [&'static str],
}

enum Body {
    Json(Value),
    File,
}

enum Answer {
    Nothing,
    Json(Value),
    File,
    /// Something else of this media type.
    Other(&'static str),
    /// The answer sets or clears a cookie: the session's, or that by which the door knows the browser.
    Cookie(Option<Value>),
}

/// Codes that no operation has: the address itself is not one of them, or nobody looks at what is asked.
const OF_NO_OPERATION: [&str; 4] = ["route_unknown", "method_not_allowed", "address_too_long", "headers_too_large"];

/// Told as `not_found`.
const NEVER_TOLD: [&str; 1] = ["not_this_office"];

const MEDIA_TYPES: [&str; 3] = ["application/pdf", "image/jpeg", "image/png"];

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv";
const TEXT: &str = "text/plain";

/// What a command can be refused for, whatever it is.
const ACT_REFUSALS: &[&str] = &[
    "not_found",
    "moved_on",
    "closed",
    "not_in_procedure",
    "not_your_role",
    "own_request",
    "twice_in_chain",
    "in_other_hands",
    "in_your_hands",
    "not_in_your_hands",
    "no_colleague",
    "not_your_turn",
    "already_done",
    "not_this_step",
    "past_recall",
    "email_not_accepted",
    "email_not_yours",
    "same_email",
    "missing_fields",
    "missing_papers",
    "unexpected_papers",
    "unexpected_fields",
    "checklist_incomplete",
    "nothing_to_complete",
    "decline_needs_note",
    "withdraw_needs_note",
    "answer_out_of_time",
    "document_unknown",
    "document_mismatch",
    "document_in_use",
    "open_request_exists",
    "bsre_address_missing",
    "fresh_code_needed",
];

const UPLOAD_REFUSALS: &[&str] = &[
    "document_empty",
    "document_name",
    "document_name_path",
    "document_name_hidden",
    "document_too_large",
    "document_type",
    "document_damaged",
    "document_mixed",
    "document_pixels",
    "document_bomb",
    "document_locked",
    "document_script",
    "document_action",
    "document_embeds",
    "document_opaque",
    "document_limit",
];

const FILING_REFUSALS: &[&str] = &[
    "way_not_offered",
    "own_request",
    "reason_not_for_way",
    "reason_needs_note",
    "email_not_accepted",
    "email_not_yours",
    "too_many_requests",
    "missing_fields",
    "missing_papers",
    "unexpected_papers",
    "document_unknown",
    "document_mismatch",
    "document_in_use",
    "open_request_exists",
];

const CHANGE_REFUSALS: &[&str] = &[
    "staff_only",
    "not_administrator",
    "affairs_moved_on",
    "last_administrator",
    "unknown_role",
    "unknown_member",
    "person_taken",
    "serves_elsewhere",
    "outside_alone",
    "for_themself",
    "no_principal",
    "period",
    "not_appointed",
    "appointed_already",
    "calendar_zone",
    "calendar_empty",
    "calendar_day_twice",
    "calendar_day_hours",
    "calendar_season",
    "calendar_overlap",
    "retention_out_of_bounds",
    "too_many_mailboxes",
    "fresh_code_needed",
];

fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let read = |path, id, summary, answer, codes| Operation {
        method: "get",
        path,
        id,
        summary,
        session: true,
        key: false,
        parameters: Vec::new(),
        body: None,
        status: 200,
        answer,
        codes,
    };
    let write = |method, path, id, summary, body, status, answer, codes| Operation {
        method,
        path,
        id,
        summary,
        session: true,
        key: true,
        parameters: Vec::new(),
        body,
        status,
        answer,
        codes,
    };
    let year = || query("year", "Only what was revoked in it.", json!({ "type": "integer", "minimum": 1970 }));
    let whole = || {
        query("whole", "Whether names and numbers are to be in full, which is recorded.", json!({ "type": "boolean" }))
    };
    let day = |name, what| required(query(name, what, json!({ "type": "string", "format": "date" })));
    let span = || vec![day("from", "The first day, at the office."), day("to", "The last day.")];
    let entry = |name, what| query(name, what, json!({ "type": "integer", "minimum": 0 }));
    let after = || query("after", "The `next` of the page before.", json!({ "type": "string" }));
    vec![
        Operation {
            parameters: vec![after()],
            ..read(
                "/api/me/readings",
                "my_readings",
                "What others saw of the requests to which the person is a party, the latest first.",
                Answer::Json(schemas.page::<Reading>()),
                &["query_invalid"],
            )
        },
        read(
            "/api/me/data",
            "my_data",
            "All that is held on the person.",
            Answer::Json(schemas.named::<MyData>()),
            &["data_too_large"],
        ),
        read(
            "/api/offices/{office}/corrections",
            "list_corrections",
            "What the person asked to have put right.",
            Answer::Json(list(schemas.named::<Correction>())),
            &[],
        ),
        read(
            "/api/offices/{office}/corrections/all",
            "list_all_corrections",
            "What anybody asked to have put right, what waits for an answer on top. For the office's administrators.",
            Answer::Json(list(schemas.named::<Correction>())),
            &["administrator_only"],
        ),
        write(
            "post",
            "/api/offices/{office}/corrections",
            "ask_for_correction",
            "Asks for what is held on the person to be put right.",
            Some(Body::Json(schemas.named::<CorrectionRequest>())),
            201,
            Answer::Json(schemas.named::<Correction>()),
            &["too_many_requests"],
        ),
        write(
            "post",
            "/api/offices/{office}/corrections/{id}/answer",
            "answer_correction",
            "Says what was done about it. For the office's administrators.",
            Some(Body::Json(schemas.named::<CorrectionRequest>())),
            200,
            Answer::Json(schemas.named::<Correction>()),
            &["not_found", "administrator_only", "already_answered"],
        ),
        Operation {
            session: false,
            key: false,
            ..write(
                "post",
                "/api/session/code",
                "request_code",
                "Asks for a sign-in code. The answer is the same whether the address is known or not.",
                Some(Body::Json(schemas.named::<CodeRequest>())),
                202,
                Answer::Cookie(None),
                &["office_unknown", "too_many_requests"],
            )
        },
        Operation {
            session: false,
            key: false,
            ..write(
                "post",
                "/api/session",
                "sign_in",
                "Signs in with a code.",
                Some(Body::Json(schemas.named::<SignIn>())),
                200,
                Answer::Cookie(Some(schemas.named::<Me>())),
                &["code_wrong", "too_many_requests"],
            )
        },
        read("/api/session", "me", "The person who is signed in.", Answer::Json(schemas.named::<Me>()), &[]),
        Operation {
            session: false,
            key: false,
            ..write("delete", "/api/session", "sign_out", "Signs out.", None, 204, Answer::Cookie(None), &[])
        },
        Operation {
            key: false,
            ..write(
                "post",
                "/api/session/proof/code",
                "request_proof_code",
                "Asks for a code to the session's own mailbox, which proves it before what can do much harm.",
                Some(Body::Json(schemas.named::<ProofCodeRequest>())),
                202,
                Answer::Nothing,
                &["office_unknown", "too_many_requests"],
            )
        },
        Operation {
            key: false,
            ..write(
                "post",
                "/api/session/proof",
                "prove",
                "Proves the session's mailbox with a code. The session goes on under another token.",
                Some(Body::Json(schemas.named::<Proof>())),
                204,
                Answer::Cookie(None),
                &["code_wrong"],
            )
        },
        read(
            "/api/sessions",
            "sessions",
            "One's own sessions, the last used first.",
            Answer::Json(list(schemas.named::<OwnSession>())),
            &[],
        ),
        Operation {
            key: false,
            ..write(
                "delete",
                "/api/sessions",
                "end_other_sessions",
                "Ends all of one's own sessions but the one that asks.",
                None,
                204,
                Answer::Nothing,
                &[],
            )
        },
        Operation {
            key: false,
            ..write(
                "delete",
                "/api/sessions/{id}",
                "end_session",
                "Ends one of one's own sessions.",
                None,
                204,
                Answer::Nothing,
                &["not_found"],
            )
        },
        Operation {
            session: false,
            ..read(
                "/api/offices",
                "offices",
                "The offices that take part.",
                Answer::Json(list(schemas.named::<OfficeCard>())),
                &[],
            )
        },
        Operation {
            session: false,
            parameters: vec![query(
                "version",
                "The newest, where left out.",
                json!({ "type": "integer", "minimum": 1 }),
            )],
            ..read(
                "/api/offices/{office}/procedure",
                "procedure",
                "The office's procedure: its SOP, and what each step does.",
                Answer::Json(schemas.named::<Procedure>()),
                &["version_unknown", "query_invalid"],
            )
        },
        Operation {
            parameters: vec![header("X-File-Name", "The file's name on the person's device, percent-encoded UTF-8.")],
            ..write(
                "post",
                "/api/offices/{office}/documents",
                "upload",
                "Uploads a document: PDF, JPEG or PNG by its content, up to 5 MB. Place, camera and notes are taken out of pictures: size and SHA-256 are those of what is stored. It belongs to nothing until it is handed in.",
                Some(Body::File),
                201,
                Answer::Json(schemas.named::<Document>()),
                UPLOAD_REFUSALS,
            )
        },
        read(
            "/api/documents/{id}",
            "document",
            "A document's bytes, for those the procedure gives a reason to. Each reading is recorded.",
            Answer::File,
            &["not_found"],
        ),
        write(
            "delete",
            "/api/documents/{id}",
            "discard",
            "Throws away an upload of one's own that is not part of a case.",
            None,
            204,
            Answer::Nothing,
            &["not_found", "document_in_use"],
        ),
        write(
            "post",
            "/api/offices/{office}/cases",
            "file",
            "Files a request to revoke.",
            Some(Body::Json(schemas.named::<FileRequest>())),
            201,
            Answer::Json(schemas.named::<CaseView>()),
            FILING_REFUSALS,
        ),
        Operation {
            parameters: vec![
                required(query("list", "Which list.", schemas.named::<List>())),
                query("status", "Only those that stand so; with `list=office`.", schemas.named::<Standing>()),
                after(),
            ],
            ..read(
                "/api/offices/{office}/cases",
                "cases",
                "A page of a list of cases.",
                Answer::Json(schemas.page::<CaseRow>()),
                &["query_invalid", "staff_only"],
            )
        },
        Operation {
            key: false,
            ..write(
                "post",
                "/api/offices/{office}/cases/search",
                "search",
                "A page of the office's cases that begin so.",
                Some(Body::Json(schemas.named::<Search>())),
                200,
                Answer::Json(schemas.page::<CaseRow>()),
                &["query_invalid", "staff_only"],
            )
        },
        read(
            "/api/offices/{office}/cases/{ticket}",
            "case",
            "A case. Someone else's answers as if it did not exist.",
            Answer::Json(schemas.named::<CaseView>()),
            &["not_found"],
        ),
        write(
            "post",
            "/api/offices/{office}/cases/{ticket}/acts",
            "act",
            "Does something with a case. Whoever was overtaken gets the case as it is now.",
            Some(Body::Json(schemas.named::<ActRequest>())),
            200,
            Answer::Json(schemas.named::<CaseView>()),
            ACT_REFUSALS,
        ),
        read(
            "/api/offices/{office}/cases/{ticket}/mails",
            "mails",
            "The mails of a case that concern this person, as they were sent.",
            Answer::Json(list(schemas.named::<SentMail>())),
            &["not_found"],
        ),
        write(
            "post",
            "/api/offices/{office}/cases/{ticket}/mails/{id}/again",
            "again",
            "Sends a mail again that failed or was returned, for the office's officials whom the case does not concern.",
            None,
            200,
            Answer::Json(schemas.named::<SentMail>()),
            &["not_found", "staff_only", "own_request", "mail_not_lost"],
        ),
        read(
            "/api/offices/{office}/cases/{ticket}/log",
            "log",
            "A case's hash chain, to be verified.",
            Answer::Json(list(schemas.named::<SealedEvent>())),
            &["not_found"],
        ),
        read(
            "/api/offices/{office}/counts",
            "counts",
            "How many of the office's cases stand where, for its staff.",
            Answer::Json(list(schemas.named::<StatusCount>())),
            &["staff_only"],
        ),
        Operation {
            parameters: vec![year(), whole(), after()],
            ..read(
                "/api/offices/{office}/register",
                "register",
                "A page of the register of revoked certificates, for the office's staff.",
                Answer::Json(schemas.page::<RegisterRow>()),
                &["query_invalid", "staff_only"],
            )
        },
        read(
            "/api/offices/{office}/affairs",
            "affairs",
            "The office's people, who stands in for whom, and for its administrators the settings.",
            Answer::Json(schemas.named::<Affairs>()),
            &["staff_only"],
        ),
        write(
            "post",
            "/api/offices/{office}/affairs",
            "change",
            "Changes the office's affairs. Each change is an entry of the office's log.",
            Some(Body::Json(schemas.named::<ChangeRequest>())),
            200,
            Answer::Json(json!({ "type": "object" })),
            CHANGE_REFUSALS,
        ),
        Operation {
            parameters: vec![after()],
            ..read(
                "/api/offices/{office}/affairs/log",
                "affairs_log",
                "A page of the office's log, the newest entry first, for its administrators.",
                Answer::Json(schemas.page::<SeenChange>()),
                &["query_invalid", "administrator_only"],
            )
        },
        Operation {
            key: false,
            ..write(
                "post",
                "/api/offices/{office}/register/search",
                "search_register",
                "A page of the register's rows that begin so.",
                Some(Body::Json(schemas.named::<RegisterSearch>())),
                200,
                Answer::Json(schemas.page::<RegisterRow>()),
                &["query_invalid", "staff_only"],
            )
        },
        Operation {
            parameters: vec![required(year()), whole()],
            ..read(
                "/api/offices/{office}/register.xlsx",
                "register_xlsx",
                "A year of the register as a workbook.",
                Answer::Other(XLSX),
                &["query_invalid", "staff_only", "export_too_large"],
            )
        },
        Operation {
            parameters: vec![required(year()), whole()],
            ..read(
                "/api/offices/{office}/register.csv",
                "register_csv",
                "A year of the register as CSV, separated by semicolons.",
                Answer::Other(CSV),
                &["query_invalid", "staff_only", "export_too_large"],
            )
        },
        Operation {
            parameters: span(),
            ..read(
                "/api/offices/{office}/report",
                "report",
                "What a span of days adds up to, for the office's staff.",
                Answer::Json(schemas.named::<Report>()),
                &["query_invalid", "staff_only"],
            )
        },
        Operation {
            parameters: span(),
            ..read(
                "/api/offices/{office}/report.xlsx",
                "report_xlsx",
                "The report as a workbook, a sheet for each of its tables.",
                Answer::Other(XLSX),
                &["query_invalid", "staff_only"],
            )
        },
        Operation {
            parameters: span(),
            ..read(
                "/api/offices/{office}/report.csv",
                "report_csv",
                "The report as CSV, separated by semicolons, its tables one below the other.",
                Answer::Other(CSV),
                &["query_invalid", "staff_only"],
            )
        },
        Operation {
            parameters: vec![entry("from", "The first entry, from 0.")],
            ..read(
                "/api/offices/{office}/log",
                "log_entries",
                "The office's log, one JSON object a line: entries, and after the last one the checkpoint over all. `Link` leads on where it is longer than an answer.",
                Answer::Other("application/x-ndjson"),
                &["query_invalid", "auditor_only"],
            )
        },
        Operation {
            session: false,
            ..read(
                "/api/offices/{office}/log/keys",
                "log_keys",
                "The public keys of the office's log, one a line, the one that signs now first (C2SP signed-note).",
                Answer::Other(TEXT),
                &[],
            )
        },
        Operation {
            session: false,
            ..read(
                "/api/offices/{office}/log/checkpoint",
                "log_checkpoint",
                "How large the office's log is and what its root is, signed (C2SP tlog-checkpoint).",
                Answer::Other(TEXT),
                &[],
            )
        },
        Operation {
            session: false,
            parameters: vec![
                required(entry("from", "The size of the older log.")),
                required(entry("to", "The size of the newer log.")),
            ],
            ..read(
                "/api/offices/{office}/log/consistency",
                "log_consistency",
                "That the newer log begins with the older one: hashes in base64, one a line (RFC 6962 §2.1.2).",
                Answer::Other(TEXT),
                &["query_invalid"],
            )
        },
        read(
            "/api/offices/{office}/cases/{ticket}/receipts/{seq}",
            "receipt",
            "That an event of the case is in the office's log (C2SP tlog-proof).",
            Answer::Other(TEXT),
            &["not_found"],
        ),
        read(
            "/api/offices/{office}/cases/{ticket}/receipts/{seq}/qr",
            "receipt_qr",
            "The address at which the receipt is checked, as a QR code.",
            Answer::Other("image/svg+xml"),
            &["not_found"],
        ),
        Operation {
            status: 303,
            ..read(
                "/api/offices/{office}/cases/{ticket}/receipts/{seq}/check",
                "receipt_check",
                "Leads to the page that checks the receipt in the browser.",
                Answer::Nothing,
                &["not_found"],
            )
        },
        Operation {
            session: false,
            ..read("/api/openapi.json", "openapi", "This document.", Answer::Json(json!({ "type": "object" })), &[])
        },
    ]
}

/// The whole document.
fn document() -> Value {
    let mut schemas = Schemas::default();
    let operations = operations(&mut schemas);
    schemas.named::<Problem>();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in &operations {
        paths.entry(operation.path).or_default().insert(operation.method.to_owned(), operation.value());
    }
    let codes = ALL_CODES.iter().flat_map(|part| part.iter()).filter(|entry| !NEVER_TOLD.contains(&entry.code));
    let codes: String =
        codes.map(|entry| format!("| `{}` | {} | {} |\n", entry.code, entry.status, entry.sentence)).collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Cabut",
            "summary": "Takes a request to revoke an electronic signature (pencabutan TTE) to a proven revocation.",
            "description": format!(
                "Every failure is `application/problem+json` (RFC 9457) with a stable `code` and a sentence in Indonesian. An address that is not here answers `{}` or `{}`, one that is too long `{}`, and too many headers `{}`.\n\n| code | status | sentence |\n|---|---|---|\n{codes}\nA code without a sentence is a refusal of the procedure's rules; its sentence tells the particulars.",
                OF_NO_OPERATION[0], OF_NO_OPERATION[1], OF_NO_OPERATION[2], OF_NO_OPERATION[3],
            ),
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas.0,
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": crate::guard::COOKIE,
                    "description": "A session of 256 random bits, set by signing in: HttpOnly, Secure, SameSite=Strict.",
                },
            },
        },
    });
    document.sort_all_objects();
    document
}

impl Operation {
    fn value(&self) -> Value {
        let mut parameters: Vec<Value> = self.path.split('/').filter_map(|part| in_path(self.path, part)).collect();
        parameters.extend(self.parameters.iter().cloned());
        if self.key {
            parameters.push(json!({
                "name": "Idempotency-Key",
                "in": "header",
                "required": true,
                "description": "Names this write: asked for again with the same key, it gets the first answer again.",
                "schema": { "type": "string", "pattern": "^[!-~]{1,100}$" },
            }));
        }
        if self.method != "get" {
            parameters.push(header("Origin", "The service's own: a write from another origin is refused."));
        }
        let mut value = json!({
            "operationId": self.id,
            "summary": self.summary,
            "parameters": parameters,
            "responses": self.responses(),
            "security": if self.session { json!([{ "session": [] }]) } else { json!([]) },
        });
        match &self.body {
            Some(Body::Json(schema)) => {
                value["requestBody"] =
                    json!({ "required": true, "content": { "application/json": { "schema": schema } } });
            }
            Some(Body::File) => value["requestBody"] = json!({ "required": true, "content": file() }),
            None => {}
        }
        value
    }

    fn responses(&self) -> Value {
        let mut good = json!({ "description": http::StatusCode::from_u16(self.status).unwrap().canonical_reason() });
        match &self.answer {
            Answer::Nothing => {}
            Answer::Json(schema) => good["content"] = json!({ "application/json": { "schema": schema } }),
            Answer::File => good["content"] = file(),
            Answer::Other(media_type) => good["content"] = json!({ *media_type: {} }),
            Answer::Cookie(schema) => {
                good["headers"] = json!({ "Set-Cookie": { "description": "The session cookie, and that by which the door knows the browser.", "schema": { "type": "string" } } });
                if let Some(schema) = schema {
                    good["content"] = json!({ "application/json": { "schema": schema } });
                }
            }
        }
        let mut responses = BTreeMap::from([(self.status.to_string(), good)]);
        let mut by_status: BTreeMap<u16, Vec<CodeEntry>> = BTreeMap::new();
        for code in self.all_codes() {
            let entry = entry(code);
            by_status.entry(entry.status).or_default().push(entry);
        }
        for (status, entries) in by_status {
            let codes: Vec<&str> = entries.iter().map(|entry| entry.code).collect();
            let mut response = json!({
                "description": codes.join(", "),
                "content": { "application/problem+json": { "schema": { "allOf": [
                    { "$ref": "#/components/schemas/Problem" },
                    { "properties": { "code": { "enum": codes } } },
                ] } } },
            });
            if matches!(status, 429 | 503) {
                response["headers"] = json!({
                    "Retry-After": { "description": "Seconds.", "schema": { "type": "integer", "minimum": 1 } },
                });
            }
            responses.insert(status.to_string(), response);
        }
        json!(responses)
    }

    /// Its own codes, and those that follow from what it is.
    fn all_codes(&self) -> BTreeSet<&'static str> {
        let mut codes: BTreeSet<&str> = self.codes.iter().copied().collect();
        codes.insert("internal");
        let method = Method::from_bytes(self.method.to_uppercase().as_bytes());
        if method.is_ok_and(|method| Pace::of(&method, self.path).is_some()) {
            codes.insert("too_many_requests");
        }
        // The rest is answered from what is built in.
        if self.session || self.method != "get" || self.path.contains("/log/") {
            codes.insert("storage_unavailable");
        }
        if self.session {
            codes.extend(["sign_in_needed", "session_expired"]);
        }
        if self.key {
            codes.extend(["idempotency_key_missing", "idempotency_key_invalid", "idempotency_key_reused"]);
        }
        if self.method != "get" {
            codes.insert("foreign_origin");
        }
        // A case in an office that is none does not exist, like any other.
        if self.path.contains("{office}") && !self.path.contains("{ticket}") {
            codes.insert("office_unknown");
        }
        if matches!(self.body, Some(Body::Json(_))) {
            codes.extend([
                "content_type",
                "body_malformed",
                "body_too_large",
                "field_unknown",
                "field_missing",
                "field_invalid",
            ]);
        }
        codes
    }
}

/// The schemas that are referred to by name.
#[derive(Default)]
struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    /// A reference to `T`, which is kept with all that it refers to.
    fn named<T: ToSchema>(&mut self) -> Value {
        self.keep_parts::<T>();
        let name = T::name().into_owned();
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        self.0.insert(name, json!(<T as PartialSchema>::schema()));
        reference
    }

    /// A page of `T`, in place: every page would have the same name.
    fn page<T: ToSchema>(&mut self) -> Value {
        self.named::<T>();
        json!(<Page<T> as PartialSchema>::schema())
    }

    fn keep_parts<T: ToSchema>(&mut self) {
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        self.0.extend(parts.into_iter().map(|(name, schema)| (name, json!(schema))));
    }
}

fn entry(code: &str) -> CodeEntry {
    let found = ALL_CODES.iter().flat_map(|part| part.iter()).find(|entry| entry.code == code);
    *found.unwrap_or_else(|| panic!("there is no code {code}"))
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn file() -> Value {
    Value::Object(MEDIA_TYPES.iter().map(|kind| ((*kind).to_owned(), json!({}))).collect())
}

fn in_path(path: &str, part: &str) -> Option<Value> {
    let name = part.strip_prefix('{')?.strip_suffix('}')?;
    let (description, schema) = match name {
        "office" => ("The office's id.", json!({ "type": "string", "examples": ["madiun"] })),
        "ticket" => {
            ("The ticket number, as it is written in full.", json!({ "$ref": "#/components/schemas/TicketNumber" }))
        }
        "seq" => ("The event's number in its case.", json!({ "type": "integer", "minimum": 1 })),
        "id" if path.contains("/documents/") => {
            ("The document's id.", json!({ "$ref": "#/components/schemas/DocumentId" }))
        }
        "id" => ("Its id.", json!({ "type": "string" })),
        other => panic!("what is {other} in a path?"),
    };
    Some(json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema }))
}

fn query(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

fn header(name: &str, description: &str) -> Value {
    required(json!({ "name": name, "in": "header", "description": description, "schema": { "type": "string" } }))
}

fn required(mut parameter: Value) -> Value {
    parameter["required"] = json!(true);
    parameter
}

#[test]
fn the_snapshot_is_the_api() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let text = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let snapshot = std::fs::read_to_string(path).unwrap_or_default();
    // Not `assert_eq`: it would print both documents.
    assert!(snapshot == text, "openapi.json is not the API any more; UPDATE=1 writes it, then read the difference");
}

/// Every operation, as the contract names it.
fn described() -> BTreeSet<String> {
    let all = operations(&mut Schemas::default());
    all.iter().map(|operation| format!("{} {}", operation.method.to_uppercase(), operation.path)).collect()
}

/// The table in `workflow::api` is the contract that both sides are written to.
#[test]
fn every_operation_of_the_contract_is_here_and_no_other() {
    let contract = include_str!("../../shared/src/api.rs").lines().filter_map(|line| line.strip_prefix("//! | `"));
    let contract: BTreeSet<String> =
        contract.filter_map(|row| row.split(['`', '?']).next()).map(str::to_owned).collect();
    assert_eq!(described(), contract);
}

/// What is routed below `/api` is what is described, judged in the matrix of rights and tried with another office's names.
#[test]
fn every_route_is_an_operation_of_the_contract() {
    let routes = include_str!("routes.rs").lines().filter_map(|line| line.trim().strip_prefix(".route(\"/api"));
    let routed: BTreeSet<String> = routes
        .flat_map(|line| {
            let (path, handlers) = line.split_once("\", ").expect("a route stands in one line");
            let methods = ["get", "post", "put", "patch", "delete"];
            let those = methods.into_iter().filter(|method| {
                let call = format!("{method}(");
                handlers.starts_with(&call) || handlers.contains(&format!(".{call}"))
            });
            those.map(|method| format!("{} /api{path}", method.to_uppercase())).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(routed, described());
}

#[test]
fn every_code_is_somewhere() {
    let here = operations(&mut Schemas::default());
    let mut told: BTreeSet<&str> = here.iter().flat_map(Operation::all_codes).collect();
    told.extend(OF_NO_OPERATION);
    told.extend(NEVER_TOLD);
    let all: BTreeSet<&str> = ALL_CODES.iter().flat_map(|part| part.iter()).map(|entry| entry.code).collect();
    assert_eq!(told, all);
}

#[test]
fn every_reference_leads_somewhere() {
    fn visit(value: &Value, seen: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                seen.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| visit(value, seen));
            }
            Value::Array(items) => items.iter().for_each(|value| visit(value, seen)),
            _ => {}
        }
    }
    let document = document();
    let mut seen = BTreeSet::new();
    visit(&document, &mut seen);
    for reference in &seen {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
    let named: BTreeSet<String> = document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .map(|name| format!("#/components/schemas/{name}"))
        .collect();
    assert_eq!(seen, named, "every schema is referred to");
}
