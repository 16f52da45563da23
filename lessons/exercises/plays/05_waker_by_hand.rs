/// Solved, it prints: 2 rings, 1 count
async fn main() {
    let bell = Arc::new(Bell::default());
    let one = waker(&bell);
    let other = one.clone();
    one.wake_by_ref();
    other.wake();
    drop(one);
    println!("{} rings, {} count", bell.rings(), Arc::strong_count(&bell));
}
