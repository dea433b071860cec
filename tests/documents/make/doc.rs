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
