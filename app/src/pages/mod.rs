//! A page per file.
//!
//! The app is built twice: with the pages that an applicant meets first ([`first`]), which load quickly, and with
//! all of them ([`all`]), for who goes on to requests that are under way.

use leptos::prelude::*;

use crate::{office::Office, routes::Page};

mod affairs;
mod case;
mod cases;
mod filing;
mod lists;
mod mine;
mod not_found;
mod register;
mod report;
mod session_ended;
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
pub use mine::Mine;
pub use not_found::NotFound;
pub use register::Register;
pub use report::Report;
pub use session_ended::SessionEnded;
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

/// Every page.
pub fn all(page: Page) -> AnyView {
    match page {
        Page::Mine => view! { <Mine /> }.into_any(),
        Page::Case(ticket) => view! { <Case ticket=ticket /> }.into_any(),
        Page::Sheet(ticket, sheet) => view! { <PrintSheet ticket=ticket sheet=sheet /> }.into_any(),
        Page::Work => view! { <Work /> }.into_any(),
        Page::Cases => view! { <Cases /> }.into_any(),
        Page::Register => view! { <Register /> }.into_any(),
        Page::Affairs(page) => view! { <OfficeAffairs page=page /> }.into_any(),
        Page::Report => view! { <Report /> }.into_any(),
        page => first(page),
    }
}
