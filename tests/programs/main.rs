//! Programs that nobody here wrote, on our loop: each talks with a peer of another make.

mod dns;
mod postgres;
mod quic;
mod redis;
mod servers;
