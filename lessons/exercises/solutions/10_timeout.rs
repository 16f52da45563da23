//! A limit of time for any future: a solution.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use timer::sleep;

#[derive(Debug, PartialEq)]
pub struct Elapsed;

pub async fn timeout<F: Future>(
    limit: Duration,
    future: F,
) -> Result<F::Output, Elapsed> {
    let (mut future, mut limit) = (pin!(future), pin!(sleep(limit)));
    poll_fn(|cx| {
        // The future first: if both are ready, its output wins.
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        limit.as_mut().poll(cx).map(|()| Err(Elapsed))
    })
    .await
}
