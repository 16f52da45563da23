//! The timer wheel, drawn: slots, levels, the cascade; and how a sleep is rounded.

use std::time::Duration;

use timer::{Key, Wheel, now, sleep};

/// Timers, and the ticks at which they are due.
const TIMERS: [(char, u64); 3] = [('a', 5), ('b', 100), ('c', 5_000)];

/// Wrong: a ring of 64 slots, a slot a tick. What is due later than in a round fires too early.
fn one_ring() {
    println!("One ring of 64 slots:");
    for (name, due) in TIMERS {
        let fires = due % 64;
        println!("  {name}, due at {due}, fires at {fires}, {} ticks too early", due - fires);
    }
}

/// Right: a ring a level. A slot of the next level spans a whole round of the ring below.
fn levels() {
    let mut wheel = Wheel::new();
    let timers = TIMERS.map(|(name, due)| (name, wheel.insert(due, name).expect("it is not due")));
    println!("A wheel, of a ring a level:");
    draw(&wheel, &timers);

    let mut fired = Vec::new();
    wheel.advance(64, &mut fired);
    println!("At 64: {fired:?} has fired, and b is cascaded, one level down");
    draw(&wheel, &timers);

    wheel.remove(timers[2].1);
    println!("c is cancelled: the next is due at {:?}", wheel.next_deadline());
}

/// A line a level, a character a slot.
fn draw(wheel: &Wheel<char>, timers: &[(char, Key)]) {
    for level in 0..3 {
        let mut ring = ['.'; 64];
        for (name, key) in timers {
            if let Some((_, slot)) = wheel.position(*key).filter(|place| place.0 == level) {
                ring[slot] = *name;
            }
        }
        println!("  level {level}: {}", String::from_iter(ring));
    }
}

/// A tick is a millisecond. A sleep is rounded up to whole ticks: it is late, and never early.
async fn rounding() {
    for microseconds in [0, 1, 1000, 1001] {
        let (start, asked) = (now(), Duration::from_micros(microseconds));
        sleep(asked).await;
        println!("Asked for {asked:?}, slept {:?}", now() - start);
    }
}

async fn main() {
    one_ring();
    levels();
    rounding().await;
}
