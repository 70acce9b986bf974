//! Cases: filing, acting, looking. One file for each thing that a person can do.

mod act;
mod file;
mod list;
mod log;
mod mails;
mod register;
mod view;

pub use act::act;
pub use file::file;
pub use list::{list, page, read, search};
pub use log::log;
pub use mails::{again, mails};
pub use register::{register, register_csv, register_xlsx, search_register};
pub use view::view;

use workflow::{
    case::{ADMINISTRATOR, Content, Happened},
    procedure::ActorKind,
};

use crate::{
    app::App,
    db::Batch,
    mail::{self, Facts},
    panics,
    problem::Problem,
    store::{cases::Whole, people::Mailbox},
};

/// Writes the mails that the newest event causes into the outbox, and gives back their ids. Reminders of a turn that is
/// over wait no more.
fn write_mails(
    app: &App,
    batch: &mut Batch,
    whole: &Whole,
    staff: &[Mailbox],
    bsre_email: &str,
) -> Result<Vec<String>, Problem> {
    let newest = whole.last().ok_or_else(|| Problem::bug("a case without an event"))?;
    let vault = app.vault()?;
    let mut turn = whose_turn(whole, staff);
    if matches!(newest.event.what, Happened::PutBack) {
        turn.retain(|one| one.person != newest.event.by.person);
    }
    let nothing = Content::default();
    let approved = whole.events.iter().rfind(|one| matches!(one.event.what, Happened::Approved { .. }));
    let facts = Facts {
        procedure: whole.procedure,
        case: &whole.case,
        event: &newest.event,
        writer: &whole.signature(&newest.event),
        approver: &approved.map_or_else(String::new, |approved| whole.signature(&approved.event)),
        content: newest.content.as_ref().unwrap_or(&nothing),
        form: whole.form().ok_or_else(|| Problem::bug("a case without a form"))?,
        explanation: whole.explanation(),
        turn: &Mailbox::recipients(turn, whole.procedure, vault),
        chain: &|| Mailbox::recipients(chain(whole, staff), whole.procedure, vault),
        administrators: &|| {
            let them = staff.iter().filter(|one| one.actor.0 == ADMINISTRATOR);
            Mailbox::recipients(them, whole.procedure, vault)
        },
        bsre_email,
        origin: &app.origin,
    };
    mail::drop_reminders(batch, &whole.case);
    let messages = mail::for_event(&facts);
    for message in &messages {
        mail::insert(batch, message, vault, app.now)?;
    }
    Ok(messages.into_iter().map(|message| message.id).collect())
}

/// Those whose turn it is now. Whoever is a party to the case can't take the turn.
fn whose_turn<'a>(whole: &'a Whole, staff: &'a [Mailbox]) -> Vec<&'a Mailbox> {
    let turn = workflow::case::turn(whole.procedure, &whole.case);
    let Some(turn) = turn.filter(|turn| !turn.completion && whole.procedure.works_on_cases(&turn.actor)) else {
        return Vec::new();
    };
    Mailbox::of(whole.procedure, staff, &whole.case, |actor| actor == &turn.actor)
        .filter(|one| !one.leaves_it_to_a_colleague(staff, &whole.case))
        .collect()
}

/// Everybody in the office who has a step.
fn chain<'a>(whole: &'a Whole, staff: &'a [Mailbox]) -> impl Iterator<Item = &'a Mailbox> {
    let procedure = whole.procedure;
    Mailbox::of(procedure, staff, &whole.case, |id| {
        procedure.actor(id).is_some_and(|actor| actor.kind == ActorKind::Official)
            && procedure.steps.iter().any(|step| &step.actor == id)
    })
}

/// Sends what was committed, after the answer.
pub fn deliver(app: &App, ids: Vec<String>) {
    let env = app.env.clone();
    panics::behind(&app.ctx, async move { mail::deliver(&env, &ids).await });
}
