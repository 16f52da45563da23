//! Modules and texts that a file includes lie next to it: so they are put next to its copy.

use std::fs;
use std::path::Path;

use super::source::Source;

/// Puts them there. What cannot be put is missed by the compiler, if at all, and it says so.
pub(super) fn put(source: &Source, folder: &Path) {
    let includes = |line: &str| line.contains("include") || is_module(line);
    if !source.text.lines().any(includes) {
        return;
    }
    let place = source.place();
    let parent = place.parent().unwrap_or(Path::new(""));
    let parent = if parent == Path::new("") { Path::new(".") } else { parent };
    link_all(parent, folder, source);
}

/// Whether a line says that a module is in a file of its own.
fn is_module(line: &str) -> bool {
    let line = line.trim();
    line.ends_with(';') && line.split_whitespace().any(|word| word == "mod")
}

#[cfg(unix)]
fn link_all(parent: &Path, folder: &Path, source: &Source) {
    // From elsewhere a link has to lead there as well.
    let entries = fs::canonicalize(parent).and_then(fs::read_dir);
    for entry in entries.into_iter().flatten().flatten() {
        if Some(&*entry.file_name()) != source.path.file_name() {
            let _ = std::os::unix::fs::symlink(entry.path(), folder.join(entry.file_name()));
        }
    }
}

/// Few users may make symbolic links: so each file is linked under a second name, or copied where that
/// cannot be, as on another disk.
#[cfg(windows)]
fn link_all(parent: &Path, folder: &Path, source: &Source) {
    let mut folders = std::collections::VecDeque::from([(parent.to_owned(), folder.to_owned())]);
    // What lies near comes first.
    let mut left = MOST;
    while let Some((from, to)) = folders.pop_front() {
        for entry in fs::read_dir(&from).into_iter().flatten().flatten() {
            let (name, path) = (entry.file_name(), entry.path());
            if left == 0 {
                return;
            }
            let is_itself = from == parent && Some(&*name) == source.path.file_name();
            let is_hidden = name.as_encoded_bytes().starts_with(b".");
            if is_itself || is_hidden || name == "target" {
                continue;
            }
            left -= 1;
            let to = to.join(name);
            // A link to a folder does not count as one: it may lead in a circle.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if fs::create_dir(&to).is_ok() {
                    folders.push_back((path, to));
                }
            } else if fs::hard_link(&path, &to).is_err() {
                let _ = fs::copy(&path, &to);
            }
        }
    }
}

/// No program includes more files, but many a folder has more.
#[cfg(windows)]
const MOST: usize = 2_000;
