//! Documents of Word 97 and 95.

use super::cfb::wide;

/// The streams `WordDocument` and `1Table` of a document of these stories, in their order (MS-DOC section 2.4.1: 0 the main
/// text, 1 footnotes, 2 headers, 4 comments, 5 endnotes, 6 text boxes), in one piece behind what an earlier save left.
pub fn word(stories: &[(usize, &str)], left: &str) -> (Vec<u8>, Vec<u8>) {
    let mut document = vec![0; 1024];
    document[..2].copy_from_slice(&0xA5ECu16.to_le_bytes());
    document[2..4].copy_from_slice(&0xC1u16.to_le_bytes());
    document[0x0A..0x0C].copy_from_slice(&0x200u16.to_le_bytes());
    let length = |text: &str| text.encode_utf16().count() as u32;
    for (story, text) in stories {
        let at = 0x4C + 4 * story;
        document[at..at + 4].copy_from_slice(&length(text).to_le_bytes());
    }
    document.extend(wide(left));
    document.extend([0; 4]);
    let place = document.len() as u32;
    let text: String = stories.iter().map(|(_, text)| *text).collect();
    document.extend(wide(&text));
    let mut clx = vec![2, 16, 0, 0, 0, 0, 0, 0, 0];
    clx.extend(length(&text).to_le_bytes());
    clx.extend([0, 0]);
    clx.extend(place.to_le_bytes());
    clx.extend([0, 0]);
    document[0x1A2..0x1A6].copy_from_slice(&8u32.to_le_bytes());
    document[0x1A6..0x1AA].copy_from_slice(&(clx.len() as u32).to_le_bytes());
    (document, [&[0; 8][..], &clx].concat())
}

/// The same, of whose text these characters were deleted while changes were tracked.
pub fn word_with_deleted(stories: &[(usize, &str)], deleted: std::ops::Range<usize>) -> (Vec<u8>, Vec<u8>) {
    let (mut document, mut tables) = word(stories, "");
    let end = document.len();
    let first = end - 2 * stories.iter().map(|(_, text)| text.encode_utf16().count()).sum::<usize>();
    let bounds = [first, first + 2 * deleted.start, first + 2 * deleted.end, end].map(|at| at as u32);
    document.resize(end.next_multiple_of(512), 0);
    let number = (document.len() / 512) as u32;
    let mut page = [0; 512];
    bounds.iter().enumerate().for_each(|(at, bound)| page[4 * at..4 * at + 4].copy_from_slice(&bound.to_le_bytes()));
    // Of the second of three runs: that it is bold, and deleted.
    page[17] = 200;
    page[400..407].copy_from_slice(&[6, 0x35, 0x08, 1, 0x00, 0x08, 1]);
    page[511] = 3;
    document.extend(page);
    document[0xFA..0xFE].copy_from_slice(&(tables.len() as u32).to_le_bytes());
    document[0xFE..0x102].copy_from_slice(&12u32.to_le_bytes());
    [bounds[0], bounds[3], number].iter().for_each(|number| tables.extend(number.to_le_bytes()));
    (document, tables)
}

/// The stream `WordDocument` of a document of Word 95 in Korean.
pub fn word_95(text: &str) -> Vec<u8> {
    let text = encoding_rs::EUC_KR.encode(text).0.into_owned();
    let mut document = vec![0; 0x300];
    document[..2].copy_from_slice(&0xA5DCu16.to_le_bytes());
    document[2..4].copy_from_slice(&104u16.to_le_bytes());
    document[6..8].copy_from_slice(&0x412u16.to_le_bytes());
    document[0x18..0x1C].copy_from_slice(&0x300u32.to_le_bytes());
    document[0x34..0x38].copy_from_slice(&(text.len() as u32).to_le_bytes());
    document.extend(&text);
    document
}
