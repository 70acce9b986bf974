//! From which browser somebody stands at the door, and how often they may knock there.

use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;
use workflow::identity::EmailAddress;

use super::set_cookie;
use crate::{
    db::{Answers, Batch, Slot},
    guard,
    limits::{self, Counted, Limit},
    problem::Problem,
    secret::{self, LookupKey},
    store::sessions::{self, KnownDevice},
};

/// The name of the cookie. It opens nothing.
const COOKIE: &str = "__Host-cabut-device";
/// How many characters of base64 it has: 256 bits, as a session's token.
const LENGTH: usize = 43;

/// The browser that stands at the door, by a random cookie that outlives sessions. A code counts in the browser that asked for
/// it alone, so that nobody else can void it or use up its tries; and whoever has signed in from it before asks under limits of
/// their own, which nobody else can use up either (OWASP calls it a device cookie).
pub struct Device(String);

impl Device {
    /// By the cookie that came, or a new one.
    pub fn of(headers: &HeaderMap) -> Device {
        let fits = |value: &&str| {
            value.len() == LENGTH && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        Device(guard::cookie(headers, COOKIE).filter(fits).map_or_else(secret::session_token, str::to_owned))
    }

    /// Has the browser keep it for as long as the edge does, from now on.
    pub fn keep(&self, response: &mut Response) -> Result<(), Problem> {
        set_cookie(response, COOKIE, &self.0, sessions::KNOWN_LIFE.num_seconds())
    }
}

/// So many codes for one mailbox in a browser from which somebody signed in with it before. Each may be tried five times.
const CODES_HERE: [Limit; 2] = [Limit { most: 5, within: TimeDelta::minutes(15) }, Limit { most: 20, within: DAY }];

/// Where nobody has: codes asked for by one client, and codes tried.
const OF_CLIENT: Limit = Limit { most: 30, within: TimeDelta::minutes(15) };
/// Codes for one mailbox that one client asks for. Soon after each other, and in the long run: a tenth of what all clients
/// together may, so that no one of them shuts the door for the others.
const CODES_OF_CLIENT: [Limit; 2] =
    [Limit { most: 3, within: TimeDelta::minutes(15) }, Limit { most: 10, within: DAY }];
/// Codes for one mailbox that all clients together ask for.
const CODES: Limit = Limit { most: 100, within: DAY };
/// Codes tried for one mailbox by one client.
const TRIES_OF_CLIENT: Limit = Limit { most: 20, within: DAY };
/// Codes tried for one mailbox by all clients together. This bounds how likely one is guessed.
const TRIES: Limit = Limit { most: 200, within: DAY };

const DAY: TimeDelta = TimeDelta::days(1);

/// Who stands at the door: with which mailbox, in which browser, at the end of which line.
pub struct Door<'a> {
    pub key: &'a LookupKey,
    pub email: &'a EmailAddress,
    pub device: &'a Device,
    pub client: &'a str,
}

impl Door<'_> {
    /// Whether somebody has signed in with this mailbox from this browser before.
    pub fn is_known(&self, batch: &mut Batch) -> Slot<KnownDevice> {
        sessions::known_device(batch, &self.known())
    }

    /// Under which digest that is kept.
    pub fn known(&self) -> String {
        self.digest("known device", &[&self.device.0])
    }

    /// Where the code for this mailbox in this browser is kept.
    pub fn address(&self) -> String {
        self.digest("address", &[&self.device.0])
    }

    /// Counts a code that is asked for.
    pub fn asks(&self, batch: &mut Batch, known: bool, now: DateTime<Utc>) -> Counts {
        let limits = if known {
            let [soon, a_day] = CODES_HERE;
            vec![
                (self.digest("codes of device", &[&self.device.0]), soon),
                (self.digest("codes of device a day", &[&self.device.0]), a_day),
            ]
        } else {
            let [soon, a_day] = CODES_OF_CLIENT;
            vec![
                (self.key.digest("codes of client", self.client), OF_CLIENT),
                (self.digest("codes of client and address", &[self.client]), soon),
                (self.digest("codes of client and address a day", &[self.client]), a_day),
                (self.digest("codes of address a day", &[]), CODES),
            ]
        };
        Counts { counted: limits::count_in_turn(batch, &limits, now), known }
    }

    /// Counts a code that is tried. In a browser that is known the codes that may be asked for bound it.
    pub fn tries(&self, batch: &mut Batch, known: bool, now: DateTime<Utc>) -> Counts {
        let limits = if known {
            Vec::new()
        } else {
            vec![
                (self.key.digest("tries of client", self.client), OF_CLIENT),
                (self.digest("tries of client and address a day", &[self.client]), TRIES_OF_CLIENT),
                (self.digest("tries of address a day", &[]), TRIES),
            ]
        };
        Counts { counted: limits::count_in_turn(batch, &limits, now), known }
    }

    /// Of this mailbox with something else.
    fn digest(&self, kind: &str, with: &[&str]) -> String {
        let email = self.email.key();
        self.key.digest(kind, &[&[email.as_str()], with].concat().join("\n"))
    }
}

/// What was counted at the door.
pub struct Counts {
    counted: Vec<Counted>,
    known: bool,
}

/// What whoever was stopped can do, where others may have used up the limit.
const ELSEWHERE: &str = "Bila Anda pernah masuk dari peramban lain, masuklah dari sana. Loket kantor juga menerima permohonan di atas kertas.";

impl Counts {
    /// Refuses when it was one too many.
    pub fn check(&self, answers: &Answers, now: DateTime<Utc>) -> Result<(), Problem> {
        let checked = self.counted.iter().try_for_each(|counted| counted.check(answers, now));
        if self.known { checked } else { checked.map_err(|stopped| stopped.with_added(ELSEWHERE)) }
    }
}
