//! What a visit weighs, as it comes over the line to a browser that takes brotli: heads and bodies.

use std::{collections::BTreeSet, fs, path::Path};

use cabut_tests::product::given_path;
use ureq::http;

use crate::{data::OFFICE, side::Side};

/// The bytes of a first and of a second visit.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The heaviest page that an applicant may come to first.
    pub page: String,
    pub first: usize,
    /// The same page again: what the browser has kept for good is not asked for, what it is to ask about is.
    pub second: usize,
}

/// The heaviest of the pages that applicants come to first.
///
/// # Panics
/// When there is none.
pub fn heaviest(side: &Side) -> Visit {
    let dist = given_path("CABUT_DIST");
    let pages = ["", OFFICE, &format!("{OFFICE}/sop"), &format!("{OFFICE}/masuk"), &format!("{OFFICE}/ajukan/siapa")]
        .map(|page| visit(side, &dist, &format!("/{page}")));
    pages.into_iter().max_by_key(|visit| visit.first).expect("there are pages")
}

fn visit(side: &Side, dist: &Path, page: &str) -> Visit {
    let html = fetch(side, page, None);
    let text = match page {
        "/" => fs::read_to_string(dist.join("index.html")),
        page => fs::read_to_string(dist.join(format!("{}.html", &page[1..]))),
    };
    let text = text.expect("the page is built");
    // Whatever is named in the page, and kept for good, is loaded with it.
    let files: BTreeSet<&str> = text
        .split(['"', '\'', '=', ' ', '>'])
        .filter(|word| word.starts_with('/') && [".css", ".js", ".wasm"].iter().any(|end| word.ends_with(end)))
        .collect();
    assert!(files.len() >= 3, "{page} loads a stylesheet, a script and wasm, not {files:?}");
    let (mut first, mut second) = (html.bytes, fetch(side, page, html.etag.as_deref()).bytes);
    for file in files {
        let fetched = fetch(side, file, None);
        first += fetched.bytes;
        if !fetched.kept {
            second += fetch(side, file, fetched.etag.as_deref()).bytes;
        }
    }
    // The app asks who is signed in.
    let session = fetch(side, "/api/session", None).bytes;
    Visit { page: page.to_owned(), first: first + session, second: second + session }
}

struct Fetched {
    bytes: usize,
    etag: Option<String>,
    /// Whether the browser need not ask again.
    kept: bool,
}

fn fetch(side: &Side, path: &str, etag: Option<&str>) -> Fetched {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = http::Request::builder().uri(format!("{}{path}", side.url())).header("Accept-Encoding", "br");
    if let Some(etag) = etag {
        request = request.header("If-None-Match", etag);
    }
    let mut response = agent.run(request.body(()).expect("a request")).expect("the product answers");
    let body = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec().expect("the answer is whole");
    let head: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let kept = header("cache-control").is_some_and(|kept| kept.contains("immutable"));
    // The status line and the empty line after the head.
    let bytes = "HTTP/1.1 200 OK\r\n\r\n".len() + head + body.len();
    Fetched { bytes, etag: header("etag"), kept }
}
