//! The exercises, in the order in which to take them.

/// What an exercise is made of.
pub(super) struct Exercise {
    /// The name of its files, without `.rs`.
    pub(super) file: &'static str,
    /// What the learner gets: what is wanted, and a hole.
    pub(super) text: &'static str,
    /// The program that judges it.
    pub(super) check: &'static str,
    hints: &'static str,
    /// A `main` with which it can be seen at work.
    play: &'static str,
    pub(super) solution: &'static str,
}

macro_rules! exercises {
    ($($file:literal,)+) => {
        /// All of them.
        pub(super) const EXERCISES: &[Exercise] = &[$(Exercise {
            file: $file,
            text: include_str!(concat!("../../../exercises/", $file, ".rs")),
            check: include_str!(concat!("../../../exercises/checks/", $file, ".rs")),
            play: include_str!(concat!("../../../exercises/plays/", $file, ".rs")),
            hints: include_str!(concat!("../../../exercises/hints/", $file, ".txt")),
            solution: include_str!(concat!("../../../exercises/solutions/", $file, ".rs")),
        },)+];
    };
}

exercises! {
    "01_poll_by_hand",
    "02_second_time",
    "03_yield_now",
    "04_wake_a_thread",
    "05_waker_by_hand",
    "06_ready_queue",
    "07_join",
    "08_oneshot",
    "09_lost_wake_up",
    "10_timeout",
    "11_level_and_slot",
    "12_advance",
    "13_select",
    "14_blocking",
    "15_fair_loop",
    "16_tiny_executor",
}

impl Exercise {
    /// What it is called: its file, without the number.
    pub(super) fn name(&self) -> &'static str {
        self.file.split_once('_').map_or(self.file, |(_, name)| name)
    }

    /// What it is about: its text's first line.
    pub(super) fn title(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.trim_start_matches("//! ").trim_end_matches('.')
    }

    /// The text as a program: what the sandbox begins with.
    pub(super) fn program(&self) -> String {
        let is_head = |line: &&str| line.starts_with("//!");
        let lines = self.text.lines();
        let head = lines.clone().take_while(is_head).count();
        let [head, body] = [lines.clone().take(head).collect(), lines.skip(head).collect()]
            .map(|lines: Vec<_>| lines.join("\n"));
        format!("{head}\n#![allow(unused)] // by the hole\n{body}\n\n{}", self.play)
    }

    /// From a first thought to what is to be written.
    pub(super) fn hints(&self) -> impl Iterator<Item = &'static str> {
        self.hints.trim().split("\n\n")
    }
}
