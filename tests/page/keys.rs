//! The keys and the mouse do what they say.

use crate::browser::Browser;
use crate::page_of;

const RIGHT: char = '\u{e014}';
const LEFT: char = '\u{e012}';
const HOME: char = '\u{e011}';
const END: char = '\u{e010}';
const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';

/// A browser at that event of `breakfast`.
fn at(event: usize, test: &str) -> Option<Browser> {
    let browser = Browser::start(test)?;
    browser.open(&page_of("breakfast", test), &format!("#scene=1&event={event}"));
    assert_eq!(shown(&browser), event.to_string());
    Some(browser)
}

fn shown(browser: &Browser) -> String {
    let number = browser.run("return document.querySelector('#number').value");
    number.as_str().expect("it is text").to_owned()
}

#[test]
fn keys_go_forward_and_back_and_to_both_ends() {
    let Some(browser) = at(5, "ends") else { return };
    browser.press(&[RIGHT, RIGHT]);
    assert_eq!(shown(&browser), "7");
    browser.press(&[LEFT]);
    assert_eq!(shown(&browser), "6");
    browser.press(&[END]);
    assert_eq!(shown(&browser), browser.text("#count"));
    assert_eq!(browser.text("#say"), "The run is over.");
    browser.press(&[RIGHT]);
    assert_eq!(shown(&browser), browser.text("#count"), "behind the end there is nothing");
    browser.press(&[HOME, LEFT]);
    assert_eq!(shown(&browser), "1");
    browser.has_a_quiet_console("ends");
}

/// D3.1.
#[test]
fn n_goes_to_the_next_wake_and_t_to_the_next_of_a_task() {
    let Some(browser) = at(1, "wakes") else { return };
    for waker in ["this wakes toast_bread", "this wakes breakfast", "this wakes brew_coffee"] {
        browser.press(&['n']);
        assert!(browser.text("#say").contains(waker), "{}", browser.text("#say"));
    }
    browser.press(&['N']);
    assert!(browser.text("#say").contains("this wakes breakfast"));
    browser.press(&[HOME]);
    browser
        .run("document.querySelector('[data-task=\"1\"]').click(); document.activeElement.blur()");
    for sentence in
        ["spawns the task brew_coffee", "brew_coffee is new", "its waker with brew_coffee"]
    {
        browser.press(&['t']);
        assert!(browser.text("#say").contains(sentence), "{}", browser.text("#say"));
    }
}

/// D3.1.
#[test]
fn a_number_goes_to_that_event_and_a_time_to_the_first_event_then() {
    let Some(browser) = at(1, "numbers") else { return };
    browser.press(&['2', '0', ENTER]);
    assert_eq!(shown(&browser), "20");
    browser.press(&['g', '1', '.', '5', 's', ENTER]);
    assert_eq!(browser.text("#clock"), "2.000 s", "nothing happens between 1 and 2 seconds");
    assert!(browser.text("#say").contains("the loop wakes up"));
    browser.press(&['g', '9', '9', '9', ENTER]);
    assert_eq!(shown(&browser), browser.text("#count"));
    browser.press(&['g', 'x', ENTER]);
    assert_eq!(shown(&browser), browser.text("#count"), "what is neither goes nowhere");
}

#[test]
fn space_plays_and_halts() {
    let Some(browser) = at(1, "plays") else { return };
    browser.run("document.querySelector('#speed').value = '100'");
    browser.press(&[' ']);
    assert_eq!(browser.text("#play"), "pause");
    browser.wait_until("document.querySelector('#number').value > 3");
    browser.press(&[' ']);
    assert_eq!(browser.text("#play"), "play");
    browser.press(&[' ']);
    browser.wait_until("document.querySelector('#play').textContent === 'play'");
    assert_eq!(shown(&browser), browser.text("#count"), "at the end it halts by itself");
}

#[test]
fn the_moment_is_in_the_address() {
    let Some(browser) = at(5, "address") else { return };
    browser.press(&[RIGHT]);
    browser.wait_until("location.hash === '#scene=1&event=6'");
    browser.run("location.hash = '#scene=2&event=3'");
    browser.wait_until("document.querySelector('#number').value === '3'");
    assert!(browser.text("#say").contains("one_by_one"));
    browser.run("location.hash = '#scene=7&event=oops'");
    browser.wait_until("document.querySelector('#number').value === '1'");
    browser.has_a_quiet_console("address");
}

/// D3.1.
#[test]
fn the_mouse_goes_to_a_moment_and_to_a_cause() {
    let Some(browser) = at(21, "mouse") else { return };
    let cause = browser.text("#because li a");
    browser.run("document.querySelector('#because li a').click()");
    assert_eq!(shown(&browser), "20");
    assert!(cause.starts_with(&browser.text("#say")), "{cause}");
    // In the middle of the timeline, of two seconds, it is one second.
    let middle = browser.run(
        "const box = document.querySelector('#timeline').getBoundingClientRect();
         const gutter = Math.min(150, box.width * 0.28);
         return [box.left + gutter + (box.width - gutter - 16) / 2 + 2, box.top + 20]",
    );
    browser.click(middle[0].as_f64().unwrap(), middle[1].as_f64().unwrap());
    assert_eq!(browser.text("#clock"), "1.000 s");
    assert!(browser.text("#loop").contains("sleeps until 2.000"), "the last event then");
}

#[test]
fn a_word_is_explained_where_it_stands() {
    let Some(browser) = at(5, "words") else { return };
    let is_shown = "document.querySelector('[data-word=waker] .explained').checkVisibility()";
    browser.run("document.querySelector('[data-word=waker] button').focus()");
    assert_eq!(browser.run(&format!("return {is_shown}")), false);
    browser.press(&[ENTER]);
    browser.wait_until(is_shown);
    assert!(browser.text("[data-word=waker] .explained").contains("puts it into the ready queue"));
    browser.press(&[ESCAPE]);
    browser.wait_until(&format!("!{is_shown}"));
}

/// D3.1.
#[test]
fn a_row_is_marked_when_it_has_changed_and_not_otherwise() {
    /// Each task's row: whether it is marked, and what it says.
    const ROWS: &str = "return [...document.querySelectorAll('tr.task')].map((row) => [
        row.classList.contains('new'),
        row.querySelector('.name').textContent,
        ...['.phase b', '.waits', '.waker', '.polls'].map((part) => row.querySelector(part).textContent),
    ])";
    let Some(browser) = at(1, "marked") else { return };
    let rows = |browser: &Browser| browser.run(ROWS).as_array().expect("a list").clone();
    let (mut before, mut marked) = (rows(&browser), 0);
    while shown(&browser) != browser.text("#count") {
        browser.press(&[RIGHT]);
        let after = rows(&browser);
        for row in &after {
            let cells = &row.as_array().expect("a row")[1..];
            let was = before.iter().any(|row| row.as_array().expect("a row")[1..] == *cells);
            assert_eq!(row[0] == true, !was, "event {}: {row}", shown(&browser));
            marked += usize::from(!was);
        }
        before = after;
    }
    assert!(marked > 10, "{marked}");
}
