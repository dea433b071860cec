//! What a character means in a number: a digit, a separator, nothing at all (specification of detectors, §8.1).

use super::super::Separator;

/// The first characters of every run of ten decimal digits (Unicode 17, category Nd) but ASCII and the mathematical ones,
/// and of the digits with a comma (U+1F101); sorted.
const ZEROS: &[u32] = &[
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0,
    0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950,
    0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11DE0, 0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x1CCF0, 0x1E140, 0x1E2F0,
    0x1E4F0, 0x1E5F1, 0x1E950, 0x1F101, 0x1FBF0,
];

/// The first characters of runs of enclosed or marked numbers from one on, and how many there are; sorted: circled,
/// in brackets, with a full stop, circled twice, negative circled, sans-serif circled, and the Korean `㈠` and `㊀`.
const ONES: &[(u32, u32)] = &[
    (0x2460, 20),
    (0x2474, 20),
    (0x2488, 20),
    (0x24F5, 10),
    (0x2776, 10),
    (0x2780, 10),
    (0x278A, 10),
    (0x3220, 10),
    (0x3280, 10),
];

/// The value of a digit in any of its forms: ASCII, full width, of other scripts, mathematical, circled, raised. From
/// 10 to 20 where one character is a number of two digits (`⑩` to `⑳`).
pub fn digit(c: char) -> Option<u8> {
    let code = u32::from(c);
    if code < 0x80 {
        return c.to_digit(10).map(|value| value as u8);
    }
    match code {
        0xB2 | 0xB3 => Some((code - 0xB0) as u8),
        0xB9 => Some(1),
        0x2070 | 0x2074..=0x2079 => Some((code - 0x2070) as u8),
        0x2080..=0x2089 => Some((code - 0x2080) as u8),
        0x1D7CE..=0x1D7FF => Some(((code - 0x1D7CE) % 10) as u8),
        0xAC00..=0xD7A3 => None,
        _ => enclosed(c).or_else(|| {
            let start = *ZEROS.get(ZEROS.partition_point(|start| *start <= code).checked_sub(1)?)?;
            (code - start < 10).then_some((code - start) as u8)
        }),
    }
}

/// The number of an enclosed one: in lists they stand directly before what they count.
pub fn enclosed(c: char) -> Option<u8> {
    let code = u32::from(c);
    match code {
        0x24EA | 0x24FF | 0x1F100 | 0x1F10B | 0x1F10C => return Some(0),
        // ⓫ to ⓴
        0x24EB..=0x24F4 => return Some((code - 0x24EB + 11) as u8),
        0..0x2460 | 0x3290.. => return None,
        _ => {}
    }
    let (start, count) = *ONES.get(ONES.partition_point(|(start, _)| *start <= code).checked_sub(1)?)?;
    (code - start < count).then_some((code - start + 1) as u8)
}

/// Whether a character shows nothing and separates nothing: zero-width, direction marks, variation selectors, marks
/// that combine with the digit before, Hangul fillers, controls.
pub fn is_nothing(c: char) -> bool {
    // Almost every character of a page: ASCII, Hangul.
    if matches!(c, ' '..='~' | '가'..='힣') {
        return false;
    }
    matches!(u32::from(c),
        0x00..=0x08 | 0x0E..=0x1F | 0x7F..=0x84 | 0x86..=0x9F
        | 0xAD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180E | 0x3164 | 0xFFA0
        | 0x0300..=0x036F | 0x20D0..=0x20FF | 0x1AB0..=0x1AFF | 0xFE20..=0xFE2F
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF
        | 0x1DC0..=0x1DFF | 0xFFF9..=0xFFFC | 0xE0000..=0xE0FFF | 0x1D173..=0x1D17A)
}

/// What a character is between two digits; `None` if it ends a cluster: letters, quotes, stars, braces, `<`, `>`, `&`.
pub fn separator(c: char) -> Option<Separator> {
    Some(match c {
        ' '
        | '\t'
        | '\u{A0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200A}'
        | '\u{202F}'
        | '\u{205F}'
        | '\u{2800}'
        | '\u{3000}' => Separator::Space,
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Separator::Newline,
        '-'
        | '~'
        | '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{2043}'
        | '\u{207B}'
        | '\u{208B}'
        | '\u{203E}'
        | '\u{FE58}'
        | '\u{FE63}'
        | '\u{2D7}'
        | '\u{58A}'
        | '\u{2053}'
        | '\u{30A0}'
        | '\u{FF0D}' => Separator::Dash,
        'ㅡ' | 'ᅳ' | 'ー' | 'ｰ' | '一' | '⸺' | '⸻' | '➖' | '─' | '━' | '～' | '〜' | '∼' | '\u{AF}' => {
            Separator::Dash
        }
        '·' | '・' | '･' | '․' | '‧' | '•' | '∙' | '⋅' | 'ㆍ' => Separator::Dash,
        '.' | '．' | '。' | '｡' => Separator::Dot,
        '/' | '／' | '⁄' | '∕' => Separator::Slash,
        ',' | ';' | '，' | '；' | '、' | '､' => Separator::Comma,
        ':' | '：' => Separator::Colon,
        '(' | ')' | '[' | ']' | '（' | '）' | '［' | '］' | '【' | '】' | '「' | '」' | '〔' | '〕' | '《' | '》'
        | '〈' | '〉' | '『' | '』' | '｛' | '｝' | '＜' | '＞' => Separator::Bracket,
        '_' | '|' | '+' | '#' | '=' | '!' | '?' | '^' | '＿' | '｜' | '＋' | '＃' | '＝' | 'ㅣ' | '│' | '†' | '‡'
        | '…' | '※' => Separator::Other,
        // Of the shapes not those that hide digits: ■ □ ○ ● ◯.
        '\u{2190}'..='\u{21FF}'
        | '\u{25A2}'..='\u{25CA}'
        | '\u{25CC}'..='\u{25CE}'
        | '\u{25D0}'..='\u{25EE}'
        | '\u{2600}'..='\u{2775}'
        | '\u{2794}'..='\u{27BF}'
        | '\u{2B00}'..='\u{2BFF}'
        | '\u{1F000}'..='\u{1FAFF}' => Separator::Other,
        _ => return None,
    })
}

/// What an ASCII byte can be after a digit, for the fast search: nothing but a table look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// It ends a chain of digits whatever the syntax.
    End,
    /// It is a digit.
    Digit,
    /// It is this separator.
    Separator(Separator),
    /// It must be lexed: not ASCII, markup, an entity, an escape, a control.
    Lex,
}

/// [`After`] of every byte.
pub static AFTER: [After; 256] = {
    let mut table = [After::Lex; 256];
    let mut byte = 0x20;
    while byte < 0x7F {
        table[byte as usize] = after_ascii(byte);
        byte += 1;
    }
    table[b'\n' as usize] = After::Separator(Separator::Newline);
    table[b'\r' as usize] = After::Separator(Separator::Newline);
    table[b'\t' as usize] = After::Separator(Separator::Space);
    table
};

const fn after_ascii(byte: u8) -> After {
    match byte {
        b'0'..=b'9' => After::Digit,
        b'<' | b'&' | b'\\' => After::Lex,
        // Escapes of addresses, strings that scripts put together, letters that stand for digits: mostly none of it.
        b'%' | b'"' | b'\'' | b'`' | b'O' | b'o' | b'l' | b'I' | b'S' | b'B' => After::Lex,
        b' ' => After::Separator(Separator::Space),
        b'-' | b'~' => After::Separator(Separator::Dash),
        b'.' => After::Separator(Separator::Dot),
        b'/' => After::Separator(Separator::Slash),
        b',' | b';' => After::Separator(Separator::Comma),
        b':' => After::Separator(Separator::Colon),
        b'(' | b')' | b'[' | b']' => After::Separator(Separator::Bracket),
        b'_' | b'|' | b'+' | b'#' | b'=' | b'!' | b'?' | b'^' => After::Separator(Separator::Other),
        _ => After::End,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_many_scripts() {
        for (c, value) in
            [('7', 7), ('９', 9), ('①', 1), ('⑨', 9), ('⓪', 0), ('²', 2), ('⁷', 7), ('𝟗', 9), ('٣', 3), ('९', 9)]
        {
            assert_eq!(digit(c), Some(value), "{c}");
        }
        for (c, value) in [('⑩', 10), ('⑳', 20), ('㈠', 1), ('❶', 1), ('⓪', 0), ('⑴', 1), ('꘡', 1), ('၁', 1)]
        {
            assert_eq!(digit(c), Some(value), "{c}");
        }
        for c in ['a', '가', '½', '*', '一', '㈀', '㋀'] {
            assert_eq!(digit(c), None, "{c}");
        }
    }

    #[test]
    fn the_tables_are_sorted() {
        assert!(ZEROS.is_sorted() && ONES.is_sorted());
        assert!(ZEROS.windows(2).all(|pair| pair[1] - pair[0] >= 10));
    }

    /// The table says of ASCII what the slow functions say.
    #[test]
    fn the_table_agrees() {
        for byte in 0..0x7Fu8 {
            let c = char::from(byte);
            match AFTER[usize::from(byte)] {
                After::Digit => assert!(digit(c).is_some()),
                After::Separator(kind) => assert_eq!(separator(c), Some(kind), "{c}"),
                After::End => assert!(separator(c).is_none() && digit(c).is_none() && !is_nothing(c), "{c}"),
                After::Lex => {}
            }
        }
    }
}
