//! What a program prints, is named or is written in is text, and never markup.

use std::time::Duration;

use executor::{Clock, EventLoop, spawn_named};
use stage::PageFile;

use crate::browser::Browser;
use crate::{file, only_page};

const NASTY: &str =
    "</script><img src=x onerror='hacked=1'><!-- <script>hacked=2</script> &amp; \"'\\ \u{1f980}";

/// D3.3.
#[test]
fn nothing_a_program_says_is_markup() {
    let path = file("texts.html");
    let only = only_page();
    let page = PageFile::create(&path.to_string_lossy());
    let source = format!("async fn nasty() {{\n    // {NASTY}\n}}\n");
    page.program(NASTY, NASTY, &[("nasty.rs", &source)]);
    let story = page.scene(NASTY, NASTY, NASTY);
    let builder = EventLoop::builder().clock(Clock::simulated()).observer(story.clone());
    let outcome = builder.build().unwrap().try_run(async {
        let task = spawn_named("</li></ol><b onclick=x>", async {
            // The standard library's own would be caught by the test.
            stage::println!("{NASTY}\r\nand\ttabs");
            timer::sleep(Duration::from_millis(1)).await;
        });
        task.await.unwrap();
    });
    story.end(outcome.as_ref().err());
    drop((story, page, only));

    let Some(browser) = Browser::start("texts") else { return };
    browser.open(&path, "");
    browser.run("for (const event of stage.run.events) stage.step(1)");
    assert_eq!(browser.run("return window.hacked ?? null"), serde_json::Value::Null);
    assert_eq!(browser.text("#lesson"), NASTY);
    assert_eq!(browser.text("#scene option"), NASTY);
    assert_eq!(browser.text("#printed"), format!("{NASTY}\r\nand\ttabs\n"));
    assert_eq!(browser.text("#source div:nth-child(2)"), format!("2    // {NASTY}"));
    // Its indentation is seen, of lines that nobody is at, too.
    let kept = browser.run(
        "return [...document.querySelectorAll('#lines > div')].every((line) =>
           getComputedStyle(line).whiteSpace === 'pre-wrap')",
    );
    assert_eq!(kept, true);
    assert!(browser.text("#tasks").contains("</li></ol><b onclick=x>"));
    browser.has_a_quiet_console("texts");
}
