//! The timer wheel, drawn: slots, levels, the cascade, rounding, and never.

use std::io;
use std::time::Duration;

use executor::{Clock, spawn_blocking, spawn_named};
use timer::{Key, Wheel, now, sleep};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println, sleep_the_thread};

/// Timers, and the ticks at which they are due.
const TIMERS: [(char, u64); 3] = [('a', 5), ('b', 100), ('c', 5_000)];

/// A ring of 64 slots, a slot a tick: what is due later than in a round fires too early.
fn one_ring() {
    let mut ring = [' '; 64];
    TIMERS.iter().for_each(|(name, due)| ring[(due % 64) as usize] = *name);
    println!("A ring of 64 slots: a timer lies in slot (due % 64)");
    println!("           {}", row(ring));
    for (tick, name) in ring.into_iter().enumerate().filter(|(_, name)| *name != ' ') {
        let due = TIMERS.iter().find(|timer| timer.0 == name).map_or(0, |timer| timer.1);
        let verdict = if due == tick as u64 { "is due" } else { "is early" };
        println!("  at {tick:>2} fires {name}, of {due:>4}: it {verdict}");
    }
}

/// The wheel has such a ring a level. A slot of the next one spans a whole round of the ring.
fn levels() {
    let mut wheel = Wheel::new();
    let mut timers: Vec<(char, Key)> = Vec::new();
    for (name, due) in TIMERS {
        timers.push((name, wheel.insert(due, name).expect("it is due later than now")));
    }
    println!("A wheel: a ring a level, slots of 1, 64, 4096 ticks");
    draw(&wheel, &timers);

    let mut fired = Vec::new();
    wheel.advance(64, &mut fired);
    println!("At 64: {} has fired, and b is cascaded, one level down", String::from_iter(fired));
    draw(&wheel, &timers);

    wheel.remove(timers[2].1);
    let next = wheel.next_deadline().expect("b is left");
    println!("c is cancelled: {} timer is left, the next is due at {next}", wheel.len());
}

fn draw(wheel: &Wheel<char>, timers: &[(char, Key)]) {
    for level in 0..3 {
        let mut ring = [' '; 64];
        for (name, key) in timers {
            if let Some((_, slot)) = wheel.position(*key).filter(|place| place.0 == level) {
                ring[slot] = *name;
            }
        }
        println!("  level {level}: {}", row(ring));
    }
}

/// A slot a character.
fn row(ring: [char; 64]) -> String {
    ring.map(|slot| if slot == ' ' { '.' } else { slot }).iter().collect()
}

/// A tick is a millisecond. A sleep is rounded up to a whole one: late, and never early.
async fn rounding() {
    for microseconds in [0, 1, 1000, 1001] {
        let (start, asked) = (now(), Duration::from_micros(microseconds));
        sleep(asked).await;
        println!("Asked for {:?} ms, slept {:?} ms", ms(asked), ms(now() - start));
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// The loop sleeps until the later timer. A job of the pool ends meanwhile, and the task that has
/// waited for it arms an earlier one.
async fn earlier(clock: Clock) {
    let start = now();
    let later = spawn_named("later", sleep(Duration::from_millis(8)));
    let job = spawn_blocking(move || sleep_the_thread(&clock, Duration::from_millis(2)));
    job.await.expect("the job neither panics nor is aborted");
    sleep(Duration::from_millis(2)).await;
    println!("At {:?} ms the earlier one has fired", ms(now() - start));
    later.await.expect("a sleep neither panics nor is aborted");
}

/// What is too far away for the clock is never due: it is in no slot.
async fn never() {
    sleep(Duration::MAX).await;
}

fn play(stage: &mut Stage) -> io::Result<()> {
    one_ring();
    levels();
    stage.scene("rounding", |_| rounding())?;
    stage.scene("an earlier one", earlier)?;
    stage.scene("never", |_| never())
}

/// The lesson `wheel`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "wheel",
    title: "slots, levels, the cascade, rounding, and never",
    watch: "\
Where lies a timer, so that a million of them can be armed and cancelled cheaply?
Watch in which slot each lies, and when it moves.",
    play,
    clocks: Clocks::All,
    rust: include_str!("wheel.rs"),
    python: Twin::None("Its timers lie in a heap, and a cancelled one stays until it is due."),
    evening: Evening::Internals,
    minutes: 15,
    look: &[
        look!("timer/src/wheel.rs", "insert", "chooses level and slot"),
        look!("timer/src/wheel.rs", "advance", "fires, and cascades"),
    ],
    change: "\
let c be due at 4,095, a tick before the third level begins. Where does it lie?",
};
