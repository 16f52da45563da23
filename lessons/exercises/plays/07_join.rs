async fn cook(dish: &'static str, tenths: u64) -> &'static str {
    timer::sleep(std::time::Duration::from_millis(100 * tenths)).await;
    println!("{dish} is ready");
    dish
}

/// Solved, it prints: toast is ready; coffee is ready; ("coffee", "toast")
async fn main() {
    println!("{:?}", join(cook("coffee", 2), cook("toast", 1)).await);
}
