//! Moments: in which units a program counts its time, and when within a beat each task aborts others.

use std::collections::BTreeMap;

use super::Step;

/// So many moments has a beat.
pub const BEAT: u64 = 1000;

/// In the middle of a beat, limits run out.
pub const HALF: u64 = BEAT / 2;

/// Every task by its name, with a number of its own: how long after a beat it aborts others.
pub fn numbers(program: &[Step]) -> BTreeMap<String, u64> {
    fn number(name: String, steps: &[Step], numbers: &mut BTreeMap<String, u64>) {
        let children = steps.iter().filter_map(|step| match step {
            Step::Spawn(steps) | Step::Stillborn(steps) => Some(steps),
            _ => None,
        });
        let own = numbers.len() as u64 + 1;
        assert!(own < HALF, "the program is too large");
        numbers.insert(name.clone(), own);
        for (nth, steps) in children.enumerate() {
            number(format!("{name}.{nth}"), steps, numbers);
        }
    }
    let mut numbers = BTreeMap::new();
    number("0".to_owned(), program, &mut numbers);
    numbers
}
