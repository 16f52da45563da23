//! Without its script, and on paper, the page is the story.

use std::fs;

use serde_json::json;

use crate::browser::Browser;
use crate::{LESSONS, lesson, page_of};

/// The words of a text, without the signs at the story's edge and the times.
fn words(text: &str) -> Vec<String> {
    let edges = ["│", "└", ">"];
    let is_word = |word: &&str| !edges.contains(word) && word.parse::<f64>().is_err();
    text.split_whitespace().filter(is_word).map(str::to_owned).collect()
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'");
    text.replace("&#13;", "\r").replace("&amp;", "&")
}

/// The sentences that stand in a page: what is behind the time of each item.
fn sentences(page: &str) -> Vec<String> {
    let items = page.lines().filter(|line| line.starts_with("<li") && line.contains("data-e="));
    items.map(|item| unescaped(item.split("</b> ").nth(1).expect("behind its time"))).collect()
}

/// D3.1.
#[test]
fn each_sentence_of_the_trace_stands_in_the_page() {
    for name in LESSONS {
        let page = fs::read_to_string(page_of(name, "story")).unwrap();
        let told = words(&lesson(&[name, "--trace"])).join(" ");
        let mut rest = told.as_str();
        for sentence in sentences(&page) {
            // The trace leaves out that a new task is queued, which is said with the spawning, and
            // the ways of later timers down the wheel; and says only once what a waker is.
            if sentence.ends_with(" is new: it is queued") || sentence.contains(" goes down to ") {
                continue;
            }
            let sentence = words(sentence.split(". A waker is").next().unwrap()).join(" ");
            let found = rest.find(&sentence).unwrap_or_else(|| panic!("{name}: no {sentence:?}"));
            rest = &rest[found + sentence.len()..];
        }
    }
}

#[test]
fn on_paper_the_page_is_the_story_with_its_timeline() {
    let Some(browser) = Browser::start("paper") else { return };
    browser.open(&page_of("breakfast", "paper"), "");
    let shown = || {
        browser.run(
            "return ['#app', '#story'].map((part) => document.querySelector(part).checkVisibility())",
        )
    };
    assert_eq!(shown(), json!([true, false]));
    browser.run("window.dispatchEvent(new Event('beforeprint'))");
    browser.devtools("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    assert_eq!(shown(), json!([false, true]));
    browser.wait_until(
        "[...document.querySelectorAll('#story section')].every((run) => run.querySelector('img').width > 100)",
    );
}

#[test]
fn without_its_script_the_page_is_the_story() {
    let Some(browser) = Browser::start("scriptless") else { return };
    browser.devtools("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    browser.open(&page_of("breakfast", "scriptless"), "");
    browser.devtools("DOM.enable", &json!({}));
    let document = browser.devtools("DOM.getDocument", &json!({}));
    let root = &document["root"]["nodeId"];
    let display = |place: &str| {
        let query = json!({"nodeId": root, "selector": place});
        let node = &browser.devtools("DOM.querySelector", &query)["nodeId"];
        let style = browser.devtools("CSS.getComputedStyleForNode", &json!({"nodeId": node}));
        let style = style["computedStyle"].as_array().unwrap().clone();
        style.into_iter().find(|property| property["name"] == "display").unwrap()["value"].clone()
    };
    browser.devtools("CSS.enable", &json!({}));
    assert_eq!(display("#app"), "none");
    assert_eq!(display("#story"), "block");
}
