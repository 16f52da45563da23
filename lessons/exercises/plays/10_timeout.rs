/// Solved, it prints: Err(Elapsed)
async fn main() {
    let soup = timer::sleep(Duration::from_secs(1));
    println!("{:?}", timeout(Duration::from_millis(100), soup).await);
}
