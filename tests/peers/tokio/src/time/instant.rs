//! `Instant`: the machine's time, or what a simulated clock makes of it.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use crate::runtime::{current, running};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(std::time::Instant);

impl Instant {
    pub fn now() -> Self {
        let simulated = current().ok().filter(|handle| handle.0.is_simulated());
        Self(
            simulated.map_or_else(std::time::Instant::now, |handle| {
                handle.0.to_std(handle.0.clock.now())
            }),
        )
    }

    /// Of the loop that runs here.
    pub(crate) fn from_timer(at: timer::Instant) -> Self {
        Self(running().map_or_else(std::time::Instant::now, |handle| handle.0.to_std(at)))
    }

    /// On the clock of the loop that runs here.
    pub(crate) fn to_timer(self) -> timer::Instant {
        let now = timer::now();
        let std_now = Self::from_timer(now);
        match self.checked_duration_since(std_now) {
            Some(ahead) => now + ahead,
            None => now.checked_sub(std_now - self).unwrap_or(now),
        }
    }

    pub fn from_std(at: std::time::Instant) -> Self {
        Self(at)
    }

    pub fn into_std(self) -> std::time::Instant {
        self.0
    }

    pub fn duration_since(&self, earlier: Self) -> Duration {
        self.0.saturating_duration_since(earlier.0)
    }

    pub fn checked_duration_since(&self, earlier: Self) -> Option<Duration> {
        self.0.checked_duration_since(earlier.0)
    }

    pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
        self.0.saturating_duration_since(earlier.0)
    }

    pub fn elapsed(&self) -> Duration {
        Self::now().saturating_duration_since(*self)
    }

    pub fn checked_add(&self, duration: Duration) -> Option<Self> {
        self.0.checked_add(duration).map(Self)
    }

    pub fn checked_sub(&self, duration: Duration) -> Option<Self> {
        self.0.checked_sub(duration).map(Self)
    }

    pub(crate) fn far_future() -> Self {
        Self::now() + Duration::from_secs(86400 * 365 * 30)
    }
}

impl From<std::time::Instant> for Instant {
    fn from(at: std::time::Instant) -> Self {
        Self(at)
    }
}

impl From<Instant> for std::time::Instant {
    fn from(at: Instant) -> Self {
        at.0
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        self.0 += duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.0.saturating_duration_since(earlier.0)
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0 - duration)
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, duration: Duration) {
        self.0 -= duration;
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
