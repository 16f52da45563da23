//! A server's and a client's end, on whatever runtime.

use std::net::SocketAddr;
use std::sync::Arc;

use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::rustls::crypto::{CryptoProvider, ring};
use quinn::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use quinn::rustls::{self, RootCertStore};
use quinn::{
    ClientConfig, Connection, Endpoint, EndpointConfig, Runtime, ServerConfig, TransportConfig,
};

/// Whom the certificate is for.
pub const NAME: &str = "localhost";

/// A server's certificate and key, and what both ends have agreed on.
pub struct Ends {
    pub certificate: rcgen::CertifiedKey<rcgen::KeyPair>,
    transport: Arc<TransportConfig>,
    protocol: Vec<u8>,
}

impl Ends {
    /// Ends that speak `protocol`, with quinn's usual settings.
    pub fn new(protocol: &str) -> Self {
        Self::with(protocol, TransportConfig::default())
    }

    pub fn with(protocol: &str, transport: TransportConfig) -> Self {
        let certificate = rcgen::generate_simple_self_signed([NAME.to_owned()]).unwrap();
        Self { certificate, transport: Arc::new(transport), protocol: protocol.into() }
    }

    pub fn server(&self, runtime: Arc<dyn Runtime>) -> Endpoint {
        let key = PrivateKeyDer::Pkcs8(self.certificate.signing_key.serialize_der().into());
        let tls = rustls::ServerConfig::builder_with_provider(provider());
        let tls = tls.with_protocol_versions(&[&rustls::version::TLS13]).unwrap();
        let tls = tls.with_no_client_auth().with_single_cert(vec![self.certificate()], key);
        let mut tls = tls.unwrap();
        tls.alpn_protocols = vec![self.protocol.clone()];
        let crypto = QuicServerConfig::try_from(tls).unwrap();
        let mut config = ServerConfig::with_crypto(Arc::new(crypto));
        config.transport_config(self.transport.clone());
        endpoint(Some(config), runtime)
    }

    pub fn client(&self, runtime: Arc<dyn Runtime>) -> Endpoint {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate()).unwrap();
        let tls = rustls::ClientConfig::builder_with_provider(provider());
        let tls = tls.with_protocol_versions(&[&rustls::version::TLS13]).unwrap();
        let mut tls = tls.with_root_certificates(roots).with_no_client_auth();
        tls.alpn_protocols = vec![self.protocol.clone()];
        let crypto = QuicClientConfig::try_from(tls).unwrap();
        let mut config = ClientConfig::new(Arc::new(crypto));
        config.transport_config(self.transport.clone());
        let mut endpoint = endpoint(None, runtime);
        endpoint.set_default_client_config(config);
        endpoint
    }

    fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.cert.der().clone()
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn endpoint(config: Option<ServerConfig>, runtime: Arc<dyn Runtime>) -> Endpoint {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    Endpoint::new(EndpointConfig::default(), config, socket, runtime).unwrap()
}

pub async fn connect(client: &Endpoint, to: SocketAddr) -> Connection {
    client.connect(to, NAME).unwrap().await.unwrap()
}
