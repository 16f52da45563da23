use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use crate::context;

/// The tick of [`Instant::NEVER`].
pub(crate) const NEVER_TICK: u64 = u64::MAX;

/// A moment on a loop's clock: how long after the start of its [`Clock`](crate::Clock) it is.
///
/// It is a type of its own because a clock may be scaled or simulated; only a real clock's
/// moments have a twin among [`std::time::Instant`]s ([`Clock::to_std`](crate::Clock::to_std)).
/// Moments of different clocks have nothing to do with each other.
///
/// It has what std's has. Arithmetic saturates, where that panics: a sum that overflows is
/// [`Instant::NEVER`], a difference that underflows is [`Instant::START`], and the distance to a
/// later moment is zero. The `checked_` functions say when that happens. Never is never: whatever is
/// added to [`Instant::NEVER`] or taken from it, it stays what it is.
///
/// ```
/// use std::time::Duration;
/// use timer::Instant;
///
/// let breakfast = Instant::START + Duration::from_secs(2);
/// assert_eq!(breakfast - Instant::START, Duration::from_secs(2));
/// assert_eq!(Instant::START - breakfast, Duration::ZERO);
/// assert_eq!(breakfast + Duration::MAX, Instant::NEVER);
/// assert_eq!(Instant::NEVER - Duration::from_secs(1), Instant::NEVER);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);

impl Instant {
    /// The moment at which the clock was started.
    pub const START: Self = Self(Duration::ZERO);
    /// The moment that does not come: a timer armed for it never fires.
    pub const NEVER: Self = Self(Duration::MAX);

    /// The time on the clock of the loop on this thread: [`now`](crate::now), as std spells it.
    ///
    /// # Panics
    /// Outside an event loop.
    ///
    /// ```
    /// use timer::Instant;
    ///
    /// executor::run(async { assert!(Instant::now() >= Instant::START) });
    /// ```
    #[track_caller]
    pub fn now() -> Self {
        context::current("timer::Instant::now").clock().now()
    }

    /// How long ago this moment was, on the clock of the loop on this thread; zero if it is to come.
    ///
    /// # Panics
    /// Outside an event loop.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// executor::run(async {
    ///     let start = timer::now();
    ///     timer::sleep(Duration::from_millis(2)).await;
    ///     assert!(start.elapsed() >= Duration::from_millis(2));
    /// });
    /// ```
    #[track_caller]
    pub fn elapsed(&self) -> Duration {
        context::current("timer::Instant::elapsed").clock().now() - *self
    }

    /// How long after `earlier` this moment is; zero if it is before: the same as `self - earlier`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer::Instant;
    ///
    /// let second = Duration::from_secs(1);
    /// assert_eq!((Instant::START + second).duration_since(Instant::START), second);
    /// assert_eq!(Instant::START.duration_since(Instant::START + second), Duration::ZERO);
    /// ```
    pub fn duration_since(&self, earlier: Self) -> Duration {
        *self - earlier
    }

    /// The same as [`duration_since`](Self::duration_since), for whoever says that zero is meant.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer::Instant;
    ///
    /// let later = Instant::START + Duration::from_secs(1);
    /// assert_eq!(Instant::START.saturating_duration_since(later), Duration::ZERO);
    /// ```
    pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
        *self - earlier
    }

    /// How long after `earlier` this moment is; `None` if it is before.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer::Instant;
    ///
    /// let second = Duration::from_secs(1);
    /// assert_eq!((Instant::START + second).checked_duration_since(Instant::START), Some(second));
    /// assert_eq!(Instant::START.checked_duration_since(Instant::START + second), None);
    /// ```
    pub fn checked_duration_since(&self, earlier: Self) -> Option<Duration> {
        self.0.checked_sub(earlier.0)
    }

    /// The moment so long after this one; `None` if there is none, as it would be after
    /// [`Instant::NEVER`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer::Instant;
    ///
    /// let second = Duration::from_secs(1);
    /// assert_eq!(Instant::START.checked_add(second), Some(Instant::START + second));
    /// assert_eq!((Instant::START + second).checked_add(Duration::MAX), None);
    /// ```
    pub fn checked_add(&self, after: Duration) -> Option<Self> {
        self.0.checked_add(after).map(Self)
    }

    /// The moment so long before this one; `None` if there is none, as it would be before
    /// [`Instant::START`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer::Instant;
    ///
    /// let second = Duration::from_secs(1);
    /// assert_eq!((Instant::START + second).checked_sub(second), Some(Instant::START));
    /// assert_eq!(Instant::START.checked_sub(second), None);
    /// ```
    pub fn checked_sub(&self, before: Duration) -> Option<Self> {
        match *self {
            Self::NEVER => Some(Self::NEVER),
            Self(since_start) => since_start.checked_sub(before).map(Self),
        }
    }

    /// How long after the start of its clock this moment is.
    pub fn since_start(self) -> Duration {
        self.0
    }

    /// The wheel's tick (a millisecond) by which this moment has surely come: rounded up, so that
    /// no timer is early.
    pub(crate) fn deadline_tick(self) -> u64 {
        let millis = u64::from(self.0.subsec_nanos().div_ceil(1_000_000));
        let whole = self.0.as_secs().checked_mul(1000);
        whole.and_then(|whole| whole.checked_add(millis)).unwrap_or(NEVER_TICK)
    }

    /// The tick that has surely come at this moment: rounded down, so that no timer is early, and
    /// never as far as the last one, which is where timers wait that never fire.
    pub(crate) fn now_tick(self) -> u64 {
        u64::try_from(self.0.as_millis()).map_or(NEVER_TICK - 1, |tick| tick.min(NEVER_TICK - 1))
    }

    pub(crate) fn from_tick(tick: u64) -> Self {
        Self(Duration::from_millis(tick))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;
    fn add(self, after: Duration) -> Self {
        Self(self.0.saturating_add(after))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, after: Duration) {
        *self = *self + after;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;
    fn sub(self, before: Duration) -> Self {
        self.checked_sub(before).unwrap_or(Self::START)
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, before: Duration) {
        *self = *self - before;
    }
}

impl Sub for Instant {
    type Output = Duration;
    fn sub(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NEVER => f.write_str("never"),
            Self(since_start) => write!(f, "{since_start:?} after the clock's start"),
        }
    }
}
