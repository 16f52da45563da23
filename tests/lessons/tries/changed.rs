//! The lessons with all changes that they propose, and their asyncio programs likewise.
//!
//! The changes are made in a copy. rustc alone compiles it, against what cargo has built for the
//! lessons as they are: that takes seconds, where a second workspace would take a minute.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::{env, fs};

use serde_json::Value;

use super::changes::{Edit, changes};
use super::ladder;
use crate::{PROGRAM, build};

/// What the sources of the lessons are, or name.
const COPIED: [&str; 7] = [
    "lessons/src",
    "lessons/exercises",
    "lessons/ladder",
    "lessons/python",
    "lessons/tour",
    "executor/src",
    "timer/src",
];

/// The folder of the changed sources, and the program made of them.
pub(super) struct Changed {
    folder: PathBuf,
    pub(super) program: PathBuf,
}

pub(super) static CHANGED: LazyLock<Changed> = LazyLock::new(|| {
    let folder = PROGRAM.with_file_name("tries");
    let _ = fs::remove_dir_all(&folder);
    for part in COPIED {
        copy(&workspace().join(part), &folder.join(part));
    }
    for change in changes() {
        edit(&folder.join(source(change.lesson)), change.rust);
        if !change.python.is_empty() {
            edit(&folder.join(twin(change.lesson)), change.python);
        }
    }
    for change in &ladder::CHANGES {
        edit(&folder.join("lessons/ladder").join(change.file), change.edits);
    }
    let program = compile(&folder);
    Changed { folder, program }
});

impl Changed {
    /// The changed asyncio program of a lesson.
    pub(super) fn twin(&self, lesson: &str) -> PathBuf {
        self.folder.join(twin(lesson))
    }
}

pub(super) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The file of a lesson, from the workspace's root.
pub(super) fn source(lesson: &str) -> String {
    format!("lessons/src/{}.rs", lesson.replace('-', "_"))
}

/// Its asyncio twin, from there.
pub(super) fn twin(lesson: &str) -> String {
    format!("lessons/python/{}.py", lesson.replace('-', "_"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn edit(file: &Path, edits: &[Edit]) {
    let mut text = fs::read_to_string(file).unwrap();
    for (old, new) in edits {
        let found = text.matches(old).count();
        assert_eq!(found, 1, "in {} there is not once\n{old}", file.display());
        text = text.replacen(old, new, 1);
    }
    fs::write(file, text).unwrap();
}

fn compile(folder: &Path) -> PathBuf {
    let program = folder.join("lessons").join("lessons").with_extension(env::consts::EXE_EXTENSION);
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--edition", "2024", "--crate-name", "lessons", "-C", "debuginfo=0"]);
    // A change leaves nothing behind of which the compiler would complain; that a column of a table
    // is left out here is none of the lesson's business.
    rustc.args(["-D", "warnings", "-A", "dead_code"]);
    let mut depends = PROGRAM.parent().expect("it lies in a directory").as_os_str().to_owned();
    depends.push("/deps");
    rustc.arg("-L").arg(depends);
    for (name, file) in dependencies() {
        rustc.arg("--extern").arg(format!("{name}={file}"));
    }
    rustc.args(env::var("RUSTFLAGS").unwrap_or_default().split_whitespace());
    // The paths in its stories are those from the workspace's root, as in the lessons'.
    rustc.arg("-o").arg(&program).arg("lessons/src/main.rs").current_dir(folder);
    rustc.env("CARGO_MANIFEST_DIR", workspace().join("lessons"));
    let output = rustc.output().expect("rustc can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    program
}

/// The crates that the lessons may name, and the file of each.
fn dependencies() -> Vec<(String, String)> {
    let mut built = HashMap::new();
    for line in stdout(build().args(["--message-format", "json"])).lines() {
        let message: Value = serde_json::from_str(line).expect(line);
        let files = message["filenames"].as_array().into_iter().flatten();
        let mut files = files.filter_map(Value::as_str);
        if let Some(file) = files.find(|file| file.ends_with(".rlib")) {
            built.insert(message["package_id"].to_string(), file.to_owned());
        }
    }
    // Those of other systems may not have been downloaded.
    let version = stdout(Command::new("rustc").arg("-vV").current_dir(workspace()));
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("it has one");
    let mut ask = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    ask.args(["metadata", "--offline", "--format-version", "1", "--filter-platform", host]);
    let metadata: Value = serde_json::from_str(&stdout(ask.current_dir(workspace()))).unwrap();
    let find = |list: &Value, wanted: &dyn Fn(&Value) -> bool| {
        list.as_array().and_then(|list| list.iter().find(|it| wanted(it)).cloned())
    };
    let package = find(&metadata["packages"], &|it| it["name"] == "lessons").expect("it is there");
    let node = find(&metadata["resolve"]["nodes"], &|it| it["id"] == package["id"]);
    let node = node.expect("its dependencies are known");
    let dependencies = node["deps"].as_array().expect("a list").iter();
    dependencies
        .filter_map(|it| {
            let file = built.get(&it["pkg"].to_string())?;
            Some((it["name"].as_str().expect("a name").to_owned(), file.clone()))
        })
        .collect()
}

fn stdout(command: &mut Command) -> String {
    let output = command.stderr(Stdio::inherit()).output().expect("it can be started");
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).expect("it is text")
}
