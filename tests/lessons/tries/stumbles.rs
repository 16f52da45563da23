//! The lessons about stumbles, each with its change.

use super::{asyncios, ours};

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
