//! What lies on the device until the edge has it, under its office and its person. It is personal: what nobody goes on with is
//! forgotten after a month, and all of it when somebody signs out.

use serde::{Deserialize, Serialize};
use workflow::{
    api::Document,
    case::{Act, PersonId},
    procedure::PaperId,
};

use crate::{browser, json};

/// What the keys of all of it begin with.
const PLACE: &str = "cabut:draf:";

/// For how many hours it stays when nobody goes on with it: names, a NIK and a NIP lie in it.
const KEPT_LASTS: u32 = 30 * 24;

/// For how many hours the edge keeps what was uploaded and not sent, less a day.
pub const UPLOADS_LAST: u32 = 6 * 24;

/// Where the draft of a filing lies.
pub fn place(office: &str, person: &str) -> String {
    format!("{PLACE}{office}:{person}")
}

/// The present, in whole hours since 1970.
pub fn hour() -> u32 {
    u32::try_from(browser::now().timestamp() / 3600).unwrap_or_default()
}

/// Forgets what is too old, whosever it is. All that lies here tells when somebody last went on with it.
pub fn forget_old() {
    browser::forget(PLACE, |kept| {
        json::number(kept, "worked").is_none_or(|worked| hour().saturating_sub(worked) > KEPT_LASTS)
    });
}

/// Forgets everything.
pub fn forget_all() {
    browser::forget(PLACE, |_| true);
}

/// A request as it went to the edge: again, it goes under the same key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The idempotency key.
    pub key: String,
    /// What was sent, as JSON.
    pub body: String,
}

impl Sent {
    /// This body as it goes out: under the key under which it went already, if `before` is the same.
    pub fn again(before: Option<Sent>, body: String) -> Sent {
        before.filter(|sent| sent.body == body).unwrap_or_else(|| Sent { key: browser::random_id(), body })
    }
}

/// What an applicant did on their request, from when they sent it until the edge has it or they drop it: with all that they
/// typed, so that they can put it right where the edge refuses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAct {
    /// When they sent it, in whole hours since 1970.
    pub worked: u32,
    /// In which office.
    pub office: String,
    /// Who.
    pub person: PersonId,
    /// On which request.
    pub ticket: String,
    /// What they did.
    pub act: Act,
    /// What they typed, each by the id of its field.
    pub texts: Vec<(String, String)>,
    /// The papers that they uploaded for it.
    pub papers: Vec<(PaperId, Document)>,
    /// What was sent.
    pub sent: Sent,
    /// Why the edge refused it. Until then it goes again.
    pub refused: Option<String>,
}

impl KeptAct {
    /// The acts of this person in this office that lie here.
    pub fn all(office: &str, person: &PersonId) -> Vec<KeptAct> {
        let all = browser::all_stored(&format!("{}:", place(office, &person.0)));
        all.iter().filter_map(|text| KeptAct::read(text)).collect()
    }

    /// The one on this request.
    pub fn on(office: &str, person: &PersonId, ticket: &str) -> Option<KeptAct> {
        KeptAct::read(&browser::stored(&place_of_act(office, person, ticket))?)
    }

    fn read(text: &str) -> Option<KeptAct> {
        let mut kept: KeptAct = json::read(text)?;
        // They would have to be uploaded again.
        if hour().saturating_sub(kept.worked) > UPLOADS_LAST {
            kept.papers.clear();
        }
        Some(kept)
    }

    /// Keeps it, in the place of what was kept for the same request.
    pub fn keep(&self) {
        browser::store(&place_of_act(&self.office, &self.person, &self.ticket), Some(&json::write(self)));
    }

    /// Forgets it.
    pub fn forget(&self) {
        browser::store(&place_of_act(&self.office, &self.person, &self.ticket), None);
    }

    /// Keeps it with why the edge refused it.
    pub fn refuse(&mut self, why: String) {
        self.refused = Some(why);
        self.keep();
    }
}

fn place_of_act(office: &str, person: &PersonId, ticket: &str) -> String {
    format!("{}:{ticket}", place(office, &person.0))
}
