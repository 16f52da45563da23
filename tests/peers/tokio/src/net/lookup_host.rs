//! `lookup_host`: `std`'s, as a job of the pool.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// What is looked up goes to the job, and so may not be borrowed.
pub async fn lookup_host<T>(host: T) -> io::Result<impl Iterator<Item = SocketAddr>>
where
    T: ToSocketAddrs<Iter: Send + 'static> + Send + 'static,
{
    crate::fs::job(move || host.to_socket_addrs()).await
}
