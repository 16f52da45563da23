//! Printing: in colour only on a terminal, and quiet about a reader that has gone away.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::process;

use super::COLUMNS;

/// std's `print!`, which shows at once and does not panic when nobody reads any more.
macro_rules! print {
    ($($text:tt)+) => { $crate::stage::output::write(format_args!($($text)+)) };
}

/// std's `println!`, with the same differences.
macro_rules! println {
    () => { $crate::stage::output::write(format_args!("\n")) };
    ($($text:tt)+) => { $crate::stage::output::write_line(format_args!($($text)+)) };
}

pub(crate) use {print, println};

/// What [`println!`] does.
pub(crate) fn write_line(text: Arguments<'_>) {
    write(format_args!("{text}\n"));
}

/// What [`print!`] does.
pub(crate) fn write(text: Arguments<'_>) {
    #[cfg(test)]
    if captured::take(&text) {
        return;
    }
    let mut stdout = anstream::stdout().lock();
    if let Err(error) = stdout.write_fmt(text).and_then(|()| stdout.flush()) {
        give_up(&error);
    }
}

/// A reader such as `head` goes away when it has seen enough: no error of anybody's.
fn give_up(error: &io::Error) -> ! {
    if error.kind() == ErrorKind::BrokenPipe {
        process::exit(0);
    }
    anstream::eprintln!("error: the output could not be written: {error}");
    process::exit(1);
}

/// Whether the terminal says that it shows more than ASCII. The first variable that is set
/// decides, as in the C library.
pub(crate) fn shows_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|variable| std::env::var(variable).ok())
        .find(|value| !value.is_empty());
    let locale = locale.unwrap_or_default().to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// The words of a text, in lines that fit, each behind the `indent`.
pub(crate) fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        if column > 0 && column + 1 + word.len() <= COLUMNS {
            lines.push(' ');
            column += 1;
        } else {
            lines.push_str(if lines.is_empty() { "" } else { "\n" });
            lines.push_str(indent);
            column = indent.len();
        }
        lines.push_str(word);
        column += word.len();
    }
    lines
}

/// What `program` prints on this thread, without colours.
#[cfg(test)]
pub(crate) fn capture(program: impl FnOnce()) -> String {
    captured::start();
    program();
    anstream::adapter::strip_str(&captured::stop()).to_string()
}

#[cfg(test)]
mod captured {
    use std::cell::RefCell;
    use std::fmt::Arguments;

    thread_local! {
        static TEXT: RefCell<Option<String>> = const { RefCell::new(None) };
    }

    pub(super) fn start() {
        TEXT.set(Some(String::new()));
    }

    pub(super) fn take(text: &Arguments<'_>) -> bool {
        TEXT.with_borrow_mut(|kept| kept.as_mut().map(|kept| *kept += &text.to_string()).is_some())
    }

    pub(super) fn stop() -> String {
        TEXT.take().unwrap_or_default()
    }
}
