//! Acting on a case.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use http::StatusCode;
use workflow::{
    api::ActRequest,
    case::{Act, FilingWay, Known, Refusal, decide},
};

use super::{deliver, write_mails};
use crate::{
    app::{App, Shared},
    body,
    db::{Conflict, Failure},
    guard::{self, AskingCase, Person, Seen, TokenHash},
    idempotency::{self, Key},
    mail,
    problem::{Code, Problem},
    store::{
        cases::{self, Whole},
        documents, people, readings,
    },
};

/// `POST /api/offices/{office}/cases/{ticket}/acts`
///
/// 1. Who asks, what they asked for before, the case and everything the decision needs, in one batch.
/// 2. The rules decide; then the documents; then whether the person has proven their mailbox of late, where the act asks it.
/// 3. Event, lists, documents, mails and the answer are committed, in one batch.
/// 4. Only whoever was overtaken between 1 and 3 costs a third: they are shown the case as it is now, and that is recorded.
#[worker::send]
pub async fn act(
    app: Shared,
    Path((office, ticket)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let token = TokenHash::read(request.headers())?;
    idempotency::require(request.headers())?;
    let (parts, body) = request.into_parts();
    let bytes = body::json_bytes(Request::from_parts(parts.clone(), body)).await?;
    let key = Key::read(&parts.headers, &parts.method, parts.uri.path(), &bytes)?;
    let ActRequest { seen, command } = body::parse(&bytes)?;
    let ticket = guard::ticket(&ticket)?;

    // 1
    let mut batch = app.db.batch();
    let asking = AskingCase::ask(&mut batch, &token, &office, &ticket, &app);
    let first = key.first(&mut batch, token.as_str());
    let uploads = documents::named(&mut batch, command.papers())?;
    let staff = people::mailboxes(&mut batch, &office, app.now);
    let settings = people::settings(&mut batch, &office);
    let by_nip = people::by_nip(&mut batch, &office, command.form().and_then(|form| form.nip.as_ref()));
    let mails = matches!(command.act(), Act::Readdress).then(|| mail::of_case(&mut batch, &ticket));
    let answers = app.db.read(batch).await?;
    // Before the first answer is given again: it holds the case too.
    let Seen { person, mut whole } = asking.seen(&answers)?;
    if let Some(response) = key.replay(&answers, &first, &app)? {
        return Ok(response);
    }

    // 2
    let (papers, act) = (command.papers().to_vec(), command.act());
    let vault = app.vault()?;
    let staff = answers.rows(&staff)?;
    whole.know(&staff);
    let known = Known {
        mailbox: person.me.email.clone(),
        holder: answers.first(&by_nip)?.map(|known| known.id),
        form: whole.form().cloned(),
        staff: staff.iter().map(|one| (one.person.clone(), one.actor.clone())).collect(),
    };
    let decided = match decide(whole.procedure, &whole.case, &person.who(), seen, command, &known, app.now) {
        Ok(decided) => decided,
        Err(refusal @ Refusal::MovedOn { .. }) => return Err(overtaken(&app, refusal, &person, &whole).await?),
        Err(refusal) => return Err(refusal.into()),
    };
    let handed = documents::handed_in(&papers, answers.rows(&uploads)?, &person.me.person, &office, app.vault()?)?;
    let bsre_email = answers.first(&settings)?.and_then(|settings| settings.bsre_email);
    if act == Act::Send && bsre_email.is_none() {
        return Err(Code::BsreAddressMissing.into());
    }
    if act.needs_proof() {
        person.check_proven(app.now)?;
    }

    // 3
    let before = whole.form().map(|form| form.email.clone());
    let next = cases::next(&ticket, whole.last(), decided, app.now)?;
    whole.evolve(&next, handed, &person)?;
    let answer = body::text(&whole.view(&person.who(), app.now)?)?;
    let mut batch = app.db.batch();
    key.keep(&mut batch, &person.me.person, StatusCode::OK, &answer, &app)?;
    whole.write(&mut batch, &next, vault.lookup())?;
    let readdressed = match (mails, &before, whole.form()) {
        (Some(mails), Some(from), Some(form)) => {
            let mails = answers.rows(&mails)?;
            Some(mail::readdress(&mut batch, &whole.case, mails, from, &form.email, vault, app.now)?)
        }
        _ => None,
    };
    let mut mails = write_mails(&app, &mut batch, &whole, &staff, bsre_email.as_deref().unwrap_or_default())?;
    let conflict = match app.db.write(batch).await {
        Ok(answers) => {
            if let Some(slot) = readdressed {
                mails.extend(answers.rows(&slot)?.into_iter().map(|row| row.id));
            }
            deliver(&app, mails);
            return Ok(body::json_text(StatusCode::OK, answer));
        }
        Err(Failure::Conflict(conflict)) => conflict,
        Err(failure) => return Err(failure.into()),
    };

    // 4
    match conflict {
        Conflict::DocumentInUse => Err(Code::DocumentInUse.into()),
        Conflict::Reference => Err(Code::DocumentUnknown.into()),
        Conflict::Idempotency | Conflict::Event => {
            let mut batch = app.db.batch();
            let asking = AskingCase::ask(&mut batch, &token, &office, &ticket, &app);
            let first = key.first(&mut batch, token.as_str());
            let answers = app.db.read(batch).await?;
            let Seen { person, whole } = asking.seen(&answers)?;
            if let Some(response) = key.replay(&answers, &first, &app)? {
                return Ok(response);
            }
            Err(overtaken(&app, Refusal::MovedOn { seq: whole.case.seq }, &person, &whole).await?)
        }
        Conflict::OpenRequest => {
            // A corrected NIK: another request is open under it.
            let form = whole.form().ok_or_else(|| Problem::bug("a case without a form"))?;
            let mut batch = app.db.batch();
            let holder_key = cases::holder_key(app.lookup_key()?, form);
            let open = cases::open_requests(&mut batch, &office, &holder_key, &token, whole.case.way);
            let open = app.db.read(batch).await?.rows(&open)?;
            let problem = Problem::from(Code::OpenRequestExists);
            // What the desk took in is named to officials alone.
            let told = whole.case.way != FilingWay::Desk || person.who().is_staff(whole.procedure);
            Err(match open.into_iter().find(|other| told && other.is_own()) {
                Some(other) => problem.with_ticket(other.ticket),
                None => problem,
            })
        }
        Conflict::Ticket
        | Conflict::Person
        | Conflict::Nip
        | Conflict::DaysMail
        | Conflict::OfficeEvent
        | Conflict::Answer => Err(Failure::Conflict(conflict).into()),
    }
}

/// The refusal, with the case as it is now: that they see it is in its access record before they do, as where it is opened.
async fn overtaken(app: &App, refusal: Refusal, person: &Person, whole: &Whole) -> Result<Problem, Problem> {
    let (case, viewer) = (&whole.case, &person.me.person);
    if !case.is_party(viewer) {
        let mut batch = app.db.batch();
        readings::of_case(&mut batch, &case.ticket, viewer, app.now);
        app.db.write(batch).await?;
    }
    Ok(Problem::from(refusal).with_case(whole.view(&person.who(), app.now)?))
}
