use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;

use parking_lot::Mutex;
use pin_project_lite::pin_project;

use crate::label::Label;
use crate::lifecycle::is_large;
use crate::{JoinError, JoinHandle, context};

/// Runs futures at the same time and waits for all: asyncio's `gather`.
///
/// Each future becomes a task of its own, at once; the outputs come as a tuple, in the order of
/// the arguments. If one panics the panic goes on to whoever awaits, and the others run on. If
/// the gathering is dropped before its end, the tasks are cancelled. At most eight futures; for
/// more, and for a number known only at run time, there is [`gather_all`](crate::gather_all).
///
/// # Panics
/// Outside an event loop.
///
/// ```
/// async fn brew() -> &'static str { "coffee" }
/// async fn count() -> u32 { 2 }
///
/// let breakfast = executor::run(async { executor::gather!(brew(), count()).await });
/// assert_eq!(breakfast, ("coffee", 2));
/// ```
#[macro_export]
macro_rules! gather {
    ($($future:expr),+ $(,)?) => {
        $crate::Gather::new(($($crate::Gathered::new($future),)+))
    };
}

/// Runs any number of futures at the same time and waits for all, like [`gather!`](crate::gather!).
///
/// # Panics
/// Outside an event loop.
///
/// ```
/// let squares = executor::run(async {
///     executor::gather_all((1..=3).map(|n| async move { n * n })).await
/// });
/// assert_eq!(squares, [1, 4, 9]);
/// ```
#[track_caller]
pub fn gather_all<I>(futures: I) -> impl Future<Output = Vec<<I::Item as Future>::Output>>
where
    I: IntoIterator<Item: Future<Output: 'static> + 'static>,
{
    let core = context::expect("executor::gather_all");
    let label = Label::of_type::<I::Item>();
    let ended = Arc::<Ended>::default();
    let mut members = Vec::new();
    for future in futures {
        let notice = Notice { member: members.len(), ended: ended.clone() };
        let handle = if const { is_large::<I::Item>() } {
            core.spawn(label.clone(), Noticed { future: Box::pin(future), notice })
        } else {
            core.spawn(label.clone(), Noticed { future, notice })
        };
        members.push(Gathered::from(handle));
    }
    GatherAll { members, done: false, ended, first: 0 }
}

/// One task of a gathering, and its output when it has come.
#[derive(Debug)]
#[doc(hidden)]
pub struct Gathered<T> {
    /// `None` when the output has come, and when the task is left to itself.
    handle: Option<JoinHandle<T>>,
    output: Option<T>,
}

impl<T> Gathered<T> {
    #[doc(hidden)]
    #[track_caller]
    pub fn new<F: Future<Output = T> + 'static>(future: F) -> Self {
        let (core, label) = (context::expect("executor::gather!"), Label::of_type::<F>());
        if const { is_large::<F>() } {
            core.spawn(label, Box::pin(future)).into()
        } else {
            core.spawn(label, future).into()
        }
    }

    /// Whether the output has come; an `Err` is the task's panic.
    #[track_caller]
    fn poll(&mut self, cx: &mut Context<'_>) -> thread::Result<bool> {
        let Some(handle) = &mut self.handle else { return Ok(true) };
        let Poll::Ready(result) = Pin::new(handle).poll(cx) else { return Ok(false) };
        self.handle = None;
        self.output = Some(result.map_err(|error| match error {
            JoinError::Panicked(panic) => panic,
            JoinError::Cancelled => Box::new("a gathered task was cancelled with its loop"),
        })?);
        Ok(true)
    }
}

impl<T> From<JoinHandle<T>> for Gathered<T> {
    fn from(handle: JoinHandle<T>) -> Self {
        Self { handle: Some(handle), output: None }
    }
}

impl<T> Drop for Gathered<T> {
    fn drop(&mut self) {
        if let Some(handle) = &self.handle {
            handle.abort();
        }
    }
}

/// The future behind [`gather!`](crate::gather!), of a tuple of tasks.
#[derive(Debug)]
#[must_use = "the tasks are cancelled when this is dropped: await it"]
pub struct Gather<M>(M);

impl<M> Gather<M> {
    #[doc(hidden)]
    pub fn new(members: M) -> Self {
        Self(members)
    }
}

macro_rules! gather_of {
    ($($M:ident)+) => {
        #[expect(non_snake_case, reason = "a variable for each type, of the same name")]
        impl<$($M),+> Future for Gather<($(Gathered<$M>,)+)> {
            type Output = ($($M,)+);

            #[track_caller]
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                let ($($M,)+) = &mut self.as_mut().get_mut().0;
                let mut all = true;
                // In no closure: who calls this has to reach the tasks' handles.
                let all = 'first_panic: {
                    $(match $M.poll(cx) {
                        Ok(came) => all &= came,
                        Err(panic) => break 'first_panic Err(panic),
                    })+
                    Ok(all)
                };
                match all {
                    Ok(false) => Poll::Pending,
                    Ok(true) => {
                        let again = "a gather! was polled after it was ready";
                        Poll::Ready(($($M.output.take().expect(again),)+))
                    }
                    Err(panic) => {
                        // The siblings go on without us.
                        $($M.handle = None;)+
                        resume_unwind(panic)
                    }
                }
            }
        }

        impl<$($M),+> Unpin for Gather<($(Gathered<$M>,)+)> {}
    };
}

gather_of!(A);
gather_of!(A B);
gather_of!(A B C);
gather_of!(A B C D);
gather_of!(A B C D E);
gather_of!(A B C D E F);
gather_of!(A B C D E F G);
gather_of!(A B C D E F G H);

/// The future behind [`gather_all`]. It looks only at tasks that have ended: so the cost of a
/// thousand of them, ending one by one, is a thousand looks, and not half a million.
struct GatherAll<T> {
    members: Vec<Gathered<T>>,
    done: bool,
    ended: Arc<Ended>,
    /// All members before this one have come.
    first: usize,
}

/// The members that have ended since the gathering was last polled.
type Ended = Mutex<Vec<usize>>;

impl<T> Unpin for GatherAll<T> {}

impl<T> GatherAll<T> {
    #[track_caller]
    fn look_at(&mut self, members: impl IntoIterator<Item = usize>, cx: &mut Context<'_>) {
        for member in members {
            if let Err(panic) = self.members[member].poll(cx) {
                // The siblings go on without us.
                self.done = true;
                self.members.iter_mut().for_each(|member| member.handle = None);
                resume_unwind(panic)
            }
        }
    }
}

impl<T> Future for GatherAll<T> {
    type Output = Vec<T>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<T>> {
        assert!(!self.done, "a gather_all was polled after it was ready");
        let ended = std::mem::take(&mut *self.ended.lock());
        self.look_at(ended, cx);
        loop {
            while self.members.get(self.first).is_some_and(|member| member.handle.is_none()) {
                self.first += 1;
            }
            let Some(Gathered { handle: Some(handle), .. }) = self.members.get(self.first) else {
                self.done = true;
                let members = self.members.drain(..);
                return Poll::Ready(
                    members.filter_map(|mut member| member.output.take()).collect(),
                );
            };
            // All members that are left know the same waker.
            if handle.wakes(cx.waker()) {
                return Poll::Pending;
            }
            let left = self.first..self.members.len();
            self.look_at(left, cx);
        }
    }
}

pin_project! {
    /// A future that gives notice when it is dropped: whether done, cancelled or panicked. That is
    /// just before whoever waits for its task is woken.
    struct Noticed<F> {
        #[pin]
        future: F,
        notice: Notice,
    }
}

struct Notice {
    member: usize,
    ended: Arc<Ended>,
}

impl<F: Future> Future for Noticed<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

impl Drop for Notice {
    fn drop(&mut self) {
        self.ended.lock().push(self.member);
    }
}
