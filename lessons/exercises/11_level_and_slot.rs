//! Where a timer lies in the wheel.
//!
//! The wheel counts ticks, and writes each number in digits of six bits: 64
//! values a digit. Level 0 is for the last digit, level 1 for the one before,
//! up to level 10. Each level has 64 slots.
//!
//! A timer lies at the level of the highest digit in which its deadline
//! `when` differs from `elapsed`, the tick that the wheel is at. Its slot is
//! that digit of `when`. So what is due soon lies low, and precisely.
//!
//! `elapsed` is less than `when`. As it is, all lie at level 0.

/// The level of a timer, and its slot.
pub fn level_and_slot(elapsed: u64, when: u64) -> (usize, usize) {
    (0, (when % 64) as usize)
}
