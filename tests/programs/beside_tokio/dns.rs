//! hickory's resolver: names, each asked anew.

use std::sync::Mutex;
use std::time::Instant;

use futures::stream::{self, StreamExt};
use hickory_resolver::Resolver;
use hickory_resolver::config::{ConnectionConfig, LookupIpStrategy};
use hickory_resolver::net::runtime::{RuntimeProvider, TokioRuntimeProvider};
use programs::hickory::OurLoop;

use crate::peers::look_for;
use crate::row::{Row, on_tokio};
use crate::servers::dnsmasq::{Dnsmasq, HOSTS, config, host};

const LOOKUPS: u16 = 5000;
/// So many wait for an answer at the same time.
const AT_ONCE: usize = 64;

static SERVER: Mutex<Option<Dnsmasq>> = Mutex::new(None);

pub fn rows() -> Vec<Row> {
    if look_for("dnsmasq").is_none() {
        return Vec::new();
    }
    vec![
        Row {
            name: "hickory, lookups a second",
            ours: || ours(one_by_one),
            tokio: || tokios(one_by_one),
        },
        Row {
            name: "hickory, the same, 64 at once",
            ours: || ours(at_once),
            tokio: || tokios(at_once),
        },
    ]
}

/// Ends the server.
pub fn end() {
    drop(SERVER.lock().unwrap().take());
}

/// Where the server is, which is started for the first who asks.
fn port() -> u16 {
    let mut server = SERVER.lock().unwrap();
    server.get_or_insert_with(|| Dnsmasq::start().expect("it was found")).port
}

fn resolver<P: RuntimeProvider>(provider: P) -> Resolver<P> {
    let config = config(port(), [ConnectionConfig::udp()]);
    let mut builder = Resolver::builder_with_config(config, provider);
    builder.options_mut().cache_size = 0;
    builder.options_mut().ip_strategy = LookupIpStrategy::Ipv4Only;
    builder.build().unwrap()
}

fn ours(program: impl AsyncFnOnce(Resolver<OurLoop>) -> f64) -> f64 {
    executor::run(async { program(resolver(OurLoop::new())).await })
}

fn tokios(program: impl AsyncFnOnce(Resolver<TokioRuntimeProvider>) -> f64) -> f64 {
    on_tokio(async { program(resolver(TokioRuntimeProvider::new())).await })
}

async fn look_up<P: RuntimeProvider>(resolver: &Resolver<P>, number: u16) {
    let number = number % HOSTS;
    let found = resolver.lookup_ip(format!("host{number}.kitchen.")).await.unwrap();
    assert!(found.iter().eq([host(number).0]));
}

async fn one_by_one<P: RuntimeProvider>(resolver: Resolver<P>) -> f64 {
    let start = Instant::now();
    for number in 0..LOOKUPS {
        look_up(&resolver, number).await;
    }
    f64::from(LOOKUPS) / start.elapsed().as_secs_f64()
}

async fn at_once<P: RuntimeProvider>(resolver: Resolver<P>) -> f64 {
    let start = Instant::now();
    let lookups = stream::iter(0..2 * LOOKUPS).map(|number| look_up(&resolver, number));
    lookups.buffer_unordered(AT_ONCE).for_each(async |()| {}).await;
    f64::from(2 * LOOKUPS) / start.elapsed().as_secs_f64()
}
