//! Files within a body: handed to the workers that open them, before the verdict falls.

use super::content::Content;
use super::cursor::Cursor;
use super::kept::Kept;
use super::marks::Marks;
use super::masking::{self, Seen};
use super::{Means, Opener, Stop, Subject};
use crate::inspect::{Lens, Opened, clean};
use crate::policy::{Action, Consent, Tally};
use crate::sandbox::{self, Answer, Found, Job, Key, Masking, Pieces, Rewritten};
use crate::vocab::{Direction, Finding, Place, Reason, Secret, Stands, Step, What};
use bytes::Bytes;
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use tokio::time::Instant;

/// Has every file opened that the cursor was told of, and counts what is found in them. What could not be opened is counted
/// as what it is. All of them together take no longer than one may. Documents of which something is to be masked are masked
/// then, as edits. What is kept is given back.
///
/// # Errors
/// When what is kept cannot be read, or the tally refuses.
pub(super) async fn open(
    cursor: &mut Cursor,
    kept: Kept,
    subject: &Subject,
    (tally, marks): (&mut Tally, &mut Marks),
    means: &Means,
) -> Result<Kept, Stop> {
    let files = cursor.take_files(tally);
    let mut opening = Opening { kept: &kept, subject, means, content: None, began: Instant::now() };
    let mut all = Vec::new();
    let can_be = means.opener.is_some() && !cursor.is_broken();
    tally.mask_inside(can_be);
    tally.hide_inside(can_be);
    for file in files {
        // Of a broken coding, nobody knows where its content would have ended.
        let seen = match cursor.is_broken() {
            true => opening.unread(file, Reason::Coding),
            false => opening.found(file).await?,
        };
        if !seen.file.is_read && !seen.found.iter().any(|finding| finding.place.inside.is_empty() && is_unread(finding))
        {
            cursor.opened(seen.file.span.end.saturating_sub(seen.file.span.start));
        }
        seen.found.iter().for_each(|finding| {
            tally.add(finding);
        });
        if tally.refuses() {
            return Err(Stop::Refused);
        }
        all.push(seen);
    }
    let masked = match &means.opener {
        Some(opener) => Box::pin(masking::mask(&mut opening, opener, &all, marks, tally)).await?,
        None => true,
    };
    tally.mask_inside(masked && means.opener.is_some());
    if let Some(opener) = means.opener.as_ref().filter(|_| can_be && tally.asks_writer()) {
        // Only what can be done is offered.
        let mut hidden = tally.agreed(Consent::Hidden);
        hidden.mask_inside(true);
        let mut marks = Marks::new(means)?;
        let tried = Box::pin(masking::mask(&mut opening, opener, &all, &mut marks, &mut hidden)).await;
        tally.hide_inside(tried.unwrap_or(false) && hidden.verdict().action <= Action::Mask);
    }
    if tally.refuses() { Err(Stop::Refused) } else { Ok(kept) }
}

/// Whether nothing of the file was read.
fn is_unread(finding: &Finding) -> bool {
    matches!(finding.what, What::Uninspectable(reason) if reason != Reason::Image && reason != Reason::UnknownFormat)
}

fn uninspectable(file: &Opened, reason: Reason) -> Finding {
    Finding::uninspectable(reason, file.span, Place::whole(file.part.clone()))
}

/// The files of one body being opened, in the order in which they stand in it.
pub(super) struct Opening<'a> {
    kept: &'a Kept,
    subject: &'a Subject,
    means: &'a Means,
    content: Option<Content>,
    began: Instant,
}

impl Opening<'_> {
    pub(super) fn lens(&self) -> &Arc<Lens> {
        &self.subject.lens
    }

    fn unread(&self, file: Opened, reason: Reason) -> Seen {
        let found = vec![uninspectable(&file, reason)];
        Seen { file, found, key: None, spared: HashSet::new() }
    }

    /// Everything that is found in a file.
    async fn found(&mut self, file: Opened) -> Result<Seen, Stop> {
        let length = file.span.end.saturating_sub(file.span.start);
        let Some(opener) = &self.means.opener else { return Ok(self.unread(file, Reason::Binary)) };
        if length > opener.largest {
            return Ok(self.unread(file, Reason::TooLarge));
        }
        if self.began.elapsed() > opener.pool.hard() {
            return Ok(self.unread(file, Reason::OutOfTime));
        }
        opener.tell(self.subject.lens.today);
        let job = Job { name: file.name.clone(), limits: opener.limits, length };
        let (opened, key) = match self.subject.content.direction {
            Direction::Upload => (self.opened(opener, &job, &file).await?, None),
            Direction::Download => self.remembered(opener, &job, &file).await?,
        };
        let lens = &self.subject.lens;
        let mut found: Vec<Finding> = opened.answers.into_iter().map(|answer| finding(&file, answer, lens)).collect();
        if file.is_read {
            // What stands in the text itself was found when it came.
            found.retain(|finding| !matches!(finding.what, What::Kind(_)) || *finding.place.inside != [Step::Content]);
        }
        if let Err(reason) = opened.ended {
            found.push(uninspectable(&file, reason));
        }
        let mut spared: HashSet<Secret> = HashSet::new();
        if lens.beyond.allowed.is_some() {
            spared.extend(found.iter().map(|finding| finding.secret.clone()));
            lens.beyond.leave_alone(&mut found, 0);
            found.iter().for_each(|finding| {
                spared.remove(&finding.secret);
            });
        }
        Ok(Seen { file, found, key, spared })
    }

    /// A document, masked; `None` if it cannot be.
    pub(super) async fn masked(
        &mut self,
        opener: &Opener,
        masking: &Masking,
        seen: &Seen,
    ) -> Result<Option<Rewritten>, Stop> {
        let file = &seen.file;
        let (mut content, mut stopped) = (Content::of(self.kept, self.subject, self.means)?, None);
        content.skip_to(file.span.start).await?;
        let pieces = Range { content: &mut content, end: file.span.end, stopped: &mut stopped };
        let masked = opener.pool.mask(masking, pieces).await;
        match (masked, stopped) {
            (Ok(masked), _) => {
                if let Err(refusal) = &masked {
                    tracing::info!(?refusal, "a document cannot be masked, and is refused");
                    seen.key.into_iter().for_each(|key| opener.pool.remember_refusal(key, refusal));
                }
                Ok(masked.ok())
            }
            (Err(_), Some(stop)) => Err(stop),
            (Err(error), None) => Err(Stop::Spool(error.into())),
        }
    }

    /// What comes of a file that many may ask for: it is opened once.
    async fn remembered(
        &mut self,
        opener: &Opener,
        job: &Job,
        file: &Opened,
    ) -> Result<(sandbox::Opened, Option<Key>), Stop> {
        let Some(mut hasher) = opener.pool.hasher(job) else {
            return Ok((self.opened(opener, job, file).await?, None));
        };
        let mut content = Content::of(self.kept, self.subject, self.means)?;
        content.skip_to(file.span.start).await?;
        while let Some(bytes) = content.next(file.span.end).await? {
            hasher.update(&bytes);
        }
        drop(content);
        let key = hasher.key();
        if let Some(opened) = opener.pool.remembered(&key) {
            return Ok((opened, Some(key)));
        }
        let opened = self.opened(opener, job, file).await?;
        opener.pool.remember(key, &opened);
        Ok((opened, Some(key)))
    }

    /// What a worker tells of a file.
    async fn opened(&mut self, opener: &Opener, job: &Job, file: &Opened) -> Result<sandbox::Opened, Stop> {
        let mut content = match self.content.take() {
            Some(content) if content.at() <= file.span.start => content,
            _ => Content::of(self.kept, self.subject, self.means)?,
        };
        content.skip_to(file.span.start).await?;
        let mut stopped = None;
        let pieces = Range { content: &mut content, end: file.span.end, stopped: &mut stopped };
        let opened = opener.pool.open(job, pieces).await;
        self.content = Some(content);
        match (opened, stopped) {
            (Ok(opened), _) => Ok(opened),
            (Err(_), Some(stop)) => Err(stop),
            (Err(error), None) => Err(Stop::Spool(error.into())),
        }
    }
}

/// What a worker told, as a finding of the body. A file may have taken the worker over: what it calls things is cleaned like
/// whatever strangers say.
pub(super) fn finding(file: &Opened, answer: Answer, lens: &Arc<Lens>) -> Finding {
    let (steps, line) = match &answer {
        Answer::Found(found) => (found.steps.clone(), found.line),
        Answer::Unreadable { steps, .. } | Answer::Typed { steps, .. } => (steps.clone(), 0),
    };
    let shown = |name: String| clean(&printable(&name), lens);
    let mut inside: Vec<Step> = steps.into_iter().map(|step| step.renamed(shown)).collect();
    // A value without a way would count as one that can be masked where it stands.
    if inside.is_empty() && matches!(answer, Answer::Found(_)) {
        inside.push(Step::Content);
    }
    let place = Place { part: file.part.clone(), stands: Stands::Text, line, inside: inside.into() };
    match answer {
        Answer::Unreadable { reason, .. } => Finding::uninspectable(reason, file.span, place),
        Answer::Typed { file_type, .. } => Finding::file(file_type, file.span, place),
        Answer::Found(Found { kind, confidence, masked, value, .. }) => Finding {
            what: What::Kind(kind),
            confidence,
            span: file.span,
            place,
            masked: printable(&masked),
            mask: Box::default(),
            secret: value,
            also: Box::default(),
        },
    }
}

fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// A range of the content, for a worker.
struct Range<'a> {
    content: &'a mut Content,
    end: u64,
    /// Why there is no more.
    stopped: &'a mut Option<Stop>,
}

impl Pieces for Range<'_> {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        self.content.next(self.end).await.map_err(|stop| {
            *self.stopped = Some(stop);
            io::Error::other("the body cannot be read")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{Confidence, Day, Kind, Part, Secret, Span};

    #[test]
    fn what_a_worker_calls_things_is_cleaned() {
        let today = Day { year: 2026, month: 11, day: 22 };
        let lens = Arc::new(Lens { today, hosts: Arc::new([]), seal: None, beyond: Default::default() });
        let file = Opened { part: Part::Body, name: "a.zip".into(), span: Span { start: 3, end: 9 }, is_read: false };
        let found = Found {
            kind: Kind::ResidentRegistrationNumber,
            confidence: Confidence::Certain,
            steps: vec![Step::File("900101-1234568\u{1b}[2J.csv".into())],
            line: 2,
            masked: "900101-*******\n".into(),
            value: Secret::new(*b"9001011234568"),
        };
        let told = finding(&file, Answer::Found(found.clone()), &lens);
        assert_eq!(told.place.to_string(), "the body › 900101-******* [2J.csv, line 2");
        assert_eq!((told.masked.as_str(), told.span), ("900101-******* ", file.span));
        let told = finding(&file, Answer::Found(Found { steps: vec![], ..found }), &lens);
        assert_eq!(&*told.place.inside, [Step::Content], "inside, where nothing can be masked");
    }
}
