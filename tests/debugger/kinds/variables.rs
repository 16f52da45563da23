//! Variables of async functions: what is alive at an await, and what is not.

use std::hint::black_box;
use std::mem;

use executor::{JoinHandle, spawn_named};
use futures::FutureExt;
use timer::{sleep, timeout};

use crate::{HOUR, leaf, tasks_of};

pub fn tasks() -> Vec<JoinHandle<u32>> {
    let mut tasks = tasks_of![shadowing, captured, hurried, long, in_a_box];
    tasks.push(spawn_named("moved", moved(String::from("given away"), String::from("kept"))));
    tasks.push(spawn_named("mapped sleep", sleep(HOUR).map(|()| 1)));
    tasks
}

async fn shadowing() -> u32 {
    let hours = String::from("one");
    let hours = hours.len() as u32 + black_box(&hours).capacity() as u32;
    {
        let hours = black_box(5);
        leaf(hours).await;
        black_box(hours);
    }
    hours
}

async fn moved(given: String, kept: String) -> u32 {
    drop(given);
    leaf(1).await;
    kept.len() as u32
}

async fn captured() -> u32 {
    let (given, kept, count) = (String::from("given away"), String::from("kept"), 3);
    let block = async move {
        // Gone, but what it was is still in memory, and so the same each time.
        mem::forget(given);
        leaf(count).await;
        kept.len() as u32
    };
    block.await
}

async fn hurried() -> u32 {
    let outer = black_box(7);
    let found = timeout(HOUR, inner(8)).await;
    found.unwrap_or(outer)
}

async fn inner(hours: u32) -> u32 {
    let inside = black_box(9);
    leaf(hours).await + inside
}

async fn long() -> u32 {
    let text = "a text that is much longer than what there is room for in a line of a terminal, "
        .repeat(2);
    let list: Vec<u32> = (100..150).collect();
    leaf(1).await + text.len() as u32 + list.len() as u32
}

async fn in_a_box() -> u32 {
    let before = black_box(1);
    before + Box::pin(inner(2)).await
}
