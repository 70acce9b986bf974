//! Scripts, styles and wasm as they come over the line: compressed as the build left them, for those who take it so.

use std::{collections::BTreeMap, fs, io::Read, path::Path};

use cabut_tests::product::{Answer, given_path, product};

/// How such names end, and what the files are.
const KINDS: [(&str, &str); 3] =
    [(".wasm", "application/wasm"), (".js", "text/javascript; charset=utf-8"), (".css", "text/css; charset=utf-8")];

/// Each such file's path on the server, with its bytes and what they are.
fn files() -> BTreeMap<String, (Vec<u8>, &'static str)> {
    fn walk(dir: &Path, prefix: &str, found: &mut BTreeMap<String, (Vec<u8>, &'static str)>) {
        for entry in fs::read_dir(dir).expect("the app is built").flatten() {
            let (path, name) = (entry.path(), format!("{prefix}/{}", entry.file_name().to_string_lossy()));
            if path.is_dir() {
                walk(&path, &name, found);
            } else if let Some((_, kind)) = KINDS.iter().find(|(end, _)| name.ends_with(end)) {
                found.insert(name, (fs::read(&path).expect("the file can be read"), kind));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&given_path("CABUT_DIST"), "", &mut found);
    assert!(found.len() >= 6, "scripts, styles and wasm of both apps: {:?}", found.keys());
    found
}

fn asks(path: &str, coding: &str) -> Answer {
    product().request("GET", path).header("Accept-Encoding", coding).send()
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    brotli_decompressor::Decompressor::new(bytes, 64 * 1024).read_to_end(&mut plain).expect("it is brotli");
    plain
}

#[test]
fn who_takes_brotli_gets_each_file_as_the_build_compressed_it() {
    for (path, (bytes, kind)) in files() {
        let answer = asks(&path, "br").expect(200);
        assert_eq!(answer.header("content-encoding"), Some("br"), "{path}");
        let packed = fs::read(given_path("CABUT_DIST").join(format!("{}.br", &path[1..]))).expect("beside the file");
        assert!(answer.body == packed, "{path}: compressed once more on its way");
        assert!(packed.len() < bytes.len() / 2, "{path}: {} bytes of {}", packed.len(), bytes.len());
        assert!(unpacked(&answer.body) == bytes, "{path}: unpacks to something else");
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
    }
}

#[test]
fn who_takes_none_gets_the_file_itself() {
    for (path, (bytes, kind)) in files() {
        for answer in [asks(&path, "identity"), asks(&path, "br;q=0"), product().request("GET", &path).send()] {
            let answer = answer.expect(200);
            assert_eq!(answer.header("content-encoding"), None, "{path}");
            assert!(answer.body == bytes, "{path}: {} bytes of {}", answer.body.len(), bytes.len());
            assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        }
    }
}

#[test]
fn either_way_it_is_kept_for_good() {
    for path in files().into_keys() {
        for coding in ["br", "identity"] {
            let answer = asks(&path, coding).expect(200);
            let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
            assert_eq!(header("cache-control"), "public, max-age=31536000, immutable", "{path}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert!(header("strict-transport-security").contains("max-age="), "{path}");
            assert!(header("vary").eq_ignore_ascii_case("accept-encoding"), "{path}");
            // Who has it is told so, in no bytes.
            let etag = header("etag");
            assert!(!etag.is_empty(), "{path}");
            let again = product().request("GET", &path).header("Accept-Encoding", coding);
            let again = again.header("If-None-Match", &etag).send().expect(304);
            assert!(again.body.is_empty(), "{path}");
            let changed = product().request("GET", &path).header("Accept-Encoding", coding);
            changed.header("If-None-Match", "\"another\"").send().expect(200);
        }
    }
}

#[test]
fn a_look_at_the_headers_brings_no_body() {
    for (path, (_, kind)) in files() {
        let answer = product().request("HEAD", &path).header("Accept-Encoding", "br").send().expect(200);
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        assert!(answer.body.is_empty(), "{path}");
    }
}

#[test]
fn a_file_that_is_not_there_is_missing_and_none_is_written_to() {
    for path in ["/hilang.js", "/all/hilang.wasm", "/madiun/hilang.css", "/.js"] {
        for coding in ["br", "identity"] {
            asks(path, coding).refused(404, "route_unknown");
        }
    }
    let path = files().into_keys().next().expect("there are files");
    product().request("POST", &path).send().refused(405, "method_not_allowed");
}
