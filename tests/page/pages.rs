//! Every lesson's page, at every width.

use std::process::Command;

use crate::browser::Browser;
use crate::{LESSONS, PROGRAM, WIDTHS, file, page_of};

#[test]
fn every_lessons_page_opens_without_an_error_and_asks_nobody_for_anything() {
    let Some(browser) = Browser::start("opens") else { return };
    for lesson in LESSONS {
        let page = page_of(lesson, "opens");
        browser.open(&page, "");
        // Each event of each scene is drawn, forward and back, with its line of the runtime.
        let without = browser.run(
            "const without = [];
             for (let number = 0; number < stage.runs.length; number += 1) {
               stage.open(number);
               for (const event of stage.run.events) {
                 const line = document.querySelector('#runtime-source .current');
                 if (!line && stage.event.event !== 'end') without.push(stage.event);
                 stage.step(1);
               }
               for (const event of stage.run.events) stage.step(-1);
             }
             return without",
        );
        assert_eq!(without, serde_json::json!([]), "{lesson}: no line of the runtime");
        let asked = browser.run("return performance.getEntriesByType('resource').length");
        assert_eq!(asked, 0, "{lesson}");
        browser.has_a_quiet_console(lesson);
    }
}

#[test]
fn nothing_stands_beside_the_window() {
    let Some(browser) = Browser::start("widths") else { return };
    for lesson in LESSONS {
        let page = page_of(lesson, "widths");
        for width in WIDTHS.into_iter().chain([2560]) {
            browser.resize(width);
            browser.open(&page, "#scene=1&event=5");
            let beside = browser.run(
                "const page = document.documentElement; return page.scrollWidth - page.clientWidth",
            );
            assert_eq!(beside, 0, "{lesson}, {width} pixels wide");
            browser.has_a_quiet_console(lesson);
        }
    }
}

/// What is said aloud: the sentence is a live region, and every button has a name.
#[test]
fn a_screen_reader_finds_its_way() {
    let Some(browser) = Browser::start("aloud") else { return };
    browser.open(&page_of("breakfast", "aloud"), "#scene=1&event=21");
    let live = browser.run("return document.querySelector('[aria-live=polite]').textContent");
    assert!(live.as_str().unwrap().contains("this wakes toast_bread"), "{live}");
    let nameless = browser.run(
        "return [...document.querySelectorAll('button, input, select, canvas')].filter((control) =>
           !(control.textContent + (control.ariaLabel ?? '')).trim() && !control.closest('[aria-label]') &&
           !control.labels?.length).map((control) => control.outerHTML)",
    );
    assert_eq!(nameless, serde_json::json!([]));
    let wheel = browser.run("return document.querySelector('#wheel svg').ariaLabel");
    assert_eq!(wheel, "Level 1, the hand is at slot 15: in slot 31 brew_coffee's timer for 2.000");
}

#[test]
fn page_writes_all_lessons_each_small_and_a_list_of_them() {
    let site = file("site");
    let told = Command::new(&*PROGRAM).arg("page").arg(&site).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let index = std::fs::read_to_string(site.join("index.html")).unwrap();
    for lesson in LESSONS.into_iter().chain(["fetch", "io-or-cpu"]) {
        assert!(index.contains(&format!("<a href='{lesson}.html'><b>{lesson}</b>")), "{lesson}");
        let page = std::fs::read_to_string(site.join(format!("{lesson}.html"))).unwrap();
        assert!(page.ends_with("</div></body></html>\n"), "{lesson}: its page is whole");
        let (bytes, most) = (page.len(), most_bytes(lesson, &page));
        assert!(bytes < most, "{lesson}: its page has {bytes} bytes, and may have {most}");
    }
    let without = Command::new(&*PROGRAM).arg("page").output().unwrap();
    assert!(!without.status.success(), "it asks for a directory");
}

/// How large a page may be. The heart of io-or-cpu beats in real time: the longer its jobs take on this
/// machine, the more events there are.
fn most_bytes(lesson: &str, page: &str) -> usize {
    if lesson != "io-or-cpu" {
        return 250_000;
    }
    let story = page.split_once("<section").expect("there is a run").1;
    let is_event = |line: &&str| {
        line.contains(" data-e=") || line.starts_with(|letter: char| letter.is_ascii_digit())
    };
    400_000 + 40 * story.lines().filter(is_event).count().saturating_sub(5_500)
}
