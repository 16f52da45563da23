//! `EventLoop`: keeps the main future, enters the loop, has it run, and clears up in a fixed order.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Context;

use crate::cell::poll_or_drop;
use crate::event_loop::Core;
use crate::journal::Doing;
use crate::label::Label;
use crate::{Builder, JoinHandle, LocalSpawner, Spawner, Stuck, context, panics};

/// An event loop: asyncio's `loop`.
///
/// [`run`](crate::run) makes one, uses it and drops it. Make one yourself to choose its clock, to
/// observe it, to spawn before it runs, or to run several futures one after the other.
///
/// Dropped, it cancels what is left, as the end of `run` does, and waits for the jobs that run. That may
/// be anywhere, also in a task of another loop, which it blocks meanwhile.
///
/// ```
/// use executor::EventLoop;
///
/// let mut event_loop = EventLoop::new()?;
/// let toast = event_loop.spawn(async { "toast" });
/// assert_eq!(event_loop.run(toast).unwrap(), "toast");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct EventLoop {
    pub(crate) core: Rc<Core>,
}

impl EventLoop {
    /// A loop with a real clock and nobody watching.
    ///
    /// # Errors
    /// When the system has no descriptor left for it.
    pub fn new() -> io::Result<Self> {
        Self::builder().build()
    }

    /// For a loop with another clock, an observer, or other limits.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Runs `future` to its end, and meanwhile all tasks; see [`run`](crate::run).
    ///
    /// When it returns, every task that was left has been cancelled. The loop can run again.
    ///
    /// # Panics
    /// Inside another loop on the same thread; when nothing can ever happen again; and with the
    /// panic of `future`, if it panics, after all is cleaned up.
    #[track_caller]
    pub fn run<F: Future>(&mut self, future: F) -> F::Output {
        match self.run_boxed(Label::of_type::<F>(), Box::pin(future), Core::end) {
            Ok(output) => output,
            Err(stuck) => panic!("{stuck}"),
        }
    }

    /// [`run`](Self::run), which leaves the other tasks as they are when it returns: asyncio's
    /// `run_until_complete`, tokio's `block_on`. They go on when the loop runs again, and a running job
    /// goes on meanwhile. A later `run` cancels what is left at its end, and so does dropping the loop.
    ///
    /// # Panics
    /// As [`run`](Self::run) does.
    ///
    /// ```
    /// use executor::EventLoop;
    ///
    /// let mut event_loop = EventLoop::new()?;
    /// let toast = event_loop.run_until(async {
    ///     executor::spawn(async {
    ///         executor::yield_now().await;
    ///         "toast"
    ///     })
    /// });
    /// assert!(!toast.is_finished());
    /// assert_eq!(event_loop.run(toast).unwrap(), "toast");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn run_until<F: Future>(&mut self, future: F) -> F::Output {
        match self.run_boxed(Label::of_type::<F>(), Box::pin(future), |_| ()) {
            Ok(output) => output,
            Err(stuck) => panic!("{stuck}"),
        }
    }

    /// [`run`](Self::run), which returns the report when nothing can ever happen again.
    ///
    /// # Errors
    /// [`Stuck`], when every task waits, and nobody is left who could wake one.
    ///
    /// # Panics
    /// As [`run`](Self::run) does, but for that.
    ///
    /// ```
    /// let mut event_loop = executor::EventLoop::new()?;
    /// let stuck = event_loop.try_run(std::future::pending::<()>()).unwrap_err();
    /// assert!(stuck.to_string().contains("kept no waker"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn try_run<F: Future>(&mut self, future: F) -> Result<F::Output, Stuck> {
        self.run_boxed(Label::of_type::<F>(), Box::pin(future), Core::end)
    }

    /// The future is boxed: to pass a large one on by value, from function to function, would take
    /// the stack many times as much.
    #[track_caller]
    fn run_boxed<F: Future>(
        &mut self,
        label: Label,
        future: Pin<Box<F>>,
        end: impl FnOnce(&Core),
    ) -> Result<F::Output, Stuck> {
        assert!(
            context::current().is_none(),
            "a loop was run inside a running loop, which would block it: await the future \
             instead, or run the loop on another thread"
        );
        let mut future = Some(future);
        let core = &self.core;
        let _entered = context::enter(core);
        let main = core.add_main(label);
        let mut output = None;
        let mut poll = |cx: &mut Context<'_>| {
            poll_or_drop(Pin::new(&mut future), cx).map(|ready| output = Some(ready))
        };
        let ended = catch_unwind(AssertUnwindSafe(|| core.run(main, &mut poll))).flatten();
        core.doing.set(Doing::Task(main.id));
        panics::contain("the destructor of the future given to run", || future = None);
        core.doing.set(Doing::Nothing);
        core.finish_main(main, &ended);
        end(core);
        if let Some(panic) = core.journal.take_panic() {
            // Dropped first: a destructor that panics while this one is on its way would abort.
            panics::contain("the destructor of an output", || drop((ended, output)));
            resume_unwind(panic);
        }
        match ended {
            Ok(Ok(())) => Ok(output.expect("the loop has run until there is an output")),
            Ok(Err(stuck)) => Err(stuck),
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Spawns a task before the loop runs; see [`spawn`](crate::spawn).
    #[track_caller]
    pub fn spawn<F: Future + 'static>(&self, future: F) -> JoinHandle<F::Output> {
        // The observer, who is told, finds the loop entered.
        let _entered = context::enter(&self.core);
        self.core.spawn(Label::of_type::<F>(), future)
    }

    /// Calls `make` with the loop entered, though it does not run: sockets and timers made there are of
    /// this loop, and tasks are spawned on it. It is tokio's `Runtime::enter`, for one call.
    ///
    /// ```
    /// use executor::{EventLoop, net::TcpListener};
    ///
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let event_loop = EventLoop::new()?;
    /// let listener = event_loop.enter(|| TcpListener::from_std(listener))?;
    /// # drop(listener);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn enter<T>(&self, make: impl FnOnce() -> T) -> T {
        let _entered = context::enter(&self.core);
        make()
    }

    /// For other threads: spawns tasks on this loop; see [`Spawner`].
    pub fn spawner(&self) -> Spawner {
        Spawner::new(&self.core.remote)
    }

    /// A [`futures_task::LocalSpawn`] of this loop; see [`LocalSpawner`].
    pub fn local_spawner(&self) -> LocalSpawner {
        LocalSpawner::new(&self.core)
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        // Destructors of tasks find their loop entered, even inside another one.
        let _entered = context::enter(&self.core);
        self.core.shut_down();
        // Nobody is left to run what these wakers, which may be foreign, might spawn.
        self.core.closing.set(true);
        for waker in self.core.reactor.close() {
            panics::contain("a waker called by a socket", || waker.wake());
        }
        // Those of sleeps that outlive the loop.
        for waker in self.core.driver.take_timers() {
            panics::contain("the destructor of a waker kept by a timer", || drop(waker));
        }
        self.core.journal.close();
    }
}
