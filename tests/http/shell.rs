//! The app's page as the edge begins it: by who asks, and with what the edge knows already.

use cabut_tests::{
    database, fresh,
    matter::{Holder, Matter, note, request},
    person::{COOKIE, Person, both, office, staff},
    product::{Answer, product},
};
use serde_json::{Value, json};
use workflow::{case::FilingWay, procedure::Procedure};

fn page_of(matter: &Matter) -> String {
    format!("/{}/permohonan/{}", matter.procedure.office.id, matter.ticket)
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).expect("a page is text")
}

/// The JSON that stands in the page.
fn embedded(page: &str, id: &str) -> Option<Value> {
    let (_, rest) = page.split_once(&format!("<script type=\"application/json\" id=\"{id}\">"))?;
    let (json, _) = rest.split_once("</script>")?;
    Some(serde_json::from_str(json).expect("what is embedded is JSON"))
}

/// The page that can sign in.
fn door(procedure: &Procedure) -> Vec<u8> {
    product().request("GET", &format!("/{}/masuk", procedure.office.id)).send().expect(200).body
}

#[test]
fn who_shows_no_session_gets_the_lightest_page_and_learns_nothing() {
    for procedure in both() {
        let matter = Matter::filed(procedure);
        let office = &procedure.office.id;
        let ticket = page_of(&matter);
        for path in ["permohonan", "kerja", "laporan", "kantor/kalender", "ajukan/siapa", "ajukan/periksa", "apa"] {
            let answer = product().request("GET", &format!("/{office}/{path}")).send().expect(200);
            assert!(answer.body == door(procedure), "{path}");
        }
        assert!(product().request("GET", &ticket).send().expect(200).body == door(procedure));
    }
}

#[test]
fn a_session_that_has_ended_is_none() {
    let matter = Matter::filed(office("madiun"));
    for token in [fresh::word("lama"), String::new(), "a; b=c".to_owned()] {
        let request = product().request("GET", &page_of(&matter)).header("Cookie", &format!("{COOKIE}={token}"));
        assert!(request.send().expect(200).body == door(matter.procedure), "{token}");
    }
    let filer = &matter.filer;
    database::sql("UPDATE people SET disabled_at = '2026-01-01T00:00:00.000Z' WHERE id = ?1", &[json!(filer.id)]);
    assert!(filer.get(&page_of(&matter)).expect(200).body == door(matter.procedure));
}

#[test]
fn a_cases_page_begins_with_its_head_in_one_round_trip() {
    for procedure in both() {
        let matter = Matter::filed(procedure);
        let head = staff(procedure, "kadin");
        // That an official looks is written down first, once an hour.
        assert_eq!(head.get(&page_of(&matter)).expect(200).count("x-d1-round-trips"), 2);
        for (person, turn) in [(&matter.filer, "Sekarang giliran Kepala Dinas"), (&head, "Sekarang giliran Anda")] {
            let answer = person.get(&page_of(&matter)).expect(200);
            assert_eq!(answer.count("x-d1-round-trips"), 1);
            assert_eq!(answer.header("cache-control"), Some("private, no-store"));
            assert_eq!(answer.header("etag"), None);
            assert!(
                answer.header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'none'"))
            );
            let page = text(&answer);
            assert!(page.contains(&format!("<title>{}", matter.ticket)), "{page}");
            assert!(page.contains(turn), "{page}");
            assert_eq!(embedded(&page, "me"), Some(person.me().expect(200).read::<Value>()));
            let (here, api) =
                (embedded(&page, "case").expect("the case"), person.get(&matter.path()).expect(200).read::<Value>());
            for part in ["ticket", "office", "version", "events", "documents"] {
                assert_eq!(here[part], api[part], "{part}");
            }
        }
    }
}

#[test]
fn of_a_case_that_is_not_ones_to_see_nothing_is_told() {
    let matter = Matter::filed(office("madiun"));
    let other = Person::applicant(matter.procedure);
    let elsewhere = staff(office("temanggung"), "kadin");
    let here = |person: &Person, path: &str| text(&person.get(path).expect(200));
    for (person, path) in [
        (&other, page_of(&matter)),
        (&elsewhere, page_of(&matter)),
        // Another office's address does not make it another office's.
        (&matter.filer, format!("/temanggung/permohonan/{}", matter.ticket)),
        (&matter.filer, "/madiun/permohonan/MDN-0000-0000".to_owned()),
        (&matter.filer, "/madiun/permohonan".to_owned()),
    ] {
        let page = here(person, &path);
        assert!(embedded(&page, "me").is_some() && embedded(&page, "case").is_none(), "{path}");
        assert!(!page.contains("Sekarang giliran"), "{path}");
    }
}

#[test]
fn what_people_wrote_is_no_markup() {
    let procedure = office("madiun");
    let filer = Person::applicant(procedure);
    let holder = Holder::written_to_at(&filer.email);
    let mut asked = request(procedure, FilingWay::Holder, &filer, &holder);
    asked.note = Some(note("</script><script>alert(1)</script><!--permohonan-->"));
    let matter = Matter::begun(procedure, filer, holder, &asked);
    let page = text(&matter.filer.get(&page_of(&matter)).expect(200));
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(embedded(&page, "case").is_some_and(|case| case.to_string().contains("<script>alert")));
}

#[test]
fn filing_is_begun_in_the_page_for_who_is_signed_in() {
    let person = Person::applicant(office("madiun"));
    let answer = person.get("/madiun/ajukan/siapa").expect(200);
    let page = text(&answer);
    assert!(page.contains("Saya sendiri, pemegang sertifikat") && page.contains("inert"), "{page}");
    // What the browser has kept of it is asked about, not fetched again.
    let etag = answer.header("etag").expect("it is a file").to_owned();
    person.request("GET", "/madiun/ajukan/siapa").header("If-None-Match", &etag).send().expect(304);
    // The same address for who is not: another page, whatever the browser has kept.
    let out = product().request("GET", "/madiun/ajukan/siapa").header("If-None-Match", &etag).send().expect(200);
    assert!(out.body == door(office("madiun")));
}

#[test]
fn an_address_of_no_office_is_told_so_by_the_app() {
    for path in ["/apa", "/apa/kerja", "/app"] {
        let page = text(&product().request("GET", path).send().expect(200));
        assert!(page.contains("app-skeleton"), "{path}");
    }
    product().request("GET", "/madiun/gambar.png").send().expect(404);
    product().request("POST", "/madiun/kerja").send().expect(404);
}
