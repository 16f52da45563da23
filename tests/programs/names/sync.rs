//! Channels, and what else tasks share: none of it knows a runtime, so all of it runs on ours.

use std::sync::Arc;

use executor::{run, spawn, yield_now};

#[test]
fn queue_and_mpsc() {
    run(async {
        let (sender, receiver) = async_channel::bounded(8);
        let cook = spawn(async move { sender.send("soup").await });
        assert_eq!(receiver.recv().await, Ok("soup"));
        cook.await.unwrap().unwrap();
        assert!(receiver.recv().await.is_err(), "the sender is gone");
    });
}

#[test]
fn oneshot() {
    run(async {
        let (sender, receiver) = futures::channel::oneshot::channel();
        drop(spawn(async { sender.send("soup") }));
        assert_eq!(receiver.await, Ok("soup"));
    });
}

#[test]
fn broadcast() {
    run(async {
        let (sender, mut receiver) = async_broadcast::broadcast(8);
        let mut other = receiver.clone();
        sender.broadcast("closed").await.unwrap();
        let heard = futures::join!(receiver.recv(), other.recv());
        assert_eq!(heard, (Ok("closed"), Ok("closed")));
    });
}

#[test]
fn watch() {
    run(async {
        let (sender, mut receiver) = tokio::sync::watch::channel("closed");
        let waiter = spawn(async move { receiver.changed().await.map(|()| *receiver.borrow()) });
        yield_now().await;
        sender.send("open").unwrap();
        assert_eq!(waiter.await.unwrap().unwrap(), "open");
    });
}

#[test]
fn lock_and_mutex() {
    run(async {
        let lock = async_lock::Mutex::new(0);
        let add = async || {
            let mut sum = lock.lock().await;
            let before = *sum;
            yield_now().await;
            *sum = before + 1;
        };
        futures::join!(add(), add());
        assert_eq!(*lock.lock().await, 2);
    });
}

#[test]
fn event_and_notify() {
    run(async {
        let event = Arc::new(event_listener::Event::new());
        let listener = event.listen();
        drop(spawn(async move { event.notify(1) }));
        listener.await;
    });
}

#[test]
fn semaphore() {
    run(async {
        let semaphore = async_lock::Semaphore::new(1);
        let only = semaphore.acquire().await;
        assert!(semaphore.try_acquire().is_none());
        drop(only);
        assert!(semaphore.try_acquire().is_some());
    });
}

#[test]
fn condition() {
    run(async {
        let dishes = Arc::new(async_lock::Mutex::new(0));
        let changed = Arc::new(event_listener::Event::new());
        let (theirs, tell) = (dishes.clone(), changed.clone());
        drop(spawn(async move {
            *theirs.lock().await += 1;
            tell.notify(usize::MAX);
        }));
        loop {
            let listener = changed.listen();
            if *dishes.lock().await > 0 {
                break;
            }
            listener.await;
        }
    });
}

#[test]
fn barrier() {
    run(async {
        let barrier = async_lock::Barrier::new(2);
        let (one, other) = futures::join!(barrier.wait(), barrier.wait());
        assert!(one.is_leader() != other.is_leader());
    });
}
