//! Answers that are called pictures, films, sounds or fonts: a look at their beginning. What is none of these is read as what
//! it is; and a picture about which something is written is opened for it, like a document.

use super::answer::{is_photo, refuses};
use super::arriving::Answering;
use super::exchange::Exchange;
use super::validators::Dated;
use crate::body::answer::{Begun, Watching};
use crate::body::budget::Pool;
use crate::body::{Coded, Outgoing, Subject};
use crate::extract::{self, Watch, Written};
use crate::inspect::{Content, LOOKED_AT};
use crate::policy::{Action, Tally};
use crate::vocab::Reason;
use http::response::Parts as Head;
use http::{Response, StatusCode};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the first bytes of an answer that has begun are waited for, at each step of the look: what is slower is judged by
/// what is there, so that nothing that streams is held up.
const LOOK: Duration = Duration::from_millis(100);

/// How much of a picture is looked at, step by step, until it is known whether anything is written about it. Most say so
/// within the first.
const FRONTS: [usize; 3] = [2 << 10, 16 << 10, 64 << 10];
/// The last of them.
const LONGEST: usize = 64 << 10;

/// What becomes of what is called a picture.
enum Look {
    /// It goes out as it comes.
    Passes,
    /// The same, but for what is written about it later.
    Watched(Watch),
    /// It is read.
    IsRead,
}

/// What the beginning of a picture says.
enum Says {
    Nothing,
    Something,
    /// Nothing yet; that is the beginning.
    Later(Vec<u8>),
}

impl Exchange {
    /// What is called a picture, a film or a font need not be one: its first bytes tell. What is none, or cannot be told, is
    /// read as whatever it turns out to be.
    pub(super) async fn look(
        self: Box<Self>,
        head: Head,
        body: Answering,
        mut subject: Subject,
        tally: Tally,
        asked_at: Instant,
    ) -> Response<Outgoing> {
        let mut body = Begun::new(body);
        body.look(LOOKED_AT, self.means.limits.idle_timeout, LOOK).await;
        let reason = subject.content.unread();
        let look = match body.start(&subject, LOOKED_AT, &self.means) {
            Some(start) if !Content::lies(&start) => {
                // What a rule refuses as a picture need not be opened.
                let opens = tally.plan().about(reason) <= Action::Mask && self.may_open(&head, &start);
                if opens { self.look_on(&mut body, &subject).await } else { Look::Passes }
            }
            _ => Look::IsRead,
        };
        let watching = match look {
            Look::Passes => None,
            Look::Watched(watch) => Some(Watching { watch, subject, means: Arc::clone(&self.means) }),
            Look::IsRead => {
                subject.content.content_type = None;
                return self.read(head, body, subject, tally, asked_at).await;
            }
        };
        self.binary(head, body, (reason, watching), tally, asked_at)
    }

    /// What is done with a picture that somebody opens.
    async fn look_on(&self, body: &mut Begun<Answering>, subject: &Subject) -> Look {
        match self.is_written_about(body, subject).await {
            Says::Something if self.is_short_enough(body) => Look::IsRead,
            Says::Something => Look::Passes,
            // In a coding nobody can watch it, and nobody sends a picture in one.
            Says::Later(front) if subject.coded == Coded::Plain => {
                Watch::new(&front).map_or(Look::Passes, Look::Watched)
            }
            Says::Later(_) if self.is_short_enough(body) => Look::IsRead,
            Says::Later(_) | Says::Nothing => Look::Passes,
        }
    }

    /// Whether an answer that begins so is a whole picture, and somebody opens it.
    fn may_open(&self, head: &Head, start: &[u8]) -> bool {
        let is_whole = head.status != StatusCode::PARTIAL_CONTENT;
        is_whole && is_photo(&head.headers) && extract::is_picture(start) && self.means.opener.is_some()
    }

    /// Whether something is written about a picture, or could be in what has not come yet. A picture that comes slowly and does
    /// not say how long it is, is judged by what is there.
    async fn is_written_about(&self, body: &mut Begun<Answering>, subject: &Subject) -> Says {
        let Ok(charge) = self.means.budget.reserve(Pool::Memory, LONGEST as u64) else {
            // Who reads it says that there is no memory.
            return Says::Something;
        };
        body.charge(charge);
        let mut front = Vec::new();
        let mut is_cut = true;
        let announced = body.length().filter(|_| subject.coded == Coded::Plain);
        let goes_on = |front: &[u8]| announced.is_some_and(|length| extract::goes_on(front, length));
        for most in FRONTS {
            body.look(most, LOOK, LOOK).await;
            let whole = body.is_all() && subject.coded == Coded::Plain;
            let Some(start) = body.start(subject, most, &self.means) else { return Says::Something };
            front = start;
            is_cut = front.len() < most && !whole;
            let whole = whole && front.len() < most;
            match extract::written(&front, whole) {
                Written::Unknown => {}
                Written::Nothing if goes_on(&front) => return Says::Something,
                Written::Nothing if whole => return Says::Nothing,
                Written::Nothing => return Says::Later(front),
                Written::Something => return Says::Something,
            }
        }
        // What says how long it is can be waited for.
        let waits = self.is_short_enough(body) && (body.length().is_some() || !is_cut);
        if waits { Says::Something } else { Says::Later(front) }
    }

    fn is_short_enough(&self, body: &Begun<Answering>) -> bool {
        let largest = self.means.opener.as_ref().map_or(0, |opener| opener.largest);
        body.length().is_none_or(|length| length <= largest)
    }

    fn binary(
        self: Box<Self>,
        mut head: Head,
        body: Begun<Answering>,
        (reason, watching): (Reason, Option<Watching>),
        mut tally: Tally,
        asked_at: Instant,
    ) -> Response<Outgoing> {
        if refuses(reason, &mut tally) {
            return self.refuse_answer(&tally, asked_at.elapsed());
        }
        self.binding().give(&self.conditions, Dated::Stays, &mut head);
        match watching {
            Some(watching) => self.pass_watched(head, body, tally, (reason.name(), watching), asked_at),
            None => self.pass(head, body, tally, reason.name(), asked_at),
        }
    }
}
