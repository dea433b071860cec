//! Mail by SMTP.

use super::link::{place, read};
use super::{AlertError, SendError};
use crate::alert::{Message, letter};
use crate::config::alert::{Mail, MailTls};
use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A mail server.
pub(in crate::alert) struct Smtp {
    mail: Mail,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    envelope: Envelope,
    sent: AtomicU64,
}

impl Smtp {
    pub(super) fn new(mail: &Mail, ca: Option<&Path>, node: &str, timeout: Duration) -> Result<Smtp, AlertError> {
        let failed = |error: lettre::transport::smtp::Error| AlertError::Tls(error.to_string());
        let tls = || parameters(&mail.to.host, ca);
        let tls = match mail.tls {
            MailTls::Never => Tls::None,
            MailTls::IfOffered => Tls::Opportunistic(tls()?.build().map_err(failed)?),
            MailTls::Required => Tls::Required(tls()?.build().map_err(failed)?),
            MailTls::Always => Tls::Wrapper(tls()?.build().map_err(failed)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(mail.to.host.clone())
            .port(mail.to.port)
            .tls(tls)
            .timeout(Some(timeout));
        if let Some(name) = hello(node) {
            builder = builder.hello_name(ClientId::Domain(name));
        }
        if let Some((user, file)) = &mail.login {
            let password = String::from_utf8(read(file)?).map_err(|_| AlertError::File {
                file: file.clone(),
                reason: "is not UTF-8; its first line has to be the password".to_owned(),
            })?;
            let password = password.lines().next().unwrap_or_default().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        let envelope = Envelope::new(Some(mail.from.clone()), mail.recipients.clone())
            .map_err(|error| AlertError::Tls(error.to_string()))?;
        Ok(Smtp { mail: mail.clone(), transport: builder.build(), envelope, sent: AtomicU64::new(0) })
    }

    pub(super) fn to(&self) -> String {
        let scheme = if self.mail.tls == MailTls::Always { "smtps" } else { "smtp" };
        format!("{scheme}://{}", place(&self.mail.to))
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), SendError> {
        let letter = letter(message, &self.mail, Timestamp::now(), self.sent.fetch_add(1, Ordering::Relaxed));
        self.transport.send_raw(&self.envelope, letter.as_bytes()).await?;
        Ok(())
    }
}

/// A name that can stand behind EHLO (RFC 5321, section 4.1.1.1).
fn hello(node: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    (!node.is_empty() && node.len() <= 255 && node.bytes().all(fits)).then(|| node.to_owned())
}

fn parameters(
    host: &str,
    ca: Option<&Path>,
) -> Result<lettre::transport::smtp::client::TlsParametersBuilder, AlertError> {
    let builder = TlsParameters::builder(host.to_owned());
    let Some(file) = ca else { return Ok(builder) };
    let certificate = Certificate::from_pem(&read(file)?)
        .map_err(|error| AlertError::File { file: file.to_owned(), reason: format!("is not PEM ({error})") })?;
    Ok(builder.certificate_store(CertificateStore::None).add_root_certificate(certificate))
}
