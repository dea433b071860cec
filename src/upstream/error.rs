//! Why a site could not be asked; the one who answers the browser turns each into a status.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why a site could not be asked, or a pool not made.
#[derive(Debug, Clone, thiserror::Error)]
pub enum UpstreamError {
    /// Nobody listens there, the name has no address, or no way leads there. Nothing was sent.
    #[error("cannot connect to the site at {to}: {cause}")]
    Connect {
        /// Host and port.
        to: String,
        /// What the system said.
        #[source]
        cause: Arc<io::Error>,
    },
    /// No connection (with its TLS handshake) within `connect_timeout`. Nothing was sent.
    #[error("the site could not be connected to in time")]
    ConnectTimeout,
    /// The site's certificate is not believed, or it does not speak TLS. Nothing was sent.
    #[error("no TLS with the site at {to}: {cause}")]
    Tls {
        /// Host and port.
        to: String,
        /// What the handshake ended with.
        #[source]
        cause: Arc<io::Error>,
    },
    /// The site did not answer within `response_timeout`. It may have acted.
    #[error("the site did not answer in time")]
    ResponseTimeout,
    /// The body to be sent broke off on our side; the site got no whole request.
    #[error("the request's body broke off: {cause}")]
    Body {
        /// What the body ended with.
        #[source]
        cause: Arc<hyper::Error>,
    },
    /// The site closed the connection or answered something that is not HTTP. It may have acted.
    #[error("the site broke the exchange off: {cause}")]
    Broken {
        /// What hyper says.
        #[source]
        cause: Arc<hyper::Error>,
    },
    /// The site closed the connection without a word. It may have acted.
    #[error("the site closed the connection instead of answering")]
    Closed,
    /// The name of the site cannot stand in a URL or in a certificate.
    #[error("{host} is not a host name or an address")]
    BadName {
        /// As it was given.
        host: String,
    },
    /// The authorities to believe cannot be read.
    #[error("{}: {reason}", .file.display())]
    Authorities {
        /// The file; for the system's authorities the word that stands for them.
        file: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
}

impl From<hyper::Error> for UpstreamError {
    fn from(error: hyper::Error) -> UpstreamError {
        let ours = error.is_user();
        let cause = Arc::new(error);
        if ours { UpstreamError::Body { cause } } else { UpstreamError::Broken { cause } }
    }
}
