//! A long story: its end stands in the page as lines alone, and is shown as its beginning is.

use std::fs;
use std::time::Duration;

use executor::{Clock, EventLoop};
use serde_json::{Value, json};
use stage::{JournalFile, Observers, PageFile};

use crate::browser::Browser;
use crate::{file, only_page};

const NASTY: &str = "</script><img src=x onerror='hacked=1'>\\ \"\u{1f980}";

/// Two runs of 300 rounds, of 8 events each: their page, and their journal.
fn page_and_journal(test: &str) -> (std::path::PathBuf, Vec<Value>) {
    let [path, journal] = ["html", "jsonl"].map(|kind| file(&format!("long-{test}.{kind}")));
    let only = only_page();
    let page = PageFile::create(&path.to_string_lossy());
    let lines = JournalFile::create(&journal.to_string_lossy());
    for scene in ["first", "second"] {
        let story = page.scene("long", scene, "simulated");
        let mut observers = Observers::default();
        observers.add(story.clone());
        observers.add(lines.clone());
        let builder = EventLoop::builder().clock(Clock::simulated()).observer(observers);
        let outcome = builder.build().unwrap().try_run(async {
            for round in 0..300 {
                timer::sleep(Duration::from_millis(round % 70 + 1)).await;
                if round % 100 == 50 {
                    stage::println!("{round}: {NASTY}");
                }
            }
        });
        story.end(outcome.as_ref().err());
    }
    drop((page, lines, only));
    let journal = fs::read_to_string(journal).unwrap();
    (path, journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn the_page_has_each_event_of_a_long_story_with_its_sentence() {
    let (path, journal) = page_and_journal("whole");
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("<li").count(), 1_000 + 2, "with what was printed");
    assert!(journal.len() > 4_000, "{} events", journal.len());

    let Some(browser) = Browser::start("long") else { return };
    browser.open(&path, "");
    let shown = browser.run("return stage.runs.flatMap((run) => run.events.slice(0, -1))");
    let shown = shown.as_array().unwrap();
    assert_eq!(shown.len(), journal.len());
    for (shown, told) in shown.iter().zip(&journal) {
        for (field, value) in told.as_object().unwrap() {
            assert_eq!(&shown[field], value, "{field} of {told}");
        }
        let says_when = |field: &str| match told[field].as_u64() {
            Some(nanos) => shown["say"].as_str().unwrap().contains(&seconds(nanos)),
            None => true,
        };
        assert!(says_when("deadline") && says_when("until"), "{shown}");
    }
    let printed =
        browser.run("return stage.runs.map((run) => run.printed.map(({ text }) => text))");
    let expected: Vec<_> = [50, 150, 250].map(|round| format!("{round}: {NASTY}\n")).into();
    assert_eq!(printed, json!([expected, expected]));
    assert_eq!(browser.run("return window.hacked ?? null"), Value::Null);
    browser.has_a_quiet_console("long");
}

fn seconds(nanos: u64) -> String {
    format!("{:.3}", nanos as f64 / 1e9)
}

/// D3.2. A number that was cut is another number.
#[test]
fn a_line_that_was_cut_is_left_out() {
    let (path, journal) = page_and_journal("cut");
    let whole = fs::read_to_string(&path).unwrap();
    let Some(browser) = Browser::start("long-cut") else { return };
    let last = whole.rfind("</script>").expect("the second run's lines end");
    let events = journal.len() / 2;
    for bytes in [1, 2, 5, 12, 40] {
        fs::write(&path, &whole[..last - bytes]).unwrap();
        browser.open(&path, "#scene=2");
        let ends = browser.run("return stage.run.events.slice(0, -1).map((event) => event.at)");
        let ends = ends.as_array().unwrap();
        let lost = whole[last - bytes..last].lines().count();
        assert_eq!(ends.len(), events - lost, "{bytes} bytes were cut off");
        for (at, told) in ends.iter().zip(&journal[events..]) {
            assert_eq!(at, &told["at"]);
        }
        assert!(browser.text("#ending").contains("was cut"));
        browser.has_a_quiet_console("cut");
    }
}
