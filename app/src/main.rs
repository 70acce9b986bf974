//! Starts the app in the browser.

fn main() {
    #[cfg(target_arch = "wasm32")]
    cabut_app::app::start();
}
