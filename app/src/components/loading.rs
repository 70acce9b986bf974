//! What is shown of something that comes from the edge: that it is coming, that it did not, or it.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};

use super::{Button, ButtonKind};
use crate::api::ApiError;

/// Something that comes from the edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Load<T> {
    /// Asked for.
    Waiting,
    /// Here.
    Ready(T),
    /// Did not come.
    Failed(ApiError),
}

/// Something that comes from the edge and can be asked for again. Copy it freely.
pub struct Loading<T: Send + Sync + 'static> {
    /// What is known of it. Set it to show something fresher.
    pub state: RwSignal<Load<T>>,
    /// Asks again.
    pub again: Callback<()>,
}

impl<T: Send + Sync + 'static> Clone for Loading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loading<T> {}

/// Asks for something now, and again whenever [`Loading::again`] is run.
pub fn load<T, F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Loading<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
{
    load_unless(None, ask)
}

/// The same, but nothing is asked for as long as what is here already will do.
pub fn load_unless<T, F>(here: Option<T>, ask: impl Fn() -> F + Send + Sync + 'static) -> Loading<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
{
    let waits = here.is_none();
    let state = RwSignal::new(here.map_or(Load::Waiting, Load::Ready));
    let round = StoredValue::new(0_u32);
    let again = Callback::new(move |()| {
        round.update_value(|round| *round += 1);
        let mine = round.get_value();
        state.set(Load::Waiting);
        let answer = ask();
        spawn_local(async move {
            let answer = answer.await;
            // Who has left the page, or asked again meanwhile, wants no old answer.
            if round.try_get_value() == Some(mine) {
                state.set(answer.map_or_else(Load::Failed, Load::Ready));
            }
        });
    });
    if waits && cfg!(target_arch = "wasm32") {
        again.run(());
    }
    Loading { state, again }
}

/// Shows what was loaded, or that it is coming, or that it did not and a way to try again.
#[component]
pub fn Loaded<T: Clone + Send + Sync + 'static>(
    /// What is loaded.
    loading: Loading<T>,
    /// Shows it.
    children: impl Fn(T) -> AnyView + Send + 'static,
) -> impl IntoView {
    (move || match loading.state.get() {
        Load::Waiting => view! { <Skeleton /> }.into_any(),
        Load::Failed(error) => view! { <Failure error=error again=loading.again /> }.into_any(),
        Load::Ready(value) => children(value),
    })
    .into_any()
}

/// Grey lines where text is coming. They appear only when it takes a while.
#[component]
pub fn Skeleton() -> impl IntoView {
    view! {
        <div class="app-skeleton" role="status">
            <span class="govuk-visually-hidden">"Memuat…"</span>
            <div class="app-skeleton__line app-skeleton__line--title"></div>
            <div class="app-skeleton__line"></div>
            <div class="app-skeleton__line"></div>
            <div class="app-skeleton__line app-skeleton__line--short"></div>
        </div>
    }
    .into_any()
}

/// Something did not come.
#[component]
pub fn Failure(
    /// Why.
    error: ApiError,
    /// Tries again.
    again: Callback<()>,
) -> impl IntoView {
    let title = match &error {
        ApiError::Offline => "Tidak tersambung",
        ApiError::Problem(problem) if problem.status == 404 => "Tidak ditemukan",
        _ => "Belum dapat dimuat",
    };
    let passing = error.is_passing();
    view! {
        <div class="app-notice" role="alert">
            <h2 class="govuk-heading-m">{title}</h2>
            <p class="govuk-body">{error.to_string()}</p>
            {passing
                .then(|| view! { <Button label="Coba lagi" kind=ButtonKind::Secondary on_press=again /> })}
        </div>
    }
    .into_any()
}

/// There is nothing, and that is fine.
#[component]
pub fn Empty(
    /// What there is none of.
    #[prop(into)]
    title: String,
    /// What that means, or what to do.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <div class="app-notice app-notice--empty">
            <h2 class="govuk-heading-m">{title}</h2>
            <p class="govuk-body">{text}</p>
        </div>
    }
    .into_any()
}
