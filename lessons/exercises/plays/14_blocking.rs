async fn heart() {
    for _ in 0..2 {
        timer::sleep(Duration::from_millis(100)).await;
        println!("beat");
    }
}

/// Solved, it prints: beat; beat; chopped onion, fried
async fn main() {
    let heart = executor::spawn(heart());
    println!("{}", cook("onion").await);
    let _ = heart.await;
}
