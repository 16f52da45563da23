//! For runtimes without a `gather` of their own: a task each, and then one handle after the other.
//! It is faster than `futures::future::join_all` of the handles, and than tokio's `JoinSet`.

use super::{join, spawn};

pub async fn gather<F>(futures: impl Iterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let tasks: Vec<_> = futures.map(spawn).collect();
    let mut outputs = Vec::with_capacity(tasks.len());
    for task in tasks {
        outputs.push(join(task).await);
    }
    outputs
}
