//! Accepting, when the system says that it failed: what is passed over, and what is told.

use std::io::ErrorKind;
use std::net::TcpStream as Peer;
use std::process::Command;

use executor::net::TcpListener;
use executor::{spawn, yield_now};

use super::{ANY_PORT, run};
use crate::support::alone_with;

/// A process whose `accept4` fails so, as often as `when` says: strace can do that to it. Where there
/// is none it is left out, unless REQUIRE_STRACE is set.
fn with_failing_accept(name: &str, error: &str, when: &str, body: impl FnOnce()) {
    if Command::new("strace").arg("-V").output().is_err() {
        assert!(std::env::var_os("REQUIRE_STRACE").is_none(), "there is no strace: install it");
        return eprintln!("left out: there is no strace");
    }
    let under_strace = |test: Command| {
        let inject = format!("inject=accept4:error={error}:when={when}");
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=accept4"]);
        strace.args(["-e", &inject]).arg(test.get_program()).args(test.get_args());
        strace.envs(test.get_envs().filter_map(|(name, value)| Some((name, value?))));
        strace
    };
    alone_with(name, under_strace, body);
}

/// B10.7: accept(2) names the network's errors, which a connection has had before it is accepted.
#[test]
fn a_connection_that_has_failed_does_not_end_the_accepting() {
    const NAME: &str =
        "sockets::accept_failing::a_connection_that_has_failed_does_not_end_the_accepting";
    with_failing_accept(NAME, "EHOSTUNREACH", "1..3", || {
        run(async || {
            let listener = TcpListener::bind(ANY_PORT).await.unwrap();
            let peer = Peer::connect(listener.local_addr().unwrap()).unwrap();
            let (_, address) = listener.accept().await.unwrap();
            assert_eq!(address, peer.local_addr().unwrap());
        });
    });
}

/// B10.7
#[test]
fn an_error_of_the_listener_is_told_and_does_no_harm_to_the_next_accept() {
    const NAME: &str = "sockets::accept_failing::an_error_of_the_listener_is_told_and_does_no_harm_to_the_next_accept";
    with_failing_accept(NAME, "EPERM", "1", || {
        run(async || {
            let listener = TcpListener::bind(ANY_PORT).await.unwrap();
            let peer = Peer::connect(listener.local_addr().unwrap()).unwrap();
            let error = listener.accept().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::PermissionDenied);
            let (_, address) = listener.accept().await.unwrap();
            assert_eq!(address, peer.local_addr().unwrap());
        });
    });
}

/// B10.7: more connections in a row than any queue holds; the others have their turn meanwhile.
#[test]
fn a_listener_that_always_fails_says_so_and_holds_up_nobody() {
    const NAME: &str =
        "sockets::accept_failing::a_listener_that_always_fails_says_so_and_holds_up_nobody";
    with_failing_accept(NAME, "ECONNABORTED", "1+", || {
        run(async || {
            let listener = TcpListener::bind(ANY_PORT).await.unwrap();
            let _peer = Peer::connect(listener.local_addr().unwrap()).unwrap();
            let accepting = spawn(async move { listener.accept().await });
            let mut turns = 0;
            while !accepting.is_finished() {
                yield_now().await;
                turns += 1;
            }
            let error = accepting.await.unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionAborted);
            assert!(turns > 300, "{turns} turns");
        });
    });
}
