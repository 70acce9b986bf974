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

use workflow::case::{Content, Happened};

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
    let recipients = |them: Vec<&Mailbox>| Mailbox::recipients(them, whole.procedure, vault);
    let mut turn = Mailbox::of_turn(whole.procedure, staff, &whole.case);
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
        turn: &recipients(turn),
        chain: &|| recipients(Mailbox::of_chain(whole.procedure, staff, &whole.case).collect()),
        administrators: &|| recipients(Mailbox::of_administrators(staff).collect()),
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

/// Sends what was committed, after the answer.
pub fn deliver(app: &App, ids: Vec<String>) {
    let env = app.env.clone();
    panics::behind(&app.ctx, async move { mail::deliver(&env, &ids).await });
}
