//! `interval`: ours.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use timer::MissedTicks;

use super::Instant;
use crate::runtime::Handle;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTickBehavior {
    #[default]
    Burst,
    Delay,
    Skip,
}

#[derive(Debug)]
pub struct Interval {
    /// Empty only while its missed ticks are set.
    inner: Option<timer::Interval>,
    period: Duration,
    missed: MissedTickBehavior,
}

#[track_caller]
pub fn interval(period: Duration) -> Interval {
    interval_at(Instant::now(), period)
}

#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(period > Duration::ZERO, "`period` must be non-zero.");
    let _panics_without_one = Handle::current();
    let inner = timer::interval_at(start.to_timer(), period);
    Interval { inner: Some(inner), period, missed: MissedTickBehavior::Burst }
}

impl Interval {
    pub async fn tick(&mut self) -> Instant {
        poll_fn(|cx| self.poll_tick(cx)).await
    }

    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        Poll::Ready(Instant::from_timer(ready!(self.inner().poll_tick(cx))))
    }

    pub fn reset(&mut self) {
        self.inner().reset();
    }

    pub fn reset_immediately(&mut self) {
        self.inner().reset_at(timer::now());
    }

    pub fn reset_after(&mut self, after: Duration) {
        self.inner().reset_at(timer::now() + after);
    }

    pub fn reset_at(&mut self, deadline: Instant) {
        self.inner().reset_at(deadline.to_timer());
    }

    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    pub fn set_missed_tick_behavior(&mut self, missed: MissedTickBehavior) {
        self.missed = missed;
        let missed = match missed {
            MissedTickBehavior::Burst => MissedTicks::Burst,
            MissedTickBehavior::Delay => MissedTicks::Delay,
            MissedTickBehavior::Skip => MissedTicks::Skip,
        };
        self.inner = self.inner.take().map(|inner| inner.missed_ticks(missed));
    }

    fn inner(&mut self) -> &mut timer::Interval {
        self.inner.as_mut().expect("it is put back at once")
    }

    pub fn period(&self) -> Duration {
        self.period
    }
}
