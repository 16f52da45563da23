//! To spawn a task is only to queue it: when it starts, and what becomes of it.

use std::time::Duration;

use executor::{JoinError, spawn};
use stage::block;
use timer::{now, sleep};

const SECOND: Duration = Duration::from_secs(1);

async fn bake(cake: &str) {
    println!("{cake}: into the oven");
    sleep(SECOND).await;
    println!("{cake}: baked");
}

/// Works for two seconds without an await: meanwhile the cake's task does not even start.
async fn keep_busy() {
    let start = now();
    let cake = spawn(bake("Cake"));
    block(2 * SECOND);
    println!("Two seconds later it is baked: {}", cake.is_finished());
    cake.await.expect("the cake neither panics nor is aborted");
    println!("It took {:.0} seconds", (now() - start).as_secs_f64());
}

/// Waits for two seconds instead: now the cake's task has the thread.
async fn wait_meanwhile() {
    let start = now();
    let pie = spawn(bake("Pie"));
    sleep(2 * SECOND).await;
    println!("Two seconds later it is baked: {}", pie.is_finished());
    pie.await.expect("the pie neither panics nor is aborted");
    println!("It took {:.0} seconds", (now() - start).as_secs_f64());
}

async fn burn() {
    panic!("it is burnt");
}

/// Whoever awaits the handle is told of the panic. Without that, nobody is.
async fn ask_the_handle() {
    match spawn(burn()).await {
        Err(JoinError::Panicked(_)) => println!("The roast has panicked"),
        other => println!("The roast: {other:?}"),
    }
}

async fn main() {
    keep_busy().await;
    wait_meanwhile().await;
    ask_the_handle().await;
    drop(spawn(bake("Bread"))); // without its handle a task runs on, until the run ends
    sleep(SECOND / 2).await;
    println!("The cook goes home"); // and the bread is never baked
}
