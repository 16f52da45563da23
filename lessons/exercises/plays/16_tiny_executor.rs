/// Solved, it prints: Ok("soup")
async fn main() {
    let (sender, receiver) = futures::channel::oneshot::channel();
    run(vec![
        Box::pin(async { println!("{:?}", receiver.await) }),
        Box::pin(async { _ = sender.send("soup") }),
    ]);
}
