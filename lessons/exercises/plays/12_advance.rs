/// Solved, it prints: at 8: ["toast"]; at 11: []; at 16: ["soup"]
async fn main() {
    let mut wheel = Wheel::default();
    wheel.insert(Timer { when: 12, name: "soup" });
    wheel.insert(Timer { when: 8, name: "toast" });
    for now in [8, 11, 16] {
        println!("at {now}: {:?}", wheel.advance(now));
    }
}
