//! Upload components that send a file in several requests say so in fields beside each piece. A value may stand across the
//! edge of two pieces, and a piece of a document opens nowhere: such a form is a fragment.

/// The fields, in lower case, in which components say how many pieces there are: plupload, Dropzone, resumable.js, flow.js,
/// Fine Uploader, and what is written by hand after their example.
const COUNTS: &[&str] =
    &["chunks", "dztotalchunkcount", "resumabletotalchunks", "flowtotalchunks", "qqtotalparts", "totalchunks"];

/// The longest of these names in bytes, and the most digits of a number of pieces that is looked at.
const LONGEST: usize = 20;
const DIGITS: usize = 9;

/// Whether a field says that what is sent beside it is one piece of several.
pub fn says_several(name: &[u8], value: &[u8]) -> bool {
    let value = value.trim_ascii();
    name.len() <= LONGEST
        && value.len() <= DIGITS
        && COUNTS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
        && std::str::from_utf8(value).is_ok_and(|digits| digits.parse::<u32>().is_ok_and(|pieces| pieces > 1))
}

/// Whether a query says so: some components write there what stands beside a raw body.
pub fn query_says_several(query: &str) -> bool {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().any(|(name, value)| says_several(name.as_bytes(), value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_piece_is_the_whole() {
        assert!(says_several(b"dzTotalChunkCount", b"2") && says_several(b"chunks", b" 12 "));
        for (name, value) in
            [("chunks", "1"), ("chunks", "0"), ("chunks", ""), ("chunks", "many"), ("chunk", "3"), ("pages", "3")]
        {
            assert!(!says_several(name.as_bytes(), value.as_bytes()), "{name} {value}");
        }
        assert!(query_says_several("name=a.zip&chunk=0&chunks=4") && !query_says_several("chunks=1&x"));
    }
}
