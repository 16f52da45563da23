//! The screen's rows for sockets.

use executor::journal::{Cause, Event, Operation, Readiness, SocketKind, Way};

use super::super::state::State;
use super::{SECOND, after, cook_and_pot, polled, shown, spawned};

#[test]
fn the_sockets_are_shown_with_their_wakers_and_what_is_known_of_them() {
    let (cook, pot, _) = cook_and_pot();
    let (by, address, site) = (Some(cook), None, None);
    let registered = |token, kind| Event::IoRegistered { token, by, kind, address };
    let waits = |token, way| Event::IoWaits { token, by, way, would_block: false, site };
    let mut begins =
        vec![registered(7, SocketKind::Listener), registered(1 << 32, SocketKind::Stream)];
    let rows = |state: &State| -> Vec<String> {
        let text = shown(state, SECOND, &Event::Parked { until: None });
        let rows = text.lines().skip_while(|line| !line.starts_with("sockets"));
        rows.take_while(|line| !line.starts_with("printed"))
            .map(|line| line[9..].to_owned())
            .collect()
    };
    let is_shown = |state: &State| shown(state, SECOND, &Event::Parked { until: None });
    assert!(!is_shown(&after(spawned(cook, "cook", None))).contains("sockets"));

    begins.extend([waits(7, Way::Read), waits(1 << 32, Way::Write)]);
    let mut state = after(spawned(cook, "cook", None).into_iter().chain(spawned(pot, "pot", None)));
    polled(cook, 1, &begins).iter().for_each(|event| state.read(event));
    let left = "token 1   listener  cook's waker, to read";
    assert_eq!(rows(&state), [left, "token 2   stream    cook's waker, to write"]);

    let ready = Readiness { token: 1 << 32, readable: true, writable: true };
    [Event::IoReady(ready), Event::Woken { task: cook, by: Cause::Io(ready) }]
        .iter()
        .for_each(|event| state.read(event));
    assert_eq!(rows(&state), [left, "token 2   stream    readable; writable"]);

    let (token, did, still_ready) = (1 << 32, Operation::Read { bytes: 4 }, false);
    let reads = [Event::IoDone { token, by, did, still_ready, site }];
    polled(cook, 2, &reads).iter().for_each(|event| state.read(event));
    let nobody = "token 1   listener  not known to be ready";
    assert_eq!(rows(&state), [nobody, "token 2   stream    writable"]);

    state.read(&Event::IoClosed { token: 7, by });
    assert_eq!(rows(&state), ["token 2   stream    writable"]);
    (8..20).for_each(|token| state.read(&registered(token, SocketKind::Datagram)));
    assert_eq!(rows(&state).last().map(String::as_str), Some("and 10 more"));
}
