//! Many events, and many tasks.

use std::time::Duration;

use executor::{Clock, EventLoop, gather_all};
use stage::PageFile;

use crate::browser::Browser;
use crate::{file, only_page};

#[test]
fn any_way_to_a_moment_leads_to_the_same_state_and_a_crowd_is_drawn_in_part() {
    let path = file("many.html");
    let only = only_page();
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
    drop((story, page, only));

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
    // Rows that say the same as before stay.
    let made = browser.run(
        "const watcher = new MutationObserver(() => {});
         watcher.observe(document.querySelector('#tasks'), { childList: true, subtree: true });
         let made = 0;
         for (let step = 0; step < 60; step += 1) {
           stage.step(1);
           for (const { addedNodes } of watcher.takeRecords()) {
             made += [...addedNodes].filter((node) => node.matches('tr')).length;
           }
         }
         return made",
    );
    assert!(made.as_u64().unwrap() < 60 * 4, "in 60 steps {made} rows of 40 are made anew");
    browser.has_a_quiet_console("many");
}

/// What a step costs does not grow with the run: counted are the events and causes that are looked at,
/// the printed texts, and the elements that are made.
#[test]
fn a_step_looks_at_few_events_and_makes_few_elements_however_many_there_are() {
    let path = file("steps.html");
    let only = only_page();
    let page = PageFile::create(&path.to_string_lossy());
    let story = page.scene("steps", "once", "simulated");
    let builder = EventLoop::builder().clock(Clock::simulated()).observer(story.clone());
    let outcome = builder.build().unwrap().try_run(async {
        for round in 0..2500 {
            let sleep = timer::sleep(Duration::from_millis(round % 70 + 1));
            executor::spawn(sleep).await.unwrap();
            stage::println!("round {round}");
        }
    });
    story.end(outcome.as_ref().err());
    drop((story, page, only));

    let Some(browser) = Browser::start("steps") else { return };
    browser.open(&path, "");
    browser.run(
        "let looks = 0;
         const counting = (list) => new Proxy(list, {
           get(list, key) {
             if (typeof key === 'string' && /^\\d+$/.test(key)) looks += 1;
             const value = Reflect.get(list, key);
             return typeof value === 'function' && !Array.isArray(list) ? value.bind(list) : value;
           },
         });
         const { run, replay, chains } = stage;
         run.events = replay.events = counting(run.events);
         run.printed = counting(run.printed);
         chains.causes = counting(chains.causes);
         const watcher = new MutationObserver(() => {});
         watcher.observe(document, { childList: true, subtree: true });
         const made = (node) => 1 + (node.querySelectorAll?.('*').length ?? 0);
         // Of steps around an event: the most that one looks at, and makes.
         window.most = (from, direction) => {
           stage.goTo(from);
           const most = [0, 0];
           for (let step = 0; step < 60; step += 1) {
             looks = 0;
             watcher.takeRecords();
             stage.step(direction);
             const nodes = watcher.takeRecords().flatMap((record) => [...record.addedNodes]);
             most[0] = Math.max(most[0], looks);
             most[1] = Math.max(most[1], nodes.map(made).reduce((sum, count) => sum + count, 0));
           }
           return most;
         }",
    );
    let events = browser.run("return stage.run.events.length").as_u64().unwrap();
    assert!(events > 30_000, "{events}");
    for from in [1_000, events - 100] {
        let most = browser.run(&format!("return most({from}, 1)"));
        let [looks, nodes] = [0, 1].map(|at| most[at].as_u64().unwrap());
        assert!(looks < 700, "from event {from} on a step looks at {looks} events");
        assert!(nodes < 700, "from event {from} on a step makes {nodes} elements");
        // Back it goes from the nearest state that is kept: of 64 in a run.
        let most = browser.run(&format!("return most({from}, -1)"));
        let looks = most[0].as_u64().unwrap();
        assert!(looks < 700 + events / 64, "back from event {from} a step looks at {looks} events");
    }
}
