//! The picture of the page in the README: `WRITE_PICTURE=1 cargo test -p tests --test page picture`
//! makes it anew.

use std::path::Path;
use std::{env, fs};

use serde_json::json;

use crate::browser::Browser;
use crate::page_of;

const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../lessons/stage/page/breakfast.png");

/// The moment at which the timer of the toast wakes its task.
const MOMENT: &str = "#scene=1&event=21";

#[test]
fn the_picture_of_the_page_is_small_and_as_wide_as_the_page() {
    if env::var_os("WRITE_PICTURE").is_some() {
        write();
    }
    let picture = fs::read(Path::new(PICTURE)).expect("see the head of this test's file");
    assert!(picture.len() < 250_000, "{} bytes", picture.len());
    assert_eq!(&picture[..4], b"\x89PNG");
    let width = u32::from_be_bytes(picture[16..20].try_into().expect("four bytes"));
    assert_eq!(width, 1280);
}

fn write() {
    let browser = Browser::start("picture").expect("a picture takes a browser");
    browser.resize(1280);
    browser.open(&page_of("breakfast", "picture"), MOMENT);
    browser.wait_until("document.querySelector('#arrow').classList.contains('shown')");
    let taken = browser.devtools("Page.captureScreenshot", &json!({"format": "png"}));
    let picture = decoded(taken["data"].as_str().expect("it is text"));
    fs::write(PICTURE, picture).expect("the picture can be written");
}

/// Base64: six bits a letter.
fn decoded(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let Some(value) = LETTERS.iter().position(|known| *known == letter) else { break };
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
