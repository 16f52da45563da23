//! What systems say each in their own way: that a connection failed before it was accepted.

use std::io::Error;

#[allow(dead_code, reason = "the sockets use more of it")]
#[path = "../../executor/src/net/systems.rs"]
mod source;

/// B10.7: by their numbers, as they come.
#[test]
fn errors_of_one_connection_are_told_from_those_of_the_listener() {
    let (connection, no_room, listener): (&[i32], &[i32], &[i32]) = if cfg!(windows) {
        // WSAENETDOWN, WSAECONNABORTED, WSAECONNRESET, WSAENOTCONN, WSAEHOSTDOWN, WSAEHOSTUNREACH.
        let connection = &[10050, 10053, 10054, 10057, 10064, 10065];
        // WSAEMFILE, WSAENOBUFS. WSAENOTSOCK, WSAEINVAL, WSAEACCES.
        (connection, &[10024, 10055], &[10038, 10022, 10013])
    } else if cfg!(any(target_os = "linux", target_os = "android")) {
        // EPROTO, ENOPROTOOPT, EOPNOTSUPP, ENETDOWN, ENETUNREACH, ECONNABORTED, ECONNRESET,
        // EHOSTDOWN, EHOSTUNREACH.
        let connection = &[71, 92, 95, 100, 101, 103, 104, 112, 113];
        // ENOMEM, ENFILE, EMFILE, ENOBUFS. EBADF, EPERM, EINVAL, ENOTSOCK.
        (connection, &[12, 23, 24, 105], &[9, 1, 22, 88])
    } else {
        // The BSDs, and macOS: ENOPROTOOPT, ENETDOWN, ENETUNREACH, ECONNABORTED, ECONNRESET,
        // EHOSTDOWN, EHOSTUNREACH. ENOMEM, ENFILE, EMFILE, ENOBUFS. EBADF, EPERM, EINVAL.
        (&[42, 50, 51, 53, 54, 64, 65], &[12, 23, 24, 55], &[9, 1, 22])
    };
    let error = |number: &i32| Error::from_raw_os_error(*number);
    assert!(connection.iter().map(error).all(|error| source::is_of_one_connection(&error)));
    assert!(no_room.iter().map(error).all(|error| source::is_no_room(&error)));
    for error in listener.iter().map(error) {
        assert!(!source::is_of_one_connection(&error) && !source::is_no_room(&error), "{error}");
    }
    assert!(!no_room.iter().map(error).any(|error| source::is_of_one_connection(&error)));
}
