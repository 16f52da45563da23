//! Two futures at the same time.
//!
//! `join` below gives the right output, but it takes as long as both
//! together: the second future is not polled before the first is ready.
//!
//! Make it poll both whenever it is polled itself, until it has both outputs.
//! `std::future::poll_fn` turns a closure into a future, `std::pin::pin!` lets
//! you poll a future that you own. One that is ready must not be polled again.

pub async fn join<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let a = a.await;
    let b = b.await;
    (a, b)
}
