//! The bare wheel (B9 in part): edges, far futures, crowds and keys, by example.
//!
//! A tick is read as eleven digits to the base 64; an edge is a tick at which a digit carries.
//! Random stories against a sorted set are in `properties`.

mod properties;
mod story;

use std::collections::BTreeMap;

use story::STARTS;
use timer::{Key, Wheel};

/// What is due when nothing is.
const NONE: [u64; 0] = [];

fn advance<T>(wheel: &mut Wheel<T>, now: u64) -> Vec<T> {
    let mut due = Vec::new();
    wheel.advance(now, &mut due);
    due
}

/// Arms a timer whose value is its deadline.
fn arm(wheel: &mut Wheel<u64>, when: u64) -> Key {
    wheel.insert(when, when).unwrap()
}

/// Every `k * 64^n + {-1, 0, 1}`, both as a tick and as a distance from `start`, if it is later.
fn edges_after(start: u64) -> Vec<u64> {
    let mut edges = Vec::new();
    for level in 0..11 {
        for k in (1..64).filter(|k| *k < 16 || level < 10) {
            let edge: u64 = k << (6 * level);
            for tick in [edge - 1, edge, edge + 1] {
                edges.push(tick);
                edges.extend(start.checked_add(tick));
            }
        }
    }
    edges.retain(|&tick| tick > start);
    edges
}

#[test]
fn a_lone_timer_at_any_edge_fires_on_its_tick_and_wakes_no_sooner() {
    for start in STARTS {
        for when in edges_after(start) {
            let mut wheel = Wheel::starting_at(start);
            arm(&mut wheel, when);
            assert_eq!(wheel.next_deadline(), Some(when), "from {start}");
            assert_eq!(wheel.next_wake(), Some(when), "from {start}");
            assert_eq!(advance(&mut wheel, when - 1), NONE, "from {start}");
            assert_eq!(wheel.next_deadline(), Some(when), "one tick before");
            assert_eq!(wheel.next_wake(), Some(when), "one tick before");
            assert_eq!(advance(&mut wheel, when), [when], "from {start}");
            assert!(wheel.is_empty());
        }
    }
}

#[test]
fn timers_at_all_edges_at_once_fire_on_their_ticks_in_order() {
    for start in STARTS {
        let mut wheel = Wheel::starting_at(start);
        let mut sorted: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for when in edges_after(start) {
            arm(&mut wheel, when);
            sorted.entry(when).or_default().push(when);
        }
        for (when, same) in sorted {
            assert_eq!(wheel.next_deadline(), Some(when), "from {start}");
            assert_eq!(advance(&mut wheel, when - 1), NONE, "from {start}, before {when}");
            assert_eq!(advance(&mut wheel, when), same, "from {start}");
        }
        assert!(wheel.is_empty());
    }
}

#[test]
fn all_distances_from_0_to_1023_stepped_tick_by_tick() {
    for start in STARTS {
        let mut wheel = Wheel::starting_at(start);
        assert_eq!(wheel.insert(start, start), Err(start), "due already");
        for distance in 1..1024 {
            arm(&mut wheel, start + distance);
        }
        for distance in 1..1024 {
            assert_eq!(wheel.next_wake(), Some(start + distance));
            assert_eq!(advance(&mut wheel, start + distance), [start + distance]);
        }
        assert!(wheel.is_empty());
    }
}

#[test]
fn time_may_stop_short_of_a_timer_at_any_level() {
    let mut wheel = Wheel::new();
    let key = arm(&mut wheel, 193);
    assert_eq!(wheel.position(key), Some((1, 3)));
    assert_eq!(advance(&mut wheel, 62), NONE);
    assert_eq!(wheel.next_wake(), Some(193));
    assert_eq!(wheel.position(key), Some((1, 3)));
    // The start of its slot: it moves down, and is not due.
    assert_eq!(advance(&mut wheel, 192), NONE);
    assert_eq!(wheel.next_wake(), Some(193));
    assert_eq!(wheel.position(key), Some((0, 1)));
    assert_eq!(advance(&mut wheel, 193), [193]);
}

#[test]
fn the_lowest_level_wraps_around() {
    let mut wheel = Wheel::new();
    for when in [1, 5, 10, 60] {
        arm(&mut wheel, when);
    }
    assert_eq!(advance(&mut wheel, 5), [1, 5]);
    // 60 ticks on is the slot with number 1, which time has passed already.
    arm(&mut wheel, 65);
    assert_eq!(advance(&mut wheel, 64), [10, 60]);
    assert_eq!(wheel.next_wake(), Some(65));
    assert_eq!(advance(&mut wheel, 65), [65]);
}

#[test]
fn a_deadline_that_has_passed_is_handed_back() {
    for start in STARTS {
        let mut wheel = Wheel::starting_at(start);
        for when in [0, start / 2, start.saturating_sub(1), start] {
            assert_eq!(wheel.insert(when, "late"), Err("late"));
        }
        assert!(wheel.is_empty());
        assert_eq!(wheel.next_deadline(), None);
    }
}

/// A wheel that keeps far timers in a list apart, or whose levels end, passes every test of short
/// spans: its clock has to run for days while a timer for years from now exists.
#[test]
fn a_far_timer_never_hides_a_near_one_however_long_time_runs() {
    for start in STARTS {
        for far in [1 << 36, (1 << 36) + 1, 1 << 40, 1 << 50, 1 << 60, u64::MAX - start] {
            let Some(far) = start.checked_add(far) else { continue };
            let mut wheel = Wheel::starting_at(start);
            arm(&mut wheel, far);
            // Steps that double reach any distance; a timer is armed before each, in its middle.
            for step in (1..63).map(|bits| 1u64 << bits) {
                let now = wheel.elapsed();
                if now.checked_add(step).is_none_or(|then| then >= far) {
                    break;
                }
                let near = now + step / 2;
                arm(&mut wheel, near);
                assert_eq!(wheel.next_deadline(), Some(near), "from {start}, with {far}");
                assert_eq!(wheel.next_wake(), Some(near), "from {start}, with {far}");
                assert_eq!(advance(&mut wheel, near - 1), NONE);
                assert_eq!(advance(&mut wheel, now + step), [near]);
                assert_eq!(wheel.next_wake(), Some(far), "from {start}");
            }
            assert_eq!(advance(&mut wheel, far - 1), NONE);
            assert_eq!(advance(&mut wheel, far), [far]);
        }
    }
}

#[test]
fn the_clock_passes_a_power_of_two_between_a_near_and_a_far_timer() {
    for bits in 1..64 {
        let edge: u64 = 1 << bits;
        let mut wheel = Wheel::starting_at(edge - 1);
        arm(&mut wheel, u64::MAX);
        for far in (bits + 1..64).map(|bits| 1 << bits) {
            arm(&mut wheel, far);
        }
        for near in [edge, edge + 1] {
            arm(&mut wheel, near);
            assert_eq!(wheel.next_wake(), Some(near));
            assert_eq!(advance(&mut wheel, near), [near]);
        }
    }
}

#[test]
fn the_last_tick_of_all_can_be_armed_from_anywhere_and_fires_only_there() {
    for start in STARTS.into_iter().chain([u64::MAX - 1]) {
        let mut wheel = Wheel::starting_at(start);
        arm(&mut wheel, u64::MAX);
        assert_eq!(wheel.next_deadline(), Some(u64::MAX));
        assert_eq!(wheel.next_wake(), Some(u64::MAX));
        assert_eq!(advance(&mut wheel, u64::MAX - 1), NONE);
        assert_eq!(advance(&mut wheel, u64::MAX), [u64::MAX]);
        assert_eq!(wheel.insert(u64::MAX, 0), Err(0), "nothing comes after it");
    }
}

#[test]
fn a_jump_of_ten_years_fires_everything_in_the_order_of_deadlines() {
    const YEAR: u64 = 365 * 24 * 60 * 60 * 1_000;
    let mut wheel = Wheel::starting_at(12_345);
    let after_the_jump = 12_345 + 10 * YEAR + 1;
    // Multiples of a prime that steps through all residues: far and near ones come mixed.
    let mut all: Vec<u64> = (1..1_000).map(|n| 12_345 + n * 7_919 % 1_000 * (YEAR / 100)).collect();
    all.extend([1, 5, 10].map(|years| 12_345 + years * YEAR));
    for &when in all.iter().chain(&[after_the_jump]) {
        arm(&mut wheel, when);
    }
    all.sort_unstable();
    assert_eq!(advance(&mut wheel, after_the_jump - 1), all);
    assert_eq!(wheel.next_wake(), Some(after_the_jump));
}

#[test]
fn time_does_not_go_back() {
    let mut wheel = Wheel::starting_at(4_096);
    let key = arm(&mut wheel, 4_200);
    for now in [4_095, 64, 0] {
        assert_eq!(advance(&mut wheel, now), NONE);
        assert_eq!(wheel.elapsed(), 4_096);
        assert_eq!(wheel.insert(4_096, 0), Err(0));
        assert_eq!(wheel.next_wake(), Some(4_200));
    }
    assert_eq!(wheel.remove(key), Some(4_200));
}

#[test]
fn ten_thousand_equal_deadlines_fire_in_the_order_of_insertion() {
    for start in STARTS {
        let when = start + 4_990;
        let mut wheel = Wheel::starting_at(start);
        for n in 0..10_000 {
            // The later ones are armed when the earlier ones have already moved down.
            if n % 1_000 == 0 {
                assert_eq!(advance(&mut wheel, start + n / 2), NONE);
            }
            wheel.insert(when, n).unwrap();
        }
        assert_eq!(advance(&mut wheel, when - 1), NONE);
        assert!(advance(&mut wheel, when).into_iter().eq(0..10_000), "from {start}");
    }
}

/// Wakes until the next timer fires, and checks that nothing was overslept. Returns the wakes.
fn wakes_to_the_next(wheel: &mut Wheel<u64>) -> usize {
    let next = wheel.next_deadline().unwrap();
    for wakes in 1.. {
        let wake = wheel.next_wake().unwrap();
        assert!(wheel.elapsed() < wake && wake <= next, "{wake} for {next}");
        if let [first, rest @ ..] = &advance(wheel, wake)[..] {
            assert!(wake == next && *first == next && rest.iter().all(|when| *when == next));
            return wakes;
        }
        assert_eq!(wheel.next_deadline(), Some(next));
    }
    unreachable!("time has an end")
}

#[test]
fn a_crowd_in_one_slot_is_reached_in_a_few_wakes_none_of_them_late() {
    for start in STARTS {
        for level in 1..11 {
            let slot = 1u64 << (6 * level);
            // A slot of this level, with 10,000 deadlines spread over its width, the last one
            // first; or all at its end, where they share a slot down to the lowest level.
            let Some(first) = (start / slot + 2).checked_mul(slot) else { continue };
            let apart = slot / 10_000;
            for deadline in [
                Box::new(|n: u64| first + (9_999 - n) * apart) as Box<dyn Fn(u64) -> u64>,
                Box::new(|_| first + (slot - 1)),
            ] {
                let mut wheel = Wheel::starting_at(start);
                let keys: Vec<Key> = (0..10_000).map(|n| arm(&mut wheel, deadline(n))).collect();
                // At each wake they come at least one level down; at level 0 they fire.
                let (level, _) = wheel.position(keys[0]).unwrap();
                let wakes = wakes_to_the_next(&mut wheel);
                assert!(wakes <= level + 1, "{wakes} wakes from level {level}");
            }
        }
    }
}

#[test]
fn next_wake_is_exact_for_64_timers_in_a_slot_and_the_start_of_the_slot_for_more() {
    let mut wheel = Wheel::new();
    for n in 0..64 {
        arm(&mut wheel, 4_096 + 1_000 - n);
    }
    assert_eq!(wheel.next_wake(), Some(4_096 + 937));
    let one_more = arm(&mut wheel, 4_096 + 2_000);
    assert_eq!(wheel.next_wake(), Some(4_096), "too many to look at: where they spread out");
    assert_eq!(wheel.next_deadline(), Some(4_096 + 937), "exact at any price");
    wheel.remove(one_more);
    assert_eq!(wheel.next_wake(), Some(4_096 + 937));
}

#[test]
fn removal_at_the_edge_of_a_level_leaves_the_rest_as_it_was() {
    for edge in (1..11).map(|level| 1u64 << (6 * level)) {
        for victim in 0..4 {
            let mut wheel = Wheel::starting_at(edge - 2);
            let deadlines = [edge, edge + 1, edge, edge + 1];
            let keys = deadlines.map(|when| arm(&mut wheel, when));
            assert_eq!(advance(&mut wheel, edge - 1), NONE);
            assert_eq!(wheel.remove(keys[victim]), Some(deadlines[victim]));
            let mut rest = deadlines.to_vec();
            rest.remove(victim);
            rest.sort_unstable();
            assert_eq!(wheel.next_wake(), Some(edge));
            assert_eq!(advance(&mut wheel, u64::MAX), rest);
        }
    }
}

#[test]
fn removal_of_what_an_edge_has_just_moved_down() {
    for edge in (1..11).map(|level| 1u64 << (6 * level)) {
        let mut wheel = Wheel::starting_at(edge - 1);
        let due = arm(&mut wheel, edge);
        let moved = arm(&mut wheel, edge + 1);
        assert_eq!(advance(&mut wheel, edge), [edge]);
        // One is equal to `elapsed`: it has fired, and there is nothing to take out of a list.
        assert_eq!(wheel.remove(due), None);
        assert_eq!(wheel.position(moved), Some((0, 1)));
        assert_eq!(wheel.remove(moved), Some(edge + 1));
        assert!(wheel.is_empty());
        assert_eq!(wheel.next_deadline(), None);
    }
}

#[test]
fn a_timer_armed_anew_for_any_other_tick_keeps_only_the_new_one() {
    let siblings = [70, 4_096, 5_000];
    for at in [0, 63, 69] {
        for before in [64, 70, 71, 4_096, 5_000, 1 << 40] {
            for after in [70, 71, 128, 4_096, 4_097, 5_000, 1 << 50] {
                let mut wheel = Wheel::new();
                for when in siblings {
                    arm(&mut wheel, when);
                }
                let mine = arm(&mut wheel, before);
                let fired = advance(&mut wheel, at.min(before - 1));
                assert_eq!(fired, NONE);
                assert_eq!(wheel.remove(mine), Some(before));
                arm(&mut wheel, after);
                let mut all = [&siblings[..], &[after]].concat();
                all.sort_unstable();
                assert_eq!(advance(&mut wheel, u64::MAX), all);
            }
        }
    }
}

#[test]
fn a_stale_key_finds_nothing_even_after_its_place_is_taken() {
    let mut wheel = Wheel::new();
    let removed = wheel.insert(100, "removed").unwrap();
    assert_eq!(wheel.remove(removed), Some("removed"));
    let fired = wheel.insert(100, "fired").unwrap();
    assert_eq!(advance(&mut wheel, 100), ["fired"]);
    // Both left one place behind them, and this one has it now.
    let armed = wheel.insert(200, "armed").unwrap();
    for stale in [removed, fired] {
        assert_ne!(stale, armed);
        assert_eq!(wheel.get_mut(stale), None);
        assert_eq!(wheel.position(stale), None);
        assert_eq!(wheel.remove(stale), None);
    }
    *wheel.get_mut(armed).unwrap() = "armed still";
    assert_eq!(wheel.remove(armed), Some("armed still"));
}

/// B9.3. The deadline that is worked through in digits at the top of `timer/src/wheel.rs`.
#[test]
fn a_deadline_falls_through_the_levels_as_its_digits_say() {
    let mut wheel = Wheel::new();
    let key = arm(&mut wheel, 5_000);
    for (time, place) in
        [(0, (2, 1)), (4_095, (2, 1)), (4_096, (1, 14)), (4_991, (1, 14)), (4_992, (0, 8))]
    {
        assert_eq!(advance(&mut wheel, time), NONE);
        assert_eq!(wheel.position(key), Some(place), "at {time}");
    }
    assert_eq!(advance(&mut wheel, 4_999), NONE);
    assert_eq!(advance(&mut wheel, 5_000), [5_000]);
}
