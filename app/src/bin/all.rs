//! Starts the app in the browser, with all its pages.

fn main() {
    #[cfg(target_arch = "wasm32")]
    cabut_app::app::start(cabut_app::pages::all);
}
