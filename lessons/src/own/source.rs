//! The text of a program of one's own, and what it is called.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// What the program is, as it is called on the command line, and its text.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// Where the path begins, if that is not where this process is.
    pub(super) folder: PathBuf,
}

impl Source {
    /// Reads the file.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let (path, text) = (path.to_owned(), fs::read_to_string(path)?);
        Ok(Self { path, text, folder: PathBuf::new() })
    }

    /// The file, from wherever this process is.
    pub(super) fn place(&self) -> PathBuf {
        self.folder.join(&self.path)
    }

    /// What the program is called: its file, without what comes behind the dot.
    pub(super) fn name(&self) -> String {
        let name = self.path.file_stem().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }

    /// The same as a name that Rust allows, and that no crate has which it may use.
    pub(super) fn crate_name(&self) -> String {
        let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
        let name: String = self.name().chars().map(letter).collect();
        let is_name = |name: &str| name.starts_with(|c: char| c.is_alphabetic());
        let taken = ["executor", "timer", "stage", "futures", "async_channel", "async_lock"];
        let reserved = ["std", "core", "alloc", "test", "proc_macro", "try_program"];
        let is_taken = taken.iter().chain(&reserved).any(|taken| *taken == name);
        if is_name(&name) && !is_taken { name } else { format!("own_{name}") }
    }

    /// The line of `main`, by which the loop is given it.
    pub(super) fn line_of_main(&self) -> usize {
        self.text.lines().position(|line| line.contains("async fn main(")).unwrap_or(0)
    }
}
