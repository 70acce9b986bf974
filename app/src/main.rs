//! Starts the app in the browser, with the pages that an applicant meets first.

fn main() {
    #[cfg(target_arch = "wasm32")]
    cabut_app::app::start(cabut_app::pages::first);
}
