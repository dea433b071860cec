//! Which request gets which page.

use super::form::{self, Form, FormError};
use super::posts::{Post, Posts};
use super::reply::{self, Reply, Validators};
use super::visits::Visits;
use super::{html, members, pages};
use http::{HeaderMap, Method, Request, StatusCode, Uri, header};
use hyper::body::Incoming;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// Bodies that are being received at once; more wait. With the limits of one body this bounds them all.
const BODIES: usize = 8;

/// The board: its posts and its room for bodies.
pub(super) struct Board {
    posts: Mutex<Posts>,
    visits: Mutex<Visits>,
    bodies: Semaphore,
    /// When it started: validators of an earlier start are not ours.
    started: i64,
}

/// A place on the board.
#[derive(Debug, PartialEq, Eq)]
enum Route {
    Home,
    List,
    Write,
    Events,
    Log,
    Api,
    Member(String),
    Photo(String),
    Post(u64),
    Edit(u64),
    Comment(u64),
    File(u64, String),
}

fn route(uri: &Uri) -> Option<Route> {
    let path = uri.path();
    let number = |digits: &str| digits.parse::<u64>().ok();
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    Some(match segments.as_slice() {
        [""] => Route::Home,
        ["board"] | ["board", ""] => Route::List,
        ["board", "write"] => Route::Write,
        ["board", "events"] => Route::Events,
        ["board", "log"] => Route::Log,
        ["api", "posts"] => Route::Api,
        ["member"] => Route::Member(Form::of_query(uri.query()?).into_member()?),
        ["photo", name] => Route::Photo(name.strip_suffix(".jpg")?.to_owned()),
        ["board", digits] => Route::Post(number(digits)?),
        ["board", digits, "edit"] => Route::Edit(number(digits)?),
        ["board", digits, "comment"] => Route::Comment(number(digits)?),
        ["board", "file", digits, name] => {
            Route::File(number(digits)?, form::decode(&form::unescape(name.as_bytes(), false)))
        }
        _ => return None,
    })
}

impl Board {
    /// A board with these posts.
    pub(super) fn new(posts: Posts) -> Board {
        let started = Timestamp::now().as_millisecond();
        Board { posts: Mutex::new(posts), visits: Mutex::default(), bodies: Semaphore::new(BODIES), started }
    }

    /// Answers one request. hyper leaves out the body of an answer to HEAD.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Reply {
        let route = route(request.uri());
        // Looking at the log leaves no trace in it.
        if route != Some(Route::Log) {
            self.visits().add(request.method(), request.uri(), request.headers());
        }
        let Some(route) = route else { return reply::not_found() };
        match *request.method() {
            Method::GET | Method::HEAD => self.get(route, request.headers()),
            Method::POST => self.post(route, request).await.unwrap_or_else(|error| reply::refused(&error)),
            _ => reply::not_allowed(allowed(&route)),
        }
    }

    fn posts(&self) -> MutexGuard<'_, Posts> {
        // Every change of the posts is whole before anything in it can panic.
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn visits(&self) -> MutexGuard<'_, Visits> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, route: Route, asked: &HeaderMap) -> Reply {
        let mut posts = self.posts();
        match route {
            Route::Home => reply::redirect(StatusCode::FOUND, "/board"),
            Route::List => {
                let hits = posts.hit();
                let (revision, modified) = posts.revision();
                let etag = format!("W/\"{:x}-list-{revision}\"", self.started);
                reply::kept(&pages::list(posts.all(), hits), &Validators { etag, modified }, asked)
            }
            Route::Write => reply::html(StatusCode::OK, &pages::write()),
            Route::Events => reply::events(),
            Route::Api => reply::json(StatusCode::OK, &posts.all().map(in_json).collect()),
            Route::Log => reply::html(StatusCode::OK, &pages::visits(self.visits().all())),
            Route::Member(number) => members::find(&number)
                .map_or_else(reply::not_found, |member| reply::html(StatusCode::OK, &pages::member(member))),
            Route::Photo(number) => {
                members::find(&number).map_or_else(reply::not_found, |_| reply::jpeg(members::PHOTO))
            }
            Route::Post(number) => posts.view(number).map_or_else(reply::not_found, |post| self.shown(post, asked)),
            Route::Edit(number) => {
                let page = posts.get(number).map(pages::edit);
                page.map_or_else(reply::not_found, |page| reply::html(StatusCode::OK, &page))
            }
            Route::File(number, name) => {
                let file = posts.get(number).and_then(|post| post.draft.file.as_ref());
                file.filter(|file| file.name == name).map_or_else(reply::not_found, reply::file)
            }
            Route::Comment(_) => reply::not_allowed(allowed(&route)),
        }
    }

    fn shown(&self, post: &Post, asked: &HeaderMap) -> Reply {
        let etag = format!("W/\"{:x}-{}-{}\"", self.started, post.number, post.revision);
        reply::kept(&pages::post(post), &Validators { etag, modified: post.modified }, asked)
    }

    async fn post(&self, route: Route, request: Request<Incoming>) -> Result<Reply, FormError> {
        if !allowed(&route).contains("POST") {
            return Ok(reply::not_allowed(allowed(&route)));
        }
        // The semaphore is never closed.
        let _room = self.bodies.acquire().await.map_err(|_| FormError::Broken)?;
        let (head, body) = request.into_parts();
        let done = match route {
            Route::Api => return Ok(self.post_json(form::json(body).await)),
            Route::Edit(number) => {
                let change = Form::read(&head.headers, body).await?.into_change();
                self.posts().edit(number, change).map(|()| number)
            }
            Route::Comment(number) => {
                let comment = Form::read(&head.headers, body).await?.into_comment()?;
                self.posts().comment(number, comment).map(|()| number)
            }
            _ => {
                let draft = Form::read(&head.headers, body).await?.into_draft();
                Some(self.posts().add(draft))
            }
        };
        let to = |number| reply::redirect(StatusCode::SEE_OTHER, &format!("/board/{number}"));
        Ok(done.map_or_else(reply::not_found, to))
    }

    fn post_json(&self, draft: Result<super::posts::Draft, FormError>) -> Reply {
        let draft = match draft {
            Ok(draft) => draft,
            Err(error) => return reply::json(reply::status(&error), &json!({ "error": error.to_string() })),
        };
        let mut posts = self.posts();
        let number = posts.add(draft);
        let mut reply = reply::json(StatusCode::CREATED, &posts.get(number).map(in_json).unwrap_or_default());
        reply::set(&mut reply, header::LOCATION, format!("/board/{number}").as_bytes());
        reply
    }
}

const fn allowed(route: &Route) -> &'static str {
    match route {
        Route::Comment(_) => "POST",
        Route::Write | Route::Api | Route::Edit(_) => "GET, HEAD, POST",
        _ => "GET, HEAD",
    }
}

fn in_json(post: &Post) -> Value {
    let draft = &post.draft;
    let file = draft.file.as_ref().map(|file| {
        let name = encoding_rs::EUC_KR.encode(&file.name).0;
        format!("/board/file/{}/{}", post.number, html::segment(&name))
    });
    json!({
        "number": post.number,
        "name": draft.name,
        "subject": draft.subject,
        "content": draft.content,
        "date": post.date,
        "comments": post.comments.len(),
        "file": file,
    })
}
