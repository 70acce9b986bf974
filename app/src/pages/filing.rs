//! Filing, one thing a page.

mod check;
mod done;
mod fill;

use leptos::prelude::*;

use crate::{
    components::Skeleton,
    draft::{Draft, Drafts},
    navigation::Navigation,
    office::Office,
    routes::{FilingPage, Page},
    sending,
    session::Session,
};

/// Filing, one thing a page. Who comes to a page before an earlier one is finished is led to that one.
#[component]
pub fn Filing(
    /// Which page of it.
    page: FilingPage,
) -> impl IntoView {
    let office = Office::expect();
    if page == FilingPage::Done {
        return view! { <done::Done /> }.into_any();
    }
    let Some(me) = Session::expect().me_untracked() else { return ().into_any() };
    let draft = Drafts::open(office.id(), &me.person.0);
    let first = untrack(|| draft.unfinished(&office.procedure()));
    if first < page {
        let navigation = Navigation::expect();
        let href = office.href(Page::File(first));
        request_animation_frame(move || navigation.replace(&href));
        return view! { <Skeleton /> }.into_any();
    }
    match page {
        FilingPage::Check => view! { <check::Check draft=draft /> }.into_any(),
        page => view! { {sending::named(draft)}<fill::Fill page=page draft=draft me=me /> }.into_any(),
    }
}

/// The first page as it stands until the app is here: for somebody without a role, with nothing typed. Nothing on it can be
/// used, so that nothing is lost.
#[cfg(not(target_arch = "wasm32"))]
pub fn ahead() -> AnyView {
    use workflow::{api::Me, case::PersonId, identity::EmailAddress};

    Drafts::provide();
    let email = EmailAddress::parse("pemohon@contoh.invalid").expect("it is an address");
    let me = Me { person: PersonId(String::new()), name: None, email, roles: Vec::new() };
    let draft = Drafts::open(Office::expect().id(), &me.person.0);
    view! {
        <div inert="" aria-busy="true">
            <fill::Fill page=FilingPage::Who draft=draft me=me />
        </div>
    }
    .into_any()
}

/// The page after `page`, or back to the answers where one came from there to change something.
fn next(draft: Draft, office: &Office, page: FilingPage, back: bool) -> String {
    let first = untrack(|| draft.unfinished(&office.procedure()));
    let next = FilingPage::ALL.into_iter().find(|next| *next > page).unwrap_or(FilingPage::Check);
    // A change may open an earlier question anew, such as the papers of another way of filing.
    let next = if back { first } else { next.min(first) };
    office.href(Page::File(next))
}
