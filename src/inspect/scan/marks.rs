//! The marks that garim wrote into form controls and links, when they come back.

use super::Scan;
use crate::mask;
use crate::text::Charset;
use crate::text::lex::Reader;
use crate::vocab::{Finding, Place, Reason, Span};

/// Bytes before a star, and from it on, that tell whether it begins a mark.
const BEFORE: usize = 48;
const FROM: usize = 96;

impl Scan {
    /// Looks for returning marks in what has come.
    pub(super) fn marks(&mut self, charset: Charset, last: bool) {
        if !self.document.returns {
            self.marked = self.window.len();
            return;
        }
        let wide: &[u8] = match charset {
            Charset::Utf8 => "＊".as_bytes(),
            Charset::Cp949 => b"\xA3\xAA",
            Charset::AsciiBased => b"*",
        };
        loop {
            let text = self.window.text();
            let rest = text.get(self.marked..).unwrap_or_default();
            let lead = wide.first().copied().unwrap_or(b'*');
            let is_star =
                |at: &usize| rest.get(*at..).is_some_and(|star| star.starts_with(b"*") || star.starts_with(wide));
            let star = memchr::memchr2_iter(b'*', lead, rest).find(is_star);
            let Some(at) = star.map(|star| self.marked + star) else {
                // A wide star may be cut at the end.
                self.marked = text.len().saturating_sub(if last { 0 } else { wide.len() - 1 }).max(self.marked);
                return;
            };
            if let Some(opened) = self.opened.iter().find(|opened| opened.contains(&at)) {
                self.marked = opened.end;
                continue;
            }
            if !last && (at + FROM > text.len() || at + FROM + self.marks_may_take() > self.unsealed) {
                self.marked = at;
                return;
            }
            let reader = Reader::new(text, charset, self.document.syntax);
            let end = text.len().min(at + FROM);
            let marked = mask::returned(&self.without_opened(&reader, at.saturating_sub(BEFORE), end));
            self.marked = if marked { end } else { at + 1 };
            if marked {
                // The star alone: what else stands near it is looked at like anything.
                let span = Span { start: self.window.offset(at), end: self.window.offset(at + 1) };
                let place = Place::whole(self.document.part.clone());
                self.settle(Finding::uninspectable(Reason::MaskReturned, span, place));
            }
        }
    }
}
