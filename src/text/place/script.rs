//! Scripts: quoted strings, comments, and the rest. Regular expressions are not told from divisions; a quote in one
//! is mended at the end of its line.

use crate::vocab::Stands;

#[derive(Debug, Clone, Default)]
pub(super) struct Script {
    state: State,
    escaped: bool,
    before: u8,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Code,
    String(u8),
    LineComment,
    BlockComment,
}

impl Script {
    pub(super) fn advance(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.step(*byte);
        }
    }

    pub(super) fn step(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (State::Code, b'"' | b'\'' | b'`') => State::String(byte),
            (State::Code, b'/') if self.before == b'/' => State::LineComment,
            (State::Code, b'*') if self.before == b'/' => State::BlockComment,
            (State::String(_), _) if self.escaped => self.state,
            (State::String(quote), _) if quote == byte => State::Code,
            (State::String(b'"' | b'\''), b'\n') | (State::LineComment, b'\n') => State::Code,
            (State::BlockComment, b'/') if self.before == b'*' => State::Code,
            (state, _) => state,
        };
        self.escaped = byte == b'\\' && !self.escaped && matches!(self.state, State::String(_));
        self.before = byte;
    }

    pub(super) fn stands(&self) -> Stands {
        match self.state {
            State::LineComment | State::BlockComment => Stands::Comment,
            State::String(_) | State::Code => Stands::ScriptString,
        }
    }

    /// Whether a bare value stands here, not a quoted one.
    pub(super) fn in_code(&self) -> bool {
        self.state == State::Code
    }
}
