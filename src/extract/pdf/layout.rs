//! From glyphs with their positions to lines: what touches is one word, whatever order and pieces it was drawn in.
//!
//! Glyphs that follow each other along a line make a **piece**. At the end pieces that stand next to each other on one line
//! are put together, wherever in the page they were drawn; a line stands where its first piece was drawn.

/// A gap that parts the columns of a list, in ems: between words no gap is that wide.
const CELL_GAP: f64 = 1.5;
/// A gap from here on is a space, in ems.
const WORD_GAP: f64 = 0.12;
/// What overlaps no more than this still follows, in ems.
const OVERLAP: f64 = 0.35;
/// From the start of one glyph to that of the next, at least, where they overlap more; in ems.
const STEP: f64 = 0.15;
/// Letters set apart have gaps of at most this, in ems, which differ by no more than the other, and are so many.
const SPREAD: f64 = 0.6;
const SPREAD_DIFFERENCE: f64 = 0.1;
const SPREAD_GAPS: usize = 3;
/// Pieces of a line farther apart stay apart, unless they were drawn one after the other.
const NEAR: f64 = 1.0;
/// How far base lines may be apart on one line, in ems: of signs and small letters above or below it.
const BASE_GAP: f64 = 0.4;

/// Where a glyph stands, in the space of its page.
#[derive(Debug, Clone, Copy)]
pub(in crate::extract) struct Spot {
    pub(in crate::extract) start: (f64, f64),
    pub(in crate::extract) end: (f64, f64),
    /// The direction of writing; of any length.
    pub(in crate::extract) along: (f64, f64),
    /// The size of the letters.
    pub(in crate::extract) size: f64,
}

/// A spot in the terms of its own line.
#[derive(Debug, Clone, Copy)]
struct Reach {
    /// The direction, in steps of five degrees.
    angle: i32,
    /// Along the line.
    start: f64,
    end: f64,
    /// Where its last glyph begins.
    last: f64,
    /// Across it.
    base: f64,
    size: f64,
}

#[derive(Debug)]
struct Piece {
    text: String,
    reach: Reach,
    /// As long as between all its letters there is the same gap.
    spread: Option<Spread>,
    /// The gaps in it, in which something may be drawn later.
    gaps: Vec<Gap>,
}

/// A gap in a piece.
#[derive(Debug, Clone, Copy)]
struct Gap {
    /// The text before it, and from where on the text behind it, in bytes.
    before: usize,
    behind: usize,
    /// Where the last glyph before it begins and ends, and the first behind it begins.
    last: f64,
    end: f64,
    start: f64,
}

/// Letters set apart: the gaps between them are no spaces.
#[derive(Debug, Default)]
struct Spread {
    /// Where spaces were put into the text.
    spaces: Vec<usize>,
    least: f64,
    most: f64,
}

/// The text of a page, as it is drawn.
#[derive(Debug, Default)]
pub(in crate::extract) struct Layout {
    pieces: Vec<Piece>,
    bytes: usize,
    /// Where the last glyph began and ended.
    glyph: (f64, f64),
    way: Way,
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value.clamp(-1e12, 1e12) } else { 0.0 }
}

/// A direction of writing: of length 1, and in steps of five degrees.
#[derive(Debug, Clone, Copy)]
struct Way {
    given: (f64, f64),
    unit: (f64, f64),
    angle: i32,
}

impl Default for Way {
    fn default() -> Way {
        Way { given: (1.0, 0.0), unit: (1.0, 0.0), angle: 0 }
    }
}

impl Way {
    fn of(given: (f64, f64)) -> Way {
        let (x, y) = (finite(given.0), finite(given.1));
        let length = x.hypot(y);
        let unit = if length > 0.0 { (x / length, y / length) } else { (1.0, 0.0) };
        Way { given, unit, angle: ((unit.1.atan2(unit.0).to_degrees() / 5.0).round() as i32).rem_euclid(72) }
    }
}

impl Spot {
    fn reach(&self, way: &Way) -> Reach {
        let (x, y) = way.unit;
        let on = |point: (f64, f64)| finite(point.0) * x + finite(point.1) * y;
        let base = finite(self.start.1) * x - finite(self.start.0) * y;
        let start = on(self.start);
        Reach { angle: way.angle, start, last: start, end: on(self.end), base, size: finite(self.size).abs() }
    }
}

impl Reach {
    /// Whether the other is on the same line.
    fn shares_line(&self, other: &Reach) -> bool {
        self.angle == other.angle && (self.base - other.base).abs() <= BASE_GAP * self.size.max(other.size)
    }

    /// Whether the other may follow on the same line: where it begins tells more than where this ends, as the width of a glyph
    /// may be written wrongly.
    fn leads_to(&self, next: &Reach) -> bool {
        self.gap(next) >= -OVERLAP || next.start - self.last >= STEP * self.size.max(next.size)
    }

    /// The gap to the other behind it, in ems of the smaller one.
    fn gap(&self, next: &Reach) -> f64 {
        let size = self.size.min(next.size);
        if size > 0.0 { (next.start - self.end) / size } else { next.start - self.end }
    }
}

impl Layout {
    /// Adds a glyph, or several in one.
    pub(in crate::extract) fn glyph(&mut self, text: &str, spot: &Spot) {
        // Nearly always the last one again.
        if self.way.given != spot.along {
            self.way = Way::of(spot.along);
        }
        let reach = spot.reach(&self.way);
        if self.is_again(text, &reach) {
            return;
        }
        self.bytes = self.bytes.saturating_add(text.len());
        self.glyph = (reach.start, reach.end);
        if let Some(last) = self.pieces.last_mut()
            && last.reach.shares_line(&reach)
            && last.reach.leads_to(&reach)
        {
            append(last, text, &reach);
            return;
        }
        self.pieces.push(Piece::new(text.to_owned(), reach));
    }

    /// Whether it is the last glyph once more, a little apart, to look bold.
    fn is_again(&self, text: &str, reach: &Reach) -> bool {
        let (start, end) = self.glyph;
        let same =
            |piece: &Piece| piece.reach.shares_line(reach) && piece.text.ends_with(text) && !text.trim().is_empty();
        let apart = (reach.start - start).abs();
        self.pieces.last().is_some_and(same) && apart < STEP * reach.size && apart <= (end - start).abs() / 2.0
    }

    /// How many bytes of text, and how many pieces, there are.
    pub(in crate::extract) fn size(&self) -> (usize, usize) {
        (self.bytes, self.pieces.len())
    }

    /// The lines; nothing is left after that.
    pub(in crate::extract) fn lines(&mut self) -> Vec<String> {
        let mut pieces: Vec<Option<Piece>> = self.pieces.drain(..).map(Some).collect();
        self.bytes = 0;
        join(&mut pieces);
        pieces.into_iter().flatten().map(Piece::into_text).filter(|text| !text.trim().is_empty()).collect()
    }
}

impl Spread {
    /// Whether letters are still set apart with this gap, too.
    fn takes(&mut self, at: usize, gap: f64) -> bool {
        if self.spaces.is_empty() {
            (self.least, self.most) = (gap, gap);
        }
        self.spaces.push(at);
        (self.least, self.most) = (self.least.min(gap), self.most.max(gap));
        self.most <= SPREAD && self.most - self.least <= SPREAD_DIFFERENCE
    }
}

impl Piece {
    fn new(text: String, reach: Reach) -> Piece {
        Piece { text, reach, spread: Some(Spread::default()), gaps: Vec::new() }
    }

    /// What stands between its gaps.
    fn parts(&self) -> Vec<Piece> {
        let (mut parts, mut from, mut start) = (Vec::new(), 0, self.reach.start);
        let last = Gap { before: self.text.len(), behind: 0, last: self.reach.last, end: self.reach.end, start: 0.0 };
        for gap in self.gaps.iter().chain([&last]) {
            let text = self.text.get(from..gap.before).unwrap_or_default().to_owned();
            parts.push(Piece::new(text, Reach { start, last: gap.last, end: gap.end, ..self.reach }));
            (from, start) = (gap.behind, gap.start);
        }
        parts
    }

    /// The text, without spaces where letters are only set apart.
    fn into_text(self) -> String {
        match self.spread {
            Some(spread) if spread.spaces.len() >= SPREAD_GAPS => {
                let chars = self.text.char_indices();
                chars.filter(|(at, _)| spread.spaces.binary_search(at).is_err()).map(|(_, char)| char).collect()
            }
            _ => self.text,
        }
    }
}

/// Puts `text` behind a piece, with a space, or a tab, if there is a gap.
fn append(piece: &mut Piece, text: &str, reach: &Reach) {
    let spaced = piece.text.ends_with(char::is_whitespace) || text.starts_with(char::is_whitespace);
    let gap = piece.reach.gap(reach);
    let before = piece.text.len();
    // What reads the headings of columns is told where they end.
    if gap > CELL_GAP && !piece.text.is_empty() {
        piece.text.push('\t');
        piece.spread = None;
    } else if !spaced && !piece.text.is_empty() {
        let at = piece.text.len();
        if gap > WORD_GAP {
            piece.text.push(' ');
        }
        if !piece.spread.as_mut().is_some_and(|spread| gap > WORD_GAP && spread.takes(at, gap)) {
            piece.spread = None;
        }
    }
    if gap > WORD_GAP {
        let (last, end) = (piece.reach.last, piece.reach.end);
        piece.gaps.push(Gap { before, behind: piece.text.len(), last, end, start: reach.start });
    }
    piece.text.push_str(text);
    piece.reach.end = piece.reach.end.max(reach.end);
    piece.reach.last = reach.last;
    if reach.size > piece.reach.size {
        (piece.reach.size, piece.reach.base) = (reach.size, reach.base);
    }
}

/// Puts neighbours on a line together, each where the first of them was drawn.
fn join(pieces: &mut Vec<Option<Piece>>) {
    let mut order: Vec<(usize, Reach)> =
        pieces.iter().enumerate().filter_map(|(at, piece)| Some((at, piece.as_ref()?.reach))).collect();
    order.sort_by(|(_, left), (_, right)| left.angle.cmp(&right.angle).then(left.base.total_cmp(&right.base)));
    let mut rest = order.as_mut_slice();
    while let Some((_, first)) = rest.first() {
        let first = *first;
        let count = rest.iter().take_while(|(_, reach)| first.shares_line(reach)).count().max(1);
        let (line, behind) = rest.split_at_mut(count);
        line.sort_by(|(_, left), (_, right)| left.start.total_cmp(&right.start));
        let line = match line.is_sorted_by(|(_, left), (_, right)| left.leads_to(right)) {
            true => line.iter().map(|(at, reach)| Drawn { at: *at, of: *at, reach: *reach }).collect(),
            false => part(pieces, line),
        };
        join_line(pieces, &line);
        rest = behind;
    }
}

/// A piece of a line: which, of which it was a part, where it stands.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    at: usize,
    of: usize,
    reach: Reach,
}

/// Where pieces of a line are drawn over each other, one may stand in a gap of another: what stands between the gaps, each for
/// itself, in the order of the line.
fn part(pieces: &mut Vec<Option<Piece>>, line: &[(usize, Reach)]) -> Vec<Drawn> {
    let mut all = Vec::with_capacity(line.len());
    for &(of, reach) in line {
        let whole = pieces.get_mut(of).and_then(|piece| piece.take_if(|piece| !piece.gaps.is_empty()));
        let Some(whole) = whole else {
            all.push(Drawn { at: of, of, reach });
            continue;
        };
        // The first stays in the place of the whole.
        for (number, piece) in whole.parts().into_iter().enumerate() {
            let reach = piece.reach;
            match pieces.get_mut(of).filter(|_| number == 0) {
                Some(slot) => {
                    *slot = Some(piece);
                    all.push(Drawn { at: of, of, reach });
                }
                None => {
                    all.push(Drawn { at: pieces.len(), of, reach });
                    pieces.push(Some(piece));
                }
            }
        }
    }
    all.sort_by(|left, right| left.reach.start.total_cmp(&right.reach.start));
    all
}

/// Puts the pieces of one line together; `line` is in the order of the line.
fn join_line(pieces: &mut [Option<Piece>], line: &[Drawn]) {
    let mut group: Vec<usize> = Vec::new();
    let mut end: Option<Drawn> = None;
    for drawn in line {
        let Drawn { at, of, reach } = *drawn;
        let follows = end
            .as_ref()
            .is_some_and(|end| end.reach.leads_to(&reach) && (end.reach.gap(&reach) <= NEAR || end.of == of));
        let again = group.last().is_some_and(|last| is_again(pieces, *last, at));
        if again {
            // Drawn twice, a little apart, to look bold.
            if let Some(piece) = pieces.get_mut(at) {
                *piece = None;
            }
            continue;
        }
        if !follows {
            merge(pieces, &group);
            group.clear();
        }
        group.push(at);
        end = Some(*drawn);
    }
    merge(pieces, &group);
}

/// Whether a piece is the one before it once more, at about the same place.
fn is_again(pieces: &[Option<Piece>], before: usize, at: usize) -> bool {
    let (Some(Some(before)), Some(Some(piece))) = (pieces.get(before), pieces.get(at)) else { return false };
    let apart = (piece.reach.start - before.reach.start).abs();
    piece.text == before.text && apart < STEP * piece.reach.size && piece.reach.start < before.reach.end
}

/// Puts these pieces together at the place of the one that was drawn first.
fn merge(pieces: &mut [Option<Piece>], group: &[usize]) {
    let Some(place) = group.iter().copied().min().filter(|_| group.len() > 1) else { return };
    let mut parts = group.iter().filter_map(|at| pieces.get_mut(*at)?.take());
    let Some(mut whole) = parts.next() else { return };
    let parts: Vec<Piece> = parts.collect();
    // Letters may be set apart, words are.
    let is_letter = |piece: &Piece| piece.text.chars().nth(1).is_none();
    whole.spread = (is_letter(&whole) && parts.iter().all(is_letter)).then(Spread::default);
    for part in parts {
        append(&mut whole, &part.text, &part.reach);
    }
    if let Some(slot) = pieces.get_mut(place) {
        *slot = Some(whole);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(x: f64, y: f64, width: f64) -> Spot {
        Spot { start: (x, y), end: (x + width, y), along: (1.0, 0.0), size: 10.0 }
    }

    fn lines(glyphs: &[(&str, f64, f64)]) -> Vec<String> {
        let mut layout = Layout::default();
        for (text, x, y) in glyphs {
            layout.glyph(text, &spot(*x, *y, 5.0 * text.len() as f64));
        }
        layout.lines()
    }

    #[test]
    fn what_touches_is_one_word_in_whatever_order_it_is_drawn() {
        assert_eq!(lines(&[("9", 0.0, 0.0), ("0", 5.0, 0.0), ("0", 9.0, 0.0)]), ["900"]);
        assert_eq!(lines(&[("3", 10.0, 0.0), ("x", 0.0, 50.0), ("1", 0.0, 0.0), ("2", 5.0, 0.1)]), ["123", "x"]);
    }

    /// A glyph that is drawn into a gap of what was drawn before it.
    #[test]
    fn what_is_drawn_into_a_gap_stands_there() {
        for step in [5.0, 8.0] {
            for order in [[0, 2, 4, 1, 3, 5], [5, 0, 3, 1, 4, 2], [0, 5, 1, 2, 4, 3], [3, 4, 0, 2, 1, 5]] {
                let glyphs = order.map(|at: usize| ("900101".get(at..=at).unwrap_or_default(), step * at as f64, 0.0));
                assert_eq!(lines(&glyphs), ["900101"], "{order:?} by {step}");
            }
        }
        let words = [("ab", 0.0, 0.0), ("ef", 24.0, 0.0), ("cd", 12.0, 0.0)];
        assert_eq!(lines(&words), ["ab cd ef"]);
        // Columns of a list, and what is drawn over them.
        assert_eq!(lines(&[("ab", 0.0, 0.0), ("cd", 90.0, 0.0), ("over", 50.0, 0.0)]), ["ab", "over", "cd"]);
    }

    #[test]
    fn gaps_are_spaces_and_other_base_lines_are_other_lines() {
        assert_eq!(lines(&[("ab", 0.0, 0.0), ("cd", 12.0, 0.0), ("ef", 90.0, 0.0)]), ["ab cd\tef"]);
        assert_eq!(lines(&[("ab", 0.0, 0.0), ("cd", 0.0, -12.0)]), ["ab", "cd"]);
        assert_eq!(lines(&[("right", 90.0, 0.0), ("left", 0.0, 0.0)]), ["right", "left"], "columns stay apart");
    }

    #[test]
    fn letters_set_apart_are_one_word() {
        let apart = |step: f64| -> Vec<(&str, f64, f64)> {
            ["9", "0", "0", "1"].into_iter().enumerate().map(|(at, digit)| (digit, step * at as f64, 0.0)).collect()
        };
        assert_eq!(lines(&apart(8.0)), ["9001"]);
        assert_eq!(lines(&apart(20.0)), ["9 0 0 1"], "cells of a form");
        assert_eq!(lines(&[("a", 0.0, 0.0), ("b", 8.0, 0.0), ("c", 13.0, 0.0), ("d", 21.0, 0.0)]), ["a bc d"]);
    }

    #[test]
    fn glyphs_narrower_than_their_width_says_are_one_word_too() {
        let mut layout = Layout::default();
        for (at, digit) in ["9", "0", "1"].into_iter().enumerate() {
            layout.glyph(digit, &spot(5.0 * at as f64, 0.0, 10.0));
        }
        assert_eq!(layout.lines(), ["901"]);
    }

    #[test]
    fn what_is_drawn_twice_to_look_bold_is_read_once() {
        assert_eq!(lines(&[("123", 0.0, 0.0), ("123", 0.4, 0.0)]), ["123"]);
        assert_eq!(lines(&[("1", 0.0, 0.0), ("1", 0.4, 0.0), ("1", 5.0, 0.0), ("1", 5.4, 0.0)]), ["11"]);
    }

    #[test]
    fn positions_that_are_no_numbers_do_no_harm() {
        let mut layout = Layout::default();
        let nan = f64::NAN;
        layout.glyph("a", &Spot { start: (nan, nan), end: (f64::INFINITY, 0.0), along: (nan, 0.0), size: nan });
        layout.glyph("b", &spot(0.0, 0.0, 5.0));
        assert_eq!(layout.lines().concat().len(), 2);
    }
}
