//! hickory's resolver on our loop, with dnsmasq.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use executor::net::UdpSocket;
use executor::{EventLoop, gather_all, run, spawn};
use hickory_resolver::Resolver;
use hickory_resolver::config::{ConnectionConfig, LookupIpStrategy};
use hickory_resolver::net::NetError;
use hickory_resolver::proto::rr::{RData, RecordType};
use programs::hickory::OurLoop;
use timer::Clock;

use crate::servers::dnsmasq::{Dnsmasq, HOSTS, TEXTS, config, host, text};

/// For a server that is there.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who asks the server by datagrams, and by connections where these do not suffice. It waits for so
/// long, as often as that.
fn resolver(port: u16, patience: Duration, retries: usize) -> Resolver<OurLoop> {
    let config = config(port, [ConnectionConfig::udp(), ConnectionConfig::tcp()]);
    let mut builder = Resolver::builder_with_config(config, OurLoop::new());
    let options = builder.options_mut();
    options.cache_size = 0;
    options.timeout = patience;
    options.attempts = retries;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    builder.build().unwrap()
}

#[test]
fn two_hundred_names_asked_at_once_each_have_their_own_addresses() {
    let Some(dnsmasq) = Dnsmasq::start() else { return };
    run(async {
        let resolver = resolver(dnsmasq.port, PATIENCE, 2);
        let lookups = (0..HOSTS).map(|number| {
            let resolver = resolver.clone();
            async move {
                let found = resolver.lookup_ip(format!("host{number}.kitchen.")).await.unwrap();
                let mut addresses: Vec<IpAddr> = found.iter().collect();
                addresses.sort();
                let (v4, v6): (Ipv4Addr, Ipv6Addr) = host(number);
                assert_eq!(addresses, [IpAddr::from(v4), v6.into()], "host {number}");
            }
        });
        assert_eq!(gather_all(lookups).await.len(), usize::from(HOSTS));
    });
}

#[test]
fn what_is_too_long_for_a_datagram_comes_whole_by_a_connection() {
    let Some(dnsmasq) = Dnsmasq::start() else { return };
    run(async {
        let resolver = resolver(dnsmasq.port, PATIENCE, 2);
        let found = resolver.lookup("menu.kitchen.", RecordType::TXT).await.unwrap();
        let text_of = |data: &RData| match data {
            RData::TXT(text) => String::from_utf8(text.txt_data.concat()).unwrap(),
            other => panic!("{other:?}"),
        };
        let mut texts: Vec<_> =
            found.answers().iter().map(|record| text_of(&record.data)).collect();
        texts.sort();
        assert_eq!(texts, (0..TEXTS).map(text).collect::<Vec<_>>());
    });
}

#[test]
fn a_name_that_is_not_there_is_told_as_such_and_not_waited_for() {
    let Some(dnsmasq) = Dnsmasq::start() else { return };
    run(async {
        let error = resolver(dnsmasq.port, PATIENCE, 2).lookup_ip("cellar.kitchen.").await;
        assert!(error.unwrap_err().is_nx_domain());
    });
}

#[test]
fn a_server_that_says_nothing_is_asked_again_and_given_up_by_our_clock() {
    let event_loop = EventLoop::builder().clock(Clock::simulated()).build();
    event_loop.unwrap().run(async {
        let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let config = config(silent.local_addr().unwrap().port(), [ConnectionConfig::udp()]);
        let listener = spawn(async move {
            let mut asked = 0;
            let mut buffer = [0; 512];
            loop {
                let question = silent.recv_from(&mut buffer);
                match timer::timeout(Duration::from_secs(3600), question).await {
                    Ok(_) => asked += 1,
                    Err(_) => return asked,
                }
            }
        });
        let start = timer::now();
        let patience = Duration::from_secs(5); // hickory's own
        let mut builder = Resolver::builder_with_config(config, OurLoop::new());
        builder.options_mut().attempts = 3;
        builder.options_mut().ip_strategy = LookupIpStrategy::Ipv4Only;
        let error = builder.build().unwrap().lookup_ip("soup.kitchen.").await.unwrap_err();
        assert!(matches!(error, NetError::Timeout), "{error}");
        let waited = timer::now() - start;
        assert!(waited >= patience, "{waited:?}");
        let asked = listener.await.unwrap();
        assert!(asked >= 3, "it was asked {asked} times");
    });
}

#[test]
fn a_server_that_is_restarted_answers_again() {
    let Some(mut dnsmasq) = Dnsmasq::start() else { return };
    run(async {
        let resolver = resolver(dnsmasq.port, Duration::from_secs(2), 1);
        resolver.lookup_ip("host7.kitchen.").await.unwrap();
        dnsmasq.stop();
        resolver.lookup_ip("host7.kitchen.").await.unwrap_err();
        dnsmasq.start_again();
        let found = resolver.lookup_ip("host7.kitchen.").await.unwrap();
        assert!(found.iter().any(|address| address == host(7).0));
    });
}
