//! Where the product runs, and asking it.

use std::{
    cell::Cell,
    env,
    path::PathBuf,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use ureq::{Agent, http};
use workflow::api::Problem;

/// A running product.
#[derive(Debug)]
pub struct Product {
    url: String,
    agent: Agent,
    /// The id under which its D1 is found.
    pub(crate) database: OnceLock<String>,
}

thread_local! {
    static HERE: Cell<Option<&'static Product>> = const { Cell::new(None) };
}

/// The product that `cargo xtask test` started.
///
/// # Panics
/// When there is none: a test that has nothing to test must not pass.
pub fn product() -> &'static Product {
    static PRODUCT: OnceLock<Product> = OnceLock::new();
    HERE.get().unwrap_or_else(|| PRODUCT.get_or_init(|| Product::at(&given("CABUT_URL"))))
}

/// Does `work` on this product, in this thread.
pub fn on<T>(product: &'static Product, work: impl FnOnce() -> T) -> T {
    HERE.set(Some(product));
    let done = work();
    HERE.set(None);
    done
}

/// Does `work` on a second product with data of its own, which it may break: nobody else is there meanwhile.
pub fn in_the_lab<T>(work: impl FnOnce() -> T) -> T {
    static LAB: OnceLock<Product> = OnceLock::new();
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    on(LAB.get_or_init(|| Product::at(&given("CABUT_LAB_URL"))), work)
}

/// What `cargo xtask test` hands over under `name`.
///
/// # Panics
/// When it is not there.
pub fn given(name: &str) -> String {
    env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| {
        panic!("{name} is not set: these tests need the built and running product. Run `cargo xtask test`.")
    })
}

/// A path that `cargo xtask test` hands over under `name`.
///
/// # Panics
/// When it is not there.
pub fn given_path(name: &str) -> PathBuf {
    PathBuf::from(given(name))
}

impl Product {
    /// The one at this address.
    pub fn at(url: &str) -> Product {
        let url = url.trim_end_matches('/').to_owned();
        // Every status is an answer to look at. One connection a request: a keep-alive that the server is
        // just closing would fail a test for nothing.
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).max_idle_connections(0);
        Product { url, agent: agent.build().into(), database: OnceLock::new() }
    }

    /// Scheme, host and port, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Begins a request. A write carries the right origin and a key of its own, until it is told otherwise.
    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        let mut request =
            Request { product: self, method: method.to_owned(), path: path.to_owned(), headers: vec![], body: vec![] };
        if !matches!(method, "GET" | "HEAD") {
            request = request.header("Origin", &self.url).header("Idempotency-Key", &fresh_key());
        }
        request
    }
}

/// A key that no request had before.
pub fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{}-{}", crate::fresh::run(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A request on its way.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    product: &'a Product,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request<'_> {
    /// Sets a header, in place of one of the same name.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        let mut request = self.without(name);
        request.headers.push((name.to_owned(), value.to_owned()));
        request
    }

    /// Leaves a header out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self
    }

    /// Carries `value` as JSON.
    #[must_use]
    pub fn json(self, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).expect("what tests send can be written as JSON");
        self.bytes("application/json", body)
    }

    /// Carries these bytes.
    #[must_use]
    pub fn bytes(mut self, content_type: &str, body: Vec<u8>) -> Self {
        self.body = body;
        self.header("Content-Type", content_type)
    }

    /// Sends it.
    ///
    /// # Panics
    /// When no answer comes.
    pub fn send(self) -> Answer {
        let once = || self.attempt().unwrap_or_else(|error| panic!("{} {}: {error}", self.method, self.path));
        let mut answer = once();
        // `wrangler dev` puts a proxy in front of the Worker that keeps idle connections to it, which the Worker
        // closes after a few seconds. Of the two at the same moment, a write ends with this text: it met a closed
        // connection and never came to the Worker. The edge has no such proxy.
        for _ in 0..10 {
            if answer.status != 503 || !answer.body.starts_with(b"Your worker restarted mid-request") {
                break;
            }
            answer = once();
        }
        answer
    }

    /// Sends it once, to a product that may break down meanwhile.
    ///
    /// # Errors
    /// That no answer came, or not all of it.
    pub fn attempt(&self) -> Result<Answer, String> {
        let asked = format!("{} {}", self.method, self.path);
        let mut request =
            http::Request::builder().method(self.method.as_str()).uri(format!("{}{}", self.product.url, self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let sent = if self.body.is_empty() && !self.headers.iter().any(|(name, _)| name == "Content-Type") {
            self.product.agent.run(request.body(()).expect("the request is well-formed"))
        } else {
            self.product.agent.run(request.body(self.body.as_slice()).expect("the request is well-formed"))
        };
        let mut response = sent.map_err(|error| format!("no answer: {error}"))?;
        let body = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec();
        let body = body.map_err(|error| format!("the answer broke off: {error}"))?;
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        Ok(Answer { asked, status: response.status().as_u16(), headers: headers.collect(), body })
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Method and path.
    pub asked: String,
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// A header that counts.
    ///
    /// # Panics
    /// When it is not there or no number.
    pub fn count(&self, name: &str) -> u64 {
        let value = self.header(name).unwrap_or_else(|| panic!("{}: no header {name}: {self}", self.asked));
        value.parse().unwrap_or_else(|_| panic!("{}: {name} is {value:?}", self.asked))
    }

    /// Holds the status.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// The body as text.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap_or_else(|error| panic!("no text ({error}): {self}"))
    }

    /// The body as JSON of any shape.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn value(&self) -> Value {
        self.read()
    }

    /// The body as a `T`.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn read<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("not what was expected ({error}): {self}"),
        }
    }

    /// Success, and the body as a `T`.
    ///
    /// # Panics
    /// When it is a failure.
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert!(self.is_ok(), "{self}");
        self.read()
    }

    /// Whether it is a success.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The failure, held to what every failure is: a problem document whose status is the answer's, with a
    /// code and a sentence.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self}");
        let problem: Problem = self.read();
        assert_eq!(problem.status, self.status, "{self}");
        assert_eq!(problem.kind, "about:blank", "{self}");
        assert!(!problem.code.is_empty() && !problem.title.is_empty(), "{self}");
        assert!(problem.detail.ends_with('.'), "the detail is a sentence: {self}");
        problem
    }

    /// Fails with this status and code.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Problem {
        let problem = self.problem();
        assert_eq!((problem.status, problem.code.as_str()), (status, code), "{self}");
        problem
    }

    /// In a word: `ok`, or status and code.
    #[track_caller]
    pub fn word(&self) -> String {
        if self.is_ok() { "ok".to_owned() } else { format!("{} {}", self.status, self.problem().code) }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = String::from_utf8_lossy(&self.body);
        let text: String = text.chars().take(600).collect();
        write!(f, "{} was answered {}: {text}", self.asked, self.status)
    }
}
