//! A limit of time for any future.
//!
//! `timeout` returns `Ok` of the future's output, if that comes in time; if
//! not, `Err(Elapsed)` when the limit is over, and the future is dropped. If
//! both are ready in the same poll, the output wins.
//!
//! `timer::sleep(limit)` is a future, too: so poll the two of them. As it
//! is, the limit is not looked at.

use std::time::Duration;

#[derive(Debug, PartialEq)]
pub struct Elapsed;

pub async fn timeout<F: Future>(
    limit: Duration,
    future: F,
) -> Result<F::Output, Elapsed> {
    Ok(future.await)
}
