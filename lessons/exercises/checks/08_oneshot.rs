//! Checks `oneshot`.

use std::cell::RefCell;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use executor::{spawn_named, yield_now};
use exercise::{Receiver, oneshot};
use stage::check::{self, Verdict, same, so};
use timer::sleep;

fn before() -> Verdict {
    let run = check::run(async {
        let (sender, receiver) = oneshot();
        sender.send("soup");
        receiver.await
    });
    run.polled(1)?;
    same("what was received", Some("soup"), run.output()?)
}

fn later() -> Verdict {
    let run = check::run(async {
        let (sender, receiver) = oneshot();
        spawn_named("sender", async {
            sleep(Duration::from_secs(1)).await;
            sender.send("soup");
        });
        receiver.await
    });
    let polls = run.polled(2);
    same("what was received", Some("soup"), run.output()?)?;
    polls
}

fn dropped() -> Verdict {
    let run = check::run(async {
        let (sender, receiver) = oneshot::<&str>();
        spawn_named("sender", async {
            yield_now().await;
            drop(sender);
        });
        receiver.await
    });
    same("what was received", None, run.output()?)
}

/// The receiver is polled by one task, then by another.
fn latest() -> Verdict {
    struct Flag(AtomicBool);
    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Relaxed);
        }
    }
    let [one, other] = [(); 2].map(|()| Arc::new(Flag(false.into())));
    let (sender, mut receiver) = oneshot::<&str>();
    for flag in [&one, &other] {
        let waker = Waker::from(flag.clone());
        let polled = Pin::new(&mut receiver).poll(&mut Context::from_waker(&waker));
        so(polled.is_pending(), "it is Ready, but nothing was sent")?;
    }
    sender.send("soup");
    so(other.0.load(Relaxed), "the waker of the last poll was not called")
}

thread_local! {
    static RECEIVER: RefCell<Option<Receiver<&'static str>>> = const { RefCell::new(None) };
}

/// The waker polls at once, as that of an executor may.
fn let_go() -> Verdict {
    struct Looks;
    impl Wake for Looks {
        fn wake(self: Arc<Self>) {
            let receiver = RECEIVER.take();
            drop(receiver.map(|mut it| Pin::new(&mut it).poll(&mut Context::from_waker(Waker::noop()))));
        }
    }
    let (sender, mut receiver) = oneshot();
    let waker = Waker::from(Arc::new(Looks));
    let polled = Pin::new(&mut receiver).poll(&mut Context::from_waker(&waker));
    so(polled.is_pending(), "it is Ready, but nothing was sent")?;
    RECEIVER.set(Some(receiver));
    sender.send("soup");
    Ok(())
}

fn main() -> ExitCode {
    check::main(&[
        ("what was sent before is there at once", before),
        ("what is sent later wakes the receiver: two polls", later),
        ("a sender that is dropped wakes it as well", dropped),
        ("the waker of the last poll is called", latest),
        ("when it is called, the state is not borrowed any more", let_go),
    ])
}
