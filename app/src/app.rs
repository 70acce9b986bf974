//! The frame around every page: which office, who is signed in, which page.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use workflow::{
    api::Me,
    case::{ADMINISTRATOR, AUDITOR, SUBSTITUTE},
    procedure::Procedure,
};

use crate::{
    api::{self, ApiError},
    browser,
    components::{Failure, Load, Loading, NavLink, Shell, Skeleton, load},
    draft::Drafts,
    json,
    navigation::{Heading, Navigation, encode},
    office::Office,
    pages,
    routes::{AffairsPage, Page, Route},
    session::{Session, SessionState},
    tasks::{self, Turn},
};

/// Builds the page beside what was rendered ahead, which can be read and used until the page takes its place.
#[cfg(target_arch = "wasm32")]
pub fn start(pages: Pages) {
    tasks::later(move || {
        let ahead = Ahead::read();
        tasks::later(move || mount(pages, ahead));
    });
}

#[cfg(target_arch = "wasm32")]
fn mount(pages: Pages, ahead: Ahead) {
    use wasm_bindgen::JsCast;

    let root = document().create_element("div").expect("the browser makes elements");
    root.set_id("app");
    let place: web_sys::HtmlElement = root.clone().unchecked_into();
    let show = move || take_the_place(&root);
    leptos::mount::mount_to(place, move || view! { <App pages=pages ahead=ahead show=show /> }).forget();
}

/// Takes the place of what was rendered ahead.
#[cfg(target_arch = "wasm32")]
fn take_the_place(root: &web_sys::Element) {
    let ahead = browser::element("app").expect("each page has the element with id app");
    // Who goes by keyboard has perhaps begun to: what they are at takes the focus again.
    let at = document().active_element().and_then(|at| match at.id() {
        id if id.is_empty() => at.get_attribute("href").map(|href| format!("#app [href=\"{href}\"]")),
        id => Some(format!("#app [id=\"{id}\"]")),
    });
    let _ = ahead.replace_with_with_node_1(root);
    if let Some(at) = at {
        browser::focus_first(&at);
    }
}

/// Builds an office's pages: those that a build of the app holds.
pub type Pages = fn(Page) -> AnyView;

/// What is in the page already that the browser came to.
#[derive(Clone, Default)]
pub struct Ahead {
    /// The procedure of its office.
    pub procedure: Option<Arc<Procedure>>,
    /// Who is signed in.
    pub me: Option<Me>,
    /// The case as JSON, on a case's page: only the build with that page need know how to read it. Whoever takes it takes
    /// it once: when one comes back, it may have moved on.
    pub case: RwSignal<Option<String>>,
    /// Its text with its address, where text is all that it is.
    pub text: Option<(String, pages::Text)>,
}

impl Ahead {
    /// Takes it from the page.
    pub fn read() -> Ahead {
        let path = window().location().pathname().unwrap_or_default();
        let procedure = embedded("procedure").map(Arc::new);
        let is_text = matches!(Route::parse(&path), Route::Offices | Route::Office(_, Page::Start | Page::Sop));
        let text = is_text.then(|| pages::Text::of(&document())).flatten();
        Ahead {
            procedure,
            me: embedded("me"),
            case: RwSignal::new(browser::text_of("#case")),
            text: text.map(|text| (path, text)),
        }
    }
}

/// What stands in the page as JSON.
fn embedded<T: DeserializeOwned>(id: &str) -> Option<T> {
    json::read(&browser::text_of(&format!("#{id}"))?)
}

/// The app.
#[component]
pub fn App(
    /// Which pages it holds.
    pages: Pages,
    /// What is here already.
    ahead: Ahead,
    /// Shows the page, once it is built.
    show: impl FnOnce() + 'static,
) -> impl IntoView {
    let location = window().location();
    let navigation =
        Navigation::provide(&location.pathname().unwrap_or_default(), &location.search().unwrap_or_default());
    navigation.listen();
    let me = ahead.me.clone();
    provide_context(ahead);
    Drafts::provide();
    let session = Session::provide();
    session.begin(me);
    // Until then there is more to see in what was rendered ahead.
    let waits = move || {
        let needs_session = matches!(navigation.route(), Route::Office(_, page) if page.needs_session());
        needs_session && matches!(session.state(), SessionState::Asking)
    };
    let mut show = Some(show);
    Effect::new(move |_| {
        if !waits()
            && let Some(show) = show.take()
        {
            tasks::at_last(show);
        }
    });
    let office = Memo::new(move |_| navigation.route().office().map(str::to_owned));
    (move || match office.get() {
        Some(id) => view! { <OfficePages id=id pages=pages /> }.into_any(),
        None => {
            let page = move || match navigation.route() {
                Route::Offices => view! { <pages::Written path="/".to_owned() /> }.into_any(),
                _ => view! { <pages::NotFound /> }.into_any(),
            };
            bare(page.into_any())
        }
    })
    .into_any()
}

/// The frame without an office.
pub fn bare(page: AnyView) -> AnyView {
    view! {
        <Shell owner="Layanan pemerintah daerah" home="/" links=Signal::default() end=().into_any()>
            {page}
        </Shell>
    }
    .into_any()
}

/// The pages of one office, once its procedure is here.
#[component]
fn OfficePages(
    /// Its id.
    id: String,
    /// Builds its pages.
    pages: Pages,
) -> impl IntoView {
    let ahead = expect_context::<Ahead>().procedure.filter(|procedure| procedure.office.id == id);
    let procedure: Loading<Arc<Procedure>> = match ahead {
        Some(procedure) => Loading { state: RwSignal::new(Load::Ready(procedure)), again: Callback::new(|()| ()) },
        None => load(move || {
            let id = id.clone();
            async move { api::procedure(&id, None).await.map(Arc::new) }
        }),
    };
    (move || match procedure.state.get() {
        Load::Waiting => bare(view! { <Skeleton /> }.into_any()),
        Load::Failed(error) if error.status() == Some(404) => bare(view! { <pages::NotFound /> }.into_any()),
        Load::Failed(error) => bare(failed(error, procedure.again)),
        Load::Ready(procedure) => {
            provide_context(Office::new(procedure));
            framed(Turn::next().shows(move || view! { <PageOfRoute pages=pages /> }.into_any()))
        }
    })
    .into_any()
}

/// A page in place of one that could not even be begun.
fn failed(error: ApiError, again: Callback<()>) -> AnyView {
    view! {
        <Heading text="Cabut tanda tangan elektronik" />
        <Failure error=error again=again />
    }
    .into_any()
}

/// The frame with an office: its name, its pages, who is signed in.
pub fn framed(page: AnyView) -> AnyView {
    let office = Office::expect();
    let navigation = Navigation::expect();
    let session = Session::expect();
    let procedure = office.procedure();
    let owner = procedure.office.name.clone();
    let home = office.href(Page::Start);
    let links = {
        let office = office.clone();
        Signal::derive(move || {
            let here = navigation.route();
            let staff = session.who().is_some_and(|who| who.is_staff(&office.procedure()));
            // What one comes for first: on a phone the rest has to be pushed into view.
            let mut pages = Vec::new();
            let administers = session.who().is_some_and(|who| who.administers(office.id()));
            let audits = session.who().is_some_and(|who| who.audits(office.id()));
            let acts = session.me().is_some_and(|me| {
                let works = |actor: &str| ![ADMINISTRATOR, AUDITOR, SUBSTITUTE].contains(&actor);
                me.roles.iter().any(|role| role.office == office.id() && works(&role.actor.0))
            });
            if acts {
                pages.push((Page::Work, "Perlu dikerjakan"));
            }
            if staff {
                pages.push((Page::Cases, "Semua permohonan"));
                pages.extend([(Page::Register, "Register"), (Page::Report, "Laporan")]);
            }
            if audits {
                pages.push((Page::Log, "Catatan"));
            }
            if staff || administers {
                pages.push((Page::Affairs(AffairsPage::People), "Kantor"));
            }
            pages.extend([(Page::Start, "Layanan"), (Page::Sop, "SOP"), (Page::Mine, "Permohonan saya")]);
            pages
                .into_iter()
                .map(|(page, label)| {
                    let route = Route::of(office.id(), page);
                    let same = matches!(
                        (&route, &here),
                        (Route::Office(_, Page::Affairs(_)), Route::Office(_, Page::Affairs(_)))
                    );
                    NavLink { href: route.href(), label, here: same || route == here }
                })
                .collect()
        })
    };
    let sign_in = office.href(Page::SignIn);
    let end = (move || match session.state() {
        SessionState::Somebody(me) => {
            view! { <SignedIn name=me.name.unwrap_or_else(|| me.email.to_string()) /> }.into_any()
        }
        SessionState::Nobody => view! {
            <a class="app-session" href=sign_in.clone()>
                "Masuk"
            </a>
        }
        .into_any(),
        _ => view! { <span class="app-session app-session--asking" aria-hidden="true">"Masuk"</span> }.into_any(),
    })
    .into_any();
    view! {
        <Shell owner=owner home=home links=links end=end>
            {page}
        </Shell>
    }
    .into_any()
}

/// Who is signed in, and the way out.
#[component]
fn SignedIn(
    /// Their name, or their mailbox while no name is known.
    name: String,
) -> impl IntoView {
    let session = Session::expect();
    let navigation = Navigation::expect();
    let office = Office::expect();
    let (home, data) = (office.href(Page::Start), office.href(Page::MyData));
    let drafts: Drafts = expect_context();
    let pending = RwSignal::new(false);
    let leave = move |_| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let (home, drafts) = (home.clone(), drafts.clone());
        spawn_local(async move {
            let left = api::sign_out().await;
            pending.try_set(false);
            // Who could not sign out must not believe they did.
            if left.is_ok() {
                drafts.forget();
                navigation.go(&home);
                session.leave();
            }
        });
    };
    view! {
        <div class="app-session">
            <a class="app-session__name" href=data>{name}</a>
            <button type="button" class="app-link-button" aria-disabled=move || pending.get().then_some("true") on:click=leave>
                "Keluar"
            </button>
        </div>
    }
    .into_any()
}

/// The page of the address.
#[component]
fn PageOfRoute(
    /// Builds the page.
    pages: Pages,
) -> impl IntoView {
    let navigation = Navigation::expect();
    let session = Session::expect();
    let office = Office::expect();
    let route = Memo::new(move |_| navigation.route());
    // Neither signing in again as the same person nor another role of theirs builds the page anew: what was typed stays.
    let known = Memo::new_with_compare(
        move |_| session.state(),
        |old, new| match (old, new) {
            (Some(SessionState::Somebody(old)), Some(SessionState::Somebody(new))) => old.person != new.person,
            _ => true,
        },
    );
    let page = move || {
        let Route::Office(_, page) = route.get() else {
            return view! { <pages::NotFound /> }.into_any();
        };
        if page.needs_session() {
            match known.get() {
                SessionState::Somebody(_) => {}
                SessionState::Asking => return view! { <Skeleton /> }.into_any(),
                SessionState::Unknown(error) => {
                    return failed(error, Callback::new(move |()| session.ask()));
                }
                SessionState::Nobody => {
                    let door = format!("{}?lanjut={}", office.href(Page::SignIn), encode(&navigation.here()));
                    request_animation_frame(move || navigation.replace(&door));
                    return view! { <Skeleton /> }.into_any();
                }
            }
        }
        pages(page)
    };
    view! {
        <pages::SessionEnded />
        {page}
    }
    .into_any()
}
