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
    let mut turn_mailboxes = turn_mailboxes(whole, staff);
    if matches!(newest.event.what, Happened::PutBack) {
        let own = staff.iter().find(|one| one.person == newest.event.by.person);
        turn_mailboxes.retain(|mailbox| own.is_none_or(|own| &own.email != mailbox));
    }
    let administrators: Vec<String> =
        staff.iter().filter(|one| one.actor.0 == ADMINISTRATOR).map(|one| one.email.clone()).collect();
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
        turn_mailboxes: &turn_mailboxes,
        chain_mailboxes: &chain_mailboxes(whole, staff),
        administrators: &administrators,
        bsre_email,
        origin: &app.origin,
    };
    mail::drop_reminders(batch, &whole.case);
    let (messages, vault) = (mail::for_event(&facts), app.vault()?);
    for message in &messages {
        mail::insert(batch, message, vault, app.now)?;
    }
    Ok(messages.into_iter().map(|message| message.id).collect())
}

/// The mailboxes of those whose turn it is now. Whoever is a party to the case can't take the turn.
fn turn_mailboxes(whole: &Whole, staff: &[Mailbox]) -> Vec<String> {
    let Some(turn) = workflow::case::turn(whole.procedure, &whole.case) else { return Vec::new() };
    if turn.completion || !whole.procedure.works_on_cases(&turn.actor) {
        return Vec::new();
    }
    Mailbox::of(whole.procedure, staff, &whole.case, |actor| actor == &turn.actor)
}

/// The mailboxes of everybody in the office who has a step.
fn chain_mailboxes(whole: &Whole, staff: &[Mailbox]) -> Vec<String> {
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
