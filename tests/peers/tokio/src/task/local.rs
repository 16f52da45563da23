//! `LocalSet`: all tasks of our loop are local, so the set only knows which are its own.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::handle::loop_here;
use super::later::{Later, Unstarted};
use super::{AbortHandle, Id, JoinHandle};
use crate::runtime::Runtime;

thread_local! {
    /// The sets that are entered on this thread.
    static ENTERED: RefCell<Vec<Rc<Set>>> = const { RefCell::new(Vec::new()) };
    static NUMBER: Cell<u64> = const { Cell::new(0) };
}

/// Spawns a task.
type Waiting = Box<dyn FnOnce()>;

/// What a set knows.
#[derive(Default)]
struct Set {
    /// Tasks that wait for a loop.
    waiting: RefCell<Vec<Waiting>>,
    aborts: RefCell<Vec<AbortHandle>>,
    unfinished: Cell<usize>,
    /// Who waits for the end of them all.
    waker: Cell<Option<Waker>>,
}

#[derive(Default)]
pub struct LocalSet(Rc<Set>);

#[track_caller]
pub fn spawn_local<F: Future + 'static>(future: F) -> JoinHandle<F::Output>
where
    F::Output: 'static,
{
    let set = ENTERED.with_borrow(|entered| entered.last().cloned());
    match set {
        Some(set) => set.spawn(future),
        None => panic!(
            "`spawn_local` called from outside of a `task::LocalSet` or `runtime::LocalRuntime`"
        ),
    }
}

/// Whether a set's task, or what its `run_until` waits for, is polled on this thread.
pub(crate) fn is_polled() -> bool {
    ENTERED.try_with(|entered| !entered.borrow().is_empty()).unwrap_or(false)
}

impl LocalSet {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn enter(&self) -> LocalEnterGuard {
        let _destroyed = ENTERED.try_with(|entered| entered.borrow_mut().push(self.0.clone()));
        LocalEnterGuard(())
    }

    #[track_caller]
    pub fn spawn_local<F: Future + 'static>(&self, future: F) -> JoinHandle<F::Output>
    where
        F::Output: 'static,
    {
        self.0.spawn(future)
    }

    #[track_caller]
    pub fn block_on<F: Future>(&self, runtime: &Runtime, future: F) -> F::Output {
        runtime.block_on(self.run_until(future))
    }

    pub async fn run_until<F: Future>(&self, future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|cx| {
            let _entered = self.enter();
            self.0.start();
            future.as_mut().poll(cx)
        })
        .await
    }
}

impl Set {
    #[track_caller]
    fn spawn<F: Future + 'static>(self: &Rc<Self>, future: F) -> JoinHandle<F::Output>
    where
        F::Output: 'static,
    {
        self.unfinished.set(self.unfinished.get() + 1);
        let ends = Ends(self.clone());
        let future = Entered { set: self.clone(), future, _ends: ends };
        let handle = match loop_here() {
            Some(handle) => JoinHandle::of(&handle, executor::spawn(future)),
            None => self.keep(future),
        };
        self.aborts.borrow_mut().push(handle.abort_handle());
        handle
    }

    /// For when there is a loop.
    fn keep<F: Future + 'static>(&self, future: F) -> JoinHandle<F::Output>
    where
        F::Output: 'static,
    {
        let number = NUMBER.get() + 1;
        NUMBER.set(number);
        let later = Arc::new(Later::default());
        let unstarted = Unstarted(later.clone());
        self.waiting.borrow_mut().push(Box::new(move || unstarted.start(future)));
        JoinHandle::of_later(Id::later(number), later)
    }

    fn start(&self) {
        if loop_here().is_some() {
            self.waiting.take().into_iter().for_each(|start| start());
        }
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.start();
        if self.0.unfinished.get() == 0 {
            return Poll::Ready(());
        }
        self.0.waker.set(Some(cx.waker().clone()));
        Poll::Pending
    }
}

impl Drop for LocalSet {
    fn drop(&mut self) {
        self.0.aborts.take().iter().for_each(AbortHandle::abort);
        drop(self.0.waiting.take());
    }
}

impl fmt::Debug for LocalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalSet")
    }
}

pub struct LocalEnterGuard(());

impl Drop for LocalEnterGuard {
    fn drop(&mut self) {
        let _left = ENTERED.try_with(|entered| entered.borrow_mut().pop());
    }
}

pin_project_lite::pin_project! {
    /// A task that finds its set entered.
    struct Entered<F> {
        set: Rc<Set>,
        #[pin]
        future: F,
        _ends: Ends,
    }
}

impl<F: Future> Future for Entered<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        ENTERED.with_borrow_mut(|entered| entered.push(this.set.clone()));
        let _entered = LocalEnterGuard(());
        this.future.poll(cx)
    }
}

/// Dropped at the end of a task.
struct Ends(Rc<Set>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.unfinished.set(self.0.unfinished.get() - 1);
        if self.0.unfinished.get() == 0
            && let Some(waker) = self.0.waker.take()
        {
            waker.wake();
        }
    }
}
