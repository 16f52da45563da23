//! Which characters the output may have: all, or those of ASCII.

/// Whether more than ASCII may be written.
///
/// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set decides, as in the C library, on every
/// system. Where none is set, Unix has the locale `C`, so it is ASCII. On Windows all may be written
/// if the console's code page is that of UTF-8, or the console is one that shows all whatever its
/// code page.
///
/// What goes to a file or a pipe is no exception: `more`, PowerShell and many an editor take it to be
/// written as locale or code page say, and none of them reads ASCII wrongly.
pub fn shows_unicode() -> bool {
    says_locale(|name| std::env::var(name).ok()).unwrap_or_else(says_system)
}

/// What the variables of the locale say, if any is set.
fn says_locale(variable: impl Fn(&str) -> Option<String>) -> Option<bool> {
    let values = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable);
    let locale = values.into_iter().find(|value| !value.is_empty())?.to_lowercase();
    Some(locale.contains("utf-8") || locale.contains("utf8"))
}

#[cfg(not(windows))]
fn says_system() -> bool {
    false
}

#[cfg(windows)]
fn says_system() -> bool {
    use std::io::IsTerminal;
    // std writes UTF-16 to a console, whatever its code page, and newer consoles have signs for all of
    // it. The variable is set by a process of ours that shows there what comes through a pipe.
    let in_terminal =
        std::io::stdout().is_terminal() || std::env::var_os(super::COLUMNS_OF_READER).is_some();
    in_terminal && supports_unicode::supports_unicode() || code_page() == Some(UTF_8)
}

/// The code page of UTF-8.
#[cfg(windows)]
const UTF_8: u32 = 65001;

/// The console's code page, as the system's own `chcp` tells it: no crate that is kept up asks for it
/// by a safe function.
#[cfg(windows)]
fn code_page() -> Option<u32> {
    use std::process::{Command, Stdio};
    let system = std::env::var_os("SystemRoot")?;
    let chcp = std::path::Path::new(&system).join("System32").join("chcp.com");
    let said = Command::new(chcp).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    last_number(&said.stdout)
}

/// The last number in a text, of which the words are in whatever language and code page.
#[cfg(any(windows, test))]
fn last_number(text: &[u8]) -> Option<u32> {
    let mut numbers = text.rsplit(|byte| !byte.is_ascii_digit());
    let last = numbers.find(|digits| !digits.is_empty())?;
    std::str::from_utf8(last).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(set: &[(&str, &str)]) -> Option<bool> {
        says_locale(|name| {
            set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_first_variable_of_the_locale_that_is_set_decides() {
        assert_eq!(locale(&[]), None);
        assert_eq!(locale(&[("LANG", "")]), None, "one that is empty counts as none");
        for (value, says) in [
            ("C", false),
            ("POSIX", false),
            ("de_DE", false),
            ("de_DE.ISO-8859-1", false),
            ("C.UTF-8", true),
            ("en_US.utf8", true),
        ] {
            assert_eq!(locale(&[("LANG", value)]), Some(says), "{value}");
        }
        assert_eq!(locale(&[("LC_ALL", "C"), ("LANG", "C.UTF-8")]), Some(false));
        assert_eq!(locale(&[("LC_ALL", ""), ("LC_CTYPE", "C.UTF-8"), ("LANG", "C")]), Some(true));
    }

    #[test]
    fn a_code_page_is_found_in_a_sentence_of_any_language() {
        for (said, page) in [
            (&b"Active code page: 437\r\n"[..], Some(437)),
            (b"Aktive Codepage: 850.\r\n", Some(850)),
            (b"\x8c\xbb\x8d\xdd\x82\xcc\x83R\x81[\x83h: 932\r\n", Some(932)),
            (b"Active code page: 65001\r\n", Some(65001)),
            (b"Invalid handle.\r\n", None),
            (b"", None),
        ] {
            assert_eq!(last_number(said), page, "{said:?}");
        }
    }
}
