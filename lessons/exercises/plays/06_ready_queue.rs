/// Solved, it prints: task 1; task 2
async fn main() {
    let mut queue = ReadyQueue::of(3);
    for task in [1, 1, 2, 1] {
        queue.push(task);
    }
    while let Some(task) = queue.pop() {
        println!("task {task}");
    }
}
