use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

/// The tick of [`Instant::NEVER`].
pub(crate) const NEVER_TICK: u64 = u64::MAX;

/// A moment on a loop's clock: how long after the start of its [`Clock`](crate::Clock) it is.
///
/// It is a type of its own because a clock may be scaled or simulated; only a real clock's
/// moments have a twin among [`std::time::Instant`]s ([`Clock::to_std`](crate::Clock::to_std)).
/// Moments of different clocks have nothing to do with each other.
///
/// Arithmetic saturates: a sum that overflows is [`Instant::NEVER`], and the distance to a later
/// moment is zero.
///
/// ```
/// use std::time::Duration;
/// use timer::Instant;
///
/// let breakfast = Instant::START + Duration::from_secs(2);
/// assert_eq!(breakfast - Instant::START, Duration::from_secs(2));
/// assert_eq!(Instant::START - breakfast, Duration::ZERO);
/// assert_eq!(breakfast + Duration::MAX, Instant::NEVER);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);

impl Instant {
    /// The moment at which the clock was started.
    pub const START: Self = Self(Duration::ZERO);
    /// The moment that does not come: a timer armed for it never fires.
    pub const NEVER: Self = Self(Duration::MAX);

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
