//! A server's and a client's end, on whatever runtime.

use std::net::SocketAddr;
use std::sync::Arc;

use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{
    ClientConfig, Connection, Endpoint, EndpointConfig, Runtime, ServerConfig, TransportConfig,
};

use crate::identity::Identity;

/// Who the server is, and what both ends have agreed on.
pub struct Ends {
    pub identity: Identity,
    transport: Arc<TransportConfig>,
    protocol: &'static str,
}

impl Ends {
    /// Ends that speak `protocol`, with quinn's usual settings.
    pub fn new(protocol: &'static str) -> Self {
        Self::with(protocol, TransportConfig::default())
    }

    pub fn with(protocol: &'static str, transport: TransportConfig) -> Self {
        Self { identity: Identity::new(), transport: Arc::new(transport), protocol }
    }

    pub fn server(&self, runtime: Arc<dyn Runtime>) -> Endpoint {
        let tls = self.identity.server(&[self.protocol.as_bytes()]);
        let crypto = QuicServerConfig::try_from(tls).unwrap();
        let mut config = ServerConfig::with_crypto(Arc::new(crypto));
        config.transport_config(self.transport.clone());
        endpoint(Some(config), runtime)
    }

    pub fn client(&self, runtime: Arc<dyn Runtime>) -> Endpoint {
        let tls = self.identity.client(&[self.protocol.as_bytes()]);
        let crypto = QuicClientConfig::try_from(tls).unwrap();
        let mut config = ClientConfig::new(Arc::new(crypto));
        config.transport_config(self.transport.clone());
        let mut endpoint = endpoint(None, runtime);
        endpoint.set_default_client_config(config);
        endpoint
    }
}

fn endpoint(config: Option<ServerConfig>, runtime: Arc<dyn Runtime>) -> Endpoint {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    Endpoint::new(EndpointConfig::default(), config, socket, runtime).unwrap()
}

pub async fn connect(client: &Endpoint, to: SocketAddr) -> Connection {
    client.connect(to, "localhost").unwrap().await.unwrap()
}
