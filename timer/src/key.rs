use std::fmt;

/// Names one armed timer.
///
/// A key goes stale when its timer fires or is removed; a stale key finds nothing, for ever: no
/// two insertions into a wheel share a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub(crate) index: u32,
    pub(crate) serial: u64,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "timer {}", self.serial)
    }
}
