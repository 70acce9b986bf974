//! Lighthouse on a phone, with its own simulation of a slow one on a slow line.

use std::{fs, path::Path, process::Command};

use cabut_tests::{person::COOKIE, product::given};
use serde_json::{Value, json};

/// How often each page is looked at; the one in the middle counts.
const LOOKS: usize = 3;

/// What it says of a page.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// 0 to 100.
    pub performance: f64,
    /// 0 to 100.
    pub accessibility: f64,
    /// When the largest thing is painted, in milliseconds.
    pub lcp_ms: f64,
    /// For how long nothing could be pressed, in milliseconds.
    pub tbt_ms: f64,
    /// How much moves about.
    pub cls: f64,
}

/// Looks at a page, as somebody who is signed in if there is a token.
///
/// # Panics
/// When Lighthouse does not run.
pub fn look(url: &str, token: Option<&str>, scratch: &Path) -> Look {
    let mut looks: Vec<Look> = (0..LOOKS).map(|_| once(url, token, scratch)).collect();
    looks.sort_by(|a, b| a.performance.total_cmp(&b.performance).then(b.lcp_ms.total_cmp(&a.lcp_ms)));
    looks[LOOKS / 2]
}

fn once(url: &str, token: Option<&str>, scratch: &Path) -> Look {
    // The local runtime takes the first compression that a browser names, which is gzip; the edge takes the best.
    let mut headers = json!({ "Accept-Encoding": "br" });
    if let Some(token) = token {
        headers["Cookie"] = json!(format!("{COOKIE}={token}"));
    }
    let report = scratch.join("lighthouse.json");
    let output = Command::new(given("CABUT_LIGHTHOUSE"))
        .arg(url)
        .args(["--output=json", "--only-categories=performance,accessibility", "--quiet"])
        .arg(format!("--output-path={}", report.display()))
        .arg(format!("--extra-headers={headers}"))
        .arg("--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage")
        .env("CHROME_PATH", given("CABUT_CHROMIUM"))
        .output()
        .expect("Lighthouse starts");
    assert!(output.status.success(), "Lighthouse on {url}: {}", String::from_utf8_lossy(&output.stderr));
    let report = fs::read_to_string(&report).expect("Lighthouse leaves its report");
    let report: Value = serde_json::from_str(&report).expect("the report is JSON");
    let number = |pointer: &str| {
        report.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("{url}: no {pointer} in the report"))
    };
    Look {
        performance: (100.0 * number("/categories/performance/score")).round(),
        accessibility: (100.0 * number("/categories/accessibility/score")).round(),
        lcp_ms: number("/audits/largest-contentful-paint/numericValue").round(),
        tbt_ms: number("/audits/total-blocking-time/numericValue").round(),
        cls: number("/audits/cumulative-layout-shift/numericValue"),
    }
}
