//! Printing: in colour only on a terminal, and quiet about a reader that has gone away.

use std::cell::RefCell;
use std::fmt::Arguments;
use std::io::{self, ErrorKind, Stdout, Write};
use std::process;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::files::page;
use crate::{COLUMNS, printed, terminal};

/// std's `print!`, which shows at once and does not panic when nobody reads any more.
#[macro_export]
#[collapse_debuginfo(yes)] // a debugger stays at the line that prints
macro_rules! print {
    ($($text:tt)+) => { $crate::output::write(format_args!($($text)+)) };
}

/// std's `println!`, with the same differences.
#[macro_export]
#[collapse_debuginfo(yes)]
macro_rules! println {
    () => { $crate::output::write(format_args!("\n")) };
    ($($text:tt)+) => { $crate::output::write_line(format_args!($($text)+)) };
}

/// std's `eprint!`: in a story, or between steps, its text stands where [`print!`]'s does.
#[macro_export]
#[collapse_debuginfo(yes)]
macro_rules! eprint {
    ($($text:tt)+) => { $crate::output::write_error(format_args!($($text)+)) };
}

/// std's `eprintln!`, with the same difference.
#[macro_export]
#[collapse_debuginfo(yes)]
macro_rules! eprintln {
    () => { $crate::output::write_error(format_args!("\n")) };
    ($($text:tt)+) => {
        $crate::output::write_error(format_args!("{}\n", format_args!($($text)+)))
    };
}

/// std's `dbg!`, with the same difference.
#[macro_export]
#[collapse_debuginfo(yes)]
macro_rules! dbg {
    () => { $crate::eprintln!("[{}:{}:{}]", file!(), line!(), column!()) };
    ($value:expr $(,)?) => {
        match $value {
            value => {
                let (source, shown) = (stringify!($value), &value);
                $crate::eprintln!("[{}:{}:{}] {source} = {shown:#?}", file!(), line!(), column!());
                value
            }
        }
    };
    ($($value:expr),+ $(,)?) => { ($($crate::dbg!($value)),+,) };
}

/// What [`println!`](crate::println) does.
pub fn write_line(text: Arguments<'_>) {
    write(format_args!("{text}\n"));
}

/// What [`print!`](crate::print) does.
pub fn write(text: Arguments<'_>) {
    place(text, false);
}

/// What [`eprint!`](crate::eprint) does.
pub fn write_error(text: Arguments<'_>) {
    place(text, true);
}

/// Puts a text of the program's to where it belongs.
fn place(text: Arguments<'_>, is_error: bool) {
    page::printed(text);
    if printed::take(&text) {
        return;
    }
    let teller = TELLER.with_borrow(Clone::clone);
    let Some(teller) = teller else { return print(text, is_error) };
    // Every piece has a line of its own: the story goes on between one and the next.
    for line in text.to_string().lines() {
        teller(line.trim_end(), is_error);
    }
}

/// Prints, on stderr or stdout.
pub(crate) fn print(text: Arguments<'_>, is_error: bool) {
    if !is_error {
        aside(text);
    } else if let Err(error) = anstream::stderr().lock().write_fmt(text) {
        give_up("what goes to stderr", &error);
    }
}

/// Prints what is not the program's own: without the margin.
pub(crate) fn aside(text: Arguments<'_>) {
    if captured::take(&text) {
        return;
    }
    let written = if STDOUT_IS_TAKEN.load(Relaxed) {
        anstream::stderr().lock().write_fmt(text)
    } else {
        let mut stdout = anstream::stdout().lock();
        stdout.write_fmt(text).and_then(|()| stdout.flush())
    };
    if let Err(error) = written {
        give_up("the output", &error);
    }
}

/// Is given each line that the program prints, and whether that is to go to stderr.
type Teller = Rc<dyn Fn(&str, bool)>;

thread_local! {
    static TELLER: RefCell<Option<Teller>> = const { RefCell::new(None) };
}

/// Has somebody else print what is printed on this thread; with `None`, no more.
pub(crate) fn set_teller(teller: Option<Teller>) {
    TELLER.set(teller);
}

/// Whether a file is written to stdout: then all else goes to stderr.
static STDOUT_IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// From now on what is printed goes to stderr: stdout is for a file.
pub(crate) fn take_stdout() -> Stdout {
    STDOUT_IS_TAKEN.store(true, Relaxed);
    io::stdout()
}

/// A reader such as `head` goes away when it has seen enough: no error of anybody's.
pub(crate) fn give_up(what: &str, error: &io::Error) -> ! {
    if error.kind() == ErrorKind::BrokenPipe {
        process::exit(0);
    }
    anstream::eprintln!("error: {what} could not be written: {error}");
    process::exit(1);
}

/// The words of a text, in lines of at most [`COLUMNS`], each behind the `indent`.
///
/// ```
/// assert_eq!(stage::output::wrapped("soup  of\nthe day", "  "), "  soup of the day");
/// ```
pub fn wrapped(text: &str, indent: &str) -> String {
    hanging(text, indent, indent)
}

/// [`wrapped`], but the first line stands behind something else than the others.
pub fn hanging(text: &str, first: &str, others: &str) -> String {
    let width = |text: &str| text.chars().count();
    let columns = terminal::columns().min(COLUMNS);
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        if column > 0 && column + 1 + width(word) <= columns {
            lines.push(' ');
            column += 1;
        } else {
            let indent = if lines.is_empty() { first } else { others };
            lines.push_str(if lines.is_empty() { "" } else { "\n" });
            lines.push_str(indent);
            column = width(indent);
        }
        lines.push_str(word);
        column += width(word);
    }
    lines
}

/// What `program` prints on this thread by the macros of this crate, without colours.
///
/// ```
/// let printed = stage::output::capture(|| stage::println!("Toast is ready!"));
/// assert_eq!(printed, "Toast is ready!\n");
/// ```
pub fn capture(program: impl FnOnce()) -> String {
    captured::start();
    program();
    anstream::adapter::strip_str(&captured::stop()).to_string()
}

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
