//! The papers of a case: what they are, and a link for whoever may read them.

use leptos::prelude::*;
use workflow::case::DocumentId;

use crate::words;
use workflow::told::CaseFile;

/// The document's name as a link that opens it, or as text where this person has no reason to read it.
pub fn link(file: &CaseFile, name: &str, id: &DocumentId) -> AnyView {
    let name = name.to_owned();
    match file.document(id) {
        Some(seen) if seen.readable => {
            let kind = match seen.document.media_type.as_str() {
                "application/pdf" => "PDF",
                "image/png" => "PNG",
                _ => "JPEG",
            };
            let size = words::size(seen.document.size);
            view! {
                <a class="govuk-link" href=format!("/api/documents/{}", id.0) target="_blank" rel="noopener">
                    {name}
                    <span class="govuk-visually-hidden">" (buka di tab baru)"</span>
                </a>
                <span class="paper__size">{format!(" {kind}, {size}")}</span>
            }
            .into_any()
        }
        Some(_) => view! { {name}<span class="paper__size">" (tidak dibuka untuk peran Anda)"</span> }.into_any(),
        None => view! { {name} }.into_any(),
    }
}
