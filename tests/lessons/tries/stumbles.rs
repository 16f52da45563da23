//! The lessons about stumbles, each with its change.

use super::{asyncios, ours};
use crate::output;

/// What the changed lesson prints; the changed asyncio program prints the same.
#[track_caller]
fn both(lesson: &str) -> String {
    let ours = ours(lesson, &["--plain"]);
    if let Some(asyncios) = asyncios(lesson) {
        assert_eq!(ours, asyncios);
    }
    ours
}

#[test]
fn while_the_cook_sleeps_by_the_loop_the_cake_is_baked() {
    let expected = "Spawned\nCake: into the oven\nCake: baked\nTwo seconds later it is baked: \
                    true\nAwaited: it took 2 seconds\n";
    let printed = both("spawn");
    assert!(printed.starts_with(expected), "{printed}");
}

/// A look more in the same second is a poll more, of the task that wakes itself and of no other.
#[test]
fn who_looks_twice_as_often_is_polled_twice_as_often() {
    let polls = |told: &str| -> Vec<u32> {
        let lines = told.lines().filter(|line| line.contains(" polls: "));
        let words =
            |line: &str| line.split(" polls: ").next()?.split_whitespace().last()?.parse().ok();
        lines.filter_map(words).collect()
    };
    let (before, after) = (polls(&output(&["waker"])), polls(&ours("waker", &[])));
    let [forgetful, spinning, sleeping] = before[..] else { panic!("{before:?}") };
    assert_eq!(after, [forgetful, spinning + 25, sleeping]);
    both("waker");
}

#[test]
fn the_wake_of_a_timer_hides_a_lost_one_in_the_same_task() {
    let ours = ours("lost-wake-up", &["--plain"]);
    let found = "I leave my waker\nI look: a letter!\nI have it after 2 seconds\n";
    let given_up = "I leave my waker\nI give up after 2 seconds\n";
    assert_eq!(ours.matches(found).count(), 1, "{ours}");
    if let Some(asyncios) = asyncios("lost-wake-up") {
        assert_eq!(ours.replace(found, given_up), asyncios);
    }
}

#[test]
fn of_two_lines_in_two_pieces_each_half_is_lost_inside_and_nothing_outside() {
    let printed = both("cancel");
    let orders: Vec<_> = printed.lines().filter(|line| line.starts_with("Order")).collect();
    let expected = ["Order: soups", "Order: salad", "Order: two soups", "Order: one salad"];
    assert_eq!(orders, expected, "{printed}");
}

/// Bob and Carol block the thread for two seconds each, one after the other.
#[test]
fn a_third_guest_blocks_the_thread_as_well_or_waits_her_turn_or_for_nobody() {
    let printed = both("locks");
    let took: Vec<_> = printed.lines().filter_map(|line| line.split(" after ").nth(1)).collect();
    assert_eq!(took, ["4 s", "3 s", "1 s"], "{printed}");
    assert!(printed.contains("Bob gives up") && printed.contains("Carol gives up"), "{printed}");
    let told = ours("locks", &[]);
    assert!(told.contains("Bob, spawned at") && told.contains("there waited Alice"), "{told}");
}

#[test]
fn a_group_that_ends_before_it_aborts_leaves_its_dishes_to_cook_for_nobody() {
    let ours = ours("errors", &["--plain"]);
    let orphans =
        "Nothing is served: burnt fish, after 1 s\nThe soup is ready\nThe cake is ready\n";
    assert!(ours.starts_with(orphans) && ours.ends_with(orphans), "{ours}");
    if let Some(asyncios) = asyncios("errors") {
        assert_eq!(ours.strip_suffix("The soup is ready\nThe cake is ready\n"), Some(&*asyncios));
    }
}

/// Who awaits one dish after the other still begins the fish only when the soup is served.
#[test]
fn whoever_goes_on_polling_lets_no_fish_burn() {
    let printed = ours("collect", &["--plain"]);
    let fish: Vec<_> = printed.lines().filter(|line| line.contains("fish")).collect();
    let [one_by_one, others @ ..] = &fish[..] else { panic!("{printed}") };
    assert_eq!(*one_by_one, "After 5.5 s: fish, 2.5 s in the pan");
    assert_eq!(others, ["After 3.5 s: fish, 2.5 s in the pan"; 3]);
}

#[test]
fn with_room_for_one_the_cook_takes_longer_and_the_scene_as_long_as_before() {
    let printed = both("channel");
    let cook = "Cook: 5 dishes in 3.1 s, up to 1 of them wait\n";
    assert_eq!(printed.matches(cook).count(), 1, "{printed}");
    let took = |told: &str| {
        let line = told.lines().find(|line| line.contains("bounded(2) ") && line.contains(" s, "));
        line.and_then(|line| line.split_whitespace().nth(1)).map(str::to_owned)
    };
    assert_eq!(took(&ours("channel", &[])), Some("5.10".to_owned()));
    assert_eq!(took(&output(&["channel"])), Some("5.10".to_owned()));
}

#[test]
fn who_yields_after_every_other_piece_peels_two_at_a_time() {
    let printed = ours("fairness", &["--plain"]);
    let second = printed.lines().nth(1);
    let two = "potato potato carrot carrot ";
    assert_eq!(second, Some(format!("{two}{two}done").as_str()), "{printed}");
}

/// A task that is queued is polled by the loop, and the loop is kept.
#[test]
fn block_on_keeps_even_a_task_from_its_first_poll() {
    let printed = both("nested");
    assert!(printed.contains("The cake is not baked: I give up\n"), "{printed}");
    assert!(printed.contains("The heart beats 2 s late\nThe cake is baked\n"), "{printed}");
}

#[test]
fn a_tick_before_the_third_level_is_the_last_slot_of_the_second() {
    let printed = ours("wheel", &["--plain"]);
    let second = format!("  level 1: .b{}c\n  level 2: {}\n", ".".repeat(61), ".".repeat(64));
    assert_eq!(printed.matches(&second).count(), 1, "{printed}");
}

#[test]
fn a_menu_read_twice_on_the_loop_makes_the_heart_later_and_on_the_pool_it_does_not() {
    let printed = both("files");
    let late: Vec<_> = printed.lines().filter(|line| line.starts_with("beat")).collect();
    let beats = |late| format!("beat beat beat {late} seconds late at worst");
    assert_eq!(late, [beats("3.5"), beats("0.0")], "{printed}");
}

#[test]
fn the_system_tells_an_edge_once_read_or_not() {
    let printed = ours("reactor", &["--plain"]);
    let told = "The system says: Token(7) can be read\nThe system says nothing\n";
    assert_eq!(printed.matches(told).count(), 1, "{printed}");
}
