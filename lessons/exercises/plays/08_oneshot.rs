/// Solved, it prints: Some("soup")
async fn main() {
    let (sender, receiver) = oneshot();
    drop(executor::spawn(async {
        timer::sleep(std::time::Duration::from_millis(100)).await;
        sender.send("soup");
    }));
    println!("{:?}", receiver.await);
}
