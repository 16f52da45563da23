//! Futures of the language, of the standard library, and of the runtime.

use std::cell::RefCell;
use std::future::{self, Future, IntoFuture, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::mpsc;
use std::task::{Context, Poll};

use executor::{JoinHandle, gather, gather_all, spawn_blocking};
use timer::{interval, timeout};

use crate::{HOUR, leaf, tasks_of};

type Boxed = Pin<Box<dyn Future<Output = u32>>>;

pub fn tasks() -> Vec<JoinHandle<u32>> {
    tasks_of![
        nested,
        in_block,
        in_closure,
        in_trait,
        in_method,
        generic_of_one,
        boxed,
        boxed_twice,
        box_of_one,
        borrowed,
        pinned,
        recursive,
        deep,
        by_hand,
        either,
        polled,
        one_of_two_polled,
        in_shared_cell,
        turned_into,
        returned,
        never,
        kept_aside,
        in_a_loop,
        timed,
        ticking,
        joined,
        gathered,
        gathered_all,
        blocking,
    ]
}

/// nested at @1
/// -> middle at @2
///    -> leaf at @leaf
///       -> sleep until 3600.000 s
async fn nested() -> u32 {
    middle().await + 1 // @1
}

async fn middle() -> u32 {
    leaf(1).await // @2
}

/// in_block at @1
/// -> in_block's async block at @2
///    -> leaf at @leaf
///       -> sleep until 7200.000 s
async fn in_block() -> u32 {
    let block = async {
        leaf(2).await // @2
    };
    block.await // @1
}

/// in_closure at @1
/// -> in_closure's async closure at @2
///    -> leaf at @leaf
///       -> sleep until 10800.000 s
async fn in_closure() -> u32 {
    let hours = 3;
    let closure = async |more: u32| {
        leaf(hours).await + more // @2
    };
    closure(1).await // @1
}

trait Animal {
    async fn feed(&self) -> u32;
}

struct Otter;

impl Animal for Otter {
    async fn feed(&self) -> u32 {
        leaf(4).await // @feed
    }
}

impl Otter {
    async fn swim(&self) -> u32 {
        leaf(5).await // @swim
    }
}

/// in_trait at @1
/// -> feed at @feed
///    -> leaf at @leaf
///       -> sleep until 14400.000 s
async fn in_trait() -> u32 {
    Otter.feed().await // @1
}

/// in_method at @1
/// -> swim at @swim
///    -> leaf at @leaf
///       -> sleep until 18000.000 s
async fn in_method() -> u32 {
    Otter.swim().await // @1
}

async fn generic<T: Into<u32>>(value: T) -> u32 {
    leaf(6).await + value.into() // @generic
}

/// generic_of_one at @1
/// -> generic at @generic
///    -> leaf at @leaf
///       -> sleep until 21600.000 s
async fn generic_of_one() -> u32 {
    generic(1_u8).await // @1
}

/// boxed at @1
/// -> leaf at @leaf
///    -> sleep until 25200.000 s
async fn boxed() -> u32 {
    let boxed: Boxed = Box::pin(leaf(7));
    boxed.await // @1
}

/// boxed_twice at @1
/// -> leaf at @leaf
///    -> sleep until 28800.000 s
async fn boxed_twice() -> u32 {
    let boxed: Boxed = Box::pin(leaf(8));
    Box::new(boxed).await // @1
}

/// box_of_one at @1
/// -> leaf at @leaf
///    -> sleep until 32400.000 s
async fn box_of_one() -> u32 {
    Box::pin(leaf(9)).await // @1
}

/// borrowed at @1
/// -> leaf at @leaf
///    -> sleep until 36000.000 s
async fn borrowed() -> u32 {
    let mut boxed = Box::pin(leaf(10));
    (&mut boxed).await // @1
}

/// pinned at @1
/// -> leaf at @leaf
///    -> sleep until 39600.000 s
async fn pinned() -> u32 {
    let pinned = pin!(leaf(11));
    pinned.await // @1
}

fn down(floors: u32) -> Boxed {
    Box::pin(async move {
        match floors {
            0 => leaf(12).await,         // @bottom
            _ => down(floors - 1).await, // @floor
        }
    })
}

/// recursive at @1
/// -> down's async block at @floor
///    -> down's async block at @floor
///       -> down's async block at @bottom
///          -> leaf at @leaf
///             -> sleep until 43200.000 s
async fn recursive() -> u32 {
    down(2).await // @1
}

/// deep at @1
/// -> down's async block at @floor
///    -> down's async block at @floor
///       -> down's async block at @floor
///          -> down's async block at @floor
///             -> ... 57 awaits more ...
///                -> down's async block at @floor
///                   -> down's async block at @bottom
///                      -> leaf at @leaf
///                         -> sleep until 43200.000 s
async fn deep() -> u32 {
    down(62).await // @1
}

struct Handmade {
    first: Option<u32>,
    inner: Boxed,
}

impl Future for Handmade {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
        let more = self.first.unwrap_or_default();
        self.inner.as_mut().poll(context).map(|hours| hours + more)
    }
}

/// by_hand at @1
/// -> leaf at @leaf
///    -> sleep until 46800.000 s
async fn by_hand() -> u32 {
    Handmade { first: Some(1), inner: Box::pin(leaf(13)) }.await // @1
}

enum Either {
    Left(Boxed),
    Right(Pin<Box<future::Ready<u32>>>),
}

impl Future for Either {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
        match &mut *self {
            Either::Left(left) => left.as_mut().poll(context),
            Either::Right(right) => right.as_mut().poll(context),
        }
    }
}

/// either at @1
/// -> leaf at @leaf
///    -> sleep until 50400.000 s
async fn either() -> u32 {
    Either::Right(Box::pin(future::ready(1))).await;
    Either::Left(Box::pin(leaf(14))).await // @1
}

/// polled at @1
/// -> leaf at @leaf
///    -> sleep until 54000.000 s
async fn polled() -> u32 {
    let mut leaf = pin!(leaf(15));
    poll_fn(|context| leaf.as_mut().poll(context)).await // @1
}

/// one_of_two_polled at @1
/// -> a closure that polls one or more of these
///    |- leaf at @leaf
///    |  -> sleep until 57600.000 s
///    `- leaf, not polled yet, at @leaf_begins
async fn one_of_two_polled() -> u32 {
    let (mut one, mut other) = (pin!(leaf(16)), pin!(leaf(17)));
    poll_fn(|context| match one.as_mut().poll(context) {
        Poll::Ready(_) => other.as_mut().poll(context),
        Poll::Pending => Poll::Pending,
    })
    .await // @1
}

/// in_shared_cell at @1
/// -> leaf at @leaf
///    -> sleep until 64800.000 s
async fn in_shared_cell() -> u32 {
    let cell = Rc::new(RefCell::new(Box::pin(leaf(18))));
    let other = cell.clone();
    poll_fn(move |context| other.borrow_mut().as_mut().poll(context)).await // @1
}

struct Order(u32);

impl IntoFuture for Order {
    type Output = u32;
    type IntoFuture = Boxed;

    fn into_future(self) -> Boxed {
        Box::pin(leaf(self.0))
    }
}

/// turned_into at @1
/// -> leaf at @leaf
///    -> sleep until 68400.000 s
async fn turned_into() -> u32 {
    Order(19).await // @1
}

#[expect(clippy::manual_async_fn, reason = "it is another kind")]
fn returning(hours: u32) -> impl Future<Output = u32> {
    async move {
        leaf(hours).await // @returning
    }
}

/// returned at @1
/// -> returning's async block at @returning
///    -> leaf at @leaf
///       -> sleep until 72000.000 s
async fn returned() -> u32 {
    returning(20).await // @1
}

/// never at @1
/// -> Pending, which never ends
async fn never() -> u32 {
    future::pending().await // @1
}

/// kept_aside at @1
/// -> leaf at @leaf
///    -> sleep until 75600.000 s
async fn kept_aside() -> u32 {
    let aside = leaf(99);
    let hours = leaf(21).await; // @1
    hours + aside.await
}

/// in_a_loop at @1
/// -> leaf at @leaf
///    -> sleep until 79200.000 s
async fn in_a_loop() -> u32 {
    let mut hours = 0;
    while hours < 100 {
        hours += if hours == 0 {
            future::ready(1).await
        } else {
            leaf(22).await // @1
        };
    }
    hours
}

/// timed at @1
/// -> timeout at 3600.000 s, around
///    -> leaf at @leaf
///       -> sleep until 82800.000 s
async fn timed() -> u32 {
    timeout(HOUR, leaf(23)).await.unwrap_or_default() // @1
}

/// ticking at @1
/// -> tick's async block at timer/src/interval.rs:LINE
///    -> sleep until 86400.000 s
async fn ticking() -> u32 {
    let mut interval = interval(24 * HOUR);
    interval.tick().await;
    interval.tick().await; // @1
    1
}

/// joined at @1
/// -> the end of task N 'leaf'
async fn joined() -> u32 {
    executor::spawn(leaf(25)).await.unwrap_or_default() // @1
}

/// gathered at @1
/// -> gather!
///    |- the end of task N 'leaf'
///    `- the end of task N 'middle'
async fn gathered() -> u32 {
    let (one, other) = gather!(leaf(26), middle()).await; // @1
    one + other
}

/// gathered_all at @1
/// -> gather_all
///    |- the end of task N 'leaf'
///    `- the end of task N 'leaf'
async fn gathered_all() -> u32 {
    gather_all([leaf(27), leaf(28)]).await.iter().sum() // @1
}

/// blocking at @1
/// -> the end of job N, which a thread runs
async fn blocking() -> u32 {
    let (keep, gone) = mpsc::channel::<u32>();
    let hours = spawn_blocking(move || gone.recv().unwrap_or_default()).await; // @1
    drop(keep);
    hours.unwrap_or_default()
}
