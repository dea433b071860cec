//! Records of SQLite (file format, section 2.1), and the columns that a table says it has.

/// A value of a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

/// A number of up to nine bytes at a place, and where it ends.
pub(super) fn varint(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let mut value: u64 = 0;
    for (number, byte) in bytes.get(at..)?.iter().take(9).enumerate() {
        let end = at.saturating_add(number).saturating_add(1);
        if number == 8 {
            return Some(((value << 8 | u64::from(*byte)).cast_signed(), end));
        }
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value.cast_signed(), end));
        }
    }
    None
}

/// The values of a record, as many as are whole.
pub(super) fn values(payload: &[u8]) -> Vec<Value<'_>> {
    let mut values = Vec::new();
    let Some((head, mut at)) = varint(payload, 0) else { return values };
    let Some((kinds, mut data)) = usize::try_from(head).ok().and_then(|head| payload.split_at_checked(head)) else {
        return values;
    };
    while let Some((kind, end)) = varint(kinds, at) {
        let Some((value, rest)) = value(kind, data) else { break };
        values.push(value);
        (at, data) = (end, rest);
    }
    values
}

fn value(kind: i64, data: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let length = match kind {
        0 | 8 | 9 => 0,
        1..=4 => usize::try_from(kind).ok()?,
        5 => 6,
        6 | 7 => 8,
        12.. => usize::try_from((kind - 12) / 2).ok()?,
        _ => return None,
    };
    let (own, rest) = data.split_at_checked(length)?;
    let value = match kind {
        0 => Value::Null,
        7 => Value::Real(f64::from_be_bytes(*own.first_chunk()?)),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        1..=6 => {
            let sign = if own.first().is_some_and(|first| first & 0x80 != 0) { -1 } else { 0 };
            Value::Integer(own.iter().fold(sign, |number: i64, byte| number << 8 | i64::from(*byte)))
        }
        _ if kind % 2 == 0 => Value::Blob(own),
        _ => Value::Text(own),
    };
    Some((value, rest))
}

/// What words that begin so define is no column.
const NO_COLUMNS: &[&str] = &["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

/// The definitions of the columns of a table, by the words that made it.
pub(super) fn columns(sql: &str) -> Vec<&str> {
    let inner = sql.split_once('(').map_or("", |(_, inner)| inner);
    let (mut columns, mut depth, mut quote, mut from) = (Vec::new(), 0_u32, None, 0);
    for (at, letter) in inner.char_indices() {
        match (quote, letter) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != letter),
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, '[') => quote = Some(']'),
            (None, '(') => depth = depth.saturating_add(1),
            (None, ')') if depth > 0 => depth = depth.saturating_sub(1),
            (None, ',' | ')') if depth == 0 => {
                columns.push(inner.get(from..at).unwrap_or_default().trim());
                from = at.saturating_add(1);
                if letter == ')' {
                    break;
                }
            }
            _ => {}
        }
    }
    columns.retain(|column| !NO_COLUMNS.iter().any(|word| begins(column, word)));
    columns
}

fn begins(column: &str, word: &str) -> bool {
    let first = column.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next();
    first.is_some_and(|first| first.eq_ignore_ascii_case(word))
}

/// The name that a definition of a column begins with.
pub(super) fn name(column: &str) -> &str {
    let open = column.chars().next().unwrap_or_default();
    let ends = match open {
        '"' | '\'' | '`' => open,
        '[' => ']',
        _ => return column.split_whitespace().next().unwrap_or_default(),
    };
    column.get(1..).and_then(|rest| rest.split(ends).next()).unwrap_or_default()
}

/// Whether the values of a column are the numbers of the rows, and not kept in them.
pub(super) fn is_key(column: &str) -> bool {
    let column = column.to_ascii_uppercase();
    column.contains("INTEGER") && column.contains("PRIMARY KEY")
}

#[cfg(test)]
mod tests {
    use super::{Value, columns, is_key, name, values, varint};

    #[test]
    fn numbers_and_records_are_read() {
        assert_eq!(varint(&[0x81, 0x00], 0), Some((128, 2)));
        assert_eq!(varint(&[0xFF; 9], 0), Some((-1, 9)));
        assert_eq!(varint(&[0x80], 0), None);
        let record = [6, 0, 1, 9, 15, 14, 0xFE, b'a', b'b'];
        assert_eq!(
            values(&record),
            [Value::Null, Value::Integer(-2), Value::Integer(1), Value::Text(b"a"), Value::Blob(b"b")]
        );
        assert_eq!(values(&[3, 1, 99, 5]), [Value::Integer(5)], "what is cut ends it");
    }

    #[test]
    fn columns_have_names() {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, \"이름, 전체\" TEXT, [no] DECIMAL(5, 2) DEFAULT (1), \
                   PRIMARY KEY (a, b))";
        let columns = columns(sql);
        assert_eq!(columns.iter().map(|column| name(column)).collect::<Vec<_>>(), ["id", "이름, 전체", "no"]);
        assert_eq!(columns.iter().map(|column| is_key(column)).collect::<Vec<_>>(), [true, false, false]);
    }
}
