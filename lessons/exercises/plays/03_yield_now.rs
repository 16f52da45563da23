async fn cook(dish: &str) {
    println!("{dish} begins");
    yield_now().await;
    println!("{dish} ends");
}

/// Solved, it prints: soup begins; cake begins; soup ends; cake ends
async fn main() {
    executor::gather!(cook("soup"), cook("cake")).await;
}
