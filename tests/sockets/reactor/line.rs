//! Who is woken of those who wait, when the line changes meanwhile.

use std::io::ErrorKind::WouldBlock;
use std::task::{Context, Waker};

use executor::journal::Way;

use super::{Place, events_of, poller, send, socket};
use crate::support::Wakes;

/// B10.2: who comes while others are woken waits for the next time, also in the stead of one who goes.
#[test]
fn who_begins_to_wait_while_others_are_woken_is_not_woken_with_them() {
    let (mut poll, reactor) = poller();
    let mut socket = socket();
    let slot = reactor.register(&mut socket).unwrap();
    let [(_, early), (_, goes), (_, late)] = [Wakes::new(), Wakes::new(), Wakes::new()];
    let wait = |place: &mut Place, waker: &Waker| {
        let nothing = || Err::<(), _>(WouldBlock.into());
        let cx = &mut Context::from_waker(waker);
        let polled = reactor.poll_io(&slot, Way::Read, place, cx, |_| false, nothing);
        assert!(polled.is_pending());
    };
    wait(&mut Place::Poll, &early);
    let mut place = Place::Future(None);
    wait(&mut place, &goes);
    send(&socket);
    let events = events_of(&mut poll, slot.token);
    let mut wakings = events.iter().filter_map(|event| Some(reactor.ready(event)?.1));
    let mut woken = wakings.next().unwrap();
    assert!(woken.next().is_some_and(|waker| waker.will_wake(&early)));
    slot.leave(Way::Read, &place);
    wait(&mut Place::Poll, &late);
    assert!(woken.next().is_none());
}
