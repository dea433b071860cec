//! The page on which a held post was written, asked for once more in the session of who sends it now: it tells whether the site
//! still knows that session, and has the one-time tokens of now.

use super::exchange::Exchange;
use super::headers;
use super::heads;
use super::login;
use super::onward::{outgoing, with_length};
use super::reading;
use super::refuse::empty;
use super::session::{self, Set};
use crate::hold::{Head, Heard, Renewer, tokens};
use crate::inspect;
use crate::policy::{Action, Asker};
use crate::vocab::Direction;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, FORWARDED, LOCATION, REFERER, USER_AGENT,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::time::timeout;

/// So much of the page is looked at, in bytes.
const LOOKED_AT: usize = 1 << 20;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// What of the word that asks goes with the page: who asks, and from where. Nothing that could name another page.
const WITH_THE_PAGE: [HeaderName; 7] = [
    COOKIE,
    USER_AGENT,
    ACCEPT_LANGUAGE,
    FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
];

/// What the page says.
pub(super) enum Page {
    /// The site wants a login first.
    Login,
    /// There are tokens to be put into the post.
    Tokens(Renewer),
    /// Nothing of use, or there is no such page: the post goes as it is.
    Nothing,
}

impl Exchange {
    /// Asks for the page on which a post was written. What does not come in time, or is no page, changes nothing.
    pub(super) async fn page_of(&self, head: &Head, now: &Parts) -> Page {
        let Some(uri) = self.written_at(head) else { return Page::Nothing };
        let page = timeout(PATIENCE, self.look_at(uri, now)).await.ok().flatten();
        let Some((heard, renews)) = page else { return Page::Nothing };
        let login = self.asked.front.site.login_path.as_deref();
        // A page with a form to sign in at besides is no way to the login.
        let sent_away = !heard.location.is_empty() && login.is_some_and(|at| heard.is_login(at));
        if heard.status == StatusCode::UNAUTHORIZED || sent_away || heard.goes_to_login() {
            return Page::Login;
        }
        let form = head.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let form = form.map(|(_, value)| String::from_utf8_lossy(value)).filter(|_| renews);
        match form.and_then(|form| Renewer::new(&form, &tokens(&heard.body))) {
            Some(renewer) => Page::Tokens(renewer),
            None => Page::Nothing,
        }
    }

    /// The page's own address, if it is one of this site: what the browser said with the post. A post whose body is packed is
    /// left alone.
    fn written_at(&self, head: &Head) -> Option<Uri> {
        let field = |wanted: &str| head.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        if field("content-encoding").is_some() {
            return None;
        }
        let (_, referer) = field(REFERER.as_str())?;
        let referer = Uri::try_from(referer.as_slice()).ok()?;
        let own = referer.authority().is_some_and(|authority| authority.as_str().eq_ignore_ascii_case(&head.authority));
        let uri = referer.path_and_query().filter(|_| own).cloned().map(Uri::from)?;
        self.may_look_at(&uri).then_some(uri)
    }

    /// Whether a page may be asked for without passing as a request of its own: who wrote the address could have written any.
    /// Not behind a gate, nor where a rule lets not everybody in, nor with anything in it that would be found.
    fn may_look_at(&self, uri: &Uri) -> bool {
        let Ok(ruled) = reading::plain(uri.path()) else { return false };
        let asker = Asker { path: &ruled, method: "GET", roles: self.asked.roles, today: self.asked.today };
        let barred = self.asked.front.planner.access(&asker).is_some_and(|access| access.effective() == Action::Block);
        let (settings, site) = (&self.asked.sites.settings, &self.asked.front.site.name);
        let gated = !login::gates(settings, site, uri, &HeaderMap::new()).is_empty();
        let mut tally = self.tally(Direction::Upload);
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let edits = inspect::target(target.as_bytes(), &self.lens, &mut tally);
        !barred && !gated && edits.is_empty() && tally.is_empty()
    }

    /// What the site answers, and whether its tokens are good for the browser's session: not if it has just begun another.
    async fn look_at(&self, uri: Uri, now: &Parts) -> Option<(Heard, bool)> {
        let mut parts = now.clone();
        (parts.method, parts.uri, parts.headers) = (Method::GET, uri, HeaderMap::new());
        for name in WITH_THE_PAGE {
            for value in now.headers.get_all(&name) {
                parts.headers.append(name.clone(), value.clone());
            }
        }
        heads::open(&mut parts.headers, &self.lens, &mut self.tally(Direction::Upload));
        headers::to_site(&mut parts.headers, &self.asked.arrival(), false);
        parts.headers.insert(ACCEPT, HeaderValue::from_static("text/html"));
        parts.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let request = with_length(Request::from_parts(outgoing(parts), empty()), 0);
        let answered = self.asked.front.pool.send(request, self.asked.client).await.ok()?;
        let (head, mut body) = answered.into_parts();
        let renews = matches!(session::set(&head.headers, &self.asked.front.site.session_cookie), Set::Nothing);
        let (content_type, location) = (text(&head.headers, CONTENT_TYPE), text(&head.headers, LOCATION));
        let mut page = Vec::new();
        while let Some(Ok(frame)) = body.frame().await {
            page.extend_from_slice(&frame.into_data().unwrap_or_default());
            if page.len() > LOOKED_AT {
                page.truncate(LOOKED_AT);
                break;
            }
        }
        let html = head.status == StatusCode::OK && content_type.to_ascii_lowercase().contains("html");
        let heard = Heard { status: head.status.as_u16(), content_type, location, cut: false, body: page };
        Some((heard, renews && html))
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> String {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}
