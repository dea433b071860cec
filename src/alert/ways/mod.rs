//! The ways by which people are told: each sends one message, once.

mod collector;
mod link;
mod smtp;
mod webhook;

use super::Message;
use crate::config::AlertSettings;
use collector::Collector;
use smtp::Smtp;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use webhook::Hook;

/// Why no way could be made ready.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// The authorities to believe, or the password of mail, cannot be read.
    #[error("{}: {reason}", .file.display())]
    File {
        /// The file; for the system's authorities the words that stand for them.
        file: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A host name that cannot stand in a certificate.
    #[error("{0} is not a host name or an address")]
    BadName(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

/// Why a message did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Not within `timeout`.
    #[error("no answer in time / 제때 답이 없습니다")]
    Timeout,
    /// The connection could not be made, or broke.
    #[error("{0} / 연결하지 못했습니다")]
    Io(#[from] io::Error),
    /// It does not speak HTTP.
    #[error("{0} / HTTP 응답이 아닙니다")]
    Http(#[from] hyper::Error),
    /// The webhook answered with a status that says no. Redirects are not followed.
    #[error("it answered with status {0} / 상태 코드 {0}(으)로 답했습니다")]
    Status(u16),
    /// The mail server said no, or could not be reached.
    #[error("{0} / 메일 서버가 받지 않았습니다")]
    Mail(#[from] lettre::transport::smtp::Error),
    /// Too many wait already.
    #[error("too many alerts wait / 기다리는 알림이 너무 많습니다")]
    Full,
    /// The message itself cannot be sent.
    #[error("{0} / 보낼 수 없는 내용입니다")]
    Message(String),
}

impl SendError {
    /// Whether it is no use to try again: the receiver has read it and said no.
    pub fn is_final(&self) -> bool {
        match self {
            SendError::Status(status) => (300..500).contains(status) && !matches!(status, 408 | 425 | 429),
            SendError::Mail(error) => error.is_permanent(),
            SendError::Message(_) | SendError::Full => true,
            SendError::Timeout | SendError::Io(_) | SendError::Http(_) => false,
        }
    }
}

/// One way.
pub(super) enum Way {
    Webhook(Hook),
    Mail(Box<Smtp>),
    Syslog(Collector),
}

impl Way {
    /// Every way of the settings. Blocking: reads files.
    pub(super) fn all(settings: &AlertSettings, node: &str) -> Result<Vec<Way>, AlertError> {
        let ca = settings.ca.as_deref();
        let mut ways = Vec::new();
        if let Some(webhook) = &settings.webhook {
            ways.push(Way::Webhook(Hook::new(webhook, ca)?));
        }
        if let Some(mail) = &settings.mail {
            ways.push(Way::Mail(Box::new(Smtp::new(mail, ca, node, settings.timeout)?)));
        }
        if let Some(syslog) = &settings.syslog {
            ways.push(Way::Syslog(Collector::new(syslog, ca)?));
        }
        Ok(ways)
    }

    /// Its key in `[alert]`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Way::Webhook(_) => "webhook",
            Way::Mail(_) => "mail",
            Way::Syslog(_) => "syslog",
        }
    }

    /// Where it leads, without what is secret about it.
    pub(super) fn to(&self) -> String {
        match self {
            Way::Webhook(hook) => hook.to(),
            Way::Mail(smtp) => smtp.to(),
            Way::Syslog(collector) => collector.to(),
        }
    }

    /// Sends a message once.
    pub(super) async fn send(&self, message: &Message, timeout: Duration) -> Result<(), SendError> {
        let sent = async {
            match self {
                Way::Webhook(hook) => hook.send(message).await,
                Way::Mail(smtp) => smtp.send(message).await,
                Way::Syslog(collector) => collector.send(message).await,
            }
        };
        tokio::time::timeout(timeout, sent).await.unwrap_or(Err(SendError::Timeout))
    }

    /// Sends a text once: as a line of syslog, or as JSON. No mail.
    pub(super) async fn send_text(&self, line: &str, json: &str, timeout: Duration) -> Result<(), SendError> {
        let sent = async {
            match self {
                Way::Webhook(hook) => hook.send_json(json.to_owned()).await,
                Way::Syslog(collector) => collector.send_line(line).await,
                Way::Mail(_) => Ok(()),
            }
        };
        tokio::time::timeout(timeout, sent).await.unwrap_or(Err(SendError::Timeout))
    }
}
