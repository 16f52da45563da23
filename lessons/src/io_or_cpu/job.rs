//! A job, of one of four kinds.

use std::ffi::{OsStr, OsString};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::database::Orders;
use super::{files, network, primes};

/// What there is to do.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// To wait for an answer.
    Network,
    /// To commit to a database.
    Database,
    /// To write and read files.
    Files,
    /// To compute.
    HeavyWork,
}

impl Kind {
    /// All kinds, in the order of the table.
    pub(super) const ALL: [Self; 4] = [Self::Network, Self::Database, Self::Files, Self::HeavyWork];

    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Database => "database",
            Self::Files => "files",
            Self::HeavyWork => "heavy work",
        }
    }
}

/// One thing to do.
#[derive(Clone)]
pub(super) enum Job {
    Network(SocketAddr),
    Database(Arc<Orders>),
    Files(PathBuf),
    HeavyWork,
}

/// How much was done, or why it could not be.
pub(super) type Answer = io::Result<u64>;

impl Job {
    /// Does it as a coroutine of the loop.
    pub(super) async fn on_the_loop(self) -> Answer {
        match self {
            Self::Network(server) => network::ask(server).await,
            // There is nothing in these to await: the loop is held until they are done.
            Self::Database(_) | Self::Files(_) | Self::HeavyWork => self.block(),
        }
    }

    /// Does it while the thread does nothing else.
    pub(super) fn block(&self) -> Answer {
        match self {
            Self::Network(server) => network::ask_and_block(*server),
            Self::Database(orders) => orders.note_down(),
            Self::Files(path) => files::write_and_read(path),
            Self::HeavyWork => Ok(primes::count()),
        }
    }

    /// Names it to another process: its kind, and where.
    pub(super) fn to_arguments(&self) -> [OsString; 2] {
        let (kind, place) = match self {
            Self::Network(server) => (Kind::Network, server.to_string().into()),
            Self::Database(orders) => (Kind::Database, orders.path.clone().into()),
            Self::Files(path) => (Kind::Files, path.clone().into()),
            Self::HeavyWork => (Kind::HeavyWork, OsString::new()),
        };
        [kind.name().into(), place]
    }

    /// The job of this name.
    ///
    /// # Errors
    /// When there is none, or its database cannot be opened.
    pub(super) fn from_arguments(kind: &OsStr, place: &OsStr) -> io::Result<Self> {
        let kind = Kind::ALL.into_iter().find(|known| kind == known.name());
        match kind.ok_or_else(|| io::Error::other("there is no such kind of work"))? {
            Kind::Network => {
                let address = place.to_string_lossy().parse().map_err(io::Error::other)?;
                Ok(Self::Network(address))
            }
            Kind::Database => Ok(Self::Database(Arc::new(Orders::open(place.as_ref())?))),
            Kind::Files => Ok(Self::Files(place.into())),
            Kind::HeavyWork => Ok(Self::HeavyWork),
        }
    }
}

#[cfg(test)]
mod tests;
