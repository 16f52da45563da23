//! The editor, in a browser.

use crate::browser::Browser;
use crate::client::Sandbox;

const CONTROL: char = '\u{e009}';
const RIGHT: char = '\u{e014}';
const ENTER: char = '\u{e007}';
const TAB: char = '\u{e004}';
const ESCAPE: char = '\u{e00c}';

/// A sandbox, and a browser in which it is open; without one there is nothing to test.
fn open(test: &str) -> Option<(Sandbox, Browser)> {
    let sandbox = Sandbox::start(&["--limit", "3600"]);
    let browser = Browser::start(test)?;
    browser.go_to(&sandbox.address());
    browser.wait_until("window.sandbox");
    Some((sandbox, browser))
}

/// Ctrl+Enter, with the caret in the editor.
fn run(browser: &Browser) {
    browser.run("document.querySelector('#editor').focus()");
    browser.chord(CONTROL, ENTER);
    browser.wait_until("!document.querySelector('#stop').disabled || !sandbox.running");
}

fn is_over(browser: &Browser) {
    browser.wait_until("!sandbox.running");
}

fn text(browser: &Browser) -> String {
    browser.run("return sandbox.editor.text").as_str().unwrap().to_owned()
}

/// D2.6
#[test]
fn one_types_runs_sees_the_error_at_its_line_mends_it_and_steps_through_the_run() {
    let Some((_sandbox, browser)) = open("types") else { return };
    assert!(text(&browser).contains("async fn breakfast()"), "breakfast is in the editor");
    browser.run(
        "document.querySelector('#editor').focus(); document.querySelector('#editor').select()",
    );
    let typed = "async fn main() {\nprintln!(\"soup\");\ncake()\n}";
    browser.press(&typed.replace('\n', &ENTER.to_string()).chars().collect::<Vec<_>>());
    assert!(text(&browser).contains("{\n    println"), "Enter indents: {}", text(&browser));
    run(&browser);
    is_over(&browser);
    assert!(browser.text("#status").contains("does not compile"), "{}", browser.text("#status"));
    browser
        .wait_until("document.querySelector('#output').textContent.includes('--> breakfast.rs:3')");
    assert_eq!(browser.text("#lines .bad i"), "3");
    assert!(browser.text("#lines .bad b").contains("cannot find function `cake`"));

    browser.run("sandbox.editor.text = sandbox.editor.text.replace('cake()', 'executor::yield_now().await;')");
    run(&browser);
    browser.wait_until("window.stage.run");
    is_over(&browser);
    assert!(browser.text("#status").starts_with("done"), "{}", browser.text("#status"));
    assert_eq!(
        browser.run("return stage.state.index"),
        0,
        "one that is done begins at its beginning"
    );
    browser.wait_until("document.querySelector('#output').textContent === 'soup\\n'");
    assert_eq!(browser.run("return document.querySelector('#number').value"), "1");
    browser.press(&[ESCAPE, RIGHT, RIGHT, RIGHT]);
    assert_eq!(browser.run("return document.querySelector('#number').value"), "4");
    assert!(browser.text("#tasks").contains("main"));
    assert_eq!(browser.run("return document.querySelector('#old').hidden"), true);
    browser.has_a_quiet_console("types");

    // The run stays when the text changes, and is marked.
    browser.run("document.querySelector('#editor').focus()");
    browser.press(&['/', '/']);
    assert_eq!(browser.run("return document.querySelector('#old').hidden"), false);
    browser.press(&[ESCAPE, RIGHT]);
    assert_eq!(browser.run("return document.querySelector('#number').value"), "5");
    browser.has_a_quiet_console("older");
}

/// D2.3
#[test]
fn stop_ends_a_program_that_prints_for_ever_and_the_text_survives_a_reload() {
    let Some((_sandbox, browser)) = open("stop") else { return };
    browser.run(
        "document.querySelector('#clock-dial').value = 'real';
         document.querySelector('#editor').focus(); document.querySelector('#editor').select();
         document.execCommand('insertText', false,
           'async fn main() { loop { println!(\"soup\"); std::thread::sleep(std::time::Duration::from_millis(1)); } }')",
    );
    run(&browser);
    browser.wait_until("document.querySelector('#output').textContent.includes('soup')");
    assert_eq!(browser.run("return document.querySelector('#stop').disabled"), false);
    browser.run("document.querySelector('#stop').click()");
    is_over(&browser);
    assert!(browser.text("#status").starts_with("stopped"), "{}", browser.text("#status"));
    browser.wait_until("document.querySelector('#output').textContent.endsWith('was stopped.')");
    // What it did when it was ended is what one wants to know.
    assert!(browser.text("#time").contains("here is its last moment"), "{}", browser.text("#time"));
    assert_eq!(browser.run("return stage.state.index === stage.run.events.length - 1"), true);
    let said = browser.text("#say");
    assert!(said.contains("main was in its poll 1, which had not returned"), "{said}");
    // Also in the middle of a run that would never end.
    run(&browser);
    browser.wait_until("document.querySelector('#output').textContent.includes('soup')");
    browser.go_to("about:blank");
    browser.go_to(&_sandbox.address());
    browser.wait_until("window.sandbox");
    assert!(text(&browser).contains("println!(\"soup\")"));
    browser.has_a_quiet_console("stop");
}

/// D2.3
#[test]
fn what_is_drawn_of_an_endless_output_is_bounded() {
    let Some((_sandbox, browser)) = open("bounded") else { return };
    browser.run("sandbox.editor.text = 'async fn main() { loop { println!(\"soup\"); } }'");
    run(&browser);
    is_over(&browser);
    browser.wait_until(
        "document.querySelector('#output').textContent.includes('more than a megabyte')",
    );
    let length = browser.text("#output").len();
    assert!(length < 110_000, "{length}");
    assert!(browser.text("#status").contains("too much output"));
}

#[test]
fn tab_indents_and_undo_is_the_browsers() {
    let Some((_sandbox, browser)) = open("tab") else { return };
    browser.run(
        "sandbox.editor.text = 'soup\\ncake\\n'; document.querySelector('#editor').focus();
         document.querySelector('#editor').setSelectionRange(0, 9)",
    );
    browser.press(&[TAB]);
    assert_eq!(text(&browser), "    soup\n    cake\n");
    browser.chord('\u{e008}', TAB);
    assert_eq!(text(&browser), "soup\ncake\n");
    browser.chord(CONTROL, 'z');
    assert_eq!(text(&browser), "    soup\n    cake\n");
    browser.press(&[ESCAPE]);
    assert_eq!(browser.run("return document.activeElement === document.body"), true);
}

#[test]
fn it_fits_from_a_phone_to_a_large_screen() {
    let Some((_sandbox, browser)) = open("widths") else { return };
    run(&browser);
    browser.wait_until("window.stage.run");
    is_over(&browser);
    for width in [360, 768, 1280, 2560] {
        browser.resize(width);
        let wide = browser.run("return document.documentElement.scrollWidth");
        assert!(wide.as_u64().unwrap() <= u64::from(width), "{wide} of {width}");
        let overlapping = browser.run(
            "const places = ['program', 'inside', 'now', 'why'].map((id) => [id, document.getElementById(id).getBoundingClientRect()]);
             return places.flatMap(([one, a]) => places.filter(([other, b]) => one < other
               && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
               .map(([other]) => `${one} and ${other}`))",
        );
        assert_eq!(overlapping, serde_json::json!([]), "at {width}");
    }
}
