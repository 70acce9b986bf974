//! Filing a request.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use chrono::TimeDelta;
use http::StatusCode;
use workflow::{
    case::{FileRequest, FilingWay, Known, PersonId, file as decide},
    identity::TicketNumber,
    procedure::Procedure,
};

use super::{deliver, write_mails};
use crate::{
    app::Shared,
    body, calendar,
    db::{Answers, Conflict, Failure},
    guard::{self, Asking, TokenHash},
    idempotency::{self, Key},
    limits::{self, Limit},
    problem::{Code, Problem},
    secret,
    store::{
        cases::{self, Whole},
        documents, people,
    },
};

/// Requests that one person may file: a desk takes in many in a day, and nobody hundreds.
const FILINGS_A_DAY: Limit = Limit { most: 90, within: TimeDelta::days(1) };

/// How often a ticket number or a new person is drawn again when the first is taken.
const DRAWS: usize = 3;

/// `POST /api/offices/{office}/cases`
///
/// 1. Who asks, what they asked for before, and everything the decision needs, in one batch.
/// 2. The rules decide; then the documents and their other request for the same holder.
/// 3. Event, lists, documents, mails and the answer are committed, in one batch.
#[worker::send]
pub async fn file(app: Shared, Path(office): Path<String>, request: Request) -> Result<Response, Problem> {
    let token = TokenHash::read(request.headers())?;
    let procedure = guard::procedure(&office)?;
    idempotency::require(request.headers())?;
    let (parts, body) = request.into_parts();
    let bytes = body::json_bytes(Request::from_parts(parts.clone(), body)).await?;
    let key = Key::read(&parts.headers, &parts.method, parts.uri.path(), &bytes)?;
    let asked: FileRequest = body::parse(&bytes)?;

    for _ in 0..DRAWS {
        match once(&app, procedure, &token, &key, asked.clone()).await? {
            Outcome::Answered(response) => return Ok(response),
            Outcome::DrawAgain => {}
        }
    }
    Err(Problem::bug("no free ticket number was drawn"))
}

enum Outcome {
    Answered(Response),
    DrawAgain,
}

async fn once(
    app: &Shared,
    procedure: &'static Procedure,
    token: &TokenHash,
    key: &Key,
    asked: FileRequest,
) -> Result<Outcome, Problem> {
    // 1
    let office = &procedure.office.id;
    let vault = app.vault()?;
    let holder_key = cases::holder_key(vault.lookup(), &asked.form);
    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, token, app);
    let first = key.first(&mut batch, token.as_str());
    let filed = limits::count_of_person(&mut batch, "filings", token.as_str(), FILINGS_A_DAY, app.now);
    let uploads = documents::named(&mut batch, &asked.papers)?;
    let open = cases::open_requests(&mut batch, office, &holder_key, token, asked.way);
    let by_nip = people::by_nip(&mut batch, office, asked.form.nip.as_ref());
    let by_email = people::by_email(&mut batch, vault, &asked.form.email);
    let staff = people::mailboxes(&mut batch, office, app.now);
    let set = calendar::of_office(&mut batch, office);
    let answers = app.db.read(batch).await?;
    let person = asking.person(&answers)?;
    if let Some(response) = key.replay(&answers, &first, app)? {
        return Ok(Outcome::Answered(response));
    }

    // 2
    filed.check(&answers, app.now)?;
    let named = Named { by_nip: id(&answers, &by_nip)?, by_email: id(&answers, &by_email)? };
    let holder = named.holder(asked.way);
    let (way, papers, form) = (asked.way, asked.papers.clone(), asked.form.clone());
    let known = Known { mailbox: person.me.email.clone(), holder: holder.id.clone(), form: None, staff: Vec::new() };
    let decided = decide(procedure, &person.who(), &known, asked)?;
    let handed = documents::handed_in(&papers, answers.rows(&uploads)?, &person.me.person, office, app.vault()?)?;
    let open = answers.rows(&open)?;
    if let Some(other) = open.iter().find(|other| other.is_own()) {
        return Err(Problem::from(Code::OpenRequestExists).with_ticket(other.ticket.clone()));
    }
    let same_nik = open.into_iter().map(|other| other.ticket).collect();

    // 3
    let ticket = TicketNumber::new(&procedure.office.ticket_prefix, u64::from_le_bytes(secret::random()))
        .map_err(Problem::bug)?;
    let next = cases::next(&ticket, None, decided, app.now)?;
    let calendars = calendar::calendars(procedure.office.zone, &answers.rows(&set)?)?;
    let mut whole = Whole::begin(procedure, &next, calendars, vault, same_nik)?;
    let mut by = person;
    if way == FilingWay::Holder && by.me.name.is_none() {
        by.me.name = Some(form.name.as_str().to_owned());
    }
    whole.evolve(&next, handed, &by)?;
    let answer = body::text(&whole.view(&by.who(), app.now)?)?;

    let mut batch = app.db.batch();
    key.keep(&mut batch, &by.me.person, StatusCode::CREATED, &answer, app)?;
    match (way, &holder.new) {
        (FilingWay::Desk, Some(new)) => {
            people::insert(&mut batch, new, &people::kept(vault, new, &form.email)?, &form.name, app.now);
        }
        (FilingWay::Holder, _) => people::name_if_none(&mut batch, &by.me.person, &form.name),
        _ => {}
    }
    whole.write(&mut batch, &next, vault.lookup())?;
    let mails = write_mails(app, &mut batch, &whole, &answers.rows(&staff)?, "")?;
    match app.db.write(batch).await {
        Ok(_) => {
            deliver(app, mails);
            Ok(Outcome::Answered(body::json_text(StatusCode::CREATED, answer)))
        }
        // Asked again, everything is as the other write left it: the first answer, or the other request.
        Err(Failure::Conflict(
            Conflict::Ticket | Conflict::Event | Conflict::Person | Conflict::Idempotency | Conflict::OpenRequest,
        )) => Ok(Outcome::DrawAgain),
        Err(Failure::Conflict(Conflict::DocumentInUse)) => Err(Code::DocumentInUse.into()),
        Err(Failure::Conflict(Conflict::Reference)) => Err(Code::DocumentUnknown.into()),
        Err(failure) => Err(failure.into()),
    }
}

fn id(answers: &Answers, slot: &crate::db::Slot<people::Known>) -> Result<Option<PersonId>, Problem> {
    Ok(answers.first(slot)?.map(|known| known.id))
}

/// The people whom the form may mean.
struct Named {
    by_nip: Option<PersonId>,
    by_email: Option<PersonId>,
}

/// Whom the request is about.
struct Holder {
    id: Option<PersonId>,
    /// Set where they are to be made.
    new: Option<PersonId>,
}

impl Named {
    /// The holder, where the office knows them. The mailbox on a leader's form is the leader's, and says nothing
    /// about the holder. Whoever hands in paper is known from then on by the mailbox on it.
    fn holder(self, way: FilingWay) -> Holder {
        let known = match way {
            FilingWay::Holder | FilingWay::Leader => self.by_nip,
            FilingWay::Desk => self.by_nip.or(self.by_email),
        };
        let new = (way == FilingWay::Desk && known.is_none()).then(|| PersonId(secret::random_id()));
        Holder { id: known.or_else(|| new.clone()), new }
    }
}
