//! Checks `run`.

use std::collections::VecDeque;
use std::process::ExitCode;

use exercise::{ROUND, World, run};
use stage::check::{self, Verdict, same, so};

/// Tasks of which the first so many always wake themselves, and a driver that is asked a few times.
struct Kitchen {
    spinners: usize,
    /// What the driver says, the last answer first.
    answers: Vec<Vec<usize>>,
    /// The polls of each round.
    rounds: Vec<Vec<usize>>,
}

impl Kitchen {
    fn played(spinners: usize, mut answers: Vec<Vec<usize>>, ready: usize) -> Vec<Vec<usize>> {
        answers.reverse();
        let mut kitchen = Self { spinners, answers, rounds: vec![Vec::new()] };
        run(&mut kitchen, VecDeque::from_iter(0..ready));
        kitchen.rounds
    }
}

impl World for Kitchen {
    fn poll(&mut self, task: usize) -> bool {
        let round = self.rounds.last_mut().expect("there is always one");
        round.push(task);
        assert!(round.len() < 1000, "1000 polls, and the driver was not asked");
        task < self.spinners
    }

    fn ask(&mut self) -> Option<Vec<usize>> {
        self.rounds.push(Vec::new());
        self.answers.pop()
    }
}

fn all_polled() -> Verdict {
    let rounds = Kitchen::played(0, vec![vec![7], vec![]], 3);
    same("the polls, round by round", vec![vec![0, 1, 2], vec![7], vec![], vec![]], rounds)
}

fn spinner() -> Verdict {
    let rounds = Kitchen::played(1, vec![vec![5], vec![]], 1);
    same("the polls, round by round", vec![vec![0], vec![0, 5], vec![0], vec![]], rounds)
}

fn two_spinners() -> Verdict {
    let rounds = Kitchen::played(2, vec![vec![], vec![]], 2);
    same("the polls, round by round", vec![vec![0, 1], vec![0, 1], vec![0, 1], vec![]], rounds)
}

fn long_queue() -> Verdict {
    let rounds = Kitchen::played(0, vec![vec![]; 4], 200);
    let longest = rounds.iter().map(Vec::len).max().unwrap_or_default();
    so(longest <= ROUND, format!("{longest} polls between two questions, {ROUND} are allowed"))?;
    same("the polls of all rounds, in order", (0..200).collect::<Vec<_>>(), rounds.concat())
}

fn main() -> ExitCode {
    check::main(&[
        ("what is ready is polled, then the driver is asked", all_polled),
        ("a task that wakes itself keeps nobody from the driver", spinner),
        ("two such tasks take turns", two_spinners),
        ("of a long queue so many are polled, then the driver is asked", long_queue),
    ])
}
