//! The story of the lesson `echo`: what has to be in it, whatever else there is.

use crate::output;

/// The story of the first scene, a line an event.
fn story() -> Vec<String> {
    let output = output(&["echo"]);
    let scene = output.split("\u{2500}\u{2500} ").nth(1).expect("there is a first scene");
    scene.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn every_would_block_comes_after_readiness_and_before_a_sleep() {
    let story = story();
    let would_block: Vec<usize> =
        (0..story.len()).filter(|nth| story[*nth].contains("WouldBlock")).collect();
    assert_eq!(would_block.len(), 1, "{story:#?}");
    for nth in would_block {
        let words: Vec<&str> =
            story[nth].split([' ', ':']).filter(|word| !word.is_empty()).collect();
        let [who, "tries", "token", number, ..] = words[..] else { panic!("{}", story[nth]) };
        let wakes = |line: &String| {
            line.contains(&format!("token {number} is readable"))
                && line.ends_with(&format!("this wakes {who}"))
        };
        assert!(story[..nth].iter().any(wakes), "nothing has woken {who}: {story:#?}");
        assert!(
            story[nth..].iter().any(|line| line.contains("the loop") || line.contains("sleeps"))
        );
    }
}

#[test]
fn every_socket_is_registered_and_closed() {
    let story = story();
    for token in 1..=3 {
        let count = |text: &str| {
            let end = format!("{text}token {token}");
            story.iter().filter(|line| line.ends_with(&end)).count()
        };
        assert_eq!((count("registers it as "), count("closes its socket, ")), (1, 1), "{story:#?}");
    }
}

#[test]
fn the_journal_says_who_waits_for_which_way_and_whether_it_was_tried() {
    let journal = output(&["echo", "--journal", "-"]);
    let mut waits = Vec::new();
    for line in journal.lines() {
        let event: serde_json::Value = serde_json::from_str(line).expect(line);
        if event["event"] == "scene" && !waits.is_empty() {
            break;
        }
        if event["event"] == "io_waits" {
            let way = event["way"].as_str().expect("a text").to_owned();
            waits.push((way, event["would_block"].as_bool().expect("true or false")));
            assert!(event["socket"].is_u64() && event["by"].is_u64());
        }
    }
    let waits: Vec<(&str, bool)> =
        waits.iter().map(|(way, tried)| (way.as_str(), *tried)).collect();
    let (untried, would_block) = (("read", false), ("read", true));
    // To accept, to be connected; to accept more; to have an answer; to have an order, and more:
    // which need not be tried, as the order was less than there was room for.
    let expected = [untried, ("write", false), would_block, untried, untried, untried];
    assert_eq!(waits, expected);
}
