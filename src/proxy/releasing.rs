//! Posts that were approved, on their way to the site: once, from their writer's session, or as they came where they are
//! forwarded. Taking one out comes before sending it, and nothing puts it back but knowing that it did not arrive.

use super::Proxy;
use super::arriving::Arriving;
use super::asked::{asked, decoded_path};
use super::exchange::{Exchange, begun};
use super::holding::Holding;
use super::outliving::Outliving;
use super::record::{Record, reference};
use super::refuse::Refusal;
use super::renewing::Page;
use super::telling::Telling;
use crate::act::page;
use crate::body::kept::{Keeper, Reading};
use crate::body::{Means, Outgoing};
use crate::config::Release;
use crate::hold::{Head, Holds, KeepError, Reader, Released, Renewer};
use crate::policy::Consent;
use crate::store::{Failure, Hold};
use http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, HOST, IF_RANGE, PROXY_AUTHORIZATION, RANGE, UPGRADE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri};
use http_body_util::BodyExt;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// What belonged to the connection or the moment of then; and what is answered uncoded can be kept as text.
const OF_THEN: [HeaderName; 8] =
    [ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, IF_RANGE, PROXY_AUTHORIZATION, RANGE, UPGRADE];

impl Exchange {
    /// Sends what was approved, once, from the session of who asks now; to the end, whoever still waits for it.
    pub(super) async fn send_held(self: Box<Self>, holding: &Holding, now: &Parts, token: &str) -> Response<Outgoing> {
        Outliving::new(self.resubmit(holding.clone(), now.clone(), token.to_owned())).await
    }

    async fn resubmit(mut self: Box<Self>, holding: Holding, now: Parts, token: String) -> Response<Outgoing> {
        let hold = match holding.holds.of_token(&token).await {
            Ok(Some(hold)) if hold.post.site == self.asked.front.site.name => hold,
            Ok(_) => {
                return self.reader.clone().tell(&mut self.record, Refusal::held(page::Outcome::NoReceipt), None, &[]);
            }
            Err(error) => {
                tracing::warn!(%error, "the store cannot be asked");
                return self.reader.clone().tell(&mut self.record, Refusal::overload(), None, &[]);
            }
        };
        if self.asked.sites.settings.hold.release == Release::Forward {
            return self.receipt(&hold, &token);
        }
        if self.outcome(&hold) != page::Outcome::Approved {
            return self.receipt(&hold, &token);
        }
        // It is looked before it is taken: what the site would turn away then would be lost.
        let renewer = match Holds::head(&self.asked.sites.ring, &hold) {
            Err(_) => None,
            Ok(head) => match self.page_of(&head, &now).await {
                Page::Login => return self.receipt_of(&hold, &token, page::Outcome::SignInFirst),
                Page::Tokens(renewer) => Some(renewer),
                Page::Nothing => None,
            },
        };
        let time = self.record.at().as_millisecond();
        let released = match holding.holds.release(&self.asked.sites.ring, &hold.post.id, time).await {
            Ok(released) => released,
            Err(error @ (KeepError::Sealed | KeepError::Elsewhere)) => {
                tracing::warn!(id = %hold.post.id, %error, "an approved post cannot be sent from here");
                return self.receipt_of(&hold, &token, page::Outcome::HoldShut);
            }
            Err(error) => {
                tracing::info!(id = %hold.post.id, %error, "a hold is not sent");
                return self.receipt(&hold, &token);
            }
        };
        let cookies = now.headers.get_all(COOKIE).into_iter().cloned().collect();
        let headers = headers(&released.head, Some(cookies));
        let parts = headers.and_then(|headers| parts(now, &released.head, headers));
        self.release(&holding, hold.post.id, parts, (released, renewer)).await
    }

    /// Sends what was taken out, and keeps what comes of it.
    async fn release(
        mut self: Box<Self>,
        holding: &Holding,
        id: String,
        parts: Option<Parts>,
        (released, renewer): (Released, Option<Renewer>),
    ) -> Response<Outgoing> {
        let ring = Arc::clone(&self.asked.sites.ring);
        let telling = Telling::new(holding.holds.clone(), ring, id, self.asked.front.site.login_path.clone());
        let Some((parts, (kept, renewed))) = parts.zip(unkept(released.body, renewer, &self.means).await.ok()) else {
            let response = self.reader.clone().tell(&mut self.record, Refusal::overload(), None, &[]);
            return telling.hear(response).await;
        };
        let renewed = if renewed.is_empty() { String::new() } else { format!("; renewed: {}", renewed.join(", ")) };
        self.record.why(format!("approved: {}{renewed}", released.approved.join(", ")));
        self.consent = Some(Consent::Released);
        self.record.consent(Consent::Released);
        // It was approved for its own address, wherever the word came to.
        (self.asked.method, self.asked.path) = (parts.method.clone(), decoded_path(parts.uri.path()));
        let response = self.judge(parts, Arriving::Kept(kept)).await;
        telling.hear(response).await
    }
}

/// Sends an approved hold as it came, if nobody else does.
pub async fn forward(proxy: Arc<Proxy>, holding: Holding, hold: Hold) {
    let (sites, id) = (proxy.sites.load_full(), hold.post.id);
    let now = jiff::Timestamp::now().as_millisecond();
    let released = match holding.holds.release(&sites.ring, &id, now).await {
        Ok(released) => released,
        Err(error) => return tracing::info!(%id, %error, "a hold is not forwarded"),
    };
    let address = hold.post.address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let parts = own_parts(&released.head);
    let found = parts.as_ref().and_then(|parts| asked(Arc::clone(&sites), address, Arc::default(), parts).ok());
    let Some((parts, asked)) = parts.zip(found).filter(|(_, asked)| asked.front.site.name == hold.post.site) else {
        // The site is not there any more.
        if let Err(error) = holding.holds.failed(&id, Failure::Withheld, now).await {
            tracing::error!(%id, %error, "what became of a hold cannot be recorded");
        }
        return;
    };
    let login = asked.front.site.login_path.clone();
    let record = Record::new(Arc::clone(&proxy.metrics), reference(), address, "http/1.1");
    let response = match begun(proxy, record, asked, &parts, false) {
        Ok((exchange, _)) => exchange.release(&holding, id, Some(parts), (released, None)).await,
        Err(response) => Telling::new(holding.holds, Arc::clone(&sites.ring), id, login).hear(*response).await,
    };
    let mut body = response.into_body();
    // It is kept on the way; here it is only taken.
    while let Some(Ok(_)) = body.frame().await {}
}

/// The fields of a head, without what must not be sent again, and with these cookies instead of its own.
fn headers(head: &Head, cookies: Option<Vec<HeaderValue>>) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in &head.fields {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        if !(OF_THEN.contains(&name) || cookies.is_some() && name == COOKIE) {
            headers.append(name, HeaderValue::from_bytes(value).ok()?);
        }
    }
    for cookie in cookies.into_iter().flatten() {
        headers.append(COOKIE, cookie);
    }
    Some(headers)
}

/// The head of a post in the place of the head of the word that sends it.
fn parts(mut now: Parts, head: &Head, headers: HeaderMap) -> Option<Parts> {
    now.method = Method::from_bytes(head.method.as_bytes()).ok()?;
    now.uri = Uri::try_from(&head.target).ok()?;
    now.headers = headers;
    Some(now)
}

/// The head of a post that nobody asks for now.
fn own_parts(head: &Head) -> Option<Parts> {
    let mut headers = headers(head, None)?;
    if !head.authority.is_empty() {
        headers.insert(HOST, HeaderValue::try_from(&head.authority).ok()?);
    }
    parts(Request::new(()).into_parts().0, head, headers)
}

/// Reads a body back to where bodies are kept, with the tokens of now; their names.
pub(super) async fn unkept(
    mut reader: Reader,
    mut renewer: Option<Renewer>,
    means: &Means,
) -> io::Result<(Reading, Vec<String>)> {
    let other = io::Error::other::<crate::body::kept::KeepError>;
    let mut keeper = Keeper::new(&means.budget, &means.spools, means.limits.memory_per_body).map_err(other)?;
    loop {
        let next = tokio::task::spawn_blocking(move || reader.piece().map(|piece| (reader, piece))).await;
        let (back, piece) = next.unwrap_or_else(|_| Err(io::Error::other("the reader ended early")))?;
        reader = back;
        let ended = piece.is_none();
        let (piece, renewed) = match piece {
            Some(piece) => match &mut renewer {
                Some(renewer) => (renewer.push(&piece), Vec::new()),
                None => (piece, Vec::new()),
            },
            None => renewer.take().map(Renewer::finish).unwrap_or_default(),
        };
        if !piece.is_empty() {
            keeper.push(piece.into()).await.map_err(other)?;
        }
        if ended {
            return Ok((keeper.finish().await.map_err(other)?.into_reading(), renewed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        let field = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
        Head {
            method: "POST".into(),
            target: "/write?no=7".into(),
            authority: "www.example.go.kr:8443".into(),
            fields: vec![
                field("cookie", "a=1"),
                field("content-type", "text/plain"),
                field("accept-encoding", "gzip"),
                field("expect", "100-continue"),
                field("upgrade", "h2c"),
                field("origin", "https://www.example.go.kr:8443"),
                field("cookie", "b=2"),
            ],
        }
    }

    #[test]
    fn what_is_forwarded_is_as_it_came_without_what_belonged_to_its_moment() {
        let parts = own_parts(&head()).expect("a head");
        assert_eq!((parts.method.as_str(), parts.uri.to_string().as_str()), ("POST", "/write?no=7"));
        let names: Vec<&str> = parts.headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["cookie", "content-type", "origin", "host"]);
        assert_eq!(parts.headers.get_all(COOKIE).iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!(parts.headers.get(HOST).expect("a host"), "www.example.go.kr:8443");
        assert!(own_parts(&Head { target: "no target".into(), ..head() }).is_none());
        assert!(own_parts(&Head { fields: vec![("bad name".into(), Vec::new())], ..head() }).is_none());
    }

    #[test]
    fn what_its_writer_sends_has_the_cookies_of_now() {
        let cookies = vec![HeaderValue::from_static("c=3")];
        let headers = headers(&head(), Some(cookies)).expect("fields");
        assert_eq!(headers.get_all(COOKIE).iter().collect::<Vec<_>>(), ["c=3"]);
        assert!(!headers.contains_key(ACCEPT_ENCODING) && headers.contains_key("origin"));
    }
}
