//! A run that was cut, never ended or was stuck says so, at the top and at its end.

use std::fs;

use crate::browser::Browser;
use crate::{file, page_of};

/// What stands at the top, and what is said of the last moment.
fn top_and_end(browser: &Browser) -> [String; 2] {
    browser.run("stage.goTo(Infinity)");
    [browser.text("#ending"), browser.text("#say")]
}

/// D3.2.
#[test]
fn a_run_that_was_stuck_says_so() {
    let Some(browser) = Browser::start("stuck") else { return };
    browser.open(&page_of("stuck", "ends"), "");
    let [top, end] = top_and_end(&browser);
    assert!(top.starts_with("Stuck: nothing can ever happen again"), "{top}");
    assert!(end.contains("kept no waker"), "{end}");
    // At the end of the poll that kept none it is seen to vanish.
    browser.run("stage.goTo(3)");
    assert!(browser.text("#tasks .lost").contains("nowhere"));
}

/// D3.2.
#[test]
fn a_run_that_ended_says_no_more() {
    let Some(browser) = Browser::start("done") else { return };
    browser.open(&page_of("breakfast", "ends"), "");
    assert_eq!(top_and_end(&browser), ["", "The run is over."]);
}

/// D3.2. The file of a program that was killed, or that still runs, ends anywhere.
#[test]
fn a_page_that_was_cut_anywhere_shows_what_there_is() {
    let Some(browser) = Browser::start("cut") else { return };
    let whole = fs::read(page_of("breakfast", "cut")).unwrap();
    let text = String::from_utf8_lossy(&whole);
    let story = text.find("<section class=\"run\"").expect("there is a run");
    let end = story + text[story..].find("</section>").expect("the run ends");
    let path = file("cut.html");
    for part in 1..=10 {
        let length = story + (end - story) * part / 11;
        fs::write(&path, &whole[..length]).unwrap();
        browser.open(&path, "");
        let [top, end] = top_and_end(&browser);
        for words in [top, end] {
            assert!(words.contains("was cut"), "{length} of {} bytes: {words}", whole.len());
        }
        browser.has_a_quiet_console(&format!("{length} bytes"));
    }
}
