//! The frame around every page.

use leptos::prelude::*;

/// A link in the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavLink {
    /// Where it goes.
    pub href: String,
    /// What it is called.
    pub label: &'static str,
    /// Whether one is there.
    pub here: bool,
}

/// Header with the office's name, navigation, main part, footer.
#[component]
pub fn Shell(
    /// The office's name, or the service's where there is no office.
    #[prop(into)]
    owner: String,
    /// Where the name leads.
    #[prop(into)]
    home: String,
    /// The pages one can go to.
    #[prop(into)]
    links: Signal<Vec<NavLink>>,
    /// What stands at the end of the header: who is signed in, and the way out.
    end: AnyView,
    /// The page.
    children: Children,
) -> impl IntoView {
    let items = move || -> Vec<AnyView> { links.get().into_iter().map(item).collect() };
    view! {
        <a href="#isi" class="govuk-skip-link">
            "Langsung ke isi"
        </a>
        <header class="app-header">
            <div class="govuk-width-container app-header__inner">
                <a class="app-header__home" href=home>
                    <span class="app-header__mark" aria-hidden="true"></span>
                    <span>
                        <span class="app-header__service">"Pencabutan Tanda Tangan Elektronik"</span>
                        <span class="app-header__owner">{owner}</span>
                    </span>
                </a>
                {end}
            </div>
        </header>
        <section class="govuk-service-navigation" aria-label="Layanan">
            <div class="govuk-width-container">
                <div class="govuk-service-navigation__container app-navigation">
                    <nav aria-label="Menu layanan" class="govuk-service-navigation__wrapper">
                        <ul class="govuk-service-navigation__list">{items}</ul>
                    </nav>
                </div>
            </div>
        </section>
        <div class="govuk-width-container app-body">
            <main class="govuk-main-wrapper" id="isi" tabindex="-1">
                {children()}
            </main>
        </div>
        <footer class="govuk-footer app-footer">
            <div class="govuk-width-container">
                <p class="app-footer__text">
                    "Data Anda hanya dipakai untuk memproses permohonan pencabutan dan dilihat oleh petugas yang menanganinya menurut SOP."
                </p>
            </div>
        </footer>
    }
    .into_any()
}

fn item(NavLink { href, label, here }: NavLink) -> AnyView {
    let class = if here {
        "govuk-service-navigation__item govuk-service-navigation__item--active"
    } else {
        "govuk-service-navigation__item"
    };
    view! {
        <li class=class>
            <a class="govuk-service-navigation__link" href=href aria-current=here.then_some("page")>
                {if here {
                    view! { <strong class="govuk-service-navigation__active-fallback">{label}</strong> }.into_any()
                } else {
                    label.into_any()
                }}
            </a>
        </li>
    }
    .into_any()
}
