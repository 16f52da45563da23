//! All at once, at random, for as long as you like: timers, sockets, jobs, threads that spawn, wake
//! and abort, tasks that panic and tasks that are aborted, on one loop after the other, each ended
//! in the middle of it. `cargo run -p tests --example soak -- [seconds [seed]]`
//!
//! It ends with an error if a wake is lost, if anything is left of a loop that is gone (a future, a
//! thread, a descriptor), or if memory keeps growing. What it says meanwhile of tasks that panic
//! "on purpose" are those that a loop's end has left alone.

use std::cell::Cell;
use std::fs;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use executor::net::{TcpListener, TcpStream, UdpSocket};
use executor::{EventLoop, JoinError, JoinHandle, Spawner, gather_all, spawn, spawn_blocking};
use futures::channel::mpsc as channel;
use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use timer::{sleep, timeout};

const WORKERS: u64 = 32;
const PRODUCERS: u64 = 4;
/// What may take long on a busy machine, but not that long.
const LOST: Duration = Duration::from_secs(60);
/// How much more memory a round may need than those of the first quarter did.
const SLACK: u64 = 8 << 20;

type Bell = channel::UnboundedSender<(u64, mpsc::Sender<u64>)>;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse().expect("a number"));
    let length = Duration::from_secs(arguments.next().unwrap_or(10));
    let seed = arguments.next().unwrap_or(0x5eed);
    let (started, mut rounds) = (Instant::now(), Vec::new());
    let mut totals = Totals::default();
    while started.elapsed() < length {
        let before = (entries("/proc/self/task"), entries("/proc/self/fd"));
        let mut random = Random(seed.wrapping_add(rounds.len() as u64));
        totals.add(round(&mut random, length / 10));
        wait_for("threads", before.0, || entries("/proc/self/task"));
        wait_for("descriptors", before.1, || entries("/proc/self/fd"));
        rounds.push(resident());
    }
    let quarter = rounds.len().div_ceil(4);
    let (early, late) = (rounds[..quarter].iter().max(), rounds[quarter..].iter().min());
    println!("{} loops in {:?}, seed {seed}: {totals:?}", rounds.len(), started.elapsed());
    println!(
        "kilobytes of memory after them: {:?}; descriptors and threads: as before",
        Kilobytes(&rounds)
    );
    // The best of the later rounds: memory that leaks is in all of them.
    let grown = early.zip(late).is_some_and(|(early, late)| *late > early + SLACK);
    assert!(!grown, "memory keeps growing");
}

#[derive(Debug, Default)]
struct Totals {
    acts: u64,
    round_trips_from_threads: u64,
    left_to_the_end_of_their_loop: usize,
}

impl Totals {
    fn add(&mut self, round: Self) {
        self.acts += round.acts;
        self.round_trips_from_threads += round.round_trips_from_threads;
        self.left_to_the_end_of_their_loop += round.left_to_the_end_of_their_loop;
    }
}

/// The life of one loop.
fn round(random: &mut Random, longest: Duration) -> Totals {
    let (alive, acts) = (Alive::default(), Rc::new(Cell::new(0)));
    let length = Duration::from_millis(random.below(longest.as_millis() as u64).max(200));
    let mut event_loop = EventLoop::builder().blocking_threads(4).build().unwrap();
    let (bell, mut rung) = channel::unbounded::<(u64, mpsc::Sender<u64>)>();
    let stop = Arc::new(AtomicBool::new(false));
    let producers: Vec<_> = (0..PRODUCERS)
        .map(|_| {
            let (spawner, bell, random) = (event_loop.spawner(), bell.clone(), random.fork());
            let (alive, stop) = (alive.clone(), stop.clone());
            thread::spawn(move || produce(&spawner, &bell, random, &alive, &stop))
        })
        .collect();
    let left = event_loop.run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, guard) = (listener.local_addr().unwrap(), alive.one());
        drop(spawn(async move {
            let _guard = guard;
            while let Ok((stream, _)) = listener.accept().await {
                drop(spawn(echo(stream)));
            }
        }));
        let guard = alive.one();
        drop(spawn(async move {
            let _guard = guard;
            while let Some((word, answer)) = rung.next().await {
                let _ = answer.send(word);
            }
        }));
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                let (random, alive, acts) = (random.fork(), alive.clone(), acts.clone());
                let progress = Rc::new(Cell::new(0));
                let task = work(random, address, alive, acts, progress.clone());
                (progress, spawn(task))
            })
            .collect();
        watch(&workers, length).await;
        stop.store(true, SeqCst);
        while !producers.iter().all(thread::JoinHandle::is_finished) {
            sleep(Duration::from_millis(1)).await;
        }
        alive.count()
    });
    drop(event_loop);
    let round_trips = producers.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert_eq!(alive.count(), 0, "futures of a loop that is gone");
    Totals {
        acts: acts.get(),
        round_trips_from_threads: round_trips,
        left_to_the_end_of_their_loop: left,
    }
}

/// Lets `length` pass, and longer if need be: each worker has to go on all the while.
async fn watch(workers: &[(Rc<Cell<u64>>, JoinHandle<()>)], length: Duration) {
    let started = Instant::now();
    let mut seen: Vec<_> = workers.iter().map(|_| (0, Instant::now())).collect();
    while started.elapsed() < length {
        sleep(Duration::from_millis(50)).await;
        for ((progress, handle), (last, since)) in workers.iter().zip(&mut seen) {
            assert!(!handle.is_finished(), "a worker has panicked");
            if *last != progress.get() {
                (*last, *since) = (progress.get(), Instant::now());
            }
            assert!(since.elapsed() < LOST, "a worker waits for ever: a wake is lost");
        }
    }
}

/// One act after the other.
async fn work(
    mut random: Random,
    address: std::net::SocketAddr,
    alive: Alive,
    acts: Rc<Cell<u64>>,
    progress: Rc<Cell<u64>>,
) {
    let _guard = alive.one();
    loop {
        let guard = alive.one();
        match random.below(11) {
            0 => sleep(random.moment()).await,
            1 => drop(timeout(random.moment(), sleep(random.moment())).await),
            2 => {
                let mut sleep = pin!(sleep(random.moment()));
                let _ = timeout(random.moment(), sleep.as_mut()).await;
                sleep.as_mut().reset(timer::now() + random.moment());
                sleep.await;
            }
            3 => {
                let (child, after) =
                    (spawn(guarded(guard, sleep(random.moment()))), random.moment());
                sleep(after).await;
                child.abort();
                assert!(matches!(child.await, Ok(()) | Err(JoinError::Cancelled)));
            }
            4 => {
                let after = sleep(random.moment());
                let panics = spawn(async move {
                    let _guard = guard;
                    after.await;
                    // As a panic, but without a word on stderr.
                    std::panic::resume_unwind(Box::new("on purpose"))
                });
                let outcome: Result<(), _> = panics.await;
                assert!(matches!(outcome, Err(JoinError::Panicked(_))));
            }
            5 => {
                let children =
                    (0..random.below(20)).map(|_| guarded(alive.one(), sleep(random.moment())));
                gather_all(children.collect::<Vec<_>>()).await;
            }
            6 => drop(spawn(guarded(guard, sleep(random.moment())))),
            7 => {
                let length = random.moment() / 4;
                let job = spawn_blocking(move || {
                    let _guard = guard;
                    thread::sleep(length);
                });
                match random.below(3) {
                    0 => job.abort(),
                    1 => drop(job),
                    _ => job.await.unwrap(),
                }
            }
            8 => call(address, random.below(5000) as usize).await,
            9 => {
                // Whatever it is just doing, it is given up.
                let _ = timeout(random.moment() / 8, call(address, 100_000)).await;
            }
            _ => datagram().await,
        }
        acts.set(acts.get() + 1);
        progress.set(progress.get() + 1);
    }
}

async fn guarded(guard: Guard, future: impl Future<Output = ()>) {
    future.await;
    drop(guard);
}

async fn echo(mut stream: TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

/// Sends bytes to the echo, and takes them back meanwhile.
async fn call(address: std::net::SocketAddr, length: usize) {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let sent = vec![7; length];
    let write = async {
        writer.write_all(&sent).await.unwrap();
        writer.close().await.unwrap();
    };
    let mut received = Vec::new();
    let (_, read) = futures::join!(write, reader.read_to_end(&mut received));
    read.unwrap();
    assert_eq!(received, sent);
}

async fn datagram() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let own = socket.local_addr().unwrap();
    socket.send_to(b"word", own).await.unwrap();
    let mut buffer = [0; 8];
    assert_eq!(socket.recv_from(&mut buffer).await.unwrap(), (4, own));
}

/// A thread that has tasks of the loop answer it; returns how many times they did.
fn produce(
    spawner: &Spawner,
    bell: &Bell,
    mut random: Random,
    alive: &Alive,
    stop: &AtomicBool,
) -> u64 {
    let mut round_trips = 0;
    while !stop.load(SeqCst) {
        let (answer, answered) = mpsc::channel();
        let word = random.next();
        match random.below(4) {
            // A wake of a task that waits.
            0 => bell.unbounded_send((word, answer)).unwrap(),
            // Wakes of a task that is woken already.
            1 => {
                for _ in 0..100 {
                    bell.unbounded_send((word, answer.clone())).unwrap();
                }
                for _ in 0..99 {
                    answered.recv_timeout(LOST).expect("a wake is lost");
                }
            }
            2 => {
                let guard = alive.one();
                drop(spawner.spawn(async move {
                    let _guard = guard;
                    let _ = answer.send(word);
                }));
            }
            // Its future is dropped, and its end of the channel with it.
            _ => {
                let guard = alive.one();
                let task = spawner.spawn(async move {
                    let _guard = guard;
                    sleep(Duration::from_secs(3600)).await;
                    drop(answer);
                });
                task.abort();
                let gone = answered.recv_timeout(LOST);
                assert_eq!(gone, Err(mpsc::RecvTimeoutError::Disconnected), "an abort is lost");
                round_trips += 1;
                continue;
            }
        }
        assert_eq!(answered.recv_timeout(LOST), Ok(word), "a wake is lost");
        round_trips += 1;
    }
    round_trips
}

/// How many guards there are, each in a future or a job.
#[derive(Clone, Default)]
struct Alive(Arc<AtomicUsize>);

struct Guard(Alive);

impl Alive {
    fn one(&self) -> Guard {
        self.0.fetch_add(1, SeqCst);
        Guard(self.clone())
    }

    fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, SeqCst);
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Mostly short, now and then long.
    fn moment(&mut self) -> Duration {
        let most = 1 << self.below(16);
        Duration::from_micros(self.below(most))
    }

    fn fork(&mut self) -> Self {
        Self(self.next())
    }
}

/// Threads that have ended may still be counted for a moment.
fn wait_for(what: &str, before: Option<usize>, count: impl Fn() -> Option<usize>) {
    let started = Instant::now();
    while count() > before {
        assert!(started.elapsed() < LOST, "{:?} {what} are left, of {before:?}", count());
        thread::sleep(Duration::from_millis(1));
    }
}

/// How many entries a directory of `/proc` has, where there is one.
fn entries(directory: &str) -> Option<usize> {
    Some(fs::read_dir(directory).ok()?.count())
}

/// The process's resident memory, in bytes, where there is a `/proc`.
fn resident() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}

/// A tenth of the figures is enough to see where they go.
struct Kilobytes<'a>(&'a [u64]);

impl std::fmt::Debug for Kilobytes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let some = self.0.iter().step_by(self.0.len().div_ceil(10));
        f.debug_list().entries(some.map(|bytes| bytes >> 10)).finish()
    }
}
