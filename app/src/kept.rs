//! What lies on the device until the edge has it, under its office and its person; what an applicant did on a request, under
//! that too. It is personal: what nobody goes on with is forgotten after a month, and all of it when somebody signs out.

use serde::{Deserialize, Serialize};
use workflow::{
    api::Document,
    case::{Act, PersonId},
    procedure::PaperId,
};

use crate::{api::ApiError, browser, json};

/// What the keys of all of it begin with.
const PLACE: &str = "cabut:draf:";

/// For how many hours it stays when nobody goes on with it: names, a NIK and a NIP lie in it.
const KEPT_LASTS: u32 = 30 * 24;

/// For how many hours the edge keeps what was uploaded and not sent, less a day.
const UPLOADS_LAST: u32 = 6 * 24;

/// How it lies there.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// When it was last worked on, in whole hours since 1970.
    pub worked: u32,
    /// When the oldest paper was uploaded, in whole hours since 1970.
    pub uploaded: Option<u32>,
    /// What was typed, each by the id of its field.
    pub texts: Vec<(String, String)>,
    /// The papers that the edge has already.
    pub papers: Vec<(PaperId, Document)>,
    /// The request on its way, if there is one.
    pub sent: Option<Sent>,
}

impl Kept {
    /// What lies in this place. Papers that the edge has forgotten would have to be uploaded again.
    pub fn at(place: &str) -> Option<Kept> {
        let mut kept: Kept = json::read(&browser::stored(place)?)?;
        if kept.uploaded.is_some_and(|at| hour().saturating_sub(at) > UPLOADS_LAST) {
            kept.papers.clear();
            kept.sent = None;
            kept.uploaded = None;
        }
        Some(kept)
    }

    /// Keeps it there.
    pub fn keep(&self, place: &str) {
        browser::store(place, Some(&json::write(self)));
    }
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

/// Where the draft of a filing lies.
pub fn place(office: &str, person: &str) -> String {
    format!("{PLACE}{office}:{person}")
}

/// The present, in whole hours since 1970.
pub fn hour() -> u32 {
    u32::try_from(browser::now().timestamp() / 3600).unwrap_or_default()
}

/// Forgets what is too old, whosever it is.
pub fn forget_old() {
    browser::forget(PLACE, |kept| {
        json::read::<Kept>(kept).is_none_or(|kept| hour().saturating_sub(kept.worked) > KEPT_LASTS)
    });
}

/// Forgets everything.
pub fn forget_all() {
    browser::forget(PLACE, |_| true);
}

/// What an applicant did on their request, from when they sent it until the edge has it or they drop it: with all that they
/// typed, so that they can put it right where the edge refuses it.
pub struct KeptAct {
    /// Where it lies.
    pub place: String,
    /// What they typed and sent. Once it is refused, it is no more on its way.
    pub kept: Kept,
}

/// Among what was typed: which act it is for.
const ACT: &str = "tindakan";
/// Among what was typed: why the edge refused it.
const REFUSED: &str = "ditolak";

impl KeptAct {
    /// This act of this person, just sent.
    pub fn new(office: &str, person: &PersonId, ticket: &str, act: Act, mut kept: Kept) -> KeptAct {
        kept.worked = hour();
        kept.uploaded = (!kept.papers.is_empty()).then_some(kept.worked);
        kept.texts.push((ACT.to_owned(), json::word_of(act)));
        let kept = KeptAct { place: place_of_act(office, person, ticket), kept };
        kept.kept.keep(&kept.place);
        kept
    }

    /// The acts of this person in this office that lie here.
    pub fn all(office: &str, person: &PersonId) -> Vec<KeptAct> {
        browser::keys(&place_of_act(office, person, "")).into_iter().filter_map(KeptAct::at).collect()
    }

    /// The one on this request.
    pub fn on(office: &str, person: &PersonId, ticket: &str) -> Option<KeptAct> {
        KeptAct::at(place_of_act(office, person, ticket))
    }

    /// The one in this place.
    pub fn at(place: String) -> Option<KeptAct> {
        Some(KeptAct { kept: Kept::at(&place)?, place })
    }

    /// On which request.
    pub fn ticket(&self) -> &str {
        self.place.rsplit(':').next().unwrap_or_default()
    }

    /// What they did.
    pub fn act(&self) -> Option<Act> {
        let word = self.text(ACT)?;
        Act::ALL.into_iter().find(|act| json::word_of(act) == word)
    }

    /// Why it does not go any more.
    pub fn refused(&self) -> Option<String> {
        let why = || self.text(REFUSED).unwrap_or("Berkas yang diunggah sudah terlalu lama. Unggah lagi.");
        self.kept.sent.is_none().then(|| why().to_owned())
    }

    /// What was typed in the field with this id.
    pub fn text(&self, id: &str) -> Option<&str> {
        self.kept.texts.iter().find(|(field, _)| field == id).map(|(_, text)| text.as_str())
    }

    /// The edge refused it. It stays, to be put right, unless its request is theirs no more.
    pub fn refuse(&mut self, error: &ApiError) {
        if error.status() == Some(404) {
            return self.forget();
        }
        self.kept.sent = None;
        self.kept.texts.push((REFUSED.to_owned(), error.to_string()));
        self.kept.keep(&self.place);
    }

    /// Forgets it.
    pub fn forget(&self) {
        browser::store(&self.place, None);
    }
}

fn place_of_act(office: &str, person: &PersonId, ticket: &str) -> String {
    format!("{}:{ticket}", place(office, &person.0))
}
