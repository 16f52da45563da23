//! dnsmasq, which answers by itself and asks nobody.

use std::fmt::Write;
use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::process::Command;

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};

use super::{Server, folder};
use crate::peers::{Folder, free_address, look_for};

/// It knows so many hosts in "kitchen.".
pub const HOSTS: u16 = 200;
/// And so many texts by one name, "menu.kitchen.".
pub const TEXTS: usize = 60;

/// The addresses of a host.
pub fn host(number: u16) -> (Ipv4Addr, Ipv6Addr) {
    let [high, low] = number.to_be_bytes();
    (Ipv4Addr::new(10, 7, high, low), Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 7, number))
}

/// A text.
pub fn text(number: usize) -> String {
    format!("dish {number:03} {}", "soup ".repeat(40))
}

/// A server for names.
#[derive(Debug)]
pub struct Dnsmasq {
    /// `None` while it is stopped. It is ended before its folder is removed.
    server: Option<Server>,
    program: PathBuf,
    folder: Folder,
    pub port: u16,
}

impl Dnsmasq {
    /// A server of one's own.
    pub fn start() -> Option<Self> {
        let program = look_for("dnsmasq")?;
        let folder = folder();
        let mut settings =
            "no-hosts\nno-resolv\nlocal=/kitchen/\ndns-forward-max=1000\n".to_owned();
        for number in 0..HOSTS {
            let (v4, v6) = host(number);
            writeln!(settings, "host-record=host{number}.kitchen,{v4},{v6}").unwrap();
        }
        for number in 0..TEXTS {
            writeln!(settings, "txt-record=menu.kitchen,\"{}\"", text(number)).unwrap();
        }
        fs::write(folder.path().join("settings"), settings).unwrap();
        let mut dnsmasq = Self { server: None, program, folder, port: free_address().port() };
        dnsmasq.start_again();
        Some(dnsmasq)
    }

    /// Starts it on the same port as before.
    pub fn start_again(&mut self) {
        let mut command = Command::new(&self.program);
        command.args(["--keep-in-foreground", "--log-facility=-", "--bind-interfaces"]);
        command.args(["--listen-address=127.0.0.1", "--pid-file", "--user="]);
        command.arg(format!("--port={}", self.port));
        let settings = self.folder.path().join("settings");
        command.arg(format!("--conf-file={}", settings.display()));
        let server = Server::start(&command, "TERM", self.folder.path().join("log"));
        server.wait_for("started, version");
        self.server = Some(server);
    }

    /// Stops it.
    pub fn stop(&mut self) {
        drop(self.server.take());
    }
}

/// Who asks a server at this port asks it by these.
pub fn config<const N: usize>(port: u16, mut connections: [ConnectionConfig; N]) -> ResolverConfig {
    for connection in &mut connections {
        connection.port = port;
    }
    let server = NameServerConfig::new(Ipv4Addr::LOCALHOST.into(), true, connections.into());
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}
