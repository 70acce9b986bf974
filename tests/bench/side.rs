//! One of the two runtimes: asking it, and planting in its database.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::{Agent, http};

/// A running Worker with its own database.
pub struct Side {
    url: String,
    agent: Agent,
    database: String,
}

/// What is asked of it.
#[derive(Clone, Debug)]
pub struct Ask {
    pub method: &'static str,
    pub path: String,
    /// The session token, if it is asked as somebody.
    pub token: Option<String>,
    pub body: Option<Value>,
}

impl Ask {
    /// A read.
    pub fn get(path: impl Into<String>, token: Option<&str>) -> Ask {
        Ask { method: "GET", path: path.into(), token: token.map(str::to_owned), body: None }
    }

    /// A write or a search.
    pub fn post(path: impl Into<String>, token: &str, body: Value) -> Ask {
        Ask { method: "POST", path: path.into(), token: Some(token.to_owned()), body: Some(body) }
    }
}

/// What came back, and how long it took.
#[derive(Debug)]
pub struct Answer {
    pub took: Duration,
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header that counts.
    pub fn count(&self, name: &str) -> u64 {
        self.headers.get(name).and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or_default()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the answer is JSON")
    }
}

impl Side {
    /// The Worker at `url`.
    ///
    /// # Panics
    /// When it does not answer, or has no database.
    pub fn at(url: String) -> Side {
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).max_idle_connections(1);
        let mut side = Side { url, agent: agent.build().into(), database: String::new() };
        let databases = side.answer(&Ask::get("/cdn-cgi/explorer/api/d1/database", None)).json();
        let found = databases["result"].as_array().into_iter().flatten().find(|database| database["name"] == "DB");
        let id = found.and_then(|database| database["uuid"].as_str());
        side.database = id.expect("the runtime has a D1 bound as DB").to_owned();
        side
    }

    /// Scheme, host and port.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks until there is an answer. `wrangler dev` puts a proxy in front of the Worker that now and then meets a
    /// connection which is just closing; such a try is no answer, and its time is not counted.
    ///
    /// # Panics
    /// When none comes after several tries.
    pub fn answer(&self, ask: &Ask) -> Answer {
        let key = fresh_key();
        for _ in 0..10 {
            match self.once(ask, &key) {
                Ok(answer) if answer.status != 503 => return answer,
                _ => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        panic!("{} {}{}: no answer", ask.method, self.url, ask.path)
    }

    /// The answer, which must be a success.
    ///
    /// # Panics
    /// When it is none.
    pub fn ok(&self, ask: &Ask) -> Answer {
        let answer = self.answer(ask);
        let text = String::from_utf8_lossy(&answer.body);
        assert!((200..300).contains(&answer.status), "{} {}: {} {text}", ask.method, ask.path, answer.status);
        answer
    }

    fn once(&self, ask: &Ask, key: &str) -> Result<Answer, ureq::Error> {
        let mut request = http::Request::builder().method(ask.method).uri(format!("{}{}", self.url, ask.path));
        if let Some(token) = &ask.token {
            request = request.header("Cookie", format!("{}={token}", cabut_tests::person::COOKIE));
        }
        let body = ask.body.as_ref().map(Value::to_string);
        let started = Instant::now();
        let mut response = match body {
            Some(body) => {
                let request = request.header("Origin", &self.url).header("Idempotency-Key", key);
                self.agent.run(request.header("Content-Type", "application/json").body(body)?)?
            }
            None => self.agent.run(request.body(())?)?,
        };
        let body = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec()?;
        let took = started.elapsed();
        Ok(Answer { took, status: response.status().as_u16(), headers: response.headers().clone(), body })
    }

    /// Runs one statement through the door that the local runtime opens beside the Worker.
    ///
    /// # Panics
    /// When D1 refuses it.
    pub fn sql(&self, statement: &str, parameters: &[Value]) -> Vec<Vec<Value>> {
        let path = format!("/cdn-cgi/explorer/api/d1/database/{}/raw", self.database);
        let body = json!({ "sql": statement, "params": parameters });
        let answer = self.answer(&Ask { method: "POST", path, token: None, body: Some(body) });
        let mut value = answer.json();
        assert_eq!(value["success"], true, "{statement}: {}", String::from_utf8_lossy(&answer.body));
        serde_json::from_value(value["result"][0]["results"]["rows"].take()).expect("rows are lists of columns")
    }
}

fn fresh_key() -> String {
    cabut_tests::fresh::word("kunci")
}
