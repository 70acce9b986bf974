//! Where one is: the address as a signal, links that change it without loading the page anew, and what a
//! change of page owes to people: a title, the focus on the heading, the top of the page.

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, HtmlElement, MouseEvent};

use crate::{browser, routes::Route};

/// Where one is. Copy it freely.
#[derive(Clone, Copy)]
pub struct Navigation {
    path: RwSignal<String>,
    query: RwSignal<String>,
    /// What was typed on this page to look for somebody. It stays with the page's place in the browser's history, and
    /// out of its address: those are kept in logs, sent on and seen over shoulders.
    typed: RwSignal<String>,
    /// Set by a change of page, taken by the heading that is shown next.
    arrived: StoredValue<bool>,
}

impl Navigation {
    /// Makes it known to everything below, at the given path.
    pub fn provide(path: &str, query: &str) -> Navigation {
        let navigation = Navigation {
            path: RwSignal::new(path.to_owned()),
            query: RwSignal::new(query.to_owned()),
            typed: RwSignal::new(String::new()),
            arrived: StoredValue::new(false),
        };
        provide_context(navigation);
        navigation
    }

    /// The one that was provided.
    pub fn expect() -> Navigation {
        expect_context()
    }

    /// The page, tracked.
    pub fn route(self) -> Route {
        Route::parse(&self.path.read())
    }

    /// The path with its query, not tracked.
    pub fn here(self) -> String {
        format!("{}{}", self.path.get_untracked(), self.query.get_untracked())
    }

    /// What the query says under `name`, tracked.
    pub fn query(self, name: &str) -> Option<String> {
        let query = self.query.read();
        query.trim_start_matches('?').split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key == name).then(|| decode(value))
        })
    }

    /// What was typed on this page to look for somebody, tracked.
    pub fn typed(self) -> String {
        self.typed.get()
    }

    /// Goes to an address of this site; the one left stays behind the back button.
    pub fn go(self, href: &str) {
        // Another part of the same list is of the same search; the list itself is not.
        let same = href.split_once('?').is_some_and(|(path, _)| path == *self.path.read_untracked());
        let typed = if same { self.typed.get_untracked() } else { String::new() };
        self.go_typed(href, &typed);
    }

    /// The same, with what was typed to look for somebody.
    pub fn go_typed(self, href: &str, typed: &str) {
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::from_str(typed), "", Some(href));
        }
        self.read();
    }

    /// Goes to an address of this site in place of the one left.
    pub fn replace(self, href: &str) {
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(href));
        }
        self.read();
    }

    /// Takes the address from the browser.
    fn read(self) {
        let location = window().location();
        let path = location.pathname().unwrap_or_default();
        let query = location.search().unwrap_or_default();
        if path != self.path.get_untracked() {
            self.arrived.set_value(true);
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        let typed = window().history().and_then(|history| history.state());
        let typed = typed.ok().and_then(|state| state.as_string()).unwrap_or_default();
        if typed != self.typed.get_untracked() {
            self.typed.set(typed);
        }
        if query != self.query.get_untracked() {
            self.query.set(query);
        }
        if path != self.path.get_untracked() {
            self.path.set(path);
        }
    }

    /// Names the page in the browser's title. Where one came from another page, its heading takes the focus.
    pub fn arrive(self, title: &str, heading: &str) {
        document().set_title(title);
        if self.take_arrival() {
            browser::focus_first(heading);
        }
    }

    /// Whether the page was changed since this was last asked: whoever asks takes the focus.
    pub fn take_arrival(self) -> bool {
        let arrived = self.arrived.get_value();
        self.arrived.set_value(false);
        arrived
    }

    /// Follows links and the back button.
    pub fn listen(self) {
        // A page that was loaded anew is where it was in the history.
        self.read();
        let _ = window_event_listener(ev::popstate, move |_| self.read());
        let _ = window_event_listener(ev::click, move |event| {
            if let Some(href) = inner_link(&event) {
                event.prevent_default();
                self.go(&href);
            }
        });
    }
}

/// The address of the link that was clicked, if it is one of the app's own pages and nothing else was meant.
fn inner_link(event: &MouseEvent) -> Option<String> {
    if event.default_prevented()
        || event.button() != 0
        || event.meta_key()
        || event.ctrl_key()
        || event.shift_key()
        || event.alt_key()
    {
        return None;
    }
    let clicked: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = clicked.closest("a[href]").ok()??.dyn_into().ok()?;
    let foreign = link.origin() != window().location().origin().ok()?;
    if foreign || link.has_attribute("target") || link.has_attribute("download") {
        return None;
    }
    let path = link.pathname();
    // A jump within the page is the browser's, and so is everything that the edge answers itself.
    if !link.hash().is_empty() || path.starts_with("/api/") || path.starts_with("/_") {
        return None;
    }
    Some(format!("{path}{}", link.search()))
}

fn decode(value: &str) -> String {
    js_sys::decode_uri_component(&value.replace('+', " ")).map_or_else(|_| value.to_owned(), String::from)
}

/// Safe inside an address.
pub fn encode(value: &str) -> String {
    js_sys::encode_uri_component(value).into()
}

/// The heading of a page. It names the page in the browser's title, and takes the focus when one came here
/// from another page, so that a screen reader begins to read here.
#[component]
pub fn Heading(
    /// What the page is.
    #[prop(into)]
    text: String,
    /// A line above it.
    #[prop(into, optional)]
    caption: Option<String>,
    /// Looks smaller: for long ones.
    #[prop(optional)]
    small: bool,
    /// Looks like this instead.
    #[prop(optional)]
    class: Option<&'static str>,
) -> impl IntoView {
    let title = format!("{text} – {}", site_name());
    let heading = NodeRef::<leptos::html::H1>::new();
    if let Some(navigation) = use_context::<Navigation>() {
        Effect::new(move |_| {
            document().set_title(&title);
            if let Some(heading) = heading.get()
                && navigation.take_arrival()
            {
                let heading: &HtmlElement = &heading;
                let _ = heading.focus();
            }
        });
    }
    let class = class.unwrap_or(if small { "govuk-heading-l" } else { "govuk-heading-xl" });
    view! {
        {caption.map(|caption| view! { <span class="govuk-caption-l">{caption}</span> })}
        <h1 class=class tabindex="-1" node_ref=heading>
            {text}
        </h1>
    }
    .into_any()
}

/// What stands behind the dash of every title.
fn site_name() -> String {
    match use_context::<crate::office::Office>() {
        Some(office) => format!("Cabut TTE {}", office.procedure().office.place),
        None => "Cabut TTE".to_owned(),
    }
}

/// Moves the focus to the element once what was just set is on the page.
pub fn focus_soon(id: &'static str) {
    request_animation_frame(move || browser::focus(id));
}
