//! What is there before the app is: the text of the start pages, for slow lines and for whoever runs no scripts.

use cabut_tests::{
    matter::Matter,
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

/// Pages that begin before the app is here, for the filer of a request, and what can be read there.
fn ahead(matter: &Matter) -> [(String, &'static str); 2] {
    let case = at(matter.procedure, &format!("permohonan/{}", matter.ticket));
    [(case, "Sekarang giliran Kepala Dinas"), (at(matter.procedure, "ajukan/siapa"), "Siapa yang mengajukan?")]
}

/// Whether what was rendered ahead is what is seen.
const IS_AHEAD: &str = "return document.querySelector('#app[data-ahead]') !== null";

/// Puts the focus on the main part and looks, at each change of the page, whether it still says what it said.
const WATCHES: &str = "
    window.looks = window.missed = 0;
    document.addEventListener('DOMContentLoaded', () => {
        document.getElementById('isi').focus();
        new MutationObserver(() => {
            window.looks += 1;
            if (!document.getElementById('app')?.textContent.includes('TOLD')) window.missed += 1;
        }).observe(document.body, { childList: true, subtree: true });
    });";

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

    /// As long as the app has not come, its pages show what they have, and nothing can be typed that would be lost.
    fn what_is_there_ahead_of_the_app_is_read_and_takes_nothing(size) {
        let procedure = office("madiun");
        let matter = Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&matter.filer);
        browser.provokes("ERR_BLOCKED_BY_CLIENT");
        browser.provokes("Failed to fetch");
        browser.devtools("Network.setBlockedURLs", json!({ "urls": ["*.wasm"] }));
        for (path, told) in ahead(&matter) {
            browser.goes_to(&path);
            browser.reads(told);
            assert!(browser.asks(IS_AHEAD) == true, "{path}: the app has come without its wasm");
            let open = browser.asks("return [...document.querySelectorAll('input, textarea, select, button')].filter(one => !one.closest('[inert]')).length");
            assert_eq!(open, 0, "{path}");
        }
    }

    /// When the app takes its place, the page goes on saying what it said: at no moment is there less.
    fn what_is_there_ahead_of_the_app_stays_until_its_page_is_whole(size) {
        let matter = Matter::filed(office("madiun"));
        for (path, told) in ahead(&matter) {
            let browser = Browser::opens(size);
            browser.becomes(&matter.filer);
            let watches = WATCHES.replace("TOLD", told);
            browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": watches }));
            browser.goes_to(&path);
            browser.settles();
            assert!(browser.asks(IS_AHEAD) == false, "{path}: the app has not come");
            let looks = browser.asks("return [looks > 0, missed]");
            assert_eq!(looks, json!([true, 0]), "{path}: looked, and how often “{told}” was missing");
            assert!(browser.focus_is("#isi"), "{path}: {}", browser.focus());
        }
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
