//! Elements whose text is edited where it stands (`contenteditable`): it goes back as that of a `textarea` does. So are those that
//! web editors are put into, which their scripts make editable only when the page is there: they are known by their `id`.

use crate::text::place::Name;
use memchr::memmem;

const ATTRIBUTE: &[u8] = b"contenteditable";
/// What such an element is called in the examples of Quill, Summernote, CKEditor, Toast UI, and on sites.
const EDITORS: &[&[u8]] = &[
    b"editor",
    b"editor1",
    b"ckeditor",
    b"summernote",
    b"quill",
    b"quill-editor",
    b"quilleditor",
    b"editor-container",
    b"editorcontainer",
    b"content-editor",
];
/// Elements that have no text.
const VOID: &[&[u8]] = &[b"input", b"img", b"br", b"hr", b"embed", b"wbr", b"meta", b"link"];
/// The shortest of them.
const SHORTEST: usize = 4;
/// Of what says so, a part that stands in every spelling.
const WORDS: &[&[u8]] = &[b"ditable", b"DITABLE", b"ditor", b"ummernote", b"uill"];
/// So many elements of one name within one another.
const DEEPEST: u32 = 10_000;

/// Whether such an element is open.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Editable {
    /// Its name, and how many of that name are open from it on; none if it is not.
    name: Name,
    open: u32,
    /// Whether the tag that is being read says so.
    says: bool,
    /// The next byte is the first of the attribute's value.
    reads: bool,
}

impl Editable {
    /// Whether tags are to be read one by one in bytes that come: only what is whole in them would be passed unread.
    pub(super) fn matters(&self, bytes: &[u8]) -> bool {
        let has = |word: &[u8]| memmem::find(bytes, word).is_some();
        self.open > 0 || self.says || bytes.len() >= SHORTEST && (WORDS.iter().any(|word| has(word)))
    }

    pub(super) fn is_open(&self) -> bool {
        self.open > 0
    }

    /// A tag begins.
    pub(super) fn tag(&mut self) {
        (self.says, self.reads) = (false, false);
    }

    /// So much of an attribute's name has been read.
    pub(super) fn attribute(&mut self, name: &[u8]) {
        if name.starts_with(ATTRIBUTE) {
            self.says = name.len() == ATTRIBUTE.len();
        }
    }

    pub(super) fn value_begins(&mut self, name: &[u8]) {
        self.reads = name == ATTRIBUTE;
    }

    /// A byte of a value. `true`, `plaintext-only` and nothing at all say that it can be edited.
    pub(super) fn value(&mut self, byte: u8) {
        if std::mem::take(&mut self.reads) {
            self.says = matches!(byte.to_ascii_lowercase(), b't' | b'p');
        }
    }

    /// A tag has ended, with such an `id` or `name`.
    pub(super) fn tag_end(&mut self, name: Name, closing: bool, called: &[u8]) {
        let is_editor = EDITORS.iter().any(|editor| editor.eq_ignore_ascii_case(called));
        let says = (std::mem::take(&mut self.says) || is_editor) && !closing;
        if self.open == 0 && says && !name.is_one_of(VOID) {
            (self.name, self.open) = (name, 1);
        } else if self.open > 0 && name.get() == self.name.get() {
            // Another paragraph ends the one before it.
            self.open = if closing || name.is(b"p") {
                self.open.saturating_sub(1)
            } else {
                self.open.saturating_add(1).min(DEEPEST)
            };
        }
    }
}
