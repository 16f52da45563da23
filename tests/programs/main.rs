//! Programs that nobody here wrote, on our loop: each talks with a peer of another make.

mod postgres;
mod quic;
mod redis;
mod servers;
