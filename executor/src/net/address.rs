use std::any::Any;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// Looks a name up, on the blocking pool: the system's resolver has no other way. What is an
/// address already needs no look-up.
pub(super) async fn resolve<A>(address: A) -> io::Result<Vec<SocketAddr>>
where
    A: ToSocketAddrs + Send + 'static,
{
    let any: &dyn Any = &address;
    let literal = any.downcast_ref::<&'static str>().and_then(|text| text.parse().ok());
    if let Some(address) = any.downcast_ref::<SocketAddr>().copied().or(literal) {
        return Ok(vec![address]);
    }
    let look_up = move || address.to_socket_addrs().map(Iterator::collect);
    match crate::spawn_blocking(look_up).await {
        Ok(found) => found,
        Err(error) => Err(io::Error::other(format!("the look-up of a name failed: {error}"))),
    }
}

/// Tries one address after the other, until one will do.
pub(super) async fn first_of<T>(
    addresses: Vec<SocketAddr>,
    mut attempt: impl AsyncFnMut(SocketAddr) -> io::Result<T>,
) -> io::Result<T> {
    let none = || io::Error::new(io::ErrorKind::InvalidInput, "the name has no address");
    let mut outcome = Err(none());
    for address in addresses {
        outcome = attempt(address).await;
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}
