//! Rows of sockets: a server and its clients, all on one loop.

use std::time::Instant;

use super::{accept, connect, detach, echo, join, listen, run, spawn, talk};
use crate::rows::{MESSAGE, Measured, per, span};

pub const ROWS: &[Measured] = &[
    Measured { row: "TCP echo", measure: |n| echoes(n, 1) },
    Measured { row: "TCP echo, 64 connections", measure: |n| echoes(n, 64) },
];

fn echoes(n: u64, connections: u64) -> f64 {
    let each = n / connections;
    run(async move {
        let (listener, address) = listen().await;
        let server = spawn(async move {
            for _ in 0..connections {
                detach(spawn(echo(accept(&listener).await)));
            }
        });
        let client = |i| {
            spawn(async move {
                let mut stream = connect(address).await;
                talk(&mut stream, [i as u8; MESSAGE], each / 10).await;
                let start = Instant::now();
                talk(&mut stream, [i as u8; MESSAGE], each).await;
                (start, Instant::now())
            })
        };
        let clients: Vec<_> = (0..connections).map(client).collect();
        let mut times = Vec::new();
        for client in clients {
            times.push(join(client).await);
        }
        join(server).await;
        per(span(&times), each * connections)
    })
}
