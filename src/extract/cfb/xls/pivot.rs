//! The copies of their source that pivot tables keep (MS-XLS section 2.1.7.20.2): a stream each.

use super::super::bytes::{codepage, f64_at, u16_at};
use super::super::tree::{Id, Tree};
use super::numbers::plain;
use super::records::{Biff, Records};
use crate::extract::{Halt, Walk};
use crate::vocab::Step;

/// Every cache beside the workbook.
pub(super) fn read(tree: &mut Tree<'_>, at: Id, biff: Option<Biff>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let biff = biff.unwrap_or(Biff { is_8: true, charset: codepage(949) });
    for name in ["_SX_DB_CUR", "_SX_DB"] {
        let Some(storage) = tree.storage(at, name) else { continue };
        for id in tree.left(storage) {
            if tree.is_stream(id) {
                walk.within(Step::PivotCache, |walk| {
                    let stream = tree.read(id, walk)?;
                    cache(&stream, biff, walk)
                })?;
            }
        }
    }
    Ok(())
}

fn cache(stream: &[u8], biff: Biff, walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.prose(|run| {
        for record in Records::from(stream, 0) {
            let text = match record.id {
                // A field's name, a string, a number, a small number, a date.
                0xC7 => biff.string(&mut record.text(14), true),
                0xCD => biff.string(&mut record.text(0), true),
                0xC9 => f64_at(record.data, 0).map(plain),
                0xCC => u16_at(record.data, 0).map(|number| number.to_string()),
                0xCE => date(record.data),
                _ => None,
            };
            text.map_or(Ok(()), |text| run.line(None, &text))?;
        }
        Ok(())
    })
}

/// Year, month, day (section 2.4.311).
fn date(data: &[u8]) -> Option<String> {
    Some(format!("{:04}-{:02}-{:02}", u16_at(data, 0)?, u16_at(data, 2)?, data.get(4)?))
}
