//! Which import is missing: the compiler proposes what the standard library has of that name, which
//! would block the loop.

/// A name that programs forget to import, what imports it, and what of std's that is not.
const IMPORTS: &[(&str, &str, &str)] = &[
    ("sleep", "use timer::sleep;", BLOCKS),
    ("timeout", "use timer::timeout;", ""),
    ("interval", "use timer::interval;", ""),
    ("Instant", "use timer::Instant;", "std's goes by another clock"),
    ("spawn", "use executor::spawn;", "std's starts a thread"),
    ("spawn_blocking", "use executor::spawn_blocking;", ""),
    ("yield_now", "use executor::yield_now;", "std's lets no task go first"),
    ("gather", "use executor::gather;", ""),
    ("gather_all", "use executor::gather_all;", ""),
    ("mpsc", "use futures::channel::mpsc;", BLOCKS),
    ("oneshot", "use futures::channel::oneshot;", ""),
    ("Mutex", "use async_lock::Mutex;", BLOCKS),
    ("RwLock", "use async_lock::RwLock;", BLOCKS),
    ("TcpListener", "use executor::net::TcpListener;", BLOCKS),
    ("TcpStream", "use executor::net::TcpStream;", BLOCKS),
    ("UdpSocket", "use executor::net::UdpSocket;", BLOCKS),
];

const BLOCKS: &str = "std's blocks the loop";

/// What the compiler says of std's functions if they are used as if they were ours.
const MISTAKEN: &[(&str, &str)] = &[
    ("error[E0277]: `()` is not a future", "sleep"),
    ("error[E0277]: expected a `FnOnce()` closure, found `{async ", "spawn"),
];

/// A line for each import that is missing, or is another one than was meant, according to what the
/// compiler has said of a program.
pub(super) fn missing(said: &str, program: &str) -> String {
    let plain = anstream::adapter::strip_str(said).to_string();
    let errors: Vec<_> = plain.lines().filter(|line| line.starts_with("error")).collect();
    let is_missing = |name: &str| {
        let quoted = format!(" `{name}` in this scope");
        errors.iter().any(|line| line.contains("cannot find") && line.ends_with(&quoted))
    };
    let is_mistaken = |name: &str| {
        program.contains("std::thread")
            && program.contains(name)
            && MISTAKEN.iter().any(|(error, mistaken)| {
                *mistaken == name && errors.iter().any(|line| line.starts_with(error))
            })
    };
    let found = IMPORTS.iter().filter(|(name, ..)| is_missing(name) || is_mistaken(name));
    let lines = found.map(|(_, import, why)| {
        let but = if why.is_empty() { String::new() } else { format!(" ({why})") };
        format!("hint: write `{import}`{but}\n")
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_name_that_is_missing_the_import_is_told() {
        let said = "\u{1b}[1merror[E0425]\u{1b}[0m: cannot find function `sleep` in this scope\n \
                    --> a.rs:6:27\n  |\n1 + use std::thread::sleep;\n\n\
                    error[E0433]: cannot find module or crate `mpsc` in this scope\n\
                    error: cannot find macro `gather` in this scope\n\
                    error[E0425]: cannot find value `tea` in this scope\n";
        assert_eq!(
            missing(said, ""),
            "hint: write `use timer::sleep;` (std's blocks the loop)\n\
             hint: write `use executor::gather;`\n\
             hint: write `use futures::channel::mpsc;` (std's blocks the loop)\n"
        );
    }

    #[test]
    fn of_a_function_of_std_in_place_of_ours_the_import_is_told() {
        let said = "error[E0277]: `()` is not a future\n --> b.rs:4:35\n";
        let hint = "hint: write `use timer::sleep;` (std's blocks the loop)\n";
        assert_eq!(missing(said, "use std::thread::sleep;"), hint);
        assert_eq!(missing(said, "fn tea() {}"), "", "it is something else");
    }

    #[test]
    fn no_line_is_too_wide_for_a_terminal() {
        for (name, ..) in IMPORTS {
            let said = format!("error[E0425]: cannot find function `{name}` in this scope");
            let line = missing(&said, "");
            assert!((1..=80).contains(&line.trim_end().len()), "{line}");
        }
    }
}
