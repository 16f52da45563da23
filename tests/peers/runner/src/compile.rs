//! Builds a suite: cuts out what the compiler refuses, until it refuses nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::cut::{around, blank, pieces_of};
use crate::suite::Suite;

/// What does not compile against the shim.
#[derive(Default)]
pub struct Cut {
    /// The tests, as `file::name`, each with the compiler's first word on it.
    pub tests: BTreeMap<String, String>,
    /// What else was cut, with the compiler's word on it.
    pub others: Vec<String>,
}

/// A program of tests.
pub struct Program {
    /// The name of its file.
    pub name: String,
    pub path: PathBuf,
}

/// Builds the suite's programs.
pub fn build(suite: &mut Suite) -> io::Result<(Vec<Program>, Cut)> {
    let mut cut = Cut::default();
    while refused(suite, &mut cut)? {}
    let built = cargo(suite, &["test", "--no-run"])?;
    let programs = built.iter().filter_map(|message| {
        let path = PathBuf::from(message["executable"].as_str()?);
        let name = message["target"]["name"].as_str()?.to_owned();
        message["target"]["kind"][0].eq("test").then_some(Program { name, path })
    });
    Ok((programs.collect(), cut))
}

/// Whether the compiler refused something, which is cut out now.
fn refused(suite: &mut Suite, cut: &mut Cut) -> io::Result<bool> {
    let mut places: BTreeMap<PathBuf, BTreeMap<usize, String>> = BTreeMap::new();
    let mut is_refused = false;
    let mut broken = BTreeSet::new();
    for message in cargo(suite, &["check", "--keep-going"])? {
        let error = &message["message"];
        if message["reason"] != "compiler-message" || error["level"] != "error" {
            continue;
        }
        is_refused = true;
        let text = error["message"].as_str().unwrap_or_default();
        let source = PathBuf::from(message["target"]["src_path"].as_str().unwrap_or_default());
        let spans = error["spans"].as_array().into_iter().flatten();
        let primary = spans.filter(|span| span["is_primary"] == true);
        let places_of = primary.filter_map(|span| place_of(span, suite)).collect::<Vec<_>>();
        if places_of.is_empty() {
            broken.insert((source, text.to_owned()));
        }
        for (file, byte) in places_of {
            places.entry(file).or_default().entry(byte).or_insert_with(|| text.to_owned());
        }
    }
    let mut progress = false;
    for (file, bytes) in places {
        let Some(text) = suite.texts.get_mut(&file) else { continue };
        let pieces = pieces_of(text);
        for (byte, message) in bytes {
            let Some(piece) = around(&pieces, byte) else { continue };
            let is_new = !text[piece.bytes.clone()].trim().is_empty();
            if !is_new {
                continue;
            }
            progress = true;
            let stem = file.file_stem().and_then(OsStr::to_str).unwrap_or_default();
            // A piece that goes takes the tests in it along.
            let inside = pieces.iter().filter(|inner| {
                piece.bytes.start <= inner.bytes.start && inner.bytes.end <= piece.bytes.end
            });
            for test in inside.filter_map(|inner| inner.test.as_ref()) {
                cut.tests.entry(format!("{stem}::{test}")).or_insert_with(|| message.clone());
            }
            if piece.test.is_none() {
                let first = text[piece.bytes.clone()].trim().lines().next().unwrap_or_default();
                cut.others.push(format!("{stem}: {first}: {message}"));
            }
            blank(text, piece.bytes.clone());
        }
        fs::write(&file, text)?;
    }
    if is_refused && !progress {
        return Err(io::Error::other(format!("nothing to cut out for {broken:?}")));
    }
    Ok(is_refused)
}

/// Where in the suite it is: the innermost place of those from which a macro was called.
fn place_of(span: &Value, suite: &Suite) -> Option<(PathBuf, usize)> {
    let file = suite.folder.join(span["file_name"].as_str()?);
    if suite.texts.contains_key(&file) {
        return Some((file, span["byte_start"].as_u64()? as usize));
    }
    place_of(span["expansion"].get("span")?, suite)
}

/// Runs cargo on the suite, and returns its messages.
fn cargo(suite: &Suite, arguments: &[&str]) -> io::Result<Vec<Value>> {
    let target = suite.folder.parent().unwrap_or(Path::new(".")).join("target");
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(match &suite.only {
            Some(file) => vec!["--test", file],
            None => vec!["--tests"],
        })
        .args(["--message-format=json", "-j2"])
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTFLAGS", "-Awarnings")
        .current_dir(&suite.folder)
        .stderr(Stdio::inherit())
        .output()?;
    let lines = output.stdout.split(|&byte| byte == b'\n');
    Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
}
