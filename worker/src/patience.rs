//! Storage that does not answer is given up on: whoever asked hears so, and can ask again under the same key.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use worker::Delay;

/// How long one call to D1 or KV may take. What takes longer has stalled: an act makes two calls, and people wait for it.
pub const PATIENCE: Duration = Duration::from_secs(8);

/// The cause that is logged when it was too long.
pub const LOST: &str = "no answer in time";

/// What the call answers; none when it took too long. What was asked for may still happen.
pub async fn in_time<T>(call: impl Future<Output = T>) -> Option<T> {
    let (mut call, mut end) = (pin!(call), pin!(Delay::from(PATIENCE)));
    poll_fn(|context| match call.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}
