//! How fast one may ask for what costs much: acts, searches, files, and what the log tells everybody. It is counted at the edge
//! and costs no round trip. It keeps programs off, and is far above what people do.

use http::{Method, Request};
use worker::Env;

use crate::{
    guard::TokenHash,
    noted, patience,
    problem::{Code, Problem},
};

/// What is counted together. How much there may be of it in a minute stands in `wrangler.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// What a session does to cases and to an office's affairs.
    Acts,
    /// What a session looks for, and pages of what is many.
    Searches,
    /// The files that a session takes away.
    Files,
    /// What a line asks that nobody need sign in for.
    Public,
}

impl Pace {
    /// The counter's name among the bindings.
    fn binding(self) -> &'static str {
        match self {
            Pace::Acts => "ACTS",
            Pace::Searches => "SEARCHES",
            Pace::Files => "FILES",
            Pace::Public => "PUBLIC",
        }
    }

    /// As what this is counted, if it is. `path` may also be a route, with names in place of what they stand for.
    pub fn of(method: &Method, path: &str) -> Option<Pace> {
        let parts: Vec<&str> = path.split('/').skip(2).collect();
        let reads = matches!(*method, Method::GET | Method::HEAD);
        match parts.as_slice() {
            ["offices", _, "cases", _, "acts"] | ["offices", _, "affairs"] if method == Method::POST => {
                Some(Pace::Acts)
            }
            ["offices", _, "cases" | "register", "search"] if method == Method::POST => Some(Pace::Searches),
            ["offices", _, "register" | "log"] if reads => Some(Pace::Searches),
            ["offices", _, "register.xlsx" | "register.csv" | "report.xlsx" | "report.csv"] | ["me", "data"]
                if reads =>
            {
                Some(Pace::Files)
            }
            ["offices", _, "log", "keys" | "checkpoint" | "consistency"] if reads => Some(Pace::Public),
            _ => None,
        }
    }
}

/// In seconds: the span in which the edge counts.
const SPAN: u32 = 60;

/// Refuses what comes too fast. Where nothing can be counted, nobody is kept from their work.
pub async fn keeps<B>(request: &Request<B>, client: &str, env: &Env) -> Result<(), Problem> {
    let Some(pace) = Pace::of(request.method(), request.uri().path()) else { return Ok(()) };
    // Tests ask as fast as they can. Those of this say whose requests are counted together.
    #[cfg(feature = "dev")]
    if !request.headers().contains_key("x-test-client") {
        return Ok(());
    }
    let who = match pace {
        Pace::Public => client.to_owned(),
        // Who shows no session is refused anyway.
        _ => match TokenHash::find(request.headers()) {
            Some(token) => token.as_str().to_owned(),
            None => return Ok(()),
        },
    };
    let counted = match env.rate_limiter(pace.binding()) {
        Ok(counter) => patience::in_time(counter.limit(who)).await,
        Err(error) => Some(Err(error)),
    };
    match counted {
        Some(Ok(counted)) if !counted.success => {
            return Err(Problem::from(Code::TooManyRequests)
                .with_detail("Terlalu banyak permintaan dalam waktu singkat. Tunggu satu menit, lalu coba lagi.")
                .with_retry_after(SPAN));
        }
        Some(Ok(_)) => {}
        Some(Err(error)) => noted::wrong(pace.binding(), error),
        None => noted::wrong(pace.binding(), patience::LOST),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_costs_much_is_counted_and_a_persons_way_through_the_office_is_not() {
        let of = |method, path| Pace::of(&method, path);
        assert_eq!(of(Method::POST, "/api/offices/madiun/cases/MDN-0000-0000/acts"), Some(Pace::Acts));
        assert_eq!(of(Method::POST, "/api/offices/{office}/affairs"), Some(Pace::Acts));
        assert_eq!(of(Method::POST, "/api/offices/madiun/cases/search"), Some(Pace::Searches));
        assert_eq!(of(Method::GET, "/api/offices/madiun/log"), Some(Pace::Searches));
        assert_eq!(of(Method::HEAD, "/api/offices/madiun/register.csv"), Some(Pace::Files));
        assert_eq!(of(Method::GET, "/api/me/data"), Some(Pace::Files));
        assert_eq!(of(Method::GET, "/api/offices/madiun/log/checkpoint"), Some(Pace::Public));
        for (method, path) in [
            (Method::GET, "/api/offices/madiun/affairs"),
            (Method::GET, "/api/offices/madiun/cases"),
            (Method::GET, "/api/offices/madiun/cases/MDN-0000-0000"),
            (Method::POST, "/api/offices/madiun/cases"),
            (Method::GET, "/madiun/log"),
            (Method::GET, "/"),
        ] {
            assert_eq!(of(method, path), None, "{path}");
        }
    }
}
