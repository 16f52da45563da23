//! Where a timer lies in the wheel: a solution.

/// The level of a timer, and its slot.
pub fn level_and_slot(elapsed: u64, when: u64) -> (usize, usize) {
    let differing = elapsed ^ when;
    let highest = 63 - differing.leading_zeros();
    let level = highest / 6;
    (level as usize, (when >> (6 * level) & 63) as usize)
}
