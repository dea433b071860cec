//! The second cursor against a whole-body replacement.

use super::*;
use crate::body::rewrite::{RewriteError, Rewriter};
use crate::inspect::coding::{DecodeLimits, Decoder, Members};
use crate::vocab::{Edit, FileClass, Kind, Span, Stands};
use proptest::prelude::*;

fn edit(start: u64, end: u64, bytes: &[u8]) -> Edit {
    let what = What::Kind(Kind::MobileNumber);
    let (span, confidence, class) = (Span { start, end }, Confidence::Certain, FileClass::default());
    Edit { span, bytes: bytes.into(), what, confidence, stands: Stands::Text, class }
}

fn decoder(coding: Coding) -> Decoder {
    let limits = DecodeLimits { decoded_bytes: 64 * MIB, ratio: 2_000, memory: 16 << 20 };
    Decoder::new(&[coding], Members::All, limits)
}

/// Rewrites `raw` in pieces of `cut` bytes, with `settled` going ahead by `stride`, and edits added when they are
/// settled, as an inspector does.
fn rewritten(mut rewriter: Rewriter, raw: &[u8], cut: usize, stride: u64, edits: &[Edit], len: u64) -> Vec<u8> {
    let (mut out, mut settled, mut edits) = (Vec::new(), 0, edits.iter().peekable());
    let mut pieces = raw.chunks(cut).peekable();
    while settled < len || pieces.peek().is_some() {
        if let Some(piece) = pieces.next() {
            rewriter.feed(Bytes::copy_from_slice(piece));
        }
        settled = (settled + stride).min(len);
        while let Some(edit) = edits.next_if(|edit| edit.span.end <= settled) {
            rewriter.edit([edit.clone()]);
        }
        // An edit that begins before the settled end but ends after it has not been told yet.
        let safe = edits.peek().map_or(settled, |edit| settled.min(edit.span.start));
        while let Some(piece) = rewriter.next(safe).unwrap() {
            assert!(!piece.is_empty());
            out.extend_from_slice(&piece);
        }
    }
    rewriter.end();
    while let Some(piece) = rewriter.next(u64::MAX).unwrap() {
        out.extend_from_slice(&piece);
    }
    assert_eq!(rewriter.queued(), 0);
    out.extend_from_slice(&rewriter.finish().unwrap());
    out
}

proptest! {
    #[test]
    fn any_split_gives_the_edited_whole(
        content in prop::collection::vec(any::<u8>(), 0..600),
        cuts in prop::collection::btree_set(0..600_u64, 0..12),
        lengths in prop::collection::vec(0..20_usize, 6),
        cut in 1..80_usize,
        stride in 1..90_u64,
    ) {
        let len = content.len() as u64;
        let inside: Vec<u64> = cuts.into_iter().filter(|at| *at <= len).collect();
        let spans = inside.chunks_exact(2).zip(&lengths);
        let edits: Vec<Edit> = spans.map(|(span, length)| edit(span[0], span[1], &vec![b'*'; *length])).collect();
        let mut expected = content.clone();
        for edit in edits.iter().rev() {
            expected.splice(edit.span.start as usize..edit.span.end as usize, edit.bytes.iter().copied());
        }
        let plain = rewritten(Rewriter::new(None, &[]), &content, cut, stride, &edits, len);
        prop_assert_eq!(&plain, &expected);
        for coding in Coding::ALL.iter().copied() {
            let raw = coded(coding, &content);
            let identity = rewritten(Rewriter::new(Some(decoder(coding)), &[]), &raw, cut, stride, &edits, len);
            prop_assert_eq!(&identity, &expected);
        }
        let raw = coded(Coding::Brotli, &content);
        let again = Rewriter::new(Some(decoder(Coding::Brotli)), &[Coding::Gzip]);
        prop_assert_eq!(gunzip(&rewritten(again, &raw, cut, stride, &edits, len)), expected);
    }
}

#[test]
fn long_untouched_bytes_are_the_same_memory_and_short_ones_go_together() {
    let mut rewriter = Rewriter::new(None, &[]);
    let chunk = Bytes::from(vec![b'x'; 20_000]);
    rewriter.feed(chunk.clone());
    rewriter.edit([edit(5000, 5010, b"**********"), edit(5020, 5030, b"**********")]);
    let first = rewriter.next(20_000).unwrap().unwrap();
    let masks = rewriter.next(20_000).unwrap().unwrap();
    let rest = rewriter.next(20_000).unwrap().unwrap();
    assert_eq!((first.as_ptr(), first.len()), (chunk.as_ptr(), 5000));
    assert_eq!(masks.as_ref(), b"**********xxxxxxxxxx**********");
    assert_eq!((rest.as_ptr(), rest.len()), (chunk.slice(5030..).as_ptr(), 20_000 - 5030));
    assert_eq!(rewriter.next(20_000), Ok(None));
}

#[test]
fn nothing_before_it_is_settled() {
    let mut rewriter = Rewriter::new(None, &[]);
    rewriter.feed(Bytes::from_static(b"0123456789"));
    assert_eq!(rewriter.next(0), Ok(None));
    assert_eq!(rewriter.next(4).unwrap().as_deref(), Some(b"0123".as_slice()));
    assert_eq!(rewriter.next(4), Ok(None));
    assert_eq!(rewriter.queued(), 6);
}

#[test]
fn a_late_edit_and_a_short_body_are_errors() {
    let mut rewriter = Rewriter::new(None, &[]);
    rewriter.feed(Bytes::from_static(b"0123456789"));
    assert!(rewriter.next(5).unwrap().is_some());
    rewriter.edit([edit(3, 7, b"****")]);
    assert_eq!(rewriter.next(10), Err(RewriteError::Late { edit: 3, at: 5 }));

    let mut rewriter = Rewriter::new(None, &[]);
    rewriter.feed(Bytes::from_static(b"01234"));
    rewriter.edit([edit(3, 7, b"****")]);
    rewriter.end();
    while rewriter.next(u64::MAX).unwrap().is_some() {}
    assert_eq!(rewriter.finish(), Err(RewriteError::Short));
}

#[test]
fn a_coding_that_breaks_is_an_error() {
    let mut raw = coded(Coding::Gzip, &text(9000, ""));
    raw.truncate(raw.len() - 4);
    let mut rewriter = Rewriter::new(Some(decoder(Coding::Gzip)), &[]);
    rewriter.feed(Bytes::from(raw));
    rewriter.end();
    let error = loop {
        match rewriter.next(u64::MAX) {
            Ok(Some(_)) => {}
            Ok(None) => panic!("no error"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, RewriteError::Coding(_)), "{error}");
}
