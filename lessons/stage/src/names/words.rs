//! The words for sockets, bytes and lines.

use std::panic::Location;

use executor::journal::{SocketKind, Way};

/// What a kind of socket is called.
pub(crate) fn kind_of_socket(kind: SocketKind) -> &'static str {
    match kind {
        SocketKind::Listener => "listener",
        SocketKind::Stream => "stream",
        SocketKind::Datagram => "datagram",
        SocketKind::Other => "descriptor",
    }
}

pub(super) fn counted(bytes: usize) -> String {
    if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") }
}

/// Whether a line is neither the runtime's own nor in a crate from a registry.
pub(crate) fn is_of_a_program(site: &Location<'_>) -> bool {
    let file = site.file().replace('\\', "/");
    let is_of_the_runtime = ["executor/src/", "timer/src/"].iter().any(|it| file.starts_with(it));
    !is_of_the_runtime && !file.contains("/registry/src/")
}

/// What a socket is that is ready that way.
pub(crate) fn able(way: Way) -> &'static str {
    match way {
        Way::Read => "readable",
        Way::Write => "writable",
    }
}

/// A line of source.
pub(crate) fn place(site: &Location<'_>) -> String {
    format!("{}:{}", site.file(), site.line())
}

/// All of them if they are few, or the first ones.
pub(crate) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [one, other, third] => format!("{one}, {other} and {third}"),
        [one, other, rest @ ..] => format!("{one}, {other} and {} others", rest.len()),
    }
}
