use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::{Instant, Sleep, now, sleep, sleep_until};

/// Ticks now, and then every `period`: tokio's `interval`; asyncio has none.
///
/// The ticks lie on a fixed grid, however late each one is taken: the interval does not drift.
///
/// # Panics
/// Outside an event loop, and if `period` is zero.
///
/// ```
/// # use std::time::Duration;
/// executor::run(async {
///     let mut heart = timer::interval(Duration::from_millis(1));
///     let first = heart.tick().await;
///     let second = heart.tick().await;
///     assert_eq!(second - first, Duration::from_millis(1));
/// });
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    ticking(sleep(Duration::ZERO), period)
}

/// [`interval`], with the first tick at `start` instead of now: tokio's `interval_at`.
///
/// # Panics
/// Outside an event loop, and if `period` is zero.
///
/// ```
/// # use std::time::Duration;
/// executor::run(async {
///     let period = Duration::from_millis(1);
///     let start = timer::now() + period;
///     let mut heart = timer::interval_at(start, period);
///     assert_eq!(heart.tick().await, start);
/// });
/// ```
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    ticking(sleep_until(start), period)
}

#[track_caller]
fn ticking(sleep: Sleep, period: Duration) -> Interval {
    assert!(!period.is_zero(), "an interval's period is longer than zero");
    Interval { sleep, period, missed: MissedTicks::Burst }
}

/// What an [`Interval`] does about ticks whose time has passed before anybody took them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTicks {
    /// Ticks at once for each one missed, until it has caught up with the grid.
    #[default]
    Burst,
    /// Forgets the grid: the next tick is a period from now.
    Delay,
    /// Leaves out the missed ones: the next tick is the next one on the grid that is yet to come.
    Skip,
}

/// Ticks at regular times; see [`interval`].
#[derive(Debug)]
pub struct Interval {
    /// Ends at the next tick.
    sleep: Sleep,
    period: Duration,
    missed: MissedTicks,
}

impl Interval {
    /// Chooses what becomes of missed ticks; [`MissedTicks::Burst`] unless told otherwise.
    pub fn missed_ticks(mut self, missed: MissedTicks) -> Self {
        self.missed = missed;
        self
    }

    /// Waits for the next tick and returns the time for which it was planned.
    #[track_caller]
    pub fn tick(&mut self) -> impl Future<Output = Instant> {
        self.sleep.site = Location::caller();
        async move { std::future::poll_fn(|cx| self.poll_tick(cx)).await }
    }

    /// [`tick`](Self::tick) for those who write a future or a stream by hand.
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        ready!(Pin::new(&mut self.sleep).poll(cx));
        let planned = self.sleep.deadline();
        let on_grid = planned + self.period;
        let now = now();
        let next = match self.missed {
            // A tick is missed when the one after it is due.
            _ if now < on_grid => on_grid,
            MissedTicks::Burst => on_grid,
            MissedTicks::Delay => now + self.period,
            MissedTicks::Skip => {
                let since_last = (now - planned).as_nanos() % self.period.as_nanos();
                now + (self.period - Duration::from_nanos_u128(since_last))
            }
        };
        self.sleep.reset(next);
        Poll::Ready(planned)
    }

    /// Starts anew: the next tick is a period from now.
    pub fn reset(&mut self) {
        self.reset_at(now() + self.period);
    }

    /// Starts anew: the next tick is at `next`, and the grid begins there.
    pub fn reset_at(&mut self, next: Instant) {
        self.sleep.reset(next);
    }
}
