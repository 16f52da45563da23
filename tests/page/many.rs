//! Many events, and many tasks.

use std::time::Duration;

use executor::{Clock, EventLoop, gather_all};
use stage::PageFile;

use crate::browser::Browser;
use crate::file;

#[test]
fn any_way_to_a_moment_leads_to_the_same_state_and_a_crowd_is_drawn_in_part() {
    let path = file("many.html");
    let page = PageFile::create(&path.to_string_lossy());
    let story = page.scene("crowd", "many", "simulated");
    let builder = EventLoop::builder().clock(Clock::simulated()).observer(story.clone());
    let outcome = builder.build().unwrap().try_run(async {
        let sleeps = |nth: u64| async move {
            for round in 1..6 {
                timer::sleep(Duration::from_millis(nth % 97 * round + 1)).await;
            }
        };
        gather_all((0..1000).map(sleeps)).await;
    });
    story.end(outcome.as_ref().err());
    drop((story, page));

    let Some(browser) = Browser::start("many") else { return };
    browser.open(&path, "");
    let differing = browser.run(
        "const { events } = stage.run;
         const Replay = stage.replay.constructor;
         const plain = (value) => JSON.stringify(value, (key, value) => value instanceof Map ? [...value] : value);
         const differing = [];
         let chance = 1;
         for (let nth = 0; nth < 30; nth += 1) {
           chance = (chance * 48271) % 2147483647;
           const index = chance % events.length;
           const straight = new Replay(events).goTo(index);
           if (plain(stage.replay.goTo(index)) !== plain(straight)) differing.push(index);
         }
         return [events.length, differing]",
    );
    assert!(differing[0].as_u64().unwrap() > 15_000, "{differing}");
    assert_eq!(differing[1], serde_json::json!([]));
    browser.run("stage.goTo(9000)");
    let rows = browser.run("return document.querySelectorAll('#tasks tbody tr').length");
    assert!((1..=40).contains(&rows.as_u64().unwrap()), "{rows} of a thousand tasks");
    assert!(browser.text("#tasks").contains("1001 tasks in all"));
    browser.has_a_quiet_console("many");
}
