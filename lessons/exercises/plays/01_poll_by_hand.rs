/// Solved, it prints: ("soup", 3)
async fn main() {
    let mut polls = 0;
    let third_time = std::future::poll_fn(move |_| {
        polls += 1;
        if polls < 3 { Poll::Pending } else { Poll::Ready("soup") }
    });
    println!("{:?}", poll_to_end(third_time));
}
