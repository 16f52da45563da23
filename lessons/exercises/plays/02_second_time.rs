/// Solved, it prints: Pending; Ready("soup")
async fn main() {
    let mut future = std::pin::pin!(SecondTime::new("soup"));
    let mut cx = Context::from_waker(std::task::Waker::noop());
    println!("{:?}", future.as_mut().poll(&mut cx));
    println!("{:?}", future.as_mut().poll(&mut cx));
}
