//! Starts the page that checks a receipt.

fn main() {
    #[cfg(target_arch = "wasm32")]
    cabut_app::check::start();
}
