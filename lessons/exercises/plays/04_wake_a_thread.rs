/// Solved, it prints: soup
async fn main() {
    let (sender, receiver) = futures::channel::oneshot::channel();
    std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(100));
        sender.send("soup")
    });
    // It holds the thread of our own loop meanwhile.
    println!("{}", block_on(receiver).unwrap_or("no soup"));
}
