//! The files of the page: those of every run's page, and those that make an editor of it.

use std::borrow::Cow;

use serde_json::json;

use super::super::exercises;
use super::examples;

macro_rules! page {
    ($name:literal) => {
        ($name, include_str!(concat!("page/", $name)))
    };
}

const OWN: &[(&str, &str)] = &[
    page!("sandbox.js"),
    page!("editor.js"),
    page!("frame.js"),
    page!("texts.js"),
    page!("client.js"),
    page!("sandbox.css"),
];

/// The file of that name: its type, and its text.
pub(super) fn find(name: &str) -> Option<(&'static str, Cow<'static, str>)> {
    if name.is_empty() {
        return Some(("text/html; charset=utf-8", stage::page_frame("Sandbox", HEAD).into()));
    }
    if name == "examples.json" {
        let examples = examples::all()
            .into_iter()
            .map(|(name, about, text)| json!({"name": name, "about": about, "text": text}));
        let exercises = exercises::programs()
            .map(|(name, about, text)| json!({"name": name, "about": about, "text": text}));
        let examples: Vec<_> = examples.chain(exercises).collect();
        return Some(("application/json", json!(examples).to_string().into()));
    }
    let mut all = OWN.iter().chain(stage::page_files());
    let (_, text) = all.find(|(it, _)| *it == name)?;
    let kind = if name.ends_with(".css") { "text/css" } else { "text/javascript" };
    Some((kind, (*text).into()))
}

/// What the page loads. Each address is relative to that with the token.
const HEAD: &str = "<link rel=\"stylesheet\" href=\"look.css\">\n\
    <link rel=\"stylesheet\" href=\"sandbox.css\">\n\
    <script type=\"module\" src=\"sandbox.js\"></script>";
