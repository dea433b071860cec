//! Why a certificate cannot be used, and what to do about it.

use std::io;
use std::path::PathBuf;

/// A certificate of a site that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{site}: {}: {problem}", .file.display())]
pub struct TlsError {
    /// The site as people are told it, `site NAME`; when the configuration is read, behind `FILE:LINE:COLUMN: `.
    pub site: String,
    /// The file at fault; empty for a certificate that garim makes.
    pub file: PathBuf,
    /// What is wrong.
    #[source]
    pub problem: Problem,
}

/// What is wrong with a certificate's file. Never says anything of the key or the password.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It cannot be read.
    #[error("cannot be read ({0}); check the path and that garim's user may read it")]
    Unreadable(io::Error),
    /// It is larger than any certificate.
    #[error("is larger than {limit} bytes; it is not a certificate file", limit = super::files::LARGEST)]
    TooLarge,
    /// DER where PEM is expected.
    #[error(
        "is binary (DER); convert it: openssl x509 -inform der -in FILE -out FILE.pem (a key: openssl pkey -inform der)"
    )]
    Binary,
    /// The PEM is broken.
    #[error("is not PEM ({0}); every block stands between -----BEGIN …----- and -----END …-----")]
    NotPem(String),
    /// No certificate in it.
    #[error("holds no certificate (-----BEGIN CERTIFICATE-----); are `cert` and `key` the wrong way round?")]
    NoCertificate,
    /// No key in it.
    #[error("holds no private key (-----BEGIN PRIVATE KEY-----); are `cert` and `key` the wrong way round?")]
    NoKey,
    /// The key has a password.
    #[error(
        "is a key with a password; take the password off: openssl pkey -in FILE -out NEW (mode 0600), or use `pfx` with `password_file`"
    )]
    LockedKey,
    /// A key the TLS library does not take.
    #[error("is a key that cannot be used ({0}); RSA of 2048 to 8192 bits, ECDSA P-256/P-384/P-521 and Ed25519 can")]
    UnusableKey(rustls::Error),
    /// Another key's certificate.
    #[error("does not belong to the key; both must come from the same request")]
    ForeignKey,
    /// The right certificate is there, but not first.
    #[error("does not begin with the site's own certificate; put it first, then the intermediate ones")]
    NotFirst,
    /// A certificate that cannot be read.
    #[error("holds a certificate that cannot be read ({0})")]
    BadCertificate(rustls::Error),
    /// No authorities in it.
    #[error("holds no authority that clients' certificates could be checked by ({0})")]
    NoAuthority(String),
    /// A PKCS #12 file that does not open.
    #[error("cannot be opened with this password; check the first line of `password_file`")]
    WrongPassword,
    /// Not PKCS #12, or made in a way that is not known.
    #[error(
        "is not a PKCS #12 file that can be read ({0}); export it again, or: openssl pkcs12 -in FILE -nodes -out FILE.pem"
    )]
    NotPfx(String),
    /// A password file that is not text.
    #[error("is not text in UTF-8; its first line is the password")]
    NotText,
    /// garim could not make a certificate.
    #[error("a certificate for it could not be made ({0}); check the names in `hosts`")]
    NotMade(String),
}
