//! Renders pages ahead, so that their text is there before any wasm is.
//!
//! `prerender <dist>` takes what trunk built, the app with the pages that an applicant meets first in `<dist>`, the app with
//! all its pages in `<dist>/all`, and the one that checks receipts in `<dist>/check`, and leaves
//!
//! | file | for | app |
//! |---|---|---|
//! | `index.html` | the list of offices | first, where somebody is signed in |
//! | `<office>.html`, `<office>/sop.html` | the office's start page and its SOP | the same |
//! | `<office>/ajukan/siapa.html` | the first page of filing, to be used once the app is here | first |
//! | `<office>/ajukan/*.html`, `<office>/masuk.html` | filing and sign-in: the frame, and that it is loading | first |
//! | `<office>/tanda-bukti.html` | the page that checks a receipt | check |
//! | `<office>/app.html` | every other page of an office: the frame, and that it is loading | all |
//! | `app.html` | addresses of no office | first |
//! | `_headers` | what goes out with them: a strict content security policy, and how long each may be kept | |

use std::{collections::BTreeSet, error::Error, fs, path::Path, sync::Arc};

use cabut_app::{
    app::{bare, framed},
    components::{NavLink, Shell, Skeleton},
    navigation::Navigation,
    office::Office,
    pages::filing_ahead,
    routes::{FilingPage, Page},
    session::{SIGNED_IN, Session},
    written,
};
use leptos::{prelude::*, reactive::owner::Owner};
use serde_json::Value;
use sha2::{Digest, Sha256};
use workflow::procedure::{Procedure, offices};

/// What stands in `index.html` where the page goes, as written and as trunk minifies it.
const PLACES: [&str; 2] = ["<div id=\"app\"></div>", "<div id=app></div>"];

/// How the grey lines begin that say that something is loading.
const SKELETON: &str = "<div role=\"status\" class=\"app-skeleton\"";

/// Where the edge writes what it knows of a case (`worker/src/shell.rs`).
const CASE_PLACE: &str = "<!--permohonan-->";

/// Said to whoever runs no scripts.
const NO_SCRIPT: &str = "<noscript><p class=\"govuk-width-container govuk-body\">Layanan ini memerlukan JavaScript. \
    Aktifkan JavaScript di peramban Anda, lalu muat ulang halaman ini.</p></noscript>";

fn main() -> Result<(), Box<dyn Error>> {
    let dist = std::env::args().nth(1).ok_or("say where trunk's output is: prerender <dist>")?;
    let dist = Path::new(&dist);
    let index = dist.join("index.html");
    let template = read(&index)?;
    if !PLACES.iter().any(|place| template.contains(place)) {
        return Err(format!("{} has no {}; build it anew", index.display(), PLACES[0]).into());
    }
    let other = |folder: &str| -> Result<String, Box<dyn Error>> {
        let page = dist.join(folder).join("index.html");
        let started = with_start_of(&template, &read(&page)?);
        // It is not a page of its own.
        fs::remove_file(&page)?;
        Ok(started.ok_or("trunk's pages start the app in no way that is known")?)
    };
    let (all, check) = (other("all")?, other("check")?);
    let starting = |template: &str, script| {
        starting(template, script).ok_or("trunk's page starts the app in no way that is known")
    };
    let text = starting(&template, AFTER_TEXT)?;
    let (first, all) = (asking(&starting(&template, AT_ONCE)?), starting(&all, AT_ONCE)?);
    let check = starting(&check, AT_ONCE)?;

    let all_offices = offices().iter().map(|procedure| procedure.office.clone()).collect();
    let root = render("/", None, || bare(view! { <written::Offices offices=all_offices /> }.into_any()));
    fs::write(&index, fill(&text, "Cabut tanda tangan elektronik – Cabut TTE", &root, None))?;

    let waiting = render("/app", None, || bare(view! { <Skeleton /> }.into_any()));
    fs::write(dist.join("app.html"), fill(&first, "Memuat… – Cabut TTE", &waiting, Some(NO_SCRIPT.to_owned())))?;

    for procedure in offices().iter() {
        let id = &procedure.office.id;
        let place = &procedure.office.place;
        let of = || Some(Office::new(Arc::new(procedure.clone())));

        let start = render(&format!("/{id}"), of(), || signed_out(view! { <written::Start /> }.into_any()));
        let title = format!("Cabut tanda tangan elektronik (TTE) – Cabut TTE {place}");
        fs::write(dist.join(format!("{id}.html")), fill(&text, &title, &start, None))?;

        let sop = render(&format!("/{id}/sop"), of(), || signed_out(view! { <written::Sop /> }.into_any()));
        let title = format!("Standar Operasional Prosedur – Cabut TTE {place}");
        fs::create_dir_all(dist.join(id).join("ajukan"))?;
        fs::write(dist.join(id).join("sop.html"), fill(&text, &title, &sop, None))?;

        let receipt =
            render(&format!("/{id}/tanda-bukti"), of(), || visited(view! { <written::ReceiptCheck /> }.into_any()));
        let title = format!("Periksa tanda bukti – Cabut TTE {place}");
        let after = Some(NO_SCRIPT.to_owned());
        fs::write(dist.join(id).join("tanda-bukti.html"), fill(&check, &title, &receipt, after))?;

        let waiting = render(&format!("/{id}/masuk"), of(), || framed(view! { <Skeleton /> }.into_any()));
        let json = embedded("procedure", &for_the_app(procedure));
        let after = || Some(format!("{json}{NO_SCRIPT}"));
        if !waiting.contains(SKELETON) {
            return Err(format!("what is loading begins in another way than {SKELETON}").into());
        }
        let waits = |app| fill(app, &format!("Memuat… – Cabut TTE {place}"), &waiting, after());
        fs::write(
            dist.join(id).join("app.html"),
            waits(&all).replacen(SKELETON, &format!("{CASE_PLACE}{SKELETON}"), 1),
        )?;
        let waits = waits(&first);
        fs::write(dist.join(id).join("masuk.html"), &waits)?;
        let file = |page: FilingPage| dist.join(id).join("ajukan").join(page.id()).with_extension("html");
        let [begin, rest @ ..] = FilingPage::ALL;
        let filing = render(&format!("/{id}/ajukan/{}", begin.id()), of(), || framed(filing_ahead()));
        let title = format!("Siapa yang mengajukan? – Cabut TTE {place}");
        fs::write(file(begin), fill(&first, &title, &filing, after()))?;
        for page in rest {
            fs::write(file(page), &waits)?;
        }
    }
    fs::write(dist.join("_headers"), headers([&first, &text, &all, &check], dist)?)?;
    Ok(())
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// The page `template`, but starting what `other` starts: trunk writes that at the end of the head. Its stylesheet
/// comes beside the template's.
fn with_start_of(template: &str, other: &str) -> Option<String> {
    let start = |html: &str| Some((html.find("<script")?, html.find("</head>")?));
    let ((from, to), (other_from, other_to)) = (start(template)?, start(other)?);
    let styles: String = other[..other_from]
        .split_inclusive('>')
        .filter(|tag| tag.starts_with("<link") && tag.contains("stylesheet"))
        .collect();
    Some(format!("{}{styles}{}{}", &template[..from], &other[other_from..other_to], &template[to..]))
}

/// The page `template`, asking who is signed in while the app is on its way: the app shows nothing before it knows. In the
/// pages of those who are, the edge says so itself.
fn asking(template: &str) -> String {
    template.replacen("</head>", "<link rel=preload href=/api/session as=fetch crossorigin></head>", 1)
}

/// The page `template`, but fetching and starting the app by this script.
fn starting(template: &str, script: &str) -> Option<String> {
    let from = template.find("<script")?;
    let to = from + template[from..].find("</script>")? + "</script>".len();
    let mut quoted = template[from..to].split('\'').skip(1).step_by(2);
    let (bindings, wasm) = (quoted.next()?, quoted.next()?);
    (bindings.ends_with(".js") && wasm.ends_with(".wasm")).then(|| {
        let script = format!("{PAINTED}{script}").lines().map(str::trim).collect::<String>();
        let script = script.replace("SIGNED_IN", SIGNED_IN).replace("BINDINGS", bindings).replace("WASM", wasm);
        let tags = template[to..].split_inclusive('>');
        let rest: String = tags.filter(|tag| !(tag.starts_with("<link") && tag.contains("preload"))).collect();
        format!("{}<script type=module>{script}</script>{rest}", &template[..from])
    })
}

/// What is there ahead of the app has the line to itself until it is painted: who waits has something to read. A browser that
/// can says when it has; it no longer does once somebody has pressed something.
const PAINTED: &str = "\
    const says = 'largest-contentful-paint';
    const painted = document.hidden || new Promise(painted => {
      const can = self.PerformanceObserver?.supportedEntryTypes?.includes(says);
      if (can) new PerformanceObserver(painted).observe({ type: says, buffered: true });
      requestAnimationFrame(() => setTimeout(painted, can ? 200 : 0));
    });
    ";

/// Runs in a page that is the app's. The app is there once nothing says `data-ahead` any more.
const AT_ONCE: &str = "\
    await painted;
    const wasm = fetch('WASM');
    const bindings = await import('BINDINGS');
    bindings.default({ module_or_path: wasm });
    ";

/// Runs in a page of text. Only where somebody is signed in is there an app to start, which wants to know the office's
/// procedure: where that does not come, the text stays. For everybody else the app is fetched for the page they go to next.
const AFTER_TEXT: &str = "\
    await painted;
    let signedIn = null;
    try { signedIn = localStorage.getItem('SIGNED_IN'); } catch {}
    if (signedIn) {
      const office = location.pathname.split('/')[1];
      const asked = office && fetch(`/api/offices/${office}/procedure`)
        .then(answer => answer.ok ? answer.text() : '').catch(() => '');
      const wasm = fetch('WASM');
      const bindings = await import('BINDINGS');
      const known = { type: 'application/json', id: 'procedure', textContent: await asked };
      document.body.append(Object.assign(document.createElement('script'), known));
      if (known.textContent || !office) bindings.default({ module_or_path: wasm });
    } else if (!navigator.connection?.saveData) {
      const fetched = async file => (await fetch(file, { priority: 'low' })).blob();
      await Promise.all(['BINDINGS', 'WASM'].map(fetched)).catch(() => {});
    }";

/// A page as HTML, by the components that the browser uses.
fn render(path: &str, office: Option<Office>, page: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        Navigation::provide(path, "");
        Session::provide();
        if let Some(office) = office {
            provide_context(office);
        }
        page().to_html()
    });
    owner.unset();
    // Markers for hydration, which this app does not do.
    html.replace("<!>", "")
}

/// The frame as somebody sees it who is not signed in.
fn signed_out(page: AnyView) -> AnyView {
    Session::expect().leave();
    framed(page)
}

/// The frame of a page that does not know who is there: it shows the way to the office's own pages, and no account.
fn visited(page: AnyView) -> AnyView {
    let office = Office::expect();
    let pages = [(Page::Start, "Layanan"), (Page::Sop, "SOP")];
    let links = pages.map(|(page, label)| NavLink { href: office.href(page), label, here: false }).to_vec();
    let (owner, home) = (office.procedure().office.name.clone(), office.href(Page::Start));
    view! {
        <Shell owner=owner home=home links=Signal::stored(links) end=().into_any()>
            {page}
        </Shell>
    }
    .into_any()
}

/// JSON in the page for the app to take. `<` can't end the element early.
fn embedded(id: &str, json: &str) -> String {
    format!("<script type=\"application/json\" id=\"{id}\">{}</script>", json.replace('<', "\\u003c"))
}

/// The procedure without what only the written pages tell, and without what is absent: every applicant downloads it.
fn for_the_app(procedure: &Procedure) -> String {
    /// Lists, so that the app reads them as empty where they are left out.
    const TOLD_IN_TEXT: [&str; 8] =
        ["approved_by", "cover", "equipment", "legal_basis", "qualifications", "records", "related", "warnings"];
    fn lighten(value: &mut Value) {
        match value {
            Value::Object(entries) => {
                entries.retain(|key, value| {
                    key != "inferred" && !value.is_null() && !(value.is_array() && TOLD_IN_TEXT.contains(&key.as_str()))
                });
                entries.values_mut().for_each(lighten);
            }
            Value::Array(items) => items.iter_mut().for_each(lighten),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(procedure).expect("a procedure is plain data");
    lighten(&mut value);
    value.to_string()
}

fn fill(template: &str, title: &str, page: &str, after: Option<String>) -> String {
    let titled = match (template.find("<title>"), template.find("</title>")) {
        (Some(from), Some(to)) => format!("{}<title>{title}{}", &template[..from], &template[to..]),
        _ => template.to_owned(),
    };
    let after = after.unwrap_or_default();
    let page = format!("<div id=\"app\" data-ahead>{page}</div>{after}");
    PLACES.into_iter().fold(titled, |html, place| html.replace(place, &page))
}

/// Security and caching of everything the edge serves as a file.
fn headers(templates: [&str; 4], dist: &Path) -> Result<String, Box<dyn Error>> {
    let hashes: BTreeSet<String> = templates
        .into_iter()
        .flat_map(inline_scripts)
        .map(|script| format!("'sha256-{}'", base64(&Sha256::digest(script))))
        .collect();
    let hashes: Vec<String> = hashes.into_iter().collect();
    let policy = [
        "default-src 'none'".to_owned(),
        format!("script-src 'self' 'wasm-unsafe-eval' {}", hashes.join(" ")),
        "style-src 'self'".to_owned(),
        "img-src 'self' blob: data:".to_owned(),
        "connect-src 'self'".to_owned(),
        "form-action 'self'".to_owned(),
        "base-uri 'none'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
    ]
    .join("; ");
    let mut text = format!(
        "/*\n  Content-Security-Policy: {policy}\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: same-origin\n  \
         Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=(), usb=()\n  \
         Cross-Origin-Opener-Policy: same-origin\n  Cross-Origin-Resource-Policy: same-origin\n  Strict-Transport-Security: max-age=63072000; includeSubDomains\n  \
         Cache-Control: no-cache\n",
    );
    let mut names: Vec<String> = Vec::new();
    for (folder, prefix) in [(dist.to_owned(), ""), (dist.join("all"), "all/"), (dist.join("check"), "check/")] {
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            // Trunk writes a hash of the content into these names, so what has such a name never changes.
            let hashed = name.contains('-') && [".js", ".wasm", ".css"].iter().any(|end| name.ends_with(end));
            names.extend(hashed.then(|| format!("{prefix}{name}")));
        }
    }
    names.sort();
    for name in names {
        // The star is for the same file compressed, which has the name and `.br`. The page's policy is left out: as the
        // Worker answers it, the file gets the one that allows nothing.
        text += &format!(
            "/{name}*\n  ! Cache-Control\n  ! Content-Security-Policy\n  \
             Cache-Control: public, max-age=31536000, immutable\n"
        );
    }
    Ok(text)
}

/// The text of each script that stands in the page itself and is run.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (tag, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!tag.contains("src=") && !tag.contains("application/json")).then_some(script)
    })
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = (0..3).fold(0_u32, |number, at| number << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = DIGITS[(number >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
