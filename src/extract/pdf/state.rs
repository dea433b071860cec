//! The graphics state, as far as it says where text stands (ISO 32000-2 sections 8.3 and 9.3).

use super::font::{Font, Glyph};
use super::layout::Spot;
use super::object::Object;
use std::rc::Rc;

/// A transformation: `[a b c d e f]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix([f64; 6]);

impl Default for Matrix {
    fn default() -> Matrix {
        Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    }
}

impl Matrix {
    /// From the six numbers of an array; the identity if there are not six.
    pub(super) fn of(numbers: &[Object]) -> Matrix {
        let numbers: Vec<f64> = numbers.iter().filter_map(Object::number).collect();
        numbers.try_into().map_or_else(|_| Matrix::default(), Matrix)
    }

    /// This first, then the other.
    fn then(&self, next: &Matrix) -> Matrix {
        let Matrix([a, b, c, d, e, f]) = *self;
        let Matrix([k, l, m, n, x, y]) = *next;
        Matrix([a * k + b * m, a * l + b * n, c * k + d * m, c * l + d * n, e * k + f * m + x, e * l + f * n + y])
    }

    fn point(&self, x: f64, y: f64) -> (f64, f64) {
        let Matrix([a, b, c, d, e, f]) = *self;
        (x * a + y * c + e, x * b + y * d + f)
    }

    /// Where a direction leads.
    fn direction(&self, x: f64, y: f64) -> (f64, f64) {
        let Matrix([a, b, c, d, ..]) = *self;
        (x * a + y * c, x * b + y * d)
    }

    fn shift(x: f64, y: f64) -> Matrix {
        Matrix([1.0, 0.0, 0.0, 1.0, x, y])
    }
}

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
        let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0.0);
        match word {
            b"cm" if operands.len() >= 6 => self.transform(&Matrix::of(operands)),
            b"BT" => (self.text, self.line) = (Matrix::default(), Matrix::default()),
            b"Tm" if operands.len() >= 6 => {
                self.line = Matrix::of(operands);
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
