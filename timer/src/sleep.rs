use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::timers::Armed;
use crate::{Driver, Instant, context};

/// Waits for `duration`, on the loop's clock: asyncio's `sleep`.
///
/// It is never early; how late it is depends on what else the loop does, and on the [system](crate).
/// Deadlines are rounded up to whole milliseconds of the loop's clock. A zero duration lets every
/// other ready task run once, and a duration that no clock can reach never ends.
///
/// # Panics
/// Outside an event loop, already when it is called: it reads the clock. So what is given to `run`
/// is an `async` block or function that calls it, and not the sleep itself.
///
/// ```
/// # use std::time::Duration;
/// executor::run(async {
///     timer::sleep(Duration::from_millis(1)).await;
/// });
/// ```
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    // A reading of the clock: the time at which the loop last looked may be long ago.
    let now = context::current("timer::sleep").clock().now();
    let state = if duration.is_zero() { State::Due } else { State::Unarmed };
    Sleep { deadline: now + duration, state, site: Location::caller() }
}

/// Waits until the loop's clock shows `deadline`; see [`sleep`].
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep { deadline, state: State::Unarmed, site: Location::caller() }
}

/// The time on the clock of the loop on this thread: asyncio's `loop.time()`.
///
/// # Panics
/// Outside an event loop.
///
/// ```
/// # use std::time::Duration;
/// executor::run(async {
///     let before = timer::now();
///     timer::sleep(Duration::from_millis(2)).await;
///     assert!(timer::now() - before >= Duration::from_millis(2));
/// });
/// ```
#[track_caller]
pub fn now() -> Instant {
    context::current("timer::now").clock().now()
}

/// The future behind [`sleep`] and [`sleep_until`].
///
/// Its timer is armed by the first poll and cancelled when it is dropped. Once it is ready it
/// stays so, until it is [`reset`](Self::reset).
#[derive(Debug)]
#[must_use = "a future does nothing until it is awaited"]
pub struct Sleep {
    deadline: Instant,
    state: State,
    /// The line for which it sleeps, for whoever observes the driver. The wheel does not keep it.
    pub(crate) site: &'static Location<'static>,
}

/// The driver is named by its number, and not owned, so that a sleep can be sent to a loop on
/// another thread.
#[derive(Debug)]
enum State {
    Unarmed,
    Armed {
        driver: u64,
        armed: Armed,
    },
    /// Ready at the next turn, whatever the clock says.
    Due,
    Elapsed,
}

impl Sleep {
    /// When it ends.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Gives it another deadline, whether it has ended or not; a timer that is armed goes on to
    /// wake the task that waits for it.
    ///
    /// On a thread other than its loop's the timer cannot be reached: there the old deadline still
    /// wakes the task, which then goes on to wait for the new one.
    ///
    /// This is what a timeout that is pushed back with each sign of life needs: it allocates
    /// nothing.
    ///
    /// ```
    /// # use std::time::Duration;
    /// executor::run(async {
    ///     let mut sleep = timer::sleep(Duration::from_secs(3600));
    ///     sleep.reset(timer::now() + Duration::from_millis(1));
    ///     sleep.await;
    /// });
    /// ```
    pub fn reset(&mut self, deadline: Instant) {
        self.deadline = deadline;
        let waiting = self.disarm();
        if let Some((driver, waker)) = waiting {
            self.arm(&driver, waker);
        }
    }

    fn arm(&mut self, driver: &Driver, waker: Waker) {
        match driver.arm(self.deadline, waker, self.site) {
            Ok(armed) => self.state = State::Armed { driver: driver.id(), armed },
            Err(waker) => {
                self.state = State::Elapsed;
                waker.wake();
            }
        }
    }

    /// Cancels the timer if it has not fired. On a thread where its loop is not entered it is
    /// left to fire for nothing.
    fn disarm(&mut self) -> Option<(std::rc::Rc<Driver>, Waker)> {
        let State::Armed { driver, armed } = std::mem::replace(&mut self.state, State::Unarmed)
        else {
            return None;
        };
        let driver = context::try_current().filter(|current| current.id() == driver)?;
        let waker = driver.disarm(armed)?;
        Some((driver, waker))
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let driver = context::current("a timer::Sleep's poll");
        match self.state {
            State::Elapsed => return Poll::Ready(()),
            State::Armed { driver: id, armed } if id == driver.id() => {
                // Only the wheel takes a timer out that is armed: if it is gone, it has fired.
                if !driver.rewake(armed, cx.waker()) {
                    self.state = State::Elapsed;
                    return Poll::Ready(());
                }
            }
            State::Due => {
                self.state = State::Elapsed;
                cx.waker().wake_by_ref();
            }
            // A deadline in the past is ready at the next turn, as asyncio's `sleep(0)` is: so a
            // task that sleeps for no time, over and over, keeps nobody from running.
            State::Unarmed | State::Armed { .. } => self.arm(&driver, cx.waker().clone()),
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.disarm();
    }
}
