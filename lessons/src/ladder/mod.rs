//! x
#[path = "../../ladder/1_busy_loop.rs"]
mod busy_loop;
#[path = "../../ladder/5_flag_and_heap.rs"]
mod flag_and_heap;
#[path = "../../ladder/3_many_tasks.rs"]
mod many_tasks;
#[path = "../../ladder/7_poller.rs"]
mod poller;
#[path = "../../ladder/4_ready_queue.rs"]
mod ready_queue;
#[path = "../../ladder/2_waker.rs"]
mod waker;
#[path = "../../ladder/6_wheel.rs"]
mod wheel;
