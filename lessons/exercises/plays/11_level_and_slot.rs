/// Solved, it prints: 0, 5: (0, 5); 0, 100: (1, 1); 60, 65: (1, 1)
async fn main() {
    for (elapsed, when) in [(0, 5), (0, 100), (60, 65)] {
        println!("{elapsed}, {when}: {:?}", level_and_slot(elapsed, when));
    }
}
