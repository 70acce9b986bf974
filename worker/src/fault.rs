//! Faults on demand, in the development build alone: the header `X-Cabut-Fault` says what is to go wrong with a request, and
//! the pattern of a trigger says it of what the trigger starts.
//!
//! | value | what goes wrong |
//! |---|---|
//! | `d1:2:fail` | the second call to D1 fails, without any effect |
//! | `d1:2:hang` | it never answers, and has no effect |
//! | `d1:2:after` | it takes effect, and then fails |
//! | `kv:1:fail` … | the same of a call to KV |
//! | `panic:3` | the handler panics when it is polled for the third time |
//!
//! The answer's header `X-Cabut-Fault-Met` says whether it came to that.

use std::{
    future::{Future, poll_fn},
    pin::pin,
};

use http::{HeaderMap, HeaderValue, Response};
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::Env;

#[wasm_bindgen(module = "/src/fault.js")]
extern "C" {
    fn faulty(env: &JsValue, store: &str, nth: u32, how: &str) -> JsValue;
}

/// What is asked for in a header.
pub fn asked(headers: &HeaderMap) -> Option<String> {
    headers.get("x-cabut-fault")?.to_str().ok().map(str::to_owned)
}

/// The environment in which what `fault` names goes wrong.
pub fn injected(env: Env, fault: &str) -> Env {
    let parts: Vec<&str> = fault.split(':').collect();
    let [store @ ("d1" | "kv"), nth, how @ ("fail" | "hang" | "after")] = parts.as_slice() else { return env };
    nth.parse().map_or(env.clone(), |nth| faulty(env.as_ref(), store, nth, how).unchecked_into())
}

/// The work, in which `fault` may be a panic.
pub async fn panicking<T>(fault: Option<String>, work: impl Future<Output = T>) -> T {
    let mut left: Option<u32> = fault.and_then(|fault| fault.strip_prefix("panic:")?.parse().ok());
    let mut work = pin!(work);
    poll_fn(|context| {
        left = left.map(|left| left.saturating_sub(1));
        assert_ne!(left, Some(0), "a panic that was asked for");
        work.as_mut().poll(context)
    })
    .await
}

/// Says in the answer whether the fault was met.
pub fn told<B>(env: &Env, response: &mut Response<B>) {
    let met = Reflect::get(env.as_ref(), &JsValue::from_str("fault_met"));
    if met.is_ok_and(|met| met.is_truthy()) {
        response.headers_mut().insert("x-cabut-fault-met", HeaderValue::from_static("1"));
    }
}
