//! Databases of SQLite: pages of 512 bytes, one for what there is, one for each table.

const PAGE: usize = 512;

/// A value of a record.
#[derive(Debug, Clone)]
pub enum Value<'v> {
    Integer(i64),
    Text(&'v str),
    Blob(&'v [u8]),
}

/// A database of these tables: name, the words that make it, rows.
pub fn database(tables: &[(&str, &str, &[Vec<Value<'_>>])]) -> Vec<u8> {
    let schema: Vec<Vec<Value<'_>>> = (2..)
        .zip(tables)
        .map(|(root, (name, sql, _))| {
            vec![Value::Text("table"), Value::Text(name), Value::Text(name), Value::Integer(root), Value::Text(sql)]
        })
        .collect();
    let mut out = page(&schema, 100);
    out[..16].copy_from_slice(b"SQLite format 3\0");
    out[16..24].copy_from_slice(&[2, 0, 1, 1, 0, 64, 32, 32]);
    out[56..60].copy_from_slice(&1_u32.to_be_bytes());
    tables.iter().for_each(|(_, _, rows)| out.extend(page(rows, 0)));
    out
}

/// A leaf of a table.
fn page(rows: &[Vec<Value<'_>>], head: usize) -> Vec<u8> {
    let mut page = vec![0; PAGE];
    let mut end = PAGE;
    page[head] = 0x0D;
    page[head + 3..head + 5].copy_from_slice(&u16::try_from(rows.len()).expect("few").to_be_bytes());
    for (number, row) in rows.iter().enumerate() {
        let record = record(row);
        let cell = [varint(record.len()), vec![u8::try_from(number + 1).expect("few")], record].concat();
        end -= cell.len();
        page[end..end + cell.len()].copy_from_slice(&cell);
        let at = head + 8 + 2 * number;
        page[at..at + 2].copy_from_slice(&u16::try_from(end).expect("small").to_be_bytes());
    }
    page[head + 5..head + 7].copy_from_slice(&u16::try_from(end).expect("small").to_be_bytes());
    page
}

fn record(row: &[Value<'_>]) -> Vec<u8> {
    let (mut kinds, mut data) = (Vec::new(), Vec::new());
    for value in row {
        match value {
            Value::Integer(integer) => {
                kinds.push(6);
                data.extend(integer.to_be_bytes());
            }
            Value::Text(text) => {
                kinds.extend(varint(13 + 2 * text.len()));
                data.extend(text.as_bytes());
            }
            Value::Blob(blob) => {
                kinds.extend(varint(12 + 2 * blob.len()));
                data.extend(*blob);
            }
        }
    }
    [varint(kinds.len() + 1), kinds, data].concat()
}

fn varint(number: usize) -> Vec<u8> {
    match number {
        0..0x80 => vec![number as u8],
        _ => vec![(number >> 7) as u8 | 0x80, number as u8 & 0x7F],
    }
}
