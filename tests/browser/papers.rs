//! Papers: opened from the request's page by whoever has a reason to read them, and by nobody else.

use cabut_tests::{
    database, fresh,
    matter::{Holder, Matter, request},
    person::{Person, office, staff},
};
use serde_json::{Value, json};
use workflow::{
    api::Document,
    case::{FilingWay, Handed},
    procedure::{Procedure, StepAct},
};

use crate::{
    browser::{Browser, on_both_sizes},
    people::at,
};

on_both_sizes! {
    /// Whoever checks opens each paper: as what it is, byte for byte, and unable to do anything in their browser.
    fn a_paper_opens_from_the_request(size) {
        let procedure = office("temanggung");
        let matter = with_a_photo(procedure);
        matter.walks_to(procedure.step_with(StepAct::Check).expect("it checks").no);
        let verifier = staff(procedure, "verifikator");
        let browser = Browser::opens(size);
        browser.becomes(&verifier);
        shows_papers(&browser, &matter);
        let documents = matter.view(&verifier).documents;
        for seen in &documents {
            let document = &seen.document;
            let name = document.name.replace(' ', "%20");
            let opened = json!({
                "status": 200,
                "content-type": document.media_type,
                "content-disposition": format!("inline; filename*=UTF-8''{name}"),
                "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'self'",
                "x-content-type-options": "nosniff",
                "cache-control": "private, no-store",
                "sha256": document.sha256,
            });
            let link = format!("/api/documents/{}", document.id.0);
            assert!(links(&browser).contains(&link), "{} has a link", document.name);
            assert_eq!(fetches(&browser, &link), opened, "{}", document.name);
        }
        let kinds: Vec<&str> = documents.iter().map(|seen| seen.document.media_type.as_str()).collect();
        assert!(kinds.contains(&"image/jpeg") && kinds.contains(&"application/pdf"), "{kinds:?}");

        // By the link itself: it opens beside the page, and each opening is on record. Chromium shows it in a page of
        // its own, whose styles the policy refuses too.
        browser.provokes("/api/documents/");
        for seen in &documents {
            let which = [json!(seen.document.id), json!(verifier.id)];
            let readings = || {
                database::number("SELECT count(*) FROM readings WHERE document = ?1 AND person = ?2", &which)
            };
            assert_eq!(readings(), 1);
            browser.follows(&procedure.paper(&seen.paper).expect("it is asked for").name);
            // A page that lies behind another is not touched by a finger.
            browser.devtools("Page.bringToFront", json!({}));
            browser.until("the paper to open", || readings() > 1);
        }
    }

    /// Step 2 of Temanggung reads the paper form alone: what came online is named to the Kepala Dinas, and no more.
    fn a_paper_that_is_not_ones_to_read_has_no_link(size) {
        let procedure = office("temanggung");
        let matter = Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, "kadin"));
        shows_papers(&browser, &matter);
        browser.reads("KTP (tidak dibuka untuk peran Anda)");
        assert_eq!(links(&browser), Vec::<String>::new());
        browser.provokes(" 404 ");
        let address = format!("/api/documents/{}", matter.case().papers[0].document.0);
        assert_eq!(fetches(&browser, &address)["status"], 404);
    }
}

/// A request of which one paper is a photo, with a space in its name.
fn with_a_photo(procedure: &'static Procedure) -> Matter {
    let filer = Person::applicant(procedure);
    let holder = Holder::written_to_at(&filer.email);
    let mut asked = request(procedure, FilingWay::Holder, &filer, &holder);
    let photo = filer.uploads(&procedure.office.id, "KTP%20Siti.jpg", fresh::jpeg(&fresh::word("ktp")));
    let photo: Document = photo.expect(201).read();
    let paper = asked.papers[0].paper.clone();
    asked.papers[0] = Handed { paper, document: photo.id, sha256: photo.sha256 };
    Matter::begun(procedure, filer, holder, &asked)
}

/// Opens the request's page, which lists its papers.
#[track_caller]
fn shows_papers(browser: &Browser, matter: &Matter) {
    browser.goes_to(&at(matter.procedure, &format!("permohonan/{}", matter.ticket)));
    browser.reads("Langkah SOP");
    browser.settles();
}

/// Where the links among the papers lead.
fn links(browser: &Browser) -> Vec<String> {
    let links = browser.asks(
        "return [...document.querySelectorAll('[aria-labelledby=berkas] a')].map(link => link.getAttribute('href'))",
    );
    serde_json::from_value(links).expect("addresses are texts")
}

/// What the browser gets from this address as whoever is signed in there.
fn fetches(browser: &Browser, address: &str) -> Value {
    let headers =
        ["content-type", "content-disposition", "content-security-policy", "x-content-type-options", "cache-control"];
    let (address, headers) = (json!(address), json!(headers));
    browser.asks_later(&format!(
        "const done = arguments[arguments.length - 1];
         (async () => {{
             const answer = await fetch({address});
             const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await answer.arrayBuffer()));
             const sha256 = [...digest].map(byte => byte.toString(16).padStart(2, '0')).join('');
             const headers = {headers}.map(name => [name, answer.headers.get(name)]);
             return {{ status: answer.status, sha256, ...Object.fromEntries(headers) }};
         }})().then(done, error => done(String(error)))",
    ))
}
