//! What a form control takes as its value: what it says of itself before its value and behind it.

use super::{Html, State};
use crate::text::place::Input;
use std::ops::Range;

/// So far behind a value its control is still asked what it takes.
const AHEAD: usize = 1024;

/// Where in a tag, from its `<` up to the value of an `input`, the value of its `type` stands; `None` if that has not come, or if
/// it is no such tag.
pub fn type_in(tag: &[u8]) -> Option<Range<usize>> {
    let mut html = Html::new(false, false);
    let mut kind: Option<Range<usize>> = None;
    for (at, byte) in tag.iter().enumerate() {
        let before = html.kind.len;
        html.advance(std::slice::from_ref(byte));
        if html.kind.len > before {
            kind = Some(kind.map_or(at, |kind| kind.start)..at + 1);
        }
    }
    let in_value = matches!(html.state, State::BeforeValue | State::Quoted(_) | State::Unquoted);
    kind.filter(|_| in_value && html.tag.is(b"input") && html.attribute.is(b"value"))
}

impl Html {
    /// What the control takes whose value is being read.
    pub(in crate::text::place) fn input(&self) -> Input {
        if self.xml || !self.tag.is(b"input") || !self.attribute.is(b"value") {
            return Input::Anything;
        }
        self.kind_of_input()
    }

    fn kind_of_input(&self) -> Input {
        match self.kind.get() {
            b"number" => Input::Number,
            b"date" | b"datetime-local" | b"month" | b"week" | b"time" => Input::Time,
            _ => Input::Anything,
        }
    }

    /// The same where the control says so behind its value, which begins `rest`; `None` while it may yet come.
    pub(in crate::text::place) fn input_before(&self, rest: &[u8]) -> Option<Input> {
        if self.xml || !self.tag.is(b"input") || !self.attribute.is(b"value") || self.kind.len > 0 {
            return Some(self.input());
        }
        let mut ahead = self.clone();
        for byte in rest.iter().take(AHEAD) {
            ahead.advance(std::slice::from_ref(byte));
            let within = matches!(
                ahead.state,
                State::Between
                    | State::AttributeName
                    | State::AfterName
                    | State::BeforeValue
                    | State::Unquoted
                    | State::Quoted(_)
            );
            if !within || ahead.kind.len > 0 && !ahead.reads_kind {
                return Some(ahead.kind_of_input());
            }
        }
        (rest.len() >= AHEAD).then_some(Input::Anything)
    }
}
