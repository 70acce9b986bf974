//! Documents: what is taken, who may hand it in, who may read it.

use cabut_tests::{
    database, fresh,
    matter::{Holder, Matter, answer, files, request},
    person::{Person, all_staff, both, office, staff},
    product::product,
};
use serde_json::json;
use workflow::{
    api::{Document, Me},
    case::{Answer as Bsre, Command, DocumentId, EVIDENCE, FilingWay, Handed, may_read},
    procedure::StepAct,
};

/// The largest file that is taken.
const LIMIT: usize = 5 * 1024 * 1024;

fn path(id: &DocumentId) -> String {
    format!("/api/documents/{}", id.0)
}

#[test]
fn a_file_is_what_its_content_says_whatever_its_name() {
    let person = Person::applicant(office("madiun"));
    let files =
        [(fresh::pdf("a"), "application/pdf"), (fresh::jpeg("a"), "image/jpeg"), (fresh::png("a"), "image/png")];
    for (bytes, media_type) in files {
        for name in ["surat.pdf", "foto.jpg", "gambar.png", "setup.exe", "tanpa-akhiran", "halaman.html"] {
            let document: Document = person.uploads("madiun", name, bytes.clone()).expect(201).read();
            assert_eq!((document.media_type.as_str(), document.name.as_str()), (media_type, name));
            assert_eq!(usize::try_from(document.size), Ok(bytes.len()));
            assert_eq!(document.sha256, workflow::case::Digest::of(&bytes));
            let read = person.get(&path(&document.id)).expect(200);
            assert_eq!(read.body, bytes);
            assert_eq!(read.header("content-type"), Some(media_type));
        }
    }
}

#[test]
fn an_empty_file_is_refused() {
    let person = Person::applicant(office("madiun"));
    person.uploads("madiun", "surat.pdf", vec![]).refused(400, "document_empty");
}

#[test]
fn five_megabytes_are_taken_and_one_byte_more_is_not() {
    let person = Person::applicant(office("madiun"));
    let of_size = |size: usize| {
        // A longer file has longer numbers in it: what the first guess lacks or has too much is made up for.
        let guess = fresh::pdf(&"x".repeat(size - 1_000)).len();
        let file = fresh::pdf(&"x".repeat(size - 1_000 + size - guess));
        assert_eq!(file.len(), size);
        file
    };
    let document: Document = person.uploads("madiun", "besar.pdf", of_size(LIMIT)).expect(201).read();
    assert_eq!(person.get(&path(&document.id)).expect(200).body.len(), LIMIT);
    person.uploads("madiun", "terlalu-besar.pdf", of_size(LIMIT + 1)).refused(413, "document_too_large");
}

#[test]
fn a_name_is_kept_as_it_is_and_told_so_that_no_header_breaks() {
    let person = Person::applicant(office("madiun"));
    for (sent, kept) in [
        ("KTP%20Siti.jpg", "KTP Siti.jpg"),
        ("surat%22%3Bx.pdf", "surat\";x.pdf"),
        ("Pernyataan%20%C3%A9.pdf", "Pernyataan é.pdf"),
    ] {
        let document: Document = person.uploads("madiun", sent, fresh::pdf("n")).expect(201).read();
        assert_eq!(document.name, kept);
        let shown = person.get(&path(&document.id)).expect(200);
        let disposition = shown.header("content-disposition").expect("it has a name").to_owned();
        let plain = disposition.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        assert!(plain && !disposition.contains("\";x"), "{disposition}");
    }
}

#[test]
fn a_name_with_folders_or_with_what_nobody_sees_is_refused_and_a_better_one_told() {
    let person = Person::applicant(office("madiun"));
    for (sent, code, better) in [
        ("..%2F..%2Fetc%2Fpasswd", "document_name_path", Some("passwd")),
        ("C:%5Cfakepath%5CKTP.jpg", "document_name_path", Some("KTP.jpg")),
        ("a%2F", "document_name_path", None),
        ("a%0D%0ASet-Cookie:%20x=1.pdf", "document_name_hidden", Some("aSet-Cookie: x=1.pdf")),
        ("surat%E2%80%AEfdp.exe", "document_name_hidden", Some("suratfdp.exe")),
        ("%00", "document_name_hidden", None),
    ] {
        let detail = person.uploads("madiun", sent, fresh::pdf("n")).refused(400, code).detail;
        assert_eq!(detail.contains('“'), better.is_some(), "{detail}");
        assert!(better.is_none_or(|better| detail.contains(&format!("“{better}”"))), "{detail}");
    }
}

#[test]
fn a_name_that_is_none_is_refused() {
    let person = Person::applicant(office("madiun"));
    for name in ["", "%20", "..", "%FF", &"x".repeat(121)] {
        person.uploads("madiun", name, fresh::pdf("n")).refused(400, "document_name");
    }
    let upload = person.request("POST", "/api/offices/madiun/documents").bytes("application/pdf", fresh::pdf("n"));
    upload.send().refused(400, "document_name");
}

#[test]
fn a_document_is_shown_so_that_it_can_do_nothing() {
    let person = Person::applicant(office("madiun"));
    let document: Document = person.uploads("madiun", "a.pdf", fresh::pdf("s")).expect(201).read();
    let shown = person.get(&path(&document.id)).expect(200);
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        shown.header("content-security-policy"),
        Some("default-src 'none'; sandbox; frame-ancestors 'self'"),
        "no script, no form, no address of ours"
    );
    assert_eq!(shown.header("cache-control"), Some("private, no-store"));
    assert_eq!(shown.header("cross-origin-resource-policy"), Some("same-origin"));
}

#[test]
fn only_ones_own_documents_can_be_handed_in() {
    let procedure = office("madiun");
    let (person, other) = (Person::applicant(procedure), Person::applicant(procedure));
    let holder = Holder::written_to_at(&person.email);
    let whole = request(procedure, FilingWay::Holder, &person, &holder);
    let paper = whole.papers[0].paper.clone();
    let theirs = other.hands_in("madiun", &paper);
    let elsewhere = person.hands_in("temanggung", &paper);
    let nowhere = Handed { document: DocumentId("AAAAAAAAAAAAAAAAAAAAAA".to_owned()), ..theirs.clone() };
    for (handed, code) in [(theirs, "document_unknown"), (elsewhere, "document_unknown"), (nowhere, "document_unknown")]
    {
        let mut asked = whole.clone();
        asked.papers[0] = handed;
        files(procedure, &person, &asked).refused(422, code);
    }
    let mut asked = whole.clone();
    asked.papers[0].sha256 = asked.papers[1].sha256;
    files(procedure, &person, &asked).refused(422, "document_mismatch");
    files(procedure, &person, &whole).expect(201);
}

#[test]
fn a_document_serves_once() {
    let procedure = office("temanggung");
    let leader = Person::with_roles(procedure, &["pimpinan"]);
    let first = request(procedure, FilingWay::Leader, &leader, &Holder::written_to_at(&leader.email));
    files(procedure, &leader, &first).expect(201);
    let mut second = first.clone();
    second.form = Holder::written_to_at(&leader.email).form();
    files(procedure, &leader, &second).refused(409, "document_in_use");

    let mut twice = request(procedure, FilingWay::Leader, &leader, &Holder::written_to_at(&leader.email));
    twice.papers[1].document = twice.papers[0].document.clone();
    twice.papers[1].sha256 = twice.papers[0].sha256;
    files(procedure, &leader, &twice).refused(422, "unexpected_papers");
}

#[test]
fn someone_elses_document_does_not_serve_as_evidence_either() {
    let matter = Matter::at(office("madiun"), StepAct::Answer);
    let other = Person::applicant(matter.procedure);
    let mut command = answer(Bsre::Revoked);
    if let Command::Answer { evidence, .. } = &mut command {
        evidence.papers.push(other.hands_in("madiun", &EVIDENCE.into()));
    }
    let seq = matter.case().seq;
    matter.command(&staff(matter.procedure, "verifikator"), command).refused(422, "document_unknown");
    assert_eq!(matter.case().seq, seq);
}

#[test]
fn evidence_is_one_paper_and_called_that() {
    let matter = Matter::at(office("madiun"), StepAct::Answer);
    let verifier = staff(matter.procedure, "verifikator");
    let with = |papers: Vec<Handed>| {
        let mut command = answer(Bsre::Revoked);
        if let Command::Answer { evidence, .. } = &mut command {
            evidence.papers = papers;
        }
        matter.command(&verifier, command)
    };
    let paper = |id: &str| verifier.hands_in("madiun", &id.into());
    with(vec![paper("identitas")]).refused(422, "unexpected_papers");
    with(vec![paper(EVIDENCE), paper(EVIDENCE)]).refused(422, "unexpected_papers");
    with(vec![paper(EVIDENCE)]).expect(200);
}

#[test]
fn each_paper_is_read_by_those_the_procedure_gives_a_reason_to_at_each_step_and_by_nobody_else() {
    for procedure in both() {
        for way in [FilingWay::Holder, FilingWay::Desk] {
            let filer = match way {
                FilingWay::Desk => staff(procedure, "verifikator"),
                _ => Person::applicant(procedure),
            };
            let matter = Matter::filed_by(procedure, way, filer.clone());
            let stranger = Person::applicant(procedure);
            let mut people = all_staff(procedure);
            people.push(("filer".to_owned(), filer));
            people.push(("stranger".to_owned(), stranger));
            loop {
                let case = matter.case();
                for (who, person) in &people {
                    let me: Me = person.me().expect(200).read();
                    for held in &case.papers {
                        let may = may_read(procedure, &case, &me.who(), &held.paper);
                        let told =
                            format!("{who} reads {} of {} at {:?}", held.paper.0, procedure.office.id, case.stage);
                        let got = person.get(&path(&held.document));
                        assert_eq!(got.is_ok(), may, "{told}: {got}");
                        if !may {
                            got.refused(404, "not_found");
                        }
                    }
                    let view = person.get(&matter.path());
                    if view.is_ok() {
                        for seen in view.read::<workflow::api::CaseView>().documents {
                            let may = may_read(procedure, &case, &me.who(), &seen.paper);
                            assert_eq!(seen.readable, may, "{who} is told of {}", seen.paper.0);
                        }
                    }
                }
                if case.status(procedure).is_end() {
                    break;
                }
                matter.moves_on();
            }
        }
    }
}

/// The rule itself, held against the SOP of Temanggung: its step 2 asks for "Formulir Pendaftaran" alone.
#[test]
fn the_head_reads_the_form_alone_and_the_verifier_all_once_the_file_has_come_to_them() {
    let procedure = office("temanggung");
    let matter = Matter::filed_by(procedure, FilingWay::Desk, Person::with_roles(procedure, &["verifikator"]));
    let (head, verifier) = (staff(procedure, "kadin"), staff(procedure, "verifikator"));
    let readable = |person: &Person| {
        let papers = matter.view(person).documents.into_iter().filter(|seen| seen.readable);
        papers.map(|seen| seen.paper.0).collect::<Vec<_>>()
    };
    assert_eq!(readable(&head), ["formulir"]);
    assert_eq!(readable(&verifier), Vec::<String>::new(), "it is not with the verifier yet");
    matter.moves_on();
    assert_eq!(readable(&head), ["formulir"]);
    assert_eq!(readable(&verifier).len(), 5);
    crate::exits::ends_role(&matter.filer);
}

#[test]
fn every_reading_is_recorded() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    let held = matter.case().papers[0].clone();
    let readings = |person: &Person| {
        let which = [json!(held.document), json!(person.id)];
        database::number("SELECT count(*) FROM readings WHERE document = ?1 AND person = ?2", &which)
    };
    let (head, next) = (staff(procedure, "kadin"), staff(procedure, "kabid"));
    for times in 1..=2 {
        head.get(&path(&held.document)).expect(200);
        assert_eq!(readings(&head), times);
    }
    next.get(&path(&held.document)).refused(404, "not_found");
    assert_eq!(readings(&next), 0, "what was not shown was not read");
}

#[test]
fn an_upload_is_its_owners_until_it_is_part_of_a_case() {
    let procedure = office("madiun");
    let (person, other) = (Person::applicant(procedure), Person::applicant(procedure));
    let document = person.hands_in("madiun", &"identitas".into()).document;
    person.get(&path(&document)).expect(200);
    for stranger in [&other, &staff(procedure, "kadin"), &staff(procedure, "verifikator")] {
        stranger.get(&path(&document)).refused(404, "not_found");
        stranger.delete(&path(&document)).refused(404, "not_found");
    }
    product().request("GET", &path(&document)).send().refused(401, "sign_in_needed");
    person.delete(&path(&document)).expect(204);
    person.get(&path(&document)).refused(404, "not_found");
    person.delete(&path(&document)).refused(404, "not_found");
}

#[test]
fn a_repeated_removal_is_answered_alike() {
    let person = Person::applicant(office("madiun"));
    let document = person.hands_in("madiun", &"identitas".into()).document;
    let removal = person.request("DELETE", &path(&document));
    removal.clone().send().expect(204);
    removal.send().expect(204);
}

#[test]
fn what_is_part_of_a_case_is_not_removed() {
    let matter = Matter::filed(office("madiun"));
    let held = matter.case().papers[0].clone();
    matter.filer.delete(&path(&held.document)).refused(409, "document_in_use");
    staff(matter.procedure, "kadin").delete(&path(&held.document)).refused(404, "not_found");
    matter.filer.get(&path(&held.document)).expect(200);
}

#[test]
fn a_paper_that_was_replaced_stays_with_the_case() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    matter.is_returned();
    let Some(old) = matter.case().papers.first().cloned() else { panic!("there are papers") };
    matter.act(&matter.filer, workflow::case::Act::Resubmit).expect(200);
    let verifier = staff(procedure, "verifikator");
    let of_paper = matter.view(&verifier).documents.into_iter().filter(|seen| seen.paper == old.paper);
    assert_eq!(of_paper.count(), 2);
    verifier.get(&path(&old.document)).expect(200);
}

#[test]
fn uploads_are_limited_whether_or_not_they_are_taken_back() {
    let person = Person::applicant(office("madiun"));
    let mut kept = Vec::new();
    let refused = (0..200).find_map(|at| {
        let answer = person.uploads("madiun", "a.png", fresh::png(&at.to_string()));
        if answer.is_ok() {
            kept.push(answer.read::<Document>().id);
            return None;
        }
        Some(answer)
    });
    let refused = refused.expect("there is a limit");
    refused.refused(429, "document_limit");
    assert!(refused.count("retry-after") > 0);
    assert!(kept.len() >= 20, "{} are too few for a leader with a few requests", kept.len());
    person.delete(&path(&kept[0])).expect(204);
    person.uploads("madiun", "a.png", fresh::png("lagi")).refused(429, "document_limit");
}
