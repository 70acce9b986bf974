//! The little that is asked of the browser directly. Only for handlers and effects: they run nowhere else.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What time the device says it is.
pub fn now() -> DateTime<Utc> {
    #[cfg(target_arch = "wasm32")]
    return DateTime::from_timestamp_millis(js_sys::Date::now() as i64).unwrap_or_default();
    #[cfg(not(target_arch = "wasm32"))]
    DateTime::default()
}

/// A random name, different each time.
pub fn random_id() -> String {
    window()
        .crypto()
        .map_or_else(|_| format!("k{}", (js_sys::Math::random() * 1e15) as u64), |crypto| crypto.random_uuid())
}

/// What is kept on this device under `key`.
pub fn stored(key: &str) -> Option<String> {
    if !cfg!(target_arch = "wasm32") {
        return None;
    }
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps `value` on this device under `key`, or forgets it.
pub fn store(key: &str, value: Option<&str>) {
    if !cfg!(target_arch = "wasm32") {
        return;
    }
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage must not stop anybody from going on.
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}

/// Forgets what is kept on this device under keys that begin so, where its value is to go.
pub fn forget(beginning: &str, goes: impl Fn(&str) -> bool) {
    for key in keys(beginning) {
        if stored(&key).is_some_and(|value| goes(&value)) {
            store(&key, None);
        }
    }
}

/// The keys under which something is kept on this device that begin so.
pub fn keys(beginning: &str) -> Vec<String> {
    if !cfg!(target_arch = "wasm32") {
        return Vec::new();
    }
    let Ok(Some(storage)) = window().local_storage() else { return Vec::new() };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|place| storage.key(place).ok()?);
    keys.filter(|key| key.starts_with(beginning)).collect()
}

/// Moves the keyboard's focus to the element, and shows it.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        let _ = element.focus();
    }
}

/// Moves the focus to the first element that `selector` finds.
pub fn focus_first(selector: &str) {
    if let Some(element) = first(selector) {
        let _ = element.focus();
    }
}

/// The first element that `selector` finds.
pub fn first(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// The element with this id.
pub fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The text of the first element that `selector` finds, such as JSON embedded in the page.
pub fn text_of(selector: &str) -> Option<String> {
    document().query_selector(selector).ok()??.text_content()
}
