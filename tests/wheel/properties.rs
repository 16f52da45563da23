//! The wheel against a sorted set: properties P1 to P12, each over thousands of random stories.
//!
//! `PROPTEST_CASES` sets how many. What cannot be seen from outside (the lists and bitmaps of P4
//! and P5, the count of moves of P6) is checked once more next to the wheel, in its own file.

use std::collections::{HashMap, VecDeque};

use proptest::prelude::*;
use proptest::test_runner::{TestCaseResult, TestRunner};

use super::story::*;
use crate::support::cases;

/// Checks a property for 10,000 random values and panics with the simplest that breaks it.
#[track_caller]
fn for_any<S: Strategy>(strategy: S, property: impl Fn(S::Value) -> TestCaseResult) {
    if let Err(error) = TestRunner::new(cases(10_000)).run(&strategy, property) {
        panic!("{error}");
    }
}

/// P1.
#[test]
fn any_sequence_fires_the_same_timers_in_the_same_order_as_a_sorted_map() {
    for_any(stories(), |story| {
        let mut player = Player::starting_at(story.start);
        let mut model = Model::starting_at(story.start);
        for &call in story.calls.iter().chain(&[Call::Advance(u64::MAX)]) {
            prop_assert_eq!(player.call(call), model.call(call), "at {:?}", call);
            prop_assert_eq!(player.wheel.elapsed(), model.elapsed);
        }
        Ok(())
    });
}

/// P2. Asked of the deadlines alone, not of the model: what fires was due, what stays is not.
#[test]
fn a_timer_fires_in_the_step_that_reaches_its_deadline_and_in_no_other() {
    for_any(stories(), |story| {
        let mut player = Player::starting_at(story.start);
        let mut deadlines = Vec::new();
        let mut now = story.start;
        for &call in &story.calls {
            let before = now;
            match call {
                Call::Insert(when) => deadlines.push(when),
                Call::Remove(_) => {}
                Call::Advance(to) => now = to,
            }
            let outcome = player.call(call);
            prop_assert_eq!(player.wheel.elapsed(), now);
            if let Outcome::Fired(fired) = outcome {
                for number in fired {
                    let when = deadlines[number];
                    prop_assert!(when <= now, "{} fired early, at {}", when, now);
                    prop_assert!(when > before, "{} was due before {}", when, before);
                }
            }
            for (&when, key) in deadlines.iter().zip(&player.keys) {
                let waits = key.is_some_and(|key| player.wheel.position(key).is_some());
                prop_assert!(!waits || when > now, "{} still waits at {}", when, now);
            }
        }
        Ok(())
    });
}

/// P3. And `next_wake`, which may be sooner but not past, and not at all without timers.
#[test]
fn next_deadline_is_the_minimum_of_the_sorted_map_after_every_call() {
    for_any(stories(), |story| {
        after_every_call(&story, |player, model| {
            let next = model.next_deadline();
            prop_assert_eq!(player.wheel.next_deadline(), next);
            let wake = player.wheel.next_wake();
            prop_assert_eq!(wake.is_some(), next.is_some());
            prop_assert!(wake <= next, "would wake at {:?} for {:?}", wake, next);
            prop_assert!(wake.is_none_or(|wake| wake > model.elapsed), "wakes in the past");
            Ok(())
        })?;
        Ok(())
    });
}

/// P4, from outside: the count, and every armed timer under its key.
#[test]
fn counts_and_keys_agree_with_the_sorted_map_after_every_call() {
    for_any(stories(), |story| {
        let (mut player, model) = after_every_call(&story, |player, model| {
            prop_assert_eq!(player.wheel.len(), model.armed.len());
            prop_assert_eq!(player.wheel.is_empty(), model.armed.is_empty());
            for &(_, number) in &model.armed {
                let key = player.keys[number].unwrap();
                prop_assert_eq!(player.wheel.get_mut(key).copied(), Some(number));
                prop_assert!(player.wheel.position(key).is_some());
            }
            Ok(())
        })?;
        // A list that lost a link, or a bit that was never set, would keep a timer back here.
        let all: Vec<usize> = model.armed.iter().map(|&(_, number)| number).collect();
        prop_assert_eq!(player.advance(u64::MAX), all);
        prop_assert_eq!(player.wheel.len(), 0);
        Ok(())
    });
}

/// P5.
#[test]
fn every_timer_lies_above_the_digit_of_elapsed_at_its_level() {
    for_any(stories(), |story| {
        after_every_call(&story, |player, model| {
            for &(when, number) in &model.armed {
                let (level, slot) = player.position(number).unwrap();
                let elapsed = player.wheel.elapsed();
                prop_assert_eq!(slot, digit(when, level));
                prop_assert!(slot > digit(elapsed, level), "slot {} of level {}", slot, level);
                for above in level + 1..11 {
                    prop_assert_eq!(digit(when, above), digit(elapsed, above));
                }
            }
            Ok(())
        })?;
        Ok(())
    });
}

/// P6. Time stops at the start of every occupied slot on its way, so that no move goes unseen.
#[test]
fn a_timer_moves_at_most_ten_times_and_only_downward() {
    for_any(stories(), |story| {
        let mut player = Player::starting_at(story.start);
        let mut model = Model::starting_at(story.start);
        let mut seen: HashMap<usize, ((usize, usize), u32)> = HashMap::new();
        let mut calls = VecDeque::from(story.calls);
        calls.push_back(Call::Advance(u64::MAX));
        while let Some(mut call) = calls.pop_front() {
            if let Call::Advance(now) = call
                && let Some(stop) = first_start(&player, &model)
                && (model.elapsed + 1..now).contains(&stop)
            {
                calls.push_front(call);
                call = Call::Advance(stop);
            }
            player.call(call);
            model.call(call);
            for &(_, number) in &model.armed {
                let place = player.position(number).unwrap();
                let (before, moves) = seen.entry(number).or_insert((place, 0));
                if *before != place {
                    prop_assert!(place.0 < before.0, "moved from {:?} to {:?}", before, place);
                    *before = place;
                    *moves += 1;
                    prop_assert!(*moves <= 10);
                }
            }
        }
        Ok(())
    });
}

/// The tick at which the first occupied slot starts.
fn first_start(player: &Player, model: &Model) -> Option<u64> {
    let start = |&(when, number): &(u64, usize)| {
        let (level, _) = player.position(number).unwrap();
        when >> (6 * level) << (6 * level)
    };
    model.armed.iter().map(start).min()
}

/// P7.
#[test]
fn two_steps_come_to_the_same_as_one() {
    for_any((stories(), distances()), |(story, first)| {
        let mut in_one = Player::starting_at(story.start);
        let mut in_two = Player::starting_at(story.start);
        for &call in story.calls.iter().chain(&[Call::Advance(u64::MAX)]) {
            let mut fired = Vec::new();
            if let Call::Advance(now) = call {
                let between = in_two.wheel.elapsed().saturating_add(first).min(now);
                fired = in_two.advance(between);
            }
            let mut outcome = in_two.call(call);
            if let Outcome::Fired(rest) = &mut outcome {
                rest.splice(0..0, fired);
            }
            prop_assert_eq!(in_one.call(call), outcome);
            prop_assert_eq!(in_one.wheel.elapsed(), in_two.wheel.elapsed());
            prop_assert_eq!(in_one.wheel.next_deadline(), in_two.wheel.next_deadline());
            for (one, two) in in_one.keys.iter().zip(&in_two.keys) {
                let [one, two] = [(one, &in_one), (two, &in_two)]
                    .map(|(key, player)| key.and_then(|key| player.wheel.position(key)));
                prop_assert_eq!(one, two);
            }
        }
        Ok(())
    });
}

/// P8. Nor does a step to a tick in the past.
#[test]
fn a_second_step_to_the_same_tick_changes_nothing() {
    for_any((stories(), distances()), |(story, back)| {
        after_every_call(&story, |player, model| {
            for now in [model.elapsed, model.elapsed.saturating_sub(back)] {
                prop_assert!(player.advance(now).is_empty());
                prop_assert_eq!(player.wheel.elapsed(), model.elapsed);
                prop_assert_eq!(player.wheel.len(), model.armed.len());
                prop_assert_eq!(player.wheel.next_deadline(), model.next_deadline());
            }
            Ok(())
        })?;
        Ok(())
    });
}

/// P9. Although every timer may lie in another slot, at another level.
#[test]
fn a_story_told_from_another_start_is_the_same_story() {
    for_any(stories_with_another_start(), |(story, start)| {
        let mut here = Player::starting_at(story.start);
        let mut there = Player::starting_at(start);
        for &call in &story.calls {
            let shifted = match call {
                Call::Insert(when) => Call::Insert(when - story.start + start),
                Call::Remove(number) => Call::Remove(number),
                Call::Advance(now) => Call::Advance(now - story.start + start),
            };
            prop_assert_eq!(here.call(call), there.call(shifted), "at {:?}", call);
            let next_here = here.wheel.next_deadline().map(|when| when - story.start);
            let next_there = there.wheel.next_deadline().map(|when| when - start);
            prop_assert_eq!(next_here, next_there);
        }
        Ok(())
    });
}

/// P10. A later timer takes the place of an earlier one in memory, but not its key.
#[test]
fn a_stale_key_finds_nothing_whatever_happens_later() {
    for_any(stories(), |story| {
        after_every_call(&story, |player, model| {
            for (number, &when) in model.deadlines.iter().enumerate() {
                let stale = !model.armed.contains(&(when, number));
                if let Some(key) = player.keys[number].filter(|_| stale) {
                    prop_assert_eq!(player.wheel.position(key), None);
                    prop_assert_eq!(player.wheel.get_mut(key), None);
                    prop_assert_eq!(player.wheel.remove(key), None);
                }
            }
            prop_assert_eq!(player.wheel.len(), model.armed.len());
            Ok(())
        })?;
        Ok(())
    });
}

/// P11.
#[test]
fn the_last_tick_can_be_armed_and_fires_only_there() {
    for_any(stories(), |story| {
        let mut player = Player::starting_at(story.start);
        // Numbered apart from the story's own timers.
        let last = |nth: usize| 1_000_000 + nth;
        let mut armed = 0;
        for &call in story.calls.iter().chain(&[Call::Advance(0)]) {
            if player.wheel.insert(u64::MAX, last(armed)).is_ok() {
                armed += 1;
            }
            if let Outcome::Fired(fired) = player.call(call) {
                let early = player.wheel.elapsed() < u64::MAX
                    && fired.iter().any(|&number| number >= last(0));
                prop_assert!(!early, "fired at {}", player.wheel.elapsed());
            }
        }
        if player.wheel.elapsed() < u64::MAX {
            let before = player.advance(u64::MAX - 1);
            prop_assert!(before.iter().all(|&number| number < last(0)));
            prop_assert_eq!(player.wheel.next_deadline(), Some(u64::MAX));
            let mut at_last = player.advance(u64::MAX);
            at_last.retain(|&number| number >= last(0));
            prop_assert_eq!(at_last, (0..armed).map(last).collect::<Vec<_>>());
        }
        prop_assert!(player.wheel.is_empty());
        prop_assert_eq!(player.wheel.insert(u64::MAX, 0), Err(0), "the last tick has come");
        Ok(())
    });
}

/// P12. A bit that stays set would hide the one timer that is armed afterwards.
#[test]
fn nothing_is_left_after_everything_fired_or_was_removed() {
    for_any((stories(), any::<bool>(), distances()), |(story, remove, ahead)| {
        let (mut player, model) = after_every_call(&story, |_, _| Ok(()))?;
        if remove {
            for &(_, number) in &model.armed {
                prop_assert_eq!(player.call(Call::Remove(number)), Outcome::Removed(Some(number)));
            }
        } else {
            player.advance(model.armed.last().map_or(model.elapsed, |&(when, _)| when));
        }
        prop_assert_eq!(player.wheel.len(), 0);
        prop_assert!(player.wheel.is_empty());
        prop_assert_eq!(player.wheel.next_deadline(), None);
        prop_assert_eq!(player.wheel.next_wake(), None);

        let when = player.wheel.elapsed().saturating_add(ahead);
        if player.wheel.insert(when, 7).is_ok() {
            prop_assert_eq!(player.wheel.next_deadline(), Some(when));
            prop_assert_eq!(player.wheel.next_wake(), Some(when));
            prop_assert_eq!(player.advance(when), [7]);
        }
        Ok(())
    });
}

fn digit(tick: u64, level: usize) -> usize {
    (tick >> (6 * level)) as usize % 64
}
