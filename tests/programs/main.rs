//! Programs that nobody here wrote, on our loop: each talks with a peer of another make.
//!
//! Where the peer is not installed its tests say so and pass; with `REQUIRE_PROGRAMS=1` they fail.

mod dns;
mod grpc;
mod http;
mod identity;
mod peers;
mod postgres;
mod quic;
mod redis;
mod servers;
mod tls;
mod websocket;
