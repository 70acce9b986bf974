//! What is there before the app is: the text of the start pages, for slow lines and for whoever runs no scripts.

use cabut_tests::{
    person::{both, office},
    product::product,
};
use serde_json::json;
use workflow::procedure::Procedure;

use crate::{
    browser::{Browser, on_both_sizes},
    people::at,
};

/// The HTML's text, as a reader without styles sees it.
fn text(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let script = tag.starts_with("script") || tag.starts_with("style");
        let end = if script {
            "</script>"
        } else if tag.starts_with("!--") {
            "-->"
        } else {
            ">"
        };
        if !tag.starts_with("!--") {
            text.push(' ');
        }
        rest = tag.split_once(end).map_or("", |(_, rest)| rest);
    }
    let named = [("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    let text = named.iter().fold(text, |text, (name, sign)| text.replace(name, sign));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn holds_what_the_service_is(procedure: &Procedure, text: &str) {
    for told in [
        "Cabut tanda tangan elektronik (TTE)",
        "Pencabutan tidak dapat dibatalkan.",
        "Yang perlu disiapkan",
        "Ajukan pencabutan",
    ] {
        assert!(text.contains(told), "“{told}” is not in the page of {}:\n{text}", procedure.office.id);
    }
    for paper in &procedure.papers {
        assert!(text.contains(&paper.name), "{} is not in the page:\n{text}", paper.name);
    }
}

fn holds_the_steps(procedure: &Procedure, text: &str) {
    for step in &procedure.steps {
        let wording = step.wording.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(&wording), "“{wording}” is not in the page of {}:\n{text}", procedure.office.id);
    }
}

#[test]
fn the_start_pages_text_is_in_the_html() {
    for procedure in both() {
        let answer = product().request("GET", &at(procedure, "")).send().expect(200);
        let text = text(&String::from_utf8_lossy(&answer.body));
        holds_what_the_service_is(procedure, &text);
        holds_the_steps(procedure, &text);
    }
}

on_both_sizes! {
    /// Whoever goes by keyboard begins before the app is here, and keeps their place when it comes.
    fn the_focus_stays_where_it_was_when_the_app_comes(size) {
        let browser = Browser::opens(size);
        let begins = "document.addEventListener('DOMContentLoaded', () => document.querySelector('[href$=\"/sop\"]').focus())";
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": begins }));
        browser.goes_to(&at(office("madiun"), ""));
        // Only the app knows who is signed in.
        browser.until("the app to be here", || browser.has_link("Masuk"));
        assert!(browser.focus_is("[href='/madiun/sop']"), "{}", browser.focus());
    }

    /// Whoever runs no scripts can read it all, and is told that filing needs them.
    fn the_start_page_is_readable_without_scripts(size) {
        for procedure in both() {
            let browser = Browser::opens_without_scripts(size);
            browser.goes_to(&at(procedure, ""));
            let text = browser.asks("return document.body.textContent");
            let text = text.as_str().expect("a page has text").split_whitespace().collect::<Vec<_>>().join(" ");
            holds_what_the_service_is(procedure, &text);
            holds_the_steps(procedure, &text);
            browser.reads("Pencabutan tidak dapat dibatalkan.");
            browser.takes_picture(&format!("tanpa-skrip-{}", procedure.office.id));
        }
    }
}
