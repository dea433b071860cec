//! The posts, in memory and bounded.

use super::seeds;
use bytes::Bytes;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Posts kept.
const POSTS: usize = 200;
/// Bytes kept in all posts together.
const BYTES: usize = 64 << 20;
/// Comments kept of one post.
const COMMENTS: usize = 50;

/// An attached file, byte for byte as it came.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub name: String,
    pub content: Bytes,
}

/// A comment.
#[derive(Debug, Clone)]
pub(super) struct Comment {
    pub name: String,
    pub content: String,
}

/// What a writer fills in.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub name: String,
    pub phone: String,
    pub subject: String,
    pub content: String,
    /// The resident number of the member who registered the post, or nothing.
    pub keeper: String,
    /// The resident number of the member whom the post is about, or nothing.
    pub leader: String,
    pub file: Option<File>,
}

/// What an edit changes; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub subject: Option<String>,
    pub content: Option<String>,
    pub keeper: Option<String>,
    pub leader: Option<String>,
}

/// A post.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub number: u64,
    pub draft: Draft,
    pub comments: Vec<Comment>,
    /// As the list shows it: `2009-03-02`.
    pub date: String,
    pub views: u64,
    pub modified: Timestamp,
    /// Grows with every edit and comment, for the ETag.
    pub revision: u64,
}

impl Post {
    fn weight(&self) -> usize {
        let Draft { name, phone, subject, content, keeper, leader, file } = &self.draft;
        let texts = [name, phone, subject, content, keeper, leader].into_iter().map(String::len);
        let comments = self.comments.iter().map(|comment| comment.name.len().saturating_add(comment.content.len()));
        let file = file.as_ref().map_or(0, |file| file.name.len().saturating_add(file.content.len()));
        texts.chain(comments).fold(file, usize::saturating_add)
    }

    fn touch(&mut self) {
        self.modified = Timestamp::now();
        self.revision = self.revision.saturating_add(1);
    }
}

/// All posts.
#[derive(Debug)]
pub(super) struct Posts {
    posts: BTreeMap<u64, Post>,
    /// Posts up to this number came with the board and are never forgotten.
    seeds: u64,
    next: u64,
    hits: u64,
    revision: u64,
    modified: Timestamp,
}

impl Posts {
    /// The board as a visitor first finds it.
    pub(super) fn with_seeds() -> Posts {
        let now = Timestamp::now();
        let mut posts = Posts { posts: BTreeMap::new(), seeds: 0, next: 1, hits: 48_213, revision: 0, modified: now };
        for seed in seeds::seeds() {
            let number = posts.add(seed.draft);
            if let Some(post) = posts.posts.get_mut(&number) {
                post.comments = seed.comments;
                post.date = seed.date.to_owned();
                post.views = seed.views;
            }
            posts.seeds = number;
        }
        posts
    }

    /// Counts a visit to the list, and tells how many there were.
    pub(super) fn hit(&mut self) -> u64 {
        self.hits = self.hits.saturating_add(1);
        self.hits
    }

    /// Grows with every change of any post, for the list's ETag; and when that was.
    pub(super) fn revision(&self) -> (u64, Timestamp) {
        (self.revision, self.modified)
    }

    /// Every post, newest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Post> {
        self.posts.values().rev()
    }

    /// A post.
    pub(super) fn get(&self, number: u64) -> Option<&Post> {
        self.posts.get(&number)
    }

    /// A post that is looked at.
    pub(super) fn view(&mut self, number: u64) -> Option<&Post> {
        let post = self.posts.get_mut(&number)?;
        post.views = post.views.saturating_add(1);
        Some(post)
    }

    /// Adds a post and tells its number.
    pub(super) fn add(&mut self, draft: Draft) -> u64 {
        let number = self.next;
        self.next = self.next.saturating_add(1);
        let modified = Timestamp::now();
        let post =
            Post { number, draft, comments: Vec::new(), date: seoul_date(modified), views: 0, modified, revision: 0 };
        self.posts.insert(number, post);
        self.changed();
        number
    }

    /// Changes a post; `None` if there is none.
    pub(super) fn edit(&mut self, number: u64, change: Change) -> Option<()> {
        let post = self.posts.get_mut(&number)?;
        let Draft { name, phone, subject, content, keeper, leader, .. } = &mut post.draft;
        let changes = [
            (name, change.name),
            (phone, change.phone),
            (subject, change.subject),
            (content, change.content),
            (keeper, change.keeper),
            (leader, change.leader),
        ];
        for (old, new) in changes {
            if let Some(new) = new {
                *old = new;
            }
        }
        post.touch();
        self.changed();
        Some(())
    }

    /// Adds a comment; `None` if there is no such post.
    pub(super) fn comment(&mut self, number: u64, comment: Comment) -> Option<()> {
        let post = self.posts.get_mut(&number)?;
        if post.comments.len() >= COMMENTS {
            post.comments.remove(0);
        }
        post.comments.push(comment);
        post.touch();
        self.changed();
        Some(())
    }

    fn changed(&mut self) {
        self.revision = self.revision.saturating_add(1);
        self.modified = Timestamp::now();
        while self.posts.len() > POSTS || self.weight() > BYTES {
            // The newest stays, so that whoever wrote it finds it.
            let newest = self.next.saturating_sub(1);
            let oldest = self.posts.keys().copied().find(|number| *number > self.seeds && *number < newest);
            let Some(number) = oldest else { return };
            self.posts.remove(&number);
        }
    }

    fn weight(&self) -> usize {
        self.posts.values().fold(0, |sum, post| sum.saturating_add(post.weight()))
    }
}

fn seoul_date(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9))).strftime("%Y-%m-%d").to_string()
}
