//! One order: an account, the proofs that the hosts are ours, a key of our own, the certificate (RFC 8555 section 7).

use super::client::Client;
use super::kept::{Kept, KeptError};
use super::{Challenges, account_name};
use crate::config::{Acme, Limits};
use crate::proxy::names::without_port;
use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Error, Identifier, NewAccount, NewOrder, Order, OrderStatus,
    RetryPolicy,
};
use rcgen::{CertificateParams, DistinguishedName, KeyPair};
use std::time::Duration;

/// How the authority is asked whether it is done.
const ASK: RetryPolicy = RetryPolicy::new().initial_delay(Duration::from_millis(250)).timeout(Duration::from_secs(120));

/// What an authority says of an account that it does not know (section 6.7).
const NO_ACCOUNT: &str = "urn:ietf:params:acme:error:accountDoesNotExist";

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(super) enum AcmeError {
    /// The authority, or the way to it.
    #[error("{}", chain(.0))]
    Server(#[from] Error),
    /// It offers no way of ours.
    #[error("the authority offers no http-01 for {0}")]
    NoWay(String),
    /// It does not believe that a host is ours.
    #[error("the authority could not see that {0} is yours: {1}")]
    NotProven(String, String),
    /// The order came to nothing.
    #[error("the order became {0}")]
    Order(String),
    /// What is asked for could not be made.
    #[error("a request for a certificate could not be made ({0})")]
    Request(#[from] rcgen::Error),
    /// It could not be kept.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// All of it took too long.
    #[error("it took too long")]
    Late,
}

/// An error with what caused it.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// What is asked for.
pub(super) struct Wanted<'a> {
    pub(super) acme: &'a Acme,
    pub(super) limits: &'a Limits,
    pub(super) contact: &'a str,
    pub(super) hosts: &'a [String],
    pub(super) kept: &'a Kept,
}

/// The names of hosts: without ports, each once.
pub(super) fn names(hosts: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in hosts.iter().map(|host| without_port(host)) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Gets a certificate and keeps it.
pub(super) async fn get(wanted: &Wanted<'_>, challenges: &Challenges) -> Result<(), AcmeError> {
    let account = account(wanted).await?;
    let identifiers: Vec<Identifier> = wanted.hosts.iter().cloned().map(Identifier::Dns).collect();
    let order = account.new_order(&NewOrder::new(&identifiers)).await;
    if let Err(Error::Api(problem)) = &order
        && problem.r#type.as_deref() == Some(NO_ACCOUNT)
    {
        wanted.kept.forget_account(&account_name(wanted.acme, wanted.contact));
    }
    let mut order = order?;
    let mut proofs = Proofs { challenges, tokens: Vec::new() };
    prove(&mut order, &mut proofs).await?;
    if order.poll_ready(&ASK).await? != OrderStatus::Ready {
        return Err(unproven(&mut order).await);
    }
    drop(proofs);
    let mut params = CertificateParams::new(wanted.hosts.to_vec())?;
    params.distinguished_name = DistinguishedName::new();
    let key = KeyPair::generate()?;
    order.finalize_csr(params.serialize_request(&key)?.der()).await?;
    let chain = order.poll_certificate(&ASK).await?;
    // The key stands behind the chain: one file, which is swapped whole.
    let ends = if chain.ends_with('\n') { "" } else { "\n" };
    wanted.kept.put(&format!("{chain}{ends}{}", key.serialize_pem()))?;
    Ok(())
}

/// The account there is, or a new one.
async fn account(wanted: &Wanted<'_>) -> Result<Account, AcmeError> {
    let name = account_name(wanted.acme, wanted.contact);
    let builder = Account::builder_with_http(Box::new(Client::new(wanted.acme, wanted.limits)));
    if let Some(text) = wanted.kept.account(&name) {
        match serde_json::from_slice(&text) {
            Ok(credentials) => return Ok(builder.from_credentials(credentials).await?),
            Err(_) => tracing::error!(file = name, "an account for ACME cannot be read; a new one is made"),
        }
    }
    let contact = format!("mailto:{}", wanted.contact);
    let new = NewAccount { contact: &[&contact], terms_of_service_agreed: true, only_return_existing: false };
    let (account, credentials) = builder.create(&new, wanted.acme.directory.clone(), None).await?;
    let text = serde_json::to_vec(&credentials).map_err(Error::from)?;
    wanted.kept.put_account(&name, &text)?;
    Ok(account)
}

/// What an authority is answered, as long as it may ask.
struct Proofs<'a> {
    challenges: &'a Challenges,
    tokens: Vec<String>,
}

impl Drop for Proofs<'_> {
    fn drop(&mut self) {
        for token in &self.tokens {
            self.challenges.take(token);
        }
    }
}

/// Has the authority ask for each host.
async fn prove(order: &mut Order, proofs: &mut Proofs<'_>) -> Result<(), AcmeError> {
    let mut all = order.authorizations();
    while let Some(authorization) = all.next().await {
        let mut authorization = authorization?;
        let host = authorization.identifier().to_string();
        match authorization.status {
            AuthorizationStatus::Pending => {}
            // It remembers from last time.
            AuthorizationStatus::Valid => continue,
            status => return Err(AcmeError::NotProven(host, format!("{status:?}"))),
        }
        let Some(mut challenge) = authorization.challenge(ChallengeType::Http01) else {
            return Err(AcmeError::NoWay(host));
        };
        proofs.challenges.put(&challenge.token, challenge.key_authorization().as_str());
        proofs.tokens.push(challenge.token.clone());
        challenge.set_ready().await?;
    }
    Ok(())
}

/// What the authority says of the host that it does not believe to be ours.
async fn unproven(order: &mut Order) -> AcmeError {
    let mut all = order.authorizations();
    while let Some(authorization) = all.next().await {
        let Ok(mut authorization) = authorization else { continue };
        let host = authorization.identifier().to_string();
        let Ok(state) = authorization.refresh().await else { continue };
        if state.status == AuthorizationStatus::Valid {
            continue;
        }
        let error = state.challenges.iter().find_map(|challenge| challenge.error.as_ref());
        return AcmeError::NotProven(host, error.map_or_else(|| format!("{:?}", state.status), ToString::to_string));
    }
    AcmeError::Order("invalid".to_owned())
}
