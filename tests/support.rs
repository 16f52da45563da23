//! What the tests share.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::process::Command;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use executor::Clock;
use executor::journal::{Cause, Event, Observer};
use proptest::test_runner::Config as ProptestConfig;

use crate::checked::EventLoop;

pub const HOUR: Duration = Duration::from_secs(60 * 60);
pub const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

pub fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Runs a future on a new loop with a simulated clock.
#[track_caller]
pub fn simulate<F: Future>(future: F) -> F::Output {
    let event_loop = EventLoop::builder().clock(Clock::simulated()).build();
    event_loop.unwrap().run(future)
}

/// [`simulate`], and what the journal says of it.
#[track_caller]
pub fn simulate_and_record<F: Future>(future: F) -> (F::Output, Record) {
    let record = Record::default();
    let event_loop =
        EventLoop::builder().clock(Clock::simulated()).observer(record.clone()).build();
    (event_loop.unwrap().run(future), record)
}

/// An observer that keeps what it is told; clones share it.
#[derive(Clone, Default)]
pub struct Record(Rc<RefCell<Vec<(Duration, Event)>>>);

impl Observer for Record {
    fn on_event(&mut self, at: Duration, event: &Event) {
        self.0.borrow_mut().push((at, event.clone()));
    }
}

impl Record {
    /// What `pick` makes of the events, but for those of which it makes nothing.
    pub fn pick<T>(&self, pick: impl Fn(Duration, &Event) -> Option<T>) -> Vec<T> {
        self.0.borrow().iter().filter_map(|(at, event)| pick(*at, event)).collect()
    }

    pub fn count(&self, is_counted: impl Fn(&Event) -> bool) -> usize {
        self.pick(|_, event| is_counted(event).then_some(())).len()
    }

    /// What the timers and the loop's sleep did, one line an event.
    pub fn timer_story(&self) -> Vec<String> {
        self.pick(|at, event| {
            let what = match event {
                Event::TimerArmed { timer, deadline, .. } => {
                    format!("{timer} armed for {:?}", deadline.since_start())
                }
                Event::TimerMoved { timer, level, .. } => format!("{timer} moved to level {level}"),
                Event::TimerFired { timer, late } => format!("{timer} fired {late:?} late"),
                Event::TimerCancelled { timer } => format!("{timer} cancelled"),
                Event::Woken { task, by: Cause::Timer { timer, .. } } => {
                    format!("{task} woken by {timer}")
                }
                Event::Parked { until: Some(until) } => {
                    format!("parked until {:?}", until.since_start())
                }
                Event::Parked { until: None } => "parked".to_owned(),
                Event::Unparked { by } => format!("unparked by {by:?}"),
                _ => return None,
            };
            Some(format!("{at:?}: {what}"))
        })
    }
}

/// Runs `f` on a thread of its own, to its end.
pub fn on_a_thread<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(f).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

/// For a test whose failure is that it hangs. How long it waits decides nothing but how soon it
/// says so.
pub fn ends<T: Send + 'static>(test: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, outcome) = crossbeam_channel::bounded(1);
    let thread = std::thread::spawn(move || {
        let _ = done.send(catch_unwind(AssertUnwindSafe(test)));
    });
    let Ok(outcome) = outcome.recv_timeout(Duration::from_secs(300)) else { panic!("it hangs") };
    // Until its last line a thread may have files open: glibc reads one to decide how much memory
    // it gives back.
    thread.join().expect("its panics are caught");
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

/// For a test of what is global to a process (panic hooks, limits, thread-locals whose panic
/// aborts): runs `body` in a process of its own, in which the test named `name` is the only one.
/// Its command can be changed by `prepare`.
pub fn alone_with(name: &str, prepare: impl FnOnce(Command) -> Command, body: impl FnOnce()) {
    stderr_alone(name, prepare, body);
}

/// [`alone_with`], and what it says on stderr; `None` in the process of its own.
pub fn stderr_alone(
    name: &str,
    prepare: impl FnOnce(Command) -> Command,
    body: impl FnOnce(),
) -> Option<String> {
    const ALONE: &str = "SHORT_ORDER_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        body();
        return None;
    }
    let mut command = this_program();
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(ALONE, "1");
    let output = prepare(command).output().unwrap();
    let [told, errors] = [&output.stdout, &output.stderr].map(|out| String::from_utf8_lossy(out));
    assert!(output.status.success(), "{}\n{told}\n{errors}", output.status);
    assert!(told.contains("1 passed"), "there is no test {name}:\n{told}");
    Some(errors.into_owned())
}

/// The program of these tests, to be started again: by the runner that cargo was told for the target,
/// if it was told one (`CARGO_TARGET_…_RUNNER`), as this process was. The target's name is that of a
/// folder around the program.
pub fn this_program() -> Command {
    let program = std::env::current_exe().unwrap();
    let mut runners = program.iter().filter_map(|folder| {
        let target = folder.to_str()?.to_uppercase().replace('-', "_");
        std::env::var(format!("CARGO_TARGET_{target}_RUNNER")).ok()
    });
    // Wine runs what its programs start.
    let runner = runners.find(|_| cfg!(not(windows)));
    let mut words = runner.iter().flat_map(|runner| runner.split_whitespace());
    let Some(first) = words.next() else { return Command::new(program) };
    let mut command = Command::new(first);
    command.args(words).arg(program);
    command
}

/// For a process with a limit, in the words of `ulimit`.
#[cfg(unix)]
pub fn with_limit(limit: String) -> impl FnOnce(Command) -> Command {
    move |test| {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit {limit}; exec \"$0\" \"$@\"")]);
        shell.arg(test.get_program()).args(test.get_args());
        shell.envs(test.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell
    }
}

pub fn alone(name: &str, body: impl FnOnce()) {
    alone_with(name, |command| command, body);
}

/// For tests of random cases: so many, unless `PROPTEST_CASES` says otherwise.
pub fn cases(cases: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").map_or(cases, |cases| cases.parse().unwrap());
    ProptestConfig { cases, failure_persistence: None, ..Default::default() }
}

/// The text of the panic that ends `f`.
pub fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(f)) else { panic!("it did not panic") };
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast_ref::<&str>().map(|text| text.to_string()).unwrap_or_default(),
    }
}

/// Counts drops; see [`Drops::one`].
#[derive(Clone, Default)]
pub struct Drops(Arc<AtomicUsize>);

impl Drops {
    /// Something whose drop is counted.
    pub fn one(&self) -> Drop1 {
        Drop1(self.clone())
    }

    pub fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

pub struct Drop1(Drops);

impl Drop for Drop1 {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, SeqCst);
    }
}

/// Calls its function when it is dropped.
pub struct OnDrop<F: FnOnce()>(Option<F>);

pub fn on_drop<F: FnOnce()>(f: F) -> OnDrop<F> {
    OnDrop(Some(f))
}

impl<F: FnOnce()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        if let Some(f) = self.0.take() {
            f();
        }
    }
}

/// A future that never ends, and owns `kept` for as long as it lives.
pub async fn pending_with<T>(kept: T) {
    std::future::pending::<()>().await;
    drop(kept);
}

/// A loop with a simulated clock.
#[track_caller]
pub fn simulated() -> EventLoop {
    EventLoop::builder().clock(Clock::simulated()).build().unwrap()
}

/// Waits until no task is ready any more: only then does a simulated clock move on.
pub async fn until_nothing_is_ready() {
    timer::sleep(ms(1)).await;
}

/// Polls by hand, in the name of `waker`.
pub fn poll<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

/// Polls once, in nobody's name.
pub fn poll_once<F: Future + Unpin>(mut future: F) -> Poll<F::Output> {
    poll(&mut future, Waker::noop())
}

/// Another executor, of a thread's own: it is woken by `unpark`.
pub fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let (mut cx, mut future) = (Context::from_waker(&waker), std::pin::pin!(future));
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// The text that a task panicked with.
pub fn text(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<&str>().expect("a text without arguments")
}

/// An observer that says on a channel when the loop goes to sleep.
pub struct TellParked(pub crossbeam_channel::Sender<()>);

impl Observer for TellParked {
    fn on_event(&mut self, _at: Duration, event: &Event) {
        if let Event::Parked { .. } = event {
            let _ = self.0.send(());
        }
    }
}

/// Panics when it is dropped, with this text.
pub struct PanicsInDrop(pub &'static str);

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        panic!("{}", self.0);
    }
}

/// A foreign waker that does nothing but count its wakes.
#[derive(Default)]
pub struct Wakes(AtomicUsize);

impl Wakes {
    pub fn new() -> (Arc<Self>, Waker) {
        let wakes = Arc::<Self>::default();
        (wakes.clone(), wakes.into())
    }

    pub fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// A foreign waker that panics when it is called.
pub struct PanicsInWake;

impl PanicsInWake {
    pub fn new() -> (Arc<Self>, Waker) {
        let this = Arc::new(Self);
        (this.clone(), this.into())
    }
}

impl Wake for PanicsInWake {
    fn wake(self: Arc<Self>) {
        panic!("a foreign waker");
    }
}
