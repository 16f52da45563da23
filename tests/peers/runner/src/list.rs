//! The list of the cases that do not pass, each with one line why.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

/// What is known of a case that does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It fails, and is meant to: the reason stands in our docs.
    Choice,
    /// It passes or fails as it happens, which is meant as well.
    Chance,
    /// It fails, and should not.
    Mend,
    /// It does not compile against the shim.
    Unmapped,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Choice => "choice",
            Self::Chance => "chance",
            Self::Mend => "mend",
            Self::Unmapped => "unmapped",
        })
    }
}

/// Cases by name, as `peer file::name`.
pub type List = BTreeMap<String, (Kind, String)>;

/// Reads lines of `kind | peer file::name | why`.
pub fn read(path: &Path) -> io::Result<List> {
    let mut list = List::new();
    for line in fs::read_to_string(path).unwrap_or_default().lines() {
        let mut parts = line.splitn(3, '|').map(str::trim);
        let kind = match parts.next() {
            Some("choice") => Kind::Choice,
            Some("chance") => Kind::Chance,
            Some("mend") => Kind::Mend,
            Some("unmapped") => Kind::Unmapped,
            _ if line.is_empty() || line.starts_with('#') => continue,
            _ => return Err(io::Error::other(format!("no line of a list: {line}"))),
        };
        let (Some(case), Some(why)) = (parts.next(), parts.next()) else { continue };
        list.insert(case.to_owned(), (kind, why.to_owned()));
    }
    Ok(list)
}

/// Writes a list in the order of names, below the lines that are its head.
pub fn write(path: &Path, list: &List) -> io::Result<()> {
    let before = fs::read_to_string(path).unwrap_or_default();
    let head = before.lines().take_while(|line| line.starts_with('#'));
    let mut text: String = head.map(|line| format!("{line}\n")).collect();
    for (case, (kind, why)) in list {
        text += &format!("{kind:8} | {case} | {why}\n");
    }
    fs::write(path, text)
}
