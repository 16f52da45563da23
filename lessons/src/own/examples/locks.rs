//! A lock that is held across an await: who waits for it blocks the one who has it.

use std::rc::Rc;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use executor::spawn_named;
use timer::{now, sleep};

/// Blocks the thread until it has the lock, as `Mutex::lock` does. But it gives up after two
/// seconds: `Mutex::lock` would wait for ever.
fn lock(till: &Mutex<u32>) -> Option<MutexGuard<'_, u32>> {
    for _ in 0..4 {
        if let Ok(till) = till.try_lock() {
            return Some(till);
        }
        stage::block(Duration::from_millis(500));
    }
    None
}

async fn price() -> u32 {
    sleep(Duration::from_secs(1)).await;
    5
}

/// Wrong: it waits for the price with the lock, and without the thread.
async fn hold_it(name: &str, till: Rc<Mutex<u32>>) {
    let Some(mut till) = lock(&till) else {
        return println!("{name} gives up: nobody gives the lock back");
    };
    println!("{name} has the lock");
    *till += price().await;
}

/// Who waits for an async lock leaves the thread to the others.
async fn async_lock(name: &str, till: Rc<async_lock::Mutex<u32>>) {
    let mut till = till.lock().await;
    println!("{name} has the async lock");
    *till += price().await;
}

/// Or first the price, then the lock: it is held for no await.
async fn without_it(name: &str, till: Rc<Mutex<u32>>) {
    let price = price().await;
    *lock(&till).expect("nobody awaits while he has it") += price;
    println!("{name} has had the lock for a moment");
}

/// Alice and Bob pay at the same till, at the same time.
async fn two<T: Default, F: Future<Output = ()> + 'static>(pay: fn(&'static str, Rc<T>) -> F) {
    let (start, till) = (now(), Rc::new(T::default()));
    let guests = ["Alice", "Bob"].map(|name| spawn_named(name, pay(name, till.clone())));
    for guest in guests {
        guest.await.expect("a guest neither panics nor is aborted");
    }
    println!("Both are done after {:.0} s", (now() - start).as_secs_f64());
}

async fn main() {
    two(hold_it).await;
    two(async_lock).await;
    two(without_it).await;
}
