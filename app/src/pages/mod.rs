//! A page per file.
//!
//! The app is built twice: with the pages that an applicant meets first ([`first`]), which load quickly, and with
//! all of them ([`all`]), for who goes on to requests that are under way.

use leptos::prelude::*;

use crate::{browser, left, office::Office, routes::Page, tasks};

mod affairs;
mod case;
mod cases;
mod correction;
mod filing;
mod lists;
mod log;
mod mine;
mod my_data;
mod not_found;
mod proof;
mod register;
mod report;
mod session_ended;
mod sessions;
mod sheets;
mod sign_in;
mod work;
mod written;

pub use affairs::OfficeAffairs;
pub use case::Case;
pub use cases::Cases;
pub use filing::Filing;
#[cfg(not(target_arch = "wasm32"))]
pub use filing::ahead as filing_ahead;
pub use log::Log;
pub use mine::Mine;
pub use my_data::MyData;
pub use not_found::NotFound;
pub use register::Register;
pub use report::Report;
pub use session_ended::SessionEnded;
pub use sessions::Sessions;
pub use sheets::PrintSheet;
pub use sign_in::SignIn;
pub use work::Work;
pub use written::{Text, Written};

/// The pages up to a filed request. Any other is loaded anew, with the build that holds it.
pub fn first(page: Page) -> AnyView {
    match page {
        Page::Start | Page::Sop => {
            let path = Office::expect().href(page);
            view! { <Written path=path /> }.into_any()
        }
        Page::SignIn => view! { <SignIn /> }.into_any(),
        Page::File(page) => view! { <Filing page=page /> }.into_any(),
        _ => {
            // The address is the new one already. Who came from another site is sent here anew, and now with their cookie.
            let location = window().location();
            let _ = location.href().and_then(|here| location.replace(&here));
            view! { <crate::components::Skeleton /> }.into_any()
        }
    }
}

/// Every page. Its link is brought into view: on a phone it may lie beyond the edge of its row.
pub fn all(page: Page) -> AnyView {
    tasks::at_last(|| {
        if let Some(item) = browser::first(".govuk-service-navigation__item--active")
            && let Some(list) = item.offset_parent()
        {
            // The one before it is seen to be there.
            list.set_scroll_left(item.offset_left() - 40);
        }
    });
    // Where a request is filled in and sent, the page itself tells of it.
    if let Page::File(_) = page {
        return first(page);
    }
    let left = left::left(&page);
    let page = match page {
        Page::Mine => view! { <Mine /> }.into_any(),
        Page::MyData => view! { <MyData /> }.into_any(),
        Page::Sessions => view! { <Sessions /> }.into_any(),
        Page::Case(ticket) => view! { <Case ticket=ticket /> }.into_any(),
        Page::Sheet(ticket, sheet) => view! { <PrintSheet ticket=ticket sheet=sheet /> }.into_any(),
        Page::Work => view! { <Work /> }.into_any(),
        Page::Cases => view! { <Cases /> }.into_any(),
        Page::Register => view! { <Register /> }.into_any(),
        Page::Affairs(page) => view! { <OfficeAffairs page=page /> }.into_any(),
        Page::Report => view! { <Report /> }.into_any(),
        Page::Log => view! { <Log /> }.into_any(),
        page => first(page),
    };
    view! { {left}{page} }.into_any()
}
