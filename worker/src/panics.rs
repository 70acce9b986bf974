//! A panic costs the request in which it happens, and no other.
//!
//! Nothing unwinds in wasm as it is built here: a panic ends in a trap, which goes through all that is running up to the
//! JavaScript that called it. Left to itself, it takes the whole instance with it, and every request that the instance has
//! in hand. So each poll of a piece of work is called by a JavaScript function that catches the trap. What was
//! being polled stays where it lies and is never touched again; the others, in the same memory, go on.
//!
//! It may have left something locked or half made. So an instance in which something panicked is replaced by a fresh one as
//! soon as it has nothing in hand.

use std::{
    cell::{Cell, LazyCell},
    future::{Future, poll_fn},
    panic,
    pin::Pin,
    rc::Rc,
    sync::Once,
    task::{Context, Poll, Waker},
};

use js_sys::{Function, Reflect, WebAssembly::Table};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use crate::noted;

#[wasm_bindgen(inline_js = "export function attempt(step) { try { step(); return true } catch { return false } }")]
extern "C" {
    /// Whether it came to its end.
    fn attempt(step: &Function) -> bool;
}

/// What the work gives; none when it panicked.
pub async fn caught<T: 'static>(work: impl Future<Output = T> + 'static) -> Option<T> {
    log_panics();
    let _in_hand = InHand::begin();
    let done = Rc::new(Cell::new(None));
    let given = done.clone();
    let mut work: Option<Work> = Some(Box::pin(async move { given.set(Some(work.await)) }));
    poll_fn(move |context| {
        let Some(polled) = work.take() else { return Poll::Ready(None) };
        STEP.set(Some(Step { work: polled, waker: context.waker().clone(), ended: false }));
        attempt_step();
        match STEP.take() {
            Some(step) if step.ended => Poll::Ready(done.take()),
            Some(step) => {
                work = Some(step.work);
                Poll::Pending
            }
            None => {
                PANICKED.set(true);
                Poll::Ready(None)
            }
        }
    })
    .await
}

/// Does `work` behind the answer. A panic in it costs nothing else either. It is in hand from now on, not only when it is
/// first polled: the answer is given in between, and the instance might be replaced.
pub fn behind(context: &worker::Context, work: impl Future<Output = ()> + 'static) {
    let in_hand = InHand::begin();
    context.wait_until(async move {
        caught(work).await;
        drop(in_hand);
    });
}

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// What is to be polled once.
struct Step {
    work: Work,
    waker: Waker,
    ended: bool,
}

thread_local! {
    /// Laid here for [`step`], which takes no arguments. It lays the step back, unless that panicked.
    static STEP: Cell<Option<Step>> = const { Cell::new(None) };
    static IN_HAND: Cell<u32> = const { Cell::new(0) };
    static PANICKED: Cell<bool> = const { Cell::new(false) };
}

fn attempt_step() {
    thread_local! {
        /// As JavaScript calls it: straight, without the wrapping by which a trap condemns the instance.
        static CALLED: LazyCell<Function> = LazyCell::new(|| {
            let table: Table = wasm_bindgen::function_table().unchecked_into();
            let place = u32::try_from(step as extern "C" fn() as usize).expect("wasm has 32 bits");
            table.get(place).expect("every function whose address is taken is in the table")
        });
    }
    CALLED.with(|step| attempt(step));
}

extern "C" fn step() {
    let Some(mut step) = STEP.take() else { return };
    step.ended = step.work.as_mut().poll(&mut Context::from_waker(&step.waker)).is_ready();
    STEP.set(Some(step));
}

/// Counts what the instance has in hand.
struct InHand;

impl InHand {
    fn begin() -> InHand {
        IN_HAND.set(IN_HAND.get() + 1);
        InHand
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        IN_HAND.set(IN_HAND.get() - 1);
        if IN_HAND.get() == 0 && PANICKED.get() {
            renew();
        }
    }
}

/// Has the next request begin in a fresh instance: by the mark that worker-build's entry looks for.
fn renew() {
    let state = Reflect::get(&js_sys::global(), &JsValue::from_str("__worker_init_state")).unwrap_or_default();
    if Reflect::set(&state, &JsValue::from_str("criticalError"), &JsValue::TRUE).is_err() {
        noted::wrong("panics", "an instance that panicked was not replaced");
    }
}

/// Logs where it was, in place of the hook that condemns the instance at once. Never the message: it may quote what is
/// personal.
fn log_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|info| match info.location() {
            Some(place) => noted::wrong("panics", format_args!("panic at {}:{}", place.file(), place.line())),
            None => noted::wrong("panics", "panic"),
        }));
    });
}
