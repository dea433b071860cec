//! The graphics state, as far as it says where text stands (ISO 32000-2 sections 8.3 and 9.3).

use super::font::{Font, Glyph};
use super::layout::Spot;
use super::matrix::Matrix;
use super::object::Object;
use std::rc::Rc;

/// The state.
#[derive(Debug, Clone)]
pub(super) struct State {
    matrix: Matrix,
    text: Matrix,
    line: Matrix,
    pub(super) font: Rc<Font>,
    pub(super) size: f64,
    pub(super) char_space: f64,
    pub(super) word_space: f64,
    /// Horizontal scaling; 1 is none.
    scale: f64,
    leading: f64,
    rise: f64,
}

impl Default for State {
    fn default() -> State {
        State {
            matrix: Matrix::default(),
            text: Matrix::default(),
            line: Matrix::default(),
            font: Rc::new(Font::missing()),
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

impl State {
    /// Transforms all that follows.
    pub(super) fn transform(&mut self, matrix: &Matrix) {
        self.matrix = matrix.then(&self.matrix);
    }

    /// The operators that need nothing but the state.
    pub(super) fn operate(&mut self, word: &[u8], operands: &[Object]) {
        let matrix = || Matrix::of(operands.iter().filter_map(Object::number));
        let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0.0);
        match word {
            b"cm" if operands.len() >= 6 => self.transform(&matrix()),
            b"BT" => (self.text, self.line) = (Matrix::default(), Matrix::default()),
            b"Tm" if operands.len() >= 6 => {
                self.line = matrix();
                self.text = self.line;
            }
            b"Td" => self.go(number(0), number(1)),
            b"TD" => {
                self.leading = -number(1);
                self.go(number(0), number(1));
            }
            b"T*" => self.next_line(),
            b"Tc" => self.char_space = number(0),
            b"Tw" => self.word_space = number(0),
            b"Tz" => self.scale = number(0) / 100.0,
            b"TL" => self.leading = number(0),
            b"Ts" => self.rise = number(0),
            _ => {}
        }
    }

    fn go(&mut self, x: f64, y: f64) {
        self.line = Matrix::shift(x, y).then(&self.line);
        self.text = self.line;
    }

    /// To the start of the next line.
    pub(super) fn next_line(&mut self) {
        self.go(0.0, -self.leading);
    }

    /// Goes back by so many thousandths of the font's size.
    pub(super) fn shift(&mut self, thousandths: f64) {
        let by = -thousandths / 1000.0 * self.size;
        let (x, y) = if self.font.vertical { (0.0, by) } else { (by * self.scale, 0.0) };
        self.text = Matrix::shift(x, y).then(&self.text);
    }

    /// Goes behind a glyph, and says where it stands.
    pub(super) fn advance(&mut self, glyph: &Glyph<'_>, vertical: bool) -> Spot {
        let spaces = self.char_space + if glyph.space { self.word_space } else { 0.0 };
        let (x, y) =
            if vertical { (0.0, -self.size - spaces) } else { ((glyph.width * self.size + spaces) * self.scale, 0.0) };
        let whole = self.text.then(&self.matrix);
        let along = if vertical { (0.0, -self.size) } else { (self.size * self.scale, 0.0) };
        let across = if vertical { (self.size, 0.0) } else { (0.0, self.size) };
        let across = whole.direction(across.0, across.1);
        let spot = Spot {
            start: whole.point(0.0, self.rise),
            end: whole.point(x, y + self.rise),
            along: whole.direction(along.0, along.1),
            size: across.0.hypot(across.1),
        };
        self.text = Matrix::shift(x, y).then(&self.text);
        spot
    }
}
