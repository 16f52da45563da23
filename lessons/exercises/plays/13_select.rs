/// Solved, it prints: soup
async fn main() {
    let (to_read, letters) = async_channel::unbounded();
    drop(executor::spawn(async move {
        for piece in ["so", "up\n"] {
            for letter in piece.chars() {
                let _ = to_read.try_send(letter);
            }
            timer::sleep(std::time::Duration::from_millis(100)).await;
        }
    }));
    let mut lines = Lines::new(letters);
    loop {
        // A tick: the future that reads is dropped.
        let tick = std::time::Duration::from_millis(30);
        if let Ok(line) = timer::timeout(tick, lines.next()).await {
            println!("{line}");
            return;
        }
    }
}
