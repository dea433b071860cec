//! HTML and XML: a tokenizer (HTML, 13.2.5) cut down to what decides where a value stands.

use super::Name;
use super::Wraps;
use super::names::{CONTROLS, FOR_PEOPLE, OPTION, TEXTS, URLS};
use super::script::Script;
use super::table::{self, Covers, Table};
use super::tag::Tag;
use super::value::Value;
use crate::text::near::find;
use crate::vocab::Stands;

mod editable;
pub(super) mod input;
mod passing;

#[derive(Debug, Clone)]
pub(super) struct Html {
    xml: bool,
    /// Whether it follows the columns of tables.
    tables: bool,
    state: State,
    /// The name of the tag that is open or was read last; lower case in HTML.
    tag: Name,
    closing: bool,
    /// The attribute that is being read.
    attribute: Name,
    /// What the tag's `name` attribute says, or else its `id`.
    field: Name,
    /// Whether the value that is being read is that name.
    reads_field: bool,
    /// Whether the value that is being read is a script: an event handler's.
    handler: bool,
    /// What the value that is being read says of a cell.
    covers: Option<Covers>,
    table: Table,
    /// What the value that is being read, or the style sheet, says of itself.
    value: Value,
    /// What the tag's `type` attribute says, in lower case, and whether that is the value that is being read.
    kind: Name,
    reads_kind: bool,
    /// The character reference that is being read in a script, to know one that is a quote.
    reference: Name,
    script: Script,
    editable: editable::Editable,
    /// How much of a word that ends a state has been seen: `-->`, `]]>`, `</script`.
    seen: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// After `<`.
    TagOpen,
    TagName,
    /// Between attributes.
    Between,
    AttributeName,
    /// After an attribute's name and white space.
    AfterName,
    /// After `=`.
    BeforeValue,
    Unquoted,
    Quoted(u8),
    /// After `<!`, so many characters of `--` or `[CDATA[` seen.
    Declaration,
    CData,
    Comment,
    /// `<!doctype …>`, `<?…>`, `</…` without a name.
    Bogus,
    /// The text of `script`, `style`, `textarea`, `title` and the like, up to its end tag.
    Raw(Raw),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Raw {
    Script,
    Style,
    TextArea,
    Other,
}

impl Html {
    /// `tables` if it follows the columns of tables, for which every tag of a table is read.
    pub(super) fn new(xml: bool, tables: bool) -> Html {
        Html {
            xml,
            tables,
            state: State::Text,
            tag: Name::default(),
            closing: false,
            attribute: Name::default(),
            field: Name::default(),
            reads_field: false,
            handler: false,
            covers: None,
            table: Table::default(),
            value: Value::Other,
            kind: Name::default(),
            reads_kind: false,
            reference: Name::default(),
            script: Script::default(),
            editable: editable::Editable::default(),
            seen: 0,
        }
    }

    pub(super) fn advance(&mut self, bytes: &[u8]) {
        let (mut rest, mut to_read) = (bytes, usize::MAX);
        let reads_tags = !self.xml && self.editable.matters(bytes);
        while let Some((byte, after)) = rest.split_first() {
            let passes = self.state == State::Text && !self.xml && !reads_tags && rest.len() <= to_read;
            if passes
                && if self.tables { self.pass_but_tables(&mut rest, &mut to_read) } else { self.pass_tame(&mut rest) }
            {
                continue;
            }
            // Long stretches without a byte that matters are read at the speed of memory.
            let skip = match self.state {
                State::Text if *byte == b'<' && reads_tags => Some(0),
                State::Text if *byte == b'<' => self.whole_tag(rest),
                State::Text => self.text(rest),
                State::Quoted(quote) if !self.reads_value() => memchr::memchr(quote, rest),
                State::Bogus => memchr::memchr(b'>', rest),
                State::Raw(Raw::TextArea | Raw::Other) if self.seen == 0 => memchr::memchr(b'<', rest),
                State::Comment if self.seen == 0 => memchr::memchr(b'-', rest),
                State::CData if self.seen == 0 => memchr::memchr(b']', rest),
                _ => Some(0),
            };
            match skip {
                Some(0) => {
                    self.step(*byte);
                    rest = after;
                }
                Some(skip) => rest = rest.get(skip..).unwrap_or_default(),
                None => return,
            }
        }
    }

    /// Whether what the attribute's value says matters.
    fn reads_value(&self) -> bool {
        self.reads_field || self.reads_kind || self.handler || self.covers.is_some() || !self.is_plain()
    }

    /// Passes text up to the next tag.
    fn text(&mut self, rest: &[u8]) -> Option<usize> {
        let end = find(b'<', rest);
        if self.table.listens() {
            self.table.text(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
        }
        end
    }

    /// Passes a tag that is complete: so many bytes, or none if it must be read byte by byte.
    fn whole_tag(&mut self, rest: &[u8]) -> Option<usize> {
        let Some(tag) = Tag::read(rest, self.xml) else { return Some(0) };
        if !self.xml && !tag.closing && tag.known(TEXTS) && !tag.known(&[OPTION]) {
            return Some(0);
        }
        if self.tables && table::may_be_of_table(tag.name) {
            if !tag.closing && table::may_cover(rest.get(..tag.len).unwrap_or_default()) {
                return Some(0);
            }
            self.table.tag(tag.name, tag.closing);
        }
        // In HTML nobody asks for the name of a tag that is closed, but for this one.
        match (self.xml, tag.closing) {
            (true, _) => self.tag.set(tag.name),
            (false, false) if tag.known(&[OPTION]) => self.tag.set(b"option"),
            (false, _) => self.tag.clear(),
        }
        self.seen = 0;
        Some(tag.len)
    }

    fn step(&mut self, byte: u8) {
        self.state = match self.state {
            State::Text if byte == b'<' => State::TagOpen,
            State::Text => State::Text,
            State::TagOpen => self.tag_open(byte),
            State::TagName => self.tag_name(byte),
            State::Between | State::AttributeName | State::AfterName | State::BeforeValue => self.attribute(byte),
            State::Unquoted | State::Quoted(_) => self.value(byte),
            State::Declaration => self.declaration(byte),
            State::Comment => self.until(byte, b"-->", State::Comment),
            State::CData => self.until(byte, b"]]>", State::CData),
            State::Bogus if byte == b'>' => State::Text,
            State::Bogus => State::Bogus,
            State::Raw(raw) => self.raw(byte, raw),
        };
    }

    fn tag_open(&mut self, byte: u8) -> State {
        match byte {
            b'!' if !self.closing => {
                self.seen = 0;
                self.attribute.clear();
                State::Declaration
            }
            b'?' if !self.closing => State::Bogus,
            b'/' if !self.closing => {
                self.closing = true;
                State::TagOpen
            }
            _ if byte.is_ascii_alphabetic() || self.xml && (byte == b'_' || byte >= 0x80) => {
                self.tag.clear();
                self.field.clear();
                self.kind.clear();
                self.editable.tag();
                self.tag_name(byte)
            }
            b'<' if !self.closing => State::TagOpen,
            _ if self.closing => {
                self.closing = false;
                if byte == b'>' { State::Text } else { State::Bogus }
            }
            _ => State::Text,
        }
    }

    fn tag_name(&mut self, byte: u8) -> State {
        match byte {
            b'>' => self.tag_end(),
            b'/' => State::Between,
            _ if byte.is_ascii_whitespace() => State::Between,
            _ => {
                self.tag.push(if self.xml { byte } else { byte.to_ascii_lowercase() });
                State::TagName
            }
        }
    }

    /// Between, in and after the name of an attribute, up to its value.
    fn attribute(&mut self, byte: u8) -> State {
        let fresh = matches!(self.state, State::Between | State::AfterName);
        match (self.state, byte) {
            (State::BeforeValue, b'"' | b'\'') => self.value_begins(State::Quoted(byte)),
            (_, b'>') => self.tag_end(),
            (State::BeforeValue, _) if byte.is_ascii_whitespace() => State::BeforeValue,
            (State::BeforeValue, _) => {
                self.value_begins(State::Unquoted);
                self.value(byte)
            }
            (State::AttributeName | State::AfterName, b'=') => State::BeforeValue,
            (State::AttributeName | State::AfterName, _) if byte.is_ascii_whitespace() => State::AfterName,
            (State::Between, _) if byte.is_ascii_whitespace() => State::Between,
            (_, b'/') => State::Between,
            _ => {
                if fresh {
                    self.attribute.clear();
                }
                self.attribute.push(byte.to_ascii_lowercase());
                self.editable.attribute(self.attribute.get());
                State::AttributeName
            }
        }
    }

    fn value_begins(&mut self, state: State) -> State {
        let named = self.attribute.is(b"name");
        self.reads_field = named || (self.attribute.is(b"id") && self.field.len == 0);
        if self.reads_field {
            self.field.clear();
        }
        self.handler = !self.xml && self.attribute.get().starts_with(b"on");
        let of_cell = !self.xml && (self.tag.is(b"td") || self.tag.is(b"th"));
        self.covers = table::covers(self.attribute.get()).filter(|_| of_cell);
        if let Some(covers) = self.covers {
            self.table.covers_begins(covers);
        }
        self.reads_kind = self.attribute.is(b"type") && self.kind.len == 0;
        self.editable.value_begins(self.attribute.get());
        self.value = match self.attribute.get() {
            _ if self.xml => Value::Other,
            b"style" => Value::style(),
            attribute if URLS.contains(&attribute) => Value::address(),
            _ => Value::Other,
        };
        self.reference.clear();
        self.script = Script::default();
        state
    }

    fn value(&mut self, byte: u8) -> State {
        let ends = match self.state {
            State::Quoted(quote) => byte == quote,
            _ => byte.is_ascii_whitespace(),
        };
        if ends || (byte == b'>' && !matches!(self.state, State::Quoted(_))) {
            (self.reads_field, self.reads_kind, self.handler, self.covers) = (false, false, false, None);
            self.value = Value::Other;
            return if ends { State::Between } else { self.tag_end() };
        }
        if self.reads_field {
            self.field.push(byte);
        }
        if let Some(covers) = self.covers {
            self.table.covers_byte(covers, byte);
        }
        if self.handler {
            self.handler_step(byte);
        }
        self.editable.value(byte);
        if self.reads_kind {
            self.kind.push(byte.to_ascii_lowercase());
        }
        let script = matches!(self.value, Value::Script);
        self.value.step(byte);
        // A script from there on.
        self.handler |= !script && matches!(self.value, Value::Script);
        match self.state {
            State::Quoted(quote) => State::Quoted(quote),
            _ => State::Unquoted,
        }
    }

    /// A script in an attribute: its quotes may be written as character references.
    fn handler_step(&mut self, byte: u8) {
        self.script.step(byte);
        match byte {
            b'&' => self.reference.clear(),
            b';' if self.reference.is_one_of(&[b"#39", b"#x27", b"#X27", b"apos"]) => self.script.step(b'\''),
            b';' if self.reference.is_one_of(&[b"#34", b"#x22", b"#X22", b"quot"]) => self.script.step(b'"'),
            _ => self.reference.push(byte),
        }
    }

    /// After `>` of a tag.
    fn tag_end(&mut self) -> State {
        self.seen = 0;
        let closing = std::mem::take(&mut self.closing);
        if self.xml {
            return State::Text;
        }
        let name = self.tag;
        self.editable.tag_end(name, closing, self.field.get());
        if self.tables && table::may_be_of_table(name.get()) {
            self.table.tag(name.get(), closing);
        }
        if closing {
            self.tag.clear();
            return State::Text;
        }
        match self.tag.get() {
            b"script" => {
                self.script = Script::default();
                State::Raw(Raw::Script)
            }
            b"style" => {
                self.value = Value::style();
                State::Raw(Raw::Style)
            }
            b"textarea" => State::Raw(Raw::TextArea),
            b"title" | b"xmp" | b"iframe" | b"noembed" | b"noframes" => State::Raw(Raw::Other),
            _ => State::Text,
        }
    }

    fn declaration(&mut self, byte: u8) -> State {
        self.attribute.push(byte);
        match self.attribute.get() {
            b"--" => {
                // `<!-->` and `<!--->` are whole comments.
                self.seen = 2;
                State::Comment
            }
            b"[CDATA[" if self.xml => {
                self.seen = 0;
                State::CData
            }
            begun if b"--".starts_with(begun) || self.xml && b"[CDATA[".starts_with(begun) => State::Declaration,
            _ if byte == b'>' => State::Text,
            _ => State::Bogus,
        }
    }

    /// In a comment or CDATA section, whose end word is two equal bytes and `>`.
    fn until(&mut self, byte: u8, word: &[u8; 3], state: State) -> State {
        let [twice, _, last] = *word;
        if byte == last && self.seen >= 2 {
            self.seen = 0;
            return State::Text;
        }
        self.seen = if byte == twice { self.seen.saturating_add(1) } else { 0 };
        state
    }

    /// In raw text: `</` and the tag's own name end it. The rest of the end tag is read as a tag.
    fn raw(&mut self, byte: u8, raw: Raw) -> State {
        let name = self.tag.get();
        let wanted = match self.seen {
            0 => Some(b'<'),
            1 => Some(b'/'),
            seen => name.get(seen - 2).copied(),
        };
        self.seen = match wanted {
            Some(wanted) if wanted == byte.to_ascii_lowercase() => self.seen + 1,
            None if byte == b'>' || byte == b'/' || byte.is_ascii_whitespace() => {
                self.closing = true;
                return if byte == b'>' { self.tag_end() } else { State::Between };
            }
            _ => usize::from(byte == b'<'),
        };
        match raw {
            Raw::Script => self.script.step(byte),
            Raw::Style => self.value.step(byte),
            Raw::TextArea | Raw::Other => {}
        }
        State::Raw(raw)
    }

    pub(super) fn stands(&self) -> Stands {
        match self.state {
            State::Text if self.is_text_of_control() => Stands::FormControl,
            State::Text | State::TagOpen | State::CData => Stands::Text,
            State::Comment | State::Bogus | State::Declaration => Stands::Comment,
            State::Raw(Raw::TextArea) => Stands::FormControl,
            State::Raw(Raw::Script) => self.script.stands(),
            State::Raw(Raw::Style) if matches!(self.value, Value::Style(_, true)) => Stands::Url,
            State::Raw(Raw::Style | Raw::Other) => Stands::Text,
            State::TagName | State::Between | State::AttributeName | State::AfterName => Stands::Attribute,
            State::BeforeValue | State::Unquoted | State::Quoted(_) => self.value_stands(),
        }
    }

    /// Whether text there comes back from the page: that of an option, or of what can be edited where it stands.
    fn is_text_of_control(&self) -> bool {
        !self.xml && (self.tag.is(b"option") || self.editable.is_open())
    }

    fn value_stands(&self) -> Stands {
        if self.xml {
            Stands::Attribute
        } else if self.handler {
            Stands::ScriptString
        } else if self.attribute.is(b"value") && self.tag.is_one_of(CONTROLS) {
            Stands::FormControl
        } else if matches!(self.value, Value::Person) {
            // Nobody is to be called by what a reference spells: stars, which lead nowhere.
            Stands::Attribute
        } else if self.attribute.is_one_of(URLS) || matches!(self.value, Value::Style(_, true)) {
            Stands::Url
        } else if self.attribute.is_one_of(FOR_PEOPLE) || self.attribute.get().starts_with(b"aria-") {
            Stands::Attribute
        } else if self.attribute.is(b"srcdoc") {
            // A page of its own, which may be a form.
            Stands::FormControl
        } else {
            // For scripts, which send it back.
            Stands::ScriptString
        }
    }

    pub(super) fn wraps(&self) -> Wraps {
        match self.state {
            State::Raw(Raw::TextArea) => Wraps::Control,
            State::Text if self.is_text_of_control() => Wraps::Control,
            State::Raw(Raw::Script) => Wraps::Script,
            State::BeforeValue | State::Unquoted | State::Quoted(_) if self.handler => {
                Wraps::Handler { code: self.script.in_code() }
            }
            State::BeforeValue | State::Unquoted | State::Quoted(_) if self.attribute.is(b"srcdoc") => Wraps::Control,
            State::BeforeValue | State::Unquoted | State::Quoted(_) => Wraps::Attribute,
            _ => Wraps::Nothing,
        }
    }

    fn is_plain(&self) -> bool {
        matches!(self.value, Value::Other | Value::Script | Value::Person)
    }

    pub(super) fn bare(&self) -> bool {
        self.state == State::Raw(Raw::Script) && self.script.in_code()
    }

    /// What names the cell that is open, the nearest first.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.table.names()
    }

    pub(super) fn label(&self) -> &[u8] {
        match self.state {
            State::Unquoted | State::Quoted(_) | State::BeforeValue if self.attribute.is(b"value") => self.field.get(),
            State::Unquoted | State::Quoted(_) | State::BeforeValue => self.attribute.get(),
            State::Raw(Raw::TextArea) => self.field.get(),
            State::Text | State::CData if self.xml => self.tag.get(),
            _ => b"",
        }
    }
}
