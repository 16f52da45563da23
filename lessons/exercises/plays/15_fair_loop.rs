struct Kitchen {
    asked: usize,
    polls: usize,
}

impl World for Kitchen {
    fn poll(&mut self, task: usize) -> bool {
        println!("{task}");
        self.polls += 1;
        assert!(self.polls < 100, "100 polls, and nobody asks the driver");
        // This one always wakes itself.
        task == 0
    }

    fn ask(&mut self) -> Option<Vec<usize>> {
        println!("ask");
        self.asked += 1;
        (self.asked < 3).then(|| vec![self.asked])
    }
}

/// Solved, it prints: 0; ask; 0; 1; ask; 0; 2; ask
async fn main() {
    run(&mut Kitchen { asked: 0, polls: 0 }, VecDeque::from([0]));
}
