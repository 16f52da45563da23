//! The lesson `tour`: a walk in gdb through one wake-up.
//!
//! Its stops are the files in `lessons/tour`: prose, what to type, and what that shows. The tests
//! type it, and compare. The guide, `tour.py` there, shows the prose in gdb.

use std::io::{IsTerminal, stdin, stdout};

use stage::{debugger, println};

use crate::debug;

/// What it is about, in half a line.
pub(crate) const TITLE: &str = "one wake-up from the inside, in six stops, in gdb";

const STOPS: [&str; 6] = [
    include_str!("../tour/1_spawn.txt"),
    include_str!("../tour/2_poll.txt"),
    include_str!("../tour/3_park.txt"),
    include_str!("../tour/4_fire.txt"),
    include_str!("../tour/5_wake.txt"),
    include_str!("../tour/6_poll_again.txt"),
];

const WELCOME: &str = "\
tour: one wake-up from the inside, in six stops, in gdb
gdb is about to start on the lesson `breakfast`. Each stop has a few lines to
read and a command to type; when you have typed it, the next lines follow. Look
around with other commands as you like: `async help` lists those for tasks,
`tour` shows again where you are, `tour here` takes the program back to there
when it has run too far, `tour again` begins anew, `quit` ends. In a terminal of
40 lines or more, `async layout` shows source, queue, tasks and wheel at once.
";

/// Takes the tour in gdb or, without a terminal to take it in, prints it.
pub(crate) fn start() {
    if stdin().is_terminal() && stdout().is_terminal() {
        let arguments = ["breakfast", "--plain", "--clock", "simulated"];
        debugger::start(WELCOME, &debug::this_program(), &arguments.map(Into::into), "tour");
    } else {
        STOPS.iter().for_each(|stop| println!("{stop}"));
    }
}
