//! Who the servers are, and whom the clients believe.

use std::sync::Arc;

use futures_rustls::pki_types::PrivateKeyDer;
use futures_rustls::rustls::crypto::ring;
use futures_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};

/// The server at this machine's own address: a certificate that nobody else has signed, and its key.
pub struct Identity(pub CertifiedKey<KeyPair>);

impl Identity {
    pub fn new() -> Self {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        Self(generate_simple_self_signed(names).expect("both are good names"))
    }

    /// For a server that talks these protocols.
    pub fn server(&self, protocols: &[&[u8]]) -> Arc<ServerConfig> {
        let key = PrivateKeyDer::try_from(self.0.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("ring has them")
            .with_no_client_auth()
            .with_single_cert(vec![self.0.cert.der().clone()], key.expect("it is one"));
        let mut config = config.expect("the key is the certificate's");
        config.alpn_protocols = owned(protocols);
        config.into()
    }

    /// For a client that believes nobody else.
    pub fn client(&self, protocols: &[&[u8]]) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.cert.der().clone()).expect("it is a certificate");
        let mut config = ClientConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("ring has them")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = owned(protocols);
        config.into()
    }
}

fn owned(protocols: &[&[u8]]) -> Vec<Vec<u8>> {
    protocols.iter().map(|protocol| protocol.to_vec()).collect()
}
