//! The programs of the lessons, in brief, and their stories.

use std::cell::Cell;
use std::future::pending;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use executor::net::{TcpListener, TcpStream};
use executor::{Clock, JoinHandle, gather, spawn_blocking, spawn_named, yield_now};
use futures::channel::oneshot;
use futures::{AsyncReadExt, AsyncWriteExt};
use timer::{sleep, timeout};

use super::{Story, story, tell};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

async fn brew_coffee() {
    sleep(s(2)).await;
}

async fn toast_bread() {
    sleep(s(1)).await;
}

async fn breakfast() {
    gather!(brew_coffee(), toast_bread()).await;
}

#[test]
#[rustfmt::skip]
fn breakfast_gathered() {
    story(|_| breakfast(), &[
        ("spawn breakfast",                    "the future given to `run` is a task as well"),
        ("wake breakfast: new",                "a new task is queued at once"),
        ("poll breakfast 1",                   "its turn: it starts"),
        ("  spawn brew_coffee",                "gathered: a task of its own"),
        ("  wake brew_coffee: new",            "queued behind those before it"),
        ("  spawn toast_bread",                "gathered: a task of its own"),
        ("  wake toast_bread: new",            "queued behind those before it"),
        ("  await brew_coffee",                "a waker is left there: its end wakes"),
        ("  await toast_bread",                "a waker is left there: its end wakes"),
        ("pending",                            "neither of the two is done"),
        ("poll brew_coffee 1",                 "its turn: it starts"),
        ("  arm for 2s, level 1",              "the coffee leaves its waker with a timer"),
        ("pending",                            "two seconds are not over"),
        ("poll toast_bread 1",                 "its turn: it starts"),
        ("  arm for 1s, level 1",              "so does the toast, which is due earlier"),
        ("pending",                            "one second is not over"),
        ("park until 1s",                      "nobody is queued: until the toast is due"),
        ("it is 1s",                           "no sooner, and no later"),
        ("unpark: Deadline",                   "nothing else has ended the sleep"),
        ("move to level 0",                    "the wheel sorts it in among the next 64 ms"),
        ("fire 0ns late",                      "on time, to the tick"),
        ("wake toast_bread: timer",            "the timer calls the waker: the toast is queued"),
        ("poll toast_bread 2",                 "its turn: it goes on"),
        ("ready",                              "it has its result"),
        ("done toast_bread",                   "its future is dropped"),
        ("wake breakfast: end of toast_bread", "`gather!` awaits both: so it is woken for each"),
        ("poll breakfast 2",                   "it looks at both: one is missing"),
        ("pending",                            "the coffee is not done"),
        ("park until 2s",                      "the coffee is due next"),
        ("it is 2s",                           "the clock jumps"),
        ("unpark: Deadline",                   "nothing else has ended the sleep"),
        ("move to level 0",                    "the wheel sorts it in among the next 64 ms"),
        ("fire 0ns late",                      "on time, to the tick"),
        ("wake brew_coffee: timer",            "the timer calls the waker: queued"),
        ("poll brew_coffee 2",                 "its turn: it goes on"),
        ("ready",                              "it has its result"),
        ("done brew_coffee",                   "its future is dropped"),
        ("wake breakfast: end of brew_coffee", "who awaits it is queued"),
        ("poll breakfast 3",                   "now both are there"),
        ("ready",                              "it has its result"),
        ("done breakfast",                     "and with it the run"),
    ]);
}

async fn one_by_one() {
    brew_coffee().await;
    toast_bread().await;
}

#[test]
#[rustfmt::skip]
fn breakfast_one_after_the_other() {
    story(|_| one_by_one(), &[
        ("spawn one_by_one",       "the only task: `async` alone makes none"),
        ("wake one_by_one: new",   "a new task is queued at once"),
        ("poll one_by_one 1",      "its turn: it starts"),
        ("  arm for 2s, level 1",  "the coffee first"),
        ("pending",                "it has to wait"),
        ("park until 2s",          "nobody is queued: until the earliest deadline"),
        ("it is 2s",               "the clock jumps"),
        ("unpark: Deadline",       "nothing else has ended the sleep"),
        ("move to level 0",        "the wheel sorts it in among the next 64 ms"),
        ("fire 0ns late",          "on time, to the tick"),
        ("wake one_by_one: timer", "the timer calls the waker: queued"),
        ("poll one_by_one 2",      "its turn: it goes on"),
        ("  arm for 3s, level 1",  "only now the toast starts: a second from now"),
        ("pending",                "it has to wait"),
        ("park until 3s",          "nobody is queued: until the earliest deadline"),
        ("it is 3s",               "the clock jumps"),
        ("unpark: Deadline",       "nothing else has ended the sleep"),
        ("move to level 0",        "the wheel sorts it in among the next 64 ms"),
        ("fire 0ns late",          "on time, to the tick"),
        ("wake one_by_one: timer", "the timer calls the waker: queued"),
        ("poll one_by_one 3",      "its turn: it goes on"),
        ("ready",                  "three seconds, and not two"),
        ("done one_by_one",        "and with it the run"),
    ]);
}

async fn say_hello() {
    sleep(s(1)).await;
}

#[test]
#[rustfmt::skip]
fn hello_run_by_the_loop() {
    story(|_| say_hello(), &[
        ("spawn say_hello",       "the future given to `run` is a task as well"),
        ("wake say_hello: new",   "a new task is queued at once"),
        ("poll say_hello 1",      "its turn: it starts"),
        ("  arm for 1s, level 1", "Hello..."),
        ("pending",               "it has to wait"),
        ("park until 1s",         "nobody is queued: until the earliest deadline"),
        ("it is 1s",              "the clock jumps"),
        ("unpark: Deadline",      "nothing else has ended the sleep"),
        ("move to level 0",       "the wheel sorts it in among the next 64 ms"),
        ("fire 0ns late",         "on time, to the tick"),
        ("wake say_hello: timer", "the timer calls the waker: queued"),
        ("poll say_hello 2",      "...World!"),
        ("ready",                 "it has its result"),
        ("done say_hello",        "and with it the run"),
    ]);
}

async fn poll_by_hand() {
    let mut hello = std::pin::pin!(say_hello());
    assert!(futures::poll!(hello.as_mut()).is_pending());
}

#[test]
#[rustfmt::skip]
fn hello_polled_once_by_hand() {
    story(|_| poll_by_hand(), &[
        ("spawn poll_by_hand",     "the future given to `run` is a task as well"),
        ("wake poll_by_hand: new", "a new task is queued at once"),
        ("poll poll_by_hand 1",    "its turn: it starts"),
        ("  arm for 1s, level 1",  "the future polled by hand, within the task that polls it"),
        ("  disarm",               "it is dropped, and its timer with it"),
        ("ready",                  "a second has not passed: nobody asked again"),
        ("done poll_by_hand",      "and with it the run"),
    ]);
}

async fn heat_water() {
    sleep(s(10)).await;
}

async fn chop_vegetables(clock: Clock) {
    for _vegetable in 0..3 {
        clock.advance(s(2));
        yield_now().await;
    }
}

async fn dinner(clock: Clock) {
    gather!(heat_water(), chop_vegetables(clock)).await;
}

async fn stare_then_chop(clock: Clock) {
    let (water, vegetables) = (s(10), [s(2); 3]);
    clock.advance(water);
    vegetables.into_iter().for_each(|vegetable| clock.advance(vegetable));
}

#[test]
#[rustfmt::skip]
fn dinner_after_staring_at_the_pot() {
    story(stare_then_chop, &[
        ("spawn stare_then_chop",                "the future given to `run` is a task as well"),
        ("wake stare_then_chop: new",            "a new task is queued at once"),
        ("poll stare_then_chop 1",               "its turn: it starts"),
        ("it is 16s",                            "ten for the water, six for the vegetables"),
        ("ready",                                "it never had to be asked again: it has never waited"),
        ("slow stare_then_chop 16s, waited: []", "nobody was there to wait"),
        ("done stare_then_chop",                 "sixteen seconds, and not ten"),
    ]);
}

#[test]
#[rustfmt::skip]
fn dinner_chopped_meanwhile() {
    story(dinner, &[
        ("spawn dinner",                        "the future given to `run` is a task as well"),
        ("wake dinner: new",                    "a new task is queued at once"),
        ("poll dinner 1",                       "its turn: it starts"),
        ("  spawn heat_water",                  "gathered: a task of its own"),
        ("  wake heat_water: new",              "queued behind those before it"),
        ("  spawn chop_vegetables",             "gathered: a task of its own"),
        ("  wake chop_vegetables: new",         "queued behind those before it"),
        ("  await heat_water",                  "a waker is left there: its end wakes"),
        ("  await chop_vegetables",             "a waker is left there: its end wakes"),
        ("pending",                             "the two of it have begun nothing yet"),
        ("poll heat_water 1",                   "its turn: it starts"),
        ("  arm for 10s, level 2",              "the pot needs nobody until then"),
        ("pending",                             "the water heats"),
        ("poll chop_vegetables 1",              "its turn: it starts"),
        ("it is 2s",                            "the onions have held the loop"),
        ("  wake chop_vegetables: itself",      "`yield_now`: the others may go first"),
        ("pending",                             "it is queued already"),
        ("slow chop_vegetables 2s, waited: []", "too long, but nobody had to wait"),
        ("poll chop_vegetables 2",              "its turn: it goes on"),
        ("it is 4s",                            "the carrots"),
        ("  wake chop_vegetables: itself",      "`yield_now`: the others may go first"),
        ("pending",                             "it is queued already"),
        ("slow chop_vegetables 2s, waited: []", "too long, but nobody had to wait"),
        ("poll chop_vegetables 3",              "its turn: it goes on"),
        ("it is 6s",                            "the celery"),
        ("  wake chop_vegetables: itself",      "`yield_now`: the others may go first"),
        ("pending",                             "it is queued already"),
        ("slow chop_vegetables 2s, waited: []", "too long, but nobody had to wait"),
        ("poll chop_vegetables 4",              "there is no vegetable left"),
        ("ready",                               "it has its result"),
        ("done chop_vegetables",                "its future is dropped"),
        ("wake dinner: end of chop_vegetables", "who awaits it is queued"),
        ("poll dinner 2",                       "its turn: it goes on"),
        ("pending",                             "the water is missing"),
        ("park until 10s",                      "the cook has time now"),
        ("it is 10s",                           "the clock jumps"),
        ("unpark: Deadline",                    "nothing else has ended the sleep"),
        ("move to level 1",                     "level by level the wheel sorts it down"),
        ("move to level 0",                     "the wheel sorts it in among the next 64 ms"),
        ("fire 0ns late",                       "on time, to the tick"),
        ("wake heat_water: timer",              "the timer calls the waker: queued"),
        ("poll heat_water 2",                   "its turn: it goes on"),
        ("ready",                               "it has its result"),
        ("done heat_water",                     "its future is dropped"),
        ("wake dinner: end of heat_water",      "who awaits it is queued"),
        ("poll dinner 3",                       "its turn: it goes on"),
        ("ready",                               "it has its result"),
        ("done dinner",                         "ten seconds, and not sixteen"),
    ]);
}

async fn heartbeat() {
    sleep(s(1)).await;
}

async fn bad_coroutine(clock: Clock) {
    clock.advance(s(5));
}

async fn next_to_a_bad_one(clock: Clock) {
    gather!(heartbeat(), bad_coroutine(clock)).await;
}

#[test]
#[rustfmt::skip]
fn blocking_in_a_coroutine() {
    story(next_to_a_bad_one, &[
        ("spawn next_to_a_bad_one",                       "the future given to `run` is a task as well"),
        ("wake next_to_a_bad_one: new",                   "a new task is queued at once"),
        ("poll next_to_a_bad_one 1",                      "its turn: it starts"),
        ("  spawn heartbeat",                             "gathered: a task of its own"),
        ("  wake heartbeat: new",                         "queued behind those before it"),
        ("  spawn bad_coroutine",                         "gathered: a task of its own"),
        ("  wake bad_coroutine: new",                     "queued behind those before it"),
        ("  await heartbeat",                             "a waker is left there: its end wakes"),
        ("  await bad_coroutine",                         "a waker is left there: its end wakes"),
        ("pending",                                       "it has to wait"),
        ("poll heartbeat 1",                              "its turn: it starts"),
        ("  arm for 1s, level 1",                         "`sleep` leaves its waker with a timer"),
        ("pending",                                       "it has to wait"),
        ("poll bad_coroutine 1",                          "its turn: it starts"),
        ("it is 5s",                                      "the thread slept: nobody could do anything"),
        ("ready",                                         "it has never given control back"),
        ("slow bad_coroutine 5s, waited: [heartbeat 4s]", "due at 1 s, and told so"),
        ("done bad_coroutine",                            "its future is dropped"),
        ("wake next_to_a_bad_one: end of bad_coroutine",  "who awaits it is queued"),
        ("move to level 0",                               "time has gone on: the loop looks at its timers"),
        ("fire 4s late",                                  "at last"),
        ("wake heartbeat: timer",                         "the timer calls the waker: queued"),
        ("poll next_to_a_bad_one 2",                      "its turn: it goes on"),
        ("pending",                                       "the heartbeat is missing"),
        ("poll heartbeat 2",                              "its turn: it goes on"),
        ("ready",                                         "its beat, four seconds late"),
        ("done heartbeat",                                "its future is dropped"),
        ("wake next_to_a_bad_one: end of heartbeat",      "who awaits it is queued"),
        ("poll next_to_a_bad_one 3",                      "its turn: it goes on"),
        ("ready",                                         "both are done"),
        ("done next_to_a_bad_one",                        "and with it the run; it never slept"),
    ]);
}

async fn good_coroutine() {
    sleep(s(5)).await;
}

async fn next_to_a_good_one() {
    gather!(heartbeat(), good_coroutine()).await;
}

#[test]
#[rustfmt::skip]
fn blocking_replaced_by_the_loops_sleep() {
    story(|_| next_to_a_good_one(), &[
        ("spawn next_to_a_good_one",                       "the future given to `run` is a task as well"),
        ("wake next_to_a_good_one: new",                   "a new task is queued at once"),
        ("poll next_to_a_good_one 1",                      "its turn: it starts"),
        ("  spawn heartbeat",                              "gathered: a task of its own"),
        ("  wake heartbeat: new",                          "queued behind those before it"),
        ("  spawn good_coroutine",                         "gathered: a task of its own"),
        ("  wake good_coroutine: new",                     "queued behind those before it"),
        ("  await heartbeat",                              "a waker is left there: its end wakes"),
        ("  await good_coroutine",                         "a waker is left there: its end wakes"),
        ("pending",                                        "it has to wait"),
        ("poll heartbeat 1",                               "its turn: it starts"),
        ("  arm for 1s, level 1",                          "`sleep` leaves its waker with a timer"),
        ("pending",                                        "it has to wait"),
        ("poll good_coroutine 1",                          "its turn: it starts"),
        ("  arm for 5s, level 2",                          "it asks for five seconds, and does not take them"),
        ("pending",                                        "control is back with the loop"),
        ("park until 1s",                                  "nobody is queued: until the earliest deadline"),
        ("it is 1s",                                       "the clock jumps"),
        ("unpark: Deadline",                               "nothing else has ended the sleep"),
        ("move to level 0",                                "the wheel sorts it in among the next 64 ms"),
        ("fire 0ns late",                                  "on time, to the tick"),
        ("wake heartbeat: timer",                          "the timer calls the waker: queued"),
        ("poll heartbeat 2",                               "its turn: it goes on"),
        ("ready",                                          "its beat, on time"),
        ("done heartbeat",                                 "its future is dropped"),
        ("wake next_to_a_good_one: end of heartbeat",      "who awaits it is queued"),
        ("poll next_to_a_good_one 2",                      "its turn: it goes on"),
        ("pending",                                        "the coroutine still sleeps"),
        ("park until 5s",                                  "so does the loop"),
        ("it is 5s",                                       "the clock jumps"),
        ("unpark: Deadline",                               "nothing else has ended the sleep"),
        ("move to level 1",                                "level by level the wheel sorts it down"),
        ("move to level 0",                                "the wheel sorts it in among the next 64 ms"),
        ("fire 0ns late",                                  "on time, to the tick"),
        ("wake good_coroutine: timer",                     "the timer calls the waker: queued"),
        ("poll good_coroutine 2",                          "its turn: it goes on"),
        ("ready",                                          "it has its result"),
        ("done good_coroutine",                            "its future is dropped"),
        ("wake next_to_a_good_one: end of good_coroutine", "who awaits it is queued"),
        ("poll next_to_a_good_one 3",                      "its turn: it goes on"),
        ("ready",                                          "both are done"),
        ("done next_to_a_good_one",                        "and with it the run"),
    ]);
}

async fn pooled_coroutine(clock: Clock) {
    spawn_blocking(move || clock.advance(s(5))).await.expect("the job does not panic");
}

async fn next_to_a_pooled_one(clock: Clock) {
    gather!(heartbeat(), pooled_coroutine(clock)).await;
}

#[test]
#[rustfmt::skip]
fn blocking_on_a_thread_of_the_pool() {
    story(next_to_a_pooled_one, &[
        ("spawn next_to_a_pooled_one",                         "the future given to `run` is a task as well"),
        ("wake next_to_a_pooled_one: new",                     "a new task is queued at once"),
        ("poll next_to_a_pooled_one 1",                        "its turn: it starts"),
        ("  spawn heartbeat",                                  "gathered: a task of its own"),
        ("  wake heartbeat: new",                              "queued behind those before it"),
        ("  spawn pooled_coroutine",                           "gathered: a task of its own"),
        ("  wake pooled_coroutine: new",                       "queued behind those before it"),
        ("  await heartbeat",                                  "a waker is left there: its end wakes"),
        ("  await pooled_coroutine",                           "a waker is left there: its end wakes"),
        ("pending",                                            "it has to wait"),
        ("poll heartbeat 1",                                   "its turn: it starts"),
        ("  arm for 1s, level 1",                              "`sleep` leaves its waker with a timer"),
        ("pending",                                            "it has to wait"),
        ("poll pooled_coroutine 1",                            "its turn: it starts"),
        ("  hand in the job of pooled_coroutine",              "a thread sleeps instead of the loop"),
        ("  await the job of pooled_coroutine",                "it leaves its waker with the job's handle"),
        ("pending",                                            "it has to wait"),
        ("park until 1s",                                      "nobody is queued: until the earliest deadline"),
        ("it is 1s",                                           "the clock jumps"),
        ("unpark: Deadline",                                   "the job does not keep the loop"),
        ("move to level 0",                                    "the wheel sorts it in among the next 64 ms"),
        ("fire 0ns late",                                      "on time, to the tick"),
        ("wake heartbeat: timer",                              "the timer calls the waker: queued"),
        ("poll heartbeat 2",                                   "its turn: it goes on"),
        ("ready",                                              "the beat is on time"),
        ("done heartbeat",                                     "its future is dropped"),
        ("wake next_to_a_pooled_one: end of heartbeat",        "who awaits it is queued"),
        ("poll next_to_a_pooled_one 2",                        "its turn: it goes on"),
        ("pending",                                            "it has to wait"),
        ("park",                                               "no timer: until the thread calls"),
        ("it is 5s",                                           "the time of the job"),
        ("unpark: Thread",                                     "it has called"),
        ("start the job of pooled_coroutine, at 0ns",          "told late, with the time when it was"),
        ("finish the job of pooled_coroutine",                 "told before the waker is called"),
        ("wake pooled_coroutine: thread",                      "by the remote door"),
        ("poll pooled_coroutine 2",                            "its turn: it goes on"),
        ("ready",                                              "the job is over"),
        ("done pooled_coroutine",                              "its future is dropped"),
        ("wake next_to_a_pooled_one: end of pooled_coroutine", "who awaits it is queued"),
        ("poll next_to_a_pooled_one 3",                        "its turn: it goes on"),
        ("ready",                                              "both are done"),
        ("done next_to_a_pooled_one",                          "and with it the run"),
    ]);
}

async fn forgetful() {
    pending().await
}

#[test]
#[rustfmt::skip]
fn stuck_for_a_waker_is_forgotten() {
    story(|_| forgetful(), &[
        ("spawn forgetful",     "the future given to `run` is a task as well"),
        ("wake forgetful: new", "a new task is queued at once"),
        ("poll forgetful 1",    "its turn: it starts"),
        ("pending",             "but no waker was kept"),
        ("cancelled forgetful", "instead of sleeping for ever: the report"),
    ]);
}

async fn after_you() {
    let door = Rc::new(Cell::new(None::<JoinHandle<()>>));
    let out = door.clone();
    let alice = spawn_named("Alice", async move { out.take().expect("Bob").await.expect("ok") });
    let bob = spawn_named("Bob", async { alice.await.expect("ok") });
    door.set(Some(bob));
    pending().await
}

#[test]
#[rustfmt::skip]
fn stuck_for_each_awaits_the_other() {
    story(|_| after_you(), &[
        ("spawn after_you",        "the future given to `run` is a task as well"),
        ("wake after_you: new",    "a new task is queued at once"),
        ("poll after_you 1",       "its turn: it starts"),
        ("  spawn Alice",          "she has a way to Bob"),
        ("  wake Alice: new",      "queued behind those before it"),
        ("  spawn Bob",            "and he to her"),
        ("  wake Bob: new",        "queued behind those before it"),
        ("pending",                "the host waits for nobody"),
        ("poll Alice 1",           "its turn: it starts"),
        ("  await Bob",            "a waker is left there: its end wakes"),
        ("pending",                "until Bob is done"),
        ("poll Bob 1",             "its turn: it starts"),
        ("  await Alice",          "a waker is left there: its end wakes"),
        ("pending",                "until Alice is done"),
        ("cancelled after_you",    "nobody is left who could wake anybody: the report"),
        ("cancelled Alice",        "the end of a run cancels what is left"),
        ("wake Bob: end of Alice", "an end like any other, for who awaits it"),
        ("cancelled Bob",          "but he is not polled again"),
    ]);
}

async fn receive(news: oneshot::Receiver<()>, request: oneshot::Sender<()>) {
    let _ = news.await.map(|()| request.send(()));
}

async fn send(news: oneshot::Sender<()>, request: oneshot::Receiver<()>) {
    let _ = request.await.map(|()| news.send(()));
}

async fn no_news() {
    let ((news, to_come), (request, asked)) = (oneshot::channel(), oneshot::channel());
    let both = async { gather!(receive(to_come, request), send(news, asked)).await };
    assert!(timeout(s(1), both).await.is_err());
}

#[test]
#[rustfmt::skip]
fn no_news_until_the_timeout() {
    story(|_| no_news(), &[
        ("spawn no_news",              "the future given to `run` is a task as well"),
        ("wake no_news: new",          "a new task is queued at once"),
        ("poll no_news 1",             "its turn: it starts"),
        ("  spawn receive",            "gathered: a task of its own"),
        ("  wake receive: new",        "queued behind those before it"),
        ("  spawn send",               "gathered: a task of its own"),
        ("  wake send: new",           "queued behind those before it"),
        ("  await receive",            "a waker is left there: its end wakes"),
        ("  await send",               "a waker is left there: its end wakes"),
        ("  arm for 1s, level 1",      "the timeout"),
        ("pending",                    "neither is done"),
        ("poll receive 1",             "its turn: it starts"),
        ("pending",                    "until it gets the news"),
        ("poll send 1",                "its turn: it starts"),
        ("pending",                    "until it is asked"),
        ("park until 1s",              "without the timeout it would be for ever"),
        ("it is 1s",                   "the clock jumps"),
        ("unpark: Deadline",           "nothing else has ended the sleep"),
        ("move to level 0",            "the wheel sorts it in among the next 64 ms"),
        ("fire 0ns late",              "on time, to the tick"),
        ("wake no_news: timer",        "the timer calls the waker: queued"),
        ("poll no_news 2",             "its turn: it goes on"),
        ("  abort receive",            "the timeout drops the gathering, which aborts both"),
        ("  wake receive: by no_news", "to be cancelled when its turn comes"),
        ("  abort send",               "so will the sender be"),
        ("  wake send: by no_news",    "to be aborted means to be woken, once more"),
        ("ready",                      "it has its result"),
        ("done no_news",               "and with it the run"),
        ("cancelled receive",          "the run is over before its turn"),
        ("cancelled send",             "and so it is for this one"),
    ]);
}

async fn echo(listener: TcpListener) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut order = [0; 8];
    while let length @ 1.. = stream.read(&mut order).await.unwrap() {
        stream.write_all(&order[..length]).await.unwrap();
    }
}

async fn guest(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"soup").await.unwrap();
    stream.read_exact(&mut [0; 4]).await.unwrap();
}

async fn one_guest() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    gather!(echo(listener), guest(address)).await;
}

/// What a task does in its polls, but for its waits.
fn deeds(story: &Story, task: &str) -> Vec<String> {
    let mut is_polled = false;
    let deed = |line: &String| {
        if let Some(poll) = line.strip_prefix("poll ") {
            is_polled = poll.starts_with(task);
        }
        let deed =
            line.strip_prefix("  ").filter(|deed| is_polled && !deed.starts_with("wait "))?;
        Some(deed.trim_end_matches(", all").to_owned())
    };
    story.0.borrow().lines.iter().filter_map(deed).collect()
}

/// On every system. In what order sockets become ready, and whether a read that did less than it had
/// room for was all, is the system's.
#[test]
#[rustfmt::skip]
fn what_each_task_of_an_echo_does() {
    let story = tell(|_| one_guest());
    assert_eq!(deeds(&story, "echo"), [
        "accept from socket 1",
        "register socket 3",
        "read 4 from socket 3",
        "write 4 to socket 3",
        "read 0 from socket 3",
        "close socket 3",
        "close socket 1",
    ]);
    assert_eq!(deeds(&story, "guest"), [
        "register socket 2",
        "connect socket 2",
        "write 4 to socket 2",
        "read 4 from socket 2",
        "close socket 2",
    ]);
}

/// As epoll has it.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[test]
#[rustfmt::skip]
fn an_echo_of_one_guest() {
    story(|_| one_guest(), &[
        ("spawn one_guest",                   "the future given to `run` is a task as well"),
        ("wake one_guest: new",               "a new task is queued at once"),
        ("poll one_guest 1",                  "its turn: it starts"),
        ("  register socket 1",               "the listener, registered with `mio`"),
        ("  spawn echo",                      "gathered: a task of its own"),
        ("  wake echo: new",                  "queued behind those before it"),
        ("  spawn guest",                     "gathered: a task of its own"),
        ("  wake guest: new",                 "queued behind those before it"),
        ("  await echo",                      "a waker is left there: its end wakes"),
        ("  await guest",                     "a waker is left there: its end wakes"),
        ("pending",                           "neither of the two is done"),
        ("poll echo 1",                       "its turn: it starts"),
        ("  wait to read socket 1: untried",  "nobody has said yet that there is somebody to accept"),
        ("pending",                           "its waker is with the listener"),
        ("poll guest 1",                      "its turn: it starts"),
        ("  register socket 2",               "its end of the connection, which is being made"),
        ("  wait to write socket 2: untried", "writable means that the connection stands"),
        ("pending",                           "its waker is with its socket"),
        ("park",                              "nobody is queued, no timer is armed"),
        ("unpark: Io",                        "the connection stands: two sockets have news"),
        ("socket 1 is readable",              "there is somebody to accept"),
        ("wake echo: socket 1",               "the waker that was left there is called"),
        ("socket 2 is writable",              "the guest is connected"),
        ("wake guest: socket 2",              "the waker that was left there is called"),
        ("poll echo 2",                       "it was woken to accept"),
        ("  accept from socket 1",            "a connection: its other end is the guest"),
        ("  register socket 3",               "the other end of the connection"),
        ("  wait to read socket 3: untried",  "nothing is known of it yet"),
        ("pending",                           "its waker is with the new socket"),
        ("poll guest 2",                      "it was woken to write"),
        ("  connect socket 2",                "the connection stands"),
        ("  write 4 to socket 2",             "the order: there is room, so it need not wait"),
        ("  wait to read socket 2: untried",  "it has heard of nothing to read"),
        ("pending",                           "its waker is with its socket, again"),
        ("park",                              "nobody is queued"),
        ("unpark: Io",                        "the order has arrived"),
        ("socket 3 is readable, writable",    "a new socket is writable, as a rule"),
        ("wake echo: socket 3",               "to read: to write nobody has waited"),
        ("poll echo 3",                       "it was woken to read"),
        ("  read 4 from socket 3, all",       "the order: less than there was room for"),
        ("  write 4 to socket 3",             "it goes back"),
        ("  wait to read socket 3: untried",  "that was all, so it need not try"),
        ("pending",                           "its waker is with the socket, again"),
        ("park",                              "nobody is queued"),
        ("unpark: Io",                        "the echo has arrived"),
        ("socket 2 is readable, writable",    "whether it is writable has not changed"),
        ("wake guest: socket 2",              "the waker that was left there is called"),
        ("poll guest 3",                      "it was woken to read"),
        ("  read 4 from socket 2",            "its echo: as much as it has asked for"),
        ("  close socket 2",                  "and that is all that it wants"),
        ("ready",                             "it has its result"),
        ("done guest",                        "its future is dropped"),
        ("wake one_guest: end of guest",      "who awaits it is queued"),
        ("poll one_guest 2",                  "it looks at both: one is missing"),
        ("pending",                           "the server is not done"),
        ("park",                              "nobody is queued"),
        ("unpark: Io",                        "the other end of a connection that was closed"),
        ("socket 3 is readable, writable",    "an end counts as something to read"),
        ("wake echo: socket 3",               "the waker that was left there is called"),
        ("poll echo 4",                       "it was woken to read"),
        ("  read 0 from socket 3",            "the end: the guest writes no more"),
        ("  close socket 3",                  "its end of the connection"),
        ("  close socket 1",                  "and the listener"),
        ("ready",                             "it has its result"),
        ("done echo",                         "its future is dropped"),
        ("wake one_guest: end of echo",       "who awaits it is queued"),
        ("poll one_guest 3",                  "now both are there"),
        ("ready",                             "it has its result"),
        ("done one_guest",                    "and with it the run"),
    ]);
}
