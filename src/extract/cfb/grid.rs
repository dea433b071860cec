//! Tables of PowerPoint: a group of shapes, one for each cell, whose edges make a grid (MS-ODRAW sections 2.2.16 and 2.2.39).

use super::bytes::{some, u32_at};
use super::ppt::{Record, records};

/// A shape, and in it its place within the group and its text.
const SHAPE: u16 = 0xF004;
const ANCHOR: u16 = 0xF00F;
const TEXT: u16 = 0xF00D;

/// Columns and rows, at most: PowerPoint has 75 of either.
const MOST: usize = 100;

/// A cell: column and row from 1, and its text.
pub(super) type Cell = (u32, u32, String);

/// The cells of a group of shapes, row by row, if it is a table; `text` reads the text of a shape.
pub(super) fn of(group: &[u8], text: impl Fn(&Record<'_>) -> String) -> Option<Vec<Cell>> {
    let mut shapes: Vec<((i32, i32), String)> = Vec::new();
    for shape in records(group).filter(|record| record.kind == SHAPE) {
        let Some(anchor) = records(shape.data).find(|record| record.kind == ANCHOR) else { continue };
        let Some(said) = records(shape.data).find(|record| record.kind == TEXT) else { continue };
        let edge = |at: usize| u32_at(some(anchor.data, at, 4), 0).map(u32::cast_signed);
        shapes.push(((edge(4)?, edge(0)?), text(&said)));
    }
    let edges = |of: fn(&(i32, i32)) -> i32| {
        let mut edges: Vec<i32> = shapes.iter().map(|(place, _)| of(place)).collect();
        edges.sort_unstable();
        edges.dedup();
        (2..=MOST).contains(&edges.len()).then_some(edges)
    };
    let (tops, lefts) = (edges(|place| place.0)?, edges(|place| place.1)?);
    // Boxes that only stand beside one another share few edges.
    if shapes.len().saturating_mul(2) <= tops.len().saturating_mul(lefts.len()) {
        return None;
    }
    shapes.sort_by_key(|(place, _)| *place);
    let number = |edges: &[i32], edge: i32| u32::try_from(edges.partition_point(|other| *other < edge)).unwrap_or(0);
    let place =
        |((top, left), text)| (number(&lefts, left).saturating_add(1), number(&tops, top).saturating_add(1), text);
    Some(shapes.into_iter().map(place).collect())
}
