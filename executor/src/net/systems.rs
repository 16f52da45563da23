//! What systems do each in their own way, made one way.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

/// The most slices that one write takes: more is an error on Windows. Elsewhere `std` keeps to the
/// same limit, `IOV_MAX`.
pub(super) const MOST_SLICES: usize = 1024;

/// So many connections in a row may fail before they are accepted. No queue is longer: if even
/// more fail, it is the listener.
pub(super) const MOST_FAILURES: u32 = 1 << 16;

/// Errors by number, for those that have no `ErrorKind`.
#[cfg(unix)]
mod numbers {
    use rustix::io::Errno;

    /// EMFILE is of this process, ENFILE of the system; the others are said for want of memory.
    /// asyncio waits after the same four.
    pub(super) const NO_ROOM: &[i32] = &[
        Errno::MFILE.raw_os_error(),
        Errno::NFILE.raw_os_error(),
        Errno::NOBUFS.raw_os_error(),
        Errno::NOMEM.raw_os_error(),
    ];
    /// Of what accept(2) on Linux calls errors of the network, those that have no kind.
    pub(super) const OF_ONE_CONNECTION: &[i32] = &[
        Errno::PROTO.raw_os_error(),
        Errno::NOPROTOOPT.raw_os_error(),
        Errno::HOSTDOWN.raw_os_error(),
        Errno::OPNOTSUPP.raw_os_error(),
        #[cfg(target_os = "linux")]
        Errno::NONET.raw_os_error(),
    ];
    /// Here a read finds the end, and a write a broken pipe.
    pub(super) const SHUT_DOWN: &[i32] = &[];
    /// Here a datagram that is longer than the buffer is cut by the system.
    pub(super) const TOO_LONG: &[i32] = &[];
}

/// Errors by number, for those that have no `ErrorKind`.
#[cfg(windows)]
mod numbers {
    const WSAEMFILE: i32 = 10024;
    const WSAEMSGSIZE: i32 = 10040;
    const WSAENOPROTOOPT: i32 = 10042;
    const WSAEOPNOTSUPP: i32 = 10045;
    const WSAENOBUFS: i32 = 10055;
    const WSAESHUTDOWN: i32 = 10058;
    const WSAEHOSTDOWN: i32 = 10064;

    pub(super) const NO_ROOM: &[i32] = &[WSAEMFILE, WSAENOBUFS];
    pub(super) const OF_ONE_CONNECTION: &[i32] = &[WSAENOPROTOOPT, WSAEOPNOTSUPP, WSAEHOSTDOWN];
    pub(super) const SHUT_DOWN: &[i32] = &[WSAESHUTDOWN];
    pub(super) const TOO_LONG: &[i32] = &[WSAEMSGSIZE];
}

/// Whether the system has no descriptor, or no memory, for one more connection.
pub(super) fn is_no_room(error: &io::Error) -> bool {
    is_one_of(error, numbers::NO_ROOM)
}

/// Whether an error of `accept` is of the connection that was to be accepted: the next one may be
/// better. Which errors come so depends on the system; Linux hands over connections that were
/// reset, others do not.
pub(super) fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::NotConnected
            | ErrorKind::TimedOut
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::NetworkUnreachable
    ) || is_one_of(error, numbers::OF_ONE_CONNECTION)
}

/// A read when this side has ended reading: there is nothing more, and no error.
pub(super) fn end_if_shut_down(read: io::Result<usize>) -> io::Result<usize> {
    match read {
        Err(error) if is_one_of(&error, numbers::SHUT_DOWN) => Ok(0),
        read => read,
    }
}

/// A write when this side has ended writing: a broken pipe.
pub(super) fn broken_if_shut_down(written: io::Result<usize>) -> io::Result<usize> {
    written.map_err(|error| match is_one_of(&error, numbers::SHUT_DOWN) {
        true => io::Error::new(ErrorKind::BrokenPipe, error),
        false => error,
    })
}

/// A datagram that is cut to the length of the buffer, which is full then. Windows fills it, too, and
/// says that it was too short.
pub(super) fn cut(
    buffer: &mut [u8],
    receive: impl FnOnce(&mut [u8]) -> io::Result<usize>,
) -> io::Result<usize> {
    match receive(buffer) {
        Err(error) if is_one_of(&error, numbers::TOO_LONG) => Ok(buffer.len()),
        received => received,
    }
}

/// The same, with who has sent it. Windows does not say that of a datagram that is too long, so it
/// gets room for the longest that there is.
pub(super) fn cut_from(
    buffer: &mut [u8],
    receive: impl FnOnce(&mut [u8]) -> io::Result<(usize, SocketAddr)>,
) -> io::Result<(usize, SocketAddr)> {
    const LONGEST: usize = u16::MAX as usize;
    if cfg!(not(windows)) || buffer.len() >= LONGEST {
        return receive(buffer);
    }
    let mut whole = vec![0; LONGEST];
    let (length, from) = receive(&mut whole)?;
    let length = length.min(buffer.len());
    buffer[..length].copy_from_slice(&whole[..length]);
    Ok((length, from))
}

fn is_one_of(error: &io::Error, numbers: &[i32]) -> bool {
    error.raw_os_error().is_some_and(|number| numbers.contains(&number))
}
