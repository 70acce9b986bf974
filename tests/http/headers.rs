//! What every answer says to browsers, and how much a request may say.

use cabut_tests::{
    fresh,
    matter::Matter,
    person::{Person, office, staff},
    product::{Answer, given_path, product},
};
use workflow::api::Document;

/// One answer of each kind there is, with what it is.
fn answers() -> Vec<(&'static str, Answer)> {
    let matter = Matter::filed(office("madiun"));
    let head = staff(matter.procedure, "kadin");
    let document: Document = matter.filer.uploads("madiun", "a.pdf", fresh::pdf("a")).expect(201).read();
    let public = |path: &str| product().request("GET", path).send();
    let named = |end: &str| {
        let names = std::fs::read_dir(given_path("CABUT_DIST")).expect("the app is built").flatten();
        let mut names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        format!("/{}", names.find(|name| name.contains('-') && name.ends_with(end)).expect("the app has one"))
    };
    let asset = |end: &str| product().request("GET", &named(end)).header("Accept-Encoding", "br").send().expect(200);
    vec![
        ("page: the start", public("/").expect(200)),
        ("page: an office", public("/madiun").expect(200)),
        ("page: signing in", public("/madiun/masuk").expect(200)),
        ("page: one of the app's, for nobody", public("/madiun/kerja").expect(200)),
        ("page: one of the app's, for who is signed in", head.get("/madiun/kerja").expect(200)),
        ("page: a case", head.get(&format!("/madiun/permohonan/{}", matter.ticket)).expect(200)),
        ("page: filing", matter.filer.get("/madiun/ajukan/siapa").expect(200)),
        ("asset: wasm", asset(".wasm")),
        ("asset: a script", asset(".js")),
        ("asset: a style", asset(".css")),
        ("asset: none, but what lies compressed", public(&named(".js.br")).expect(404)),
        ("asset: none", public("/madiun/gambar.png").expect(404)),
        ("api: public", public("/api/offices").expect(200)),
        ("api: its description", public("/api/openapi.json").expect(200)),
        ("api: who one is", head.get("/api/session").expect(200)),
        ("api: a case", head.get(&matter.path()).expect(200)),
        ("api: a list", head.get("/api/offices/madiun/cases?list=office").expect(200)),
        ("api: a table as a file", head.get("/api/offices/madiun/register.csv?year=2026").expect(200)),
        ("api: a document", matter.filer.get(&format!("/api/documents/{}", document.id.0)).expect(200)),
        ("api: nobody is signed in", public("/api/session").expect(401)),
        ("api: another's", Person::with_roles(matter.procedure, &[]).get(&matter.path()).expect(404)),
        ("api: from elsewhere", product().request("DELETE", "/api/session").without("Origin").send().expect(403)),
        ("api: no address", public("/api/tidak-ada").expect(404)),
    ]
}

/// The answers to addresses that are another address's, or a file's that is a page.
fn detours() -> Vec<(&'static str, Answer)> {
    let paths = [
        "/index.html",
        "/madiun.html",
        "/madiun/masuk.html",
        "/app.html",
        "/madiun/",
        "/madiun/masuk/",
        "/index",
        "/%6dadiun",
        "/madiun/%6dasuk",
    ];
    paths.map(|path| (path, product().request("GET", path).send())).into()
}

#[test]
fn an_address_has_no_second_spelling_and_says_so_under_a_policy() {
    for (path, answer) in detours() {
        let header = |name| header(path, &answer, name);
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert!(header("strict-transport-security").contains("max-age="), "{path}");
        if path.ends_with(".html") {
            answer.refused(404, "route_unknown");
        } else if let Some(whole) = path.strip_suffix('/') {
            assert_eq!((answer.status, header("location")), (308, whole), "{path}");
        }
    }
    let to = |path: &str| {
        let answer = product().request("GET", path).send().expect(308);
        answer.header("location").map(str::to_owned)
    };
    assert_eq!(to("/madiun/kerja/?menunggu=1").as_deref(), Some("/madiun/kerja?menunggu=1"));
    // Nobody is led to another host.
    for path in ["//contoh.invalid/", "//contoh.invalid//", "/%2F/contoh.invalid/"] {
        let whole = to(path).expect("it says where");
        assert!(whole.starts_with('/') && !whole.starts_with("//") && !whole.contains('\\'), "{path}: {whole}");
    }
}

#[test]
fn nobody_is_told_what_they_asked() {
    let secret = fresh::word("rahasia");
    for path in ["/", "/madiun", "/madiun/kerja", "/api/session", "/api/offices"] {
        for from in [product().url(), "https://contoh.invalid"] {
            let request = product().request("TRACE", path).header("Origin", from).header("Cookie", &secret);
            let answer = request.send();
            assert!((400..600).contains(&answer.status), "{answer}");
            assert!(!String::from_utf8_lossy(&answer.body).contains(&secret), "{answer}");
        }
    }
}

/// A header that has to be there.
#[track_caller]
fn header<'a>(what: &str, answer: &'a Answer, name: &str) -> &'a str {
    answer.header(name).unwrap_or_else(|| panic!("{what} has no {name}: {:?}", answer.headers))
}

#[test]
fn nothing_may_be_guessed_at_framed_or_run_but_what_a_pages_policy_names() {
    for (what, answer) in answers() {
        let header = |name| header(what, &answer, name);
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{what}: {policy}");
        let framed_by = if what == "api: a document" { "frame-ancestors 'self'" } else { "frame-ancestors 'none'" };
        assert!(policy.contains(framed_by), "{what}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{what}: {policy}");
        assert!(!policy.contains('*') && !policy.contains("http"), "{what}: {policy}");
        assert_eq!(policy.contains("'wasm-unsafe-eval'"), what.starts_with("page"), "{what}: {policy}");
        assert_eq!(policy.contains("sandbox"), what == "api: a document", "{what}: {policy}");
        if what.starts_with("page") {
            for part in ["script-src 'self'", "style-src 'self';", "base-uri 'none'", "form-action 'self'"] {
                assert!(policy.contains(part), "{what} lacks {part}: {policy}");
            }
        }
        assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    }
}

#[test]
fn what_a_browser_may_tell_or_use_is_said_with_every_answer() {
    for (what, answer) in answers() {
        let header = |name| header(what, &answer, name);
        assert_eq!(header("strict-transport-security"), "max-age=63072000; includeSubDomains", "{what}");
        assert!(["same-origin", "no-referrer"].contains(&header("referrer-policy")), "{what}");
        for feature in ["camera", "microphone", "geolocation", "payment", "usb"] {
            assert!(header("permissions-policy").contains(&format!("{feature}=()")), "{what}");
        }
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{what}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{what}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{what}");
    }
}

#[test]
fn nobody_keeps_what_is_private() {
    for (what, answer) in answers() {
        let kept = header(what, &answer, "cache-control");
        let wanted = match what {
            _ if what.starts_with("api") || what.starts_with("asset: none") => "private, no-store",
            "page: a case" | "page: one of the app's, for who is signed in" => "private, no-store",
            _ if what.starts_with("asset") => "public, max-age=31536000, immutable",
            _ => "no-cache",
        };
        assert_eq!(kept, wanted, "{what}");
    }
}

#[test]
fn an_address_is_taken_up_to_two_kilobytes() {
    let of_length = |length: usize| {
        let path = "/api/offices?";
        product().request("GET", &format!("{path}{}", "x".repeat(length - path.len()))).send()
    };
    assert_ne!(of_length(2_048).status, 414);
    of_length(2_049).refused(414, "address_too_long");
    // Pages are addresses too.
    let page = format!("/madiun/ajukan/siapa?{}", "x".repeat(2_048));
    product().request("GET", &page).send().refused(414, "address_too_long");
}

#[test]
fn headers_are_taken_up_to_a_hundred_and_sixteen_kilobytes() {
    let with = |count: usize, length: usize| {
        let request = product().request("GET", "/api/offices");
        (0..count).fold(request, |request, n| request.header(&format!("X-Lain-{n}"), &"x".repeat(length))).send()
    };
    with(60, 1).expect(200);
    with(120, 1).refused(431, "headers_too_large");
    with(1, 12_000).expect(200);
    with(1, 16_500).refused(431, "headers_too_large");
    with(10, 1_700).refused(431, "headers_too_large");
}

#[test]
fn a_body_is_taken_up_to_what_its_address_reads() {
    let person = Person::with_roles(office("madiun"), &[]);
    let sends =
        |path: &str, length: usize| person.request("POST", path).bytes("application/json", vec![b' '; length]).send();
    for path in ["/api/offices/madiun/cases", "/api/offices/madiun/cases/search", "/api/session/code"] {
        sends(path, 64 * 1024).refused(400, "body_malformed");
        sends(path, 64 * 1024 + 1).refused(413, "body_too_large");
        sends(path, 8 * 1024 * 1024).refused(413, "body_too_large");
    }
    person.uploads("madiun", "a.pdf", vec![b' '; 8 * 1024 * 1024]).refused(413, "document_too_large");
}
