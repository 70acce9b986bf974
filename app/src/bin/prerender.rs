//! Renders pages ahead, so that their text is there before any wasm is.
//!
//! `prerender <dist>` takes what trunk built and leaves
//!
//! | file | for |
//! |---|---|
//! | `index.html` | the list of offices |
//! | `<office>.html`, `<office>/sop.html` | the office's start page and its SOP |
//! | `app.html` | every other page: the frame, and that it is loading |
//! | `_headers` | what goes out with them: a strict content security policy, and how long each may be kept |

use std::{collections::BTreeSet, error::Error, fs, path::Path};

use cabut_app::{
    app::{Ahead, bare, framed},
    components::Skeleton,
    navigation::Navigation,
    office::Office,
    pages,
    session::Session,
};
use leptos::{prelude::*, reactive::owner::Owner};
use sha2::{Digest, Sha256};
use workflow::{api::OfficeCard, procedure::offices};

/// What stands in `index.html` where the page goes, as written and as trunk minifies it.
const PLACES: [&str; 2] = ["<div id=\"app\"></div>", "<div id=app></div>"];

fn main() -> Result<(), Box<dyn Error>> {
    let dist = std::env::args().nth(1).ok_or("say where trunk's output is: prerender <dist>")?;
    let dist = Path::new(&dist);
    let index = dist.join("index.html");
    // Kept aside, so that rendering again needs no new build.
    let kept = dist.join("_shell.html");
    let built = fs::read_to_string(&index).map_err(|error| format!("{}: {error}", index.display()))?;
    let template = if PLACES.iter().any(|place| built.contains(place)) {
        fs::write(&kept, &built)?;
        built
    } else {
        fs::read_to_string(&kept).map_err(|_| format!("{} has no {}", index.display(), PLACES[0]))?
    };

    let cards: Vec<OfficeCard> = offices()
        .iter()
        .map(|procedure| OfficeCard {
            id: procedure.office.id.clone(),
            name: procedure.office.name.clone(),
            place: procedure.office.place.clone(),
        })
        .collect();
    let list = Some(embedded("offices", &serde_json::to_string(&cards)?));
    let ahead = Ahead { procedure: None, offices: Some(cards) };
    let root = render("/", ahead, None, || bare(view! { <pages::Offices /> }.into_any()));
    fs::write(&index, fill(&template, "Cabut tanda tangan elektronik – Cabut TTE", &root, list))?;

    let waiting = render("/app", Ahead::default(), None, || bare(view! { <Skeleton /> }.into_any()));
    let script = "<noscript><p class=\"govuk-width-container govuk-body\">Layanan ini memerlukan JavaScript. \
        Aktifkan JavaScript di peramban Anda, lalu muat ulang halaman ini.</p></noscript>";
    fs::write(dist.join("app.html"), fill(&template, "Memuat… – Cabut TTE", &waiting, Some(script.to_owned())))?;

    for procedure in offices().iter() {
        let id = &procedure.office.id;
        let place = &procedure.office.place;
        let json =
            || Some(embedded("procedure", &serde_json::to_string(procedure).expect("a procedure is plain data")));
        let of = || Some(Office::new(procedure.clone()));

        let start = render(&format!("/{id}"), Ahead::default(), of(), || framed(view! { <pages::Start /> }.into_any()));
        let title = format!("Cabut tanda tangan elektronik (TTE) – Cabut TTE {place}");
        fs::write(dist.join(format!("{id}.html")), fill(&template, &title, &start, json()))?;

        let sop = render(&format!("/{id}/sop"), Ahead::default(), of(), || framed(view! { <pages::Sop /> }.into_any()));
        let title = format!("Standar Operasional Prosedur – Cabut TTE {place}");
        fs::create_dir_all(dist.join(id))?;
        fs::write(dist.join(id).join("sop.html"), fill(&template, &title, &sop, json()))?;
    }
    fs::write(dist.join("_headers"), headers(&template, dist)?)?;
    Ok(())
}

/// A page as HTML, by the components that the browser uses.
fn render(path: &str, ahead: Ahead, office: Option<Office>, page: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        Navigation::provide(path, "");
        Session::provide();
        provide_context(ahead);
        if let Some(office) = office {
            provide_context(office);
        }
        page().to_html()
    });
    owner.unset();
    // Markers for hydration, which this app does not do.
    html.replace("<!>", "")
}

/// JSON in the page for the app to take. `<` can't end the element early.
fn embedded(id: &str, json: &str) -> String {
    format!("<script type=\"application/json\" id=\"{id}\">{}</script>", json.replace('<', "\\u003c"))
}

fn fill(template: &str, title: &str, page: &str, after: Option<String>) -> String {
    let titled = match (template.find("<title>"), template.find("</title>")) {
        (Some(from), Some(to)) => format!("{}<title>{title}{}", &template[..from], &template[to..]),
        _ => template.to_owned(),
    };
    let after = after.unwrap_or_default();
    let page = format!("<div id=\"app\">{page}</div>{after}");
    PLACES.into_iter().fold(titled, |html, place| html.replace(place, &page))
}

/// Security and caching of everything the edge serves as a file.
fn headers(template: &str, dist: &Path) -> Result<String, Box<dyn Error>> {
    let hashes: BTreeSet<String> =
        inline_scripts(template).map(|script| format!("'sha256-{}'", base64(&Sha256::digest(script)))).collect();
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
         Cross-Origin-Opener-Policy: same-origin\n  Strict-Transport-Security: max-age=63072000; includeSubDomains\n  \
         Cache-Control: no-cache\n",
    );
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(dist)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // Trunk writes a hash of the content into these names, so what has such a name never changes.
        let hashed = name.contains('-') && [".js", ".wasm", ".css"].iter().any(|end| name.ends_with(end));
        names.extend(hashed.then_some(name));
    }
    names.sort();
    for name in names {
        text += &format!("/{name}\n  ! Cache-Control\n  Cache-Control: public, max-age=31536000, immutable\n");
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
