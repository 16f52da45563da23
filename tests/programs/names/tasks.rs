//! Several things at once, and the first of them.

use std::time::Duration;

use executor::{JoinHandle, run, spawn};
use futures::StreamExt;
use futures::future::Either;
use futures::stream::FuturesUnordered;
use timer::{sleep, timeout};

async fn cook(dish: &'static str, milliseconds: u64) -> &'static str {
    sleep(Duration::from_millis(milliseconds)).await;
    dish
}

async fn burn() -> Result<(), &'static str> {
    Err("burnt")
}

#[test]
fn task_group() {
    run(async {
        let for_ever = std::future::pending::<Result<(), _>>();
        let both = futures::try_join!(burn(), for_ever);
        assert_eq!(both, Err("burnt"), "and the other is dropped");
    });
}

#[test]
fn join_set() {
    run(async {
        let mut tasks: FuturesUnordered<JoinHandle<_>> = FuturesUnordered::new();
        tasks.push(spawn(cook("soup", 20)));
        tasks.push(spawn(cook("toast", 1)));
        let mut done = Vec::new();
        while let Some(task) = tasks.next().await {
            done.push(task.unwrap());
        }
        assert_eq!(done, ["toast", "soup"]);
    });
}

#[test]
fn as_completed() {
    run(async {
        let cooking = [cook("soup", 20), cook("toast", 1)];
        let mut done = FuturesUnordered::from_iter(cooking);
        assert_eq!(done.next().await, Some("toast"));
        assert_eq!(done.next().await, Some("soup"));
    });
}

#[test]
fn wait_for_the_first() {
    run(async {
        let (soup, toast) = (Box::pin(cook("soup", 500)), Box::pin(cook("toast", 1)));
        let first = futures::future::select(soup, toast).await;
        assert!(matches!(first, Either::Right(("toast", _soup_goes_on_if_it_is_polled))));
    });
}

#[test]
fn select() {
    run(async {
        let (sender, mut orders) = futures::channel::mpsc::unbounded();
        let mut bell = futures::FutureExt::fuse(Box::pin(sleep(Duration::from_millis(5))));
        sender.unbounded_send("soup").unwrap();
        let mut seen = Vec::new();
        loop {
            futures::select! { order = orders.next() => seen.extend(order), _ = bell => break }
        }
        assert_eq!(seen, ["soup"]);
    });
}

#[test]
fn shield() {
    run(async {
        let mut task = spawn(cook("soup", 20));
        let early = timeout(Duration::from_millis(1), &mut task).await;
        assert!(early.is_err());
        assert_eq!(task.await.unwrap(), "soup", "it went on");
    });
}

#[test]
fn wait_for_and_timeout() {
    run(async {
        let late = timeout(Duration::from_millis(1), cook("soup", 500)).await;
        assert!(late.is_err());
    });
}

#[test]
fn streams() {
    run(async {
        let dishes = futures::stream::iter(["soup", "toast"]);
        let served: Vec<_> = dishes.then(|dish| cook(dish, 1)).collect().await;
        assert_eq!(served, ["soup", "toast"]);
    });
}
