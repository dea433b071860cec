//! What the board was asked for lately, as web servers wrote it down: the address whole, and where the visitor came from.
//! It shows what reached the site.

use super::form;
use http::{HeaderMap, Method, Uri, header};
use std::collections::VecDeque;

/// Visits kept.
const KEPT: usize = 50;
/// Letters kept of an address.
const LETTERS: usize = 1_000;

/// One request.
#[derive(Debug)]
pub(super) struct Visit {
    /// `GET /member?no=1`
    pub asked: String,
    /// The Referer, or nothing.
    pub from: String,
}

/// The latest requests, oldest first.
#[derive(Debug, Default)]
pub(super) struct Visits(VecDeque<Visit>);

impl Visits {
    /// Writes one down.
    pub(super) fn add(&mut self, method: &Method, uri: &Uri, headers: &HeaderMap) {
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        let short = |text: &str| text.chars().take(LETTERS).collect::<String>();
        let from = headers.get(header::REFERER).map(|value| form::decode(value.as_bytes())).unwrap_or_default();
        self.0.push_back(Visit { asked: short(&format!("{method} {uri}")), from: short(&from) });
    }

    /// All of them, oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Visit> {
        self.0.iter()
    }
}
