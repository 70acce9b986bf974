//! Pages of text alone, written when the app was built.

use leptos::prelude::*;
use web_sys::{Document, DomParser, SupportedType};

use crate::{
    api::{self, ApiError},
    app::Ahead,
    components::{Load, Loaded, Loading, load},
    navigation::Navigation,
};

/// A page of text alone, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    title: String,
    /// What stands in its main part.
    html: String,
}

impl Text {
    /// Takes it from a whole page.
    pub fn of(page: &Document) -> Option<Text> {
        Some(Text { title: page.title(), html: page.query_selector("#isi").ok()??.inner_html() })
    }
}

/// The page of text at `path`: the one that is here already, or fetched.
#[component]
pub fn Written(
    /// Its address.
    path: String,
) -> impl IntoView {
    let here = expect_context::<Ahead>().text.filter(|(at, _)| *at == path);
    let text: Loading<Text> = match here {
        Some((_, text)) => Loading { state: RwSignal::new(Load::Ready(text)), again: Callback::new(|()| ()) },
        None => load(move || {
            let path = path.clone();
            async move {
                let page = api::page(&path).await?;
                let page = DomParser::new().and_then(|parser| parser.parse_from_string(&page, SupportedType::TextHtml));
                page.ok().and_then(|page| Text::of(&page)).ok_or(ApiError::Unexpected)
            }
        }),
    };
    view! { <Loaded loading=text children=show /> }.into_any()
}

fn show(text: Text) -> AnyView {
    let navigation = Navigation::expect();
    let title = text.title;
    Effect::new(move |_| navigation.arrive(&title, "#isi h1"));
    // From the edge that the app itself came from.
    view! { <div inner_html=text.html></div> }.into_any()
}
