use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::panic::Location;

use crate::label::Label;
use crate::{JoinHandle, context};

/// What can be connected to, or listened at: what std's trait of this name is for, without
/// blocking.
///
/// It is there for all types that have std's: addresses and slices of them, pairs of a host (or
/// its address) and a port, and text such as `"localhost:80"`; for vectors and arrays of addresses
/// as well. What is an address already, be it as text, is never looked up. The name of a host is:
/// on the blocking pool, as the system's resolver knows no other way.
///
/// No other type can have it. If one of yours has std's, call
/// [`to_socket_addrs`](std::net::ToSocketAddrs::to_socket_addrs) in
/// [`spawn_blocking`](crate::spawn_blocking), and give the addresses that it finds.
///
/// ```
/// use std::net::Ipv4Addr;
/// use executor::net::{TcpListener, TcpStream};
///
/// executor::run(async {
///     let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
///     let addresses = [listener.local_addr()?];
///     TcpStream::connect(&addresses[..]).await?;
///     Ok::<(), std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait ToSocketAddrs: sealed::ToTarget {}

impl<T: sealed::ToTarget + ?Sized> ToSocketAddrs for T {}

/// Where to, in a form that borrows nothing.
#[derive(Debug)]
pub enum Target {
    Addresses(Vec<SocketAddr>),
    /// To be looked up.
    Host(String, u16),
    /// No text of the form `HOST:PORT`.
    Malformed(String),
}

mod sealed {
    pub trait ToTarget {
        fn to_target(&self) -> super::Target;
    }
}

macro_rules! impl_for_addresses {
    ($($address:ty),*) => {
        $(impl sealed::ToTarget for $address {
            fn to_target(&self) -> Target {
                Target::Addresses(vec![SocketAddr::from(*self)])
            }
        })*
    };
}

impl_for_addresses!(SocketAddr, SocketAddrV4, SocketAddrV6);
impl_for_addresses!((IpAddr, u16), (Ipv4Addr, u16), (Ipv6Addr, u16));

impl sealed::ToTarget for [SocketAddr] {
    fn to_target(&self) -> Target {
        Target::Addresses(self.to_vec())
    }
}

impl sealed::ToTarget for Vec<SocketAddr> {
    fn to_target(&self) -> Target {
        self[..].to_target()
    }
}

impl<const N: usize> sealed::ToTarget for [SocketAddr; N] {
    fn to_target(&self) -> Target {
        self[..].to_target()
    }
}

impl sealed::ToTarget for (&str, u16) {
    fn to_target(&self) -> Target {
        let &(host, port) = self;
        match host.parse::<IpAddr>() {
            Ok(address) => (address, port).to_target(),
            Err(_) => Target::Host(host.to_owned(), port),
        }
    }
}

impl sealed::ToTarget for (String, u16) {
    fn to_target(&self) -> Target {
        (self.0.as_str(), self.1).to_target()
    }
}

impl sealed::ToTarget for str {
    fn to_target(&self) -> Target {
        if let Ok(address) = self.parse::<SocketAddr>() {
            return address.to_target();
        }
        let parts = self.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
        match parts {
            Some((host, port)) => (host, port).to_target(),
            None => Target::Malformed(self.to_owned()),
        }
    }
}

impl sealed::ToTarget for String {
    fn to_target(&self) -> Target {
        self.as_str().to_target()
    }
}

impl<T: sealed::ToTarget + ?Sized> sealed::ToTarget for &T {
    fn to_target(&self) -> Target {
        T::to_target(self)
    }
}

impl Target {
    /// Its addresses; `site` is the line that asks for them.
    pub(super) async fn addresses(
        self,
        site: &'static Location<'static>,
    ) -> io::Result<Vec<SocketAddr>> {
        match self {
            Self::Addresses(addresses) => Ok(addresses),
            Self::Host(host, port) => LookUp::start(host, port, site)?.finish().await,
            Self::Malformed(text) => {
                let error = format!("{text:?} is neither an address nor HOST:PORT");
                Err(io::Error::new(io::ErrorKind::InvalidInput, error))
            }
        }
    }
}

/// A look-up on the blocking pool. When it is given up, it never gets a thread.
struct LookUp(JoinHandle<io::Result<Vec<SocketAddr>>>);

impl LookUp {
    fn start(host: String, port: u16, site: &'static Location<'static>) -> io::Result<Self> {
        let name = format!("look-up of {host}");
        let mut label = Label::named(name.clone().into());
        label.site = site;
        let look_up = move || {
            let found = std::net::ToSocketAddrs::to_socket_addrs(&(host, port));
            found.map(Iterator::collect)
        };
        let Some(core) = context::current() else {
            let reason = "a name is looked up by the pool of the loop: poll this inside the loop";
            return Err(io::Error::other(reason));
        };
        core.spawn_blocking(label, look_up).map(Self).map_err(|error| {
            io::Error::other(format!("no thread could be started for the {name}: {error}"))
        })
    }

    async fn finish(mut self) -> io::Result<Vec<SocketAddr>> {
        match (&mut self.0).await {
            Ok(found) => found,
            Err(error) => Err(io::Error::other(format!("the look-up of a name failed: {error}"))),
        }
    }
}

impl Drop for LookUp {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Tries one address after the other, until one will do.
pub(super) async fn first_of<T, F: Future<Output = io::Result<T>>>(
    addresses: Vec<SocketAddr>,
    attempt: impl Fn(SocketAddr) -> F,
) -> io::Result<T> {
    let none = || io::Error::new(io::ErrorKind::InvalidInput, "there is no address to try");
    let mut outcome = Err(none());
    for address in addresses {
        outcome = attempt(address).await;
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}
