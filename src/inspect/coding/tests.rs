//! Codings there and back at any cut, and every way in which a coded body can be wrong.

use super::*;
use compression_codecs::core::Level;
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
use compression_codecs::{DeflateEncoder, EncodeV2};
use proptest::prelude::*;

const LIMITS: DecodeLimits = DecodeLimits { decoded_bytes: 64 << 20, ratio: 1_000, memory: 16 << 20 };

fn encoded(coding: Coding, content: &[u8]) -> Vec<u8> {
    let (mut encoder, mut out) = (Encoder::new(coding, 4), Vec::new());
    encoder.encode(content, &mut out).unwrap();
    encoder.finish(&mut out).unwrap();
    out
}

fn bare_deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Level::Default.into());
    let mut out = vec![0; content.len() + 1024];
    let mut output = WriteBuffer::new_initialized(&mut out);
    if !content.is_empty() {
        encoder.encode(&mut PartialBuffer::new(content), &mut output).unwrap();
    }
    while !encoder.finish(&mut output).unwrap() {}
    let written = output.written_len();
    out.truncate(written);
    out
}

/// Decodes with the input in pieces of `cut` bytes and `room` for output.
fn decoded_by(mut decoder: Decoder, coded: &[u8], cut: usize, room: usize) -> Result<Vec<u8>, CodingError> {
    let mut out = Vec::new();
    for piece in coded.chunks(cut) {
        let mut rest = piece;
        while !rest.is_empty() {
            let before = out.len();
            let taken = decoder.decode(rest, &mut out, room)?;
            assert!(out.len() - before <= room);
            assert!(taken > 0 || out.len() > before, "no progress");
            rest = &rest[taken..];
        }
    }
    while !decoder.finish(&mut out, room)? {}
    Ok(out)
}

fn decoded(codings: &[Coding], coded: &[u8], cut: usize, room: usize) -> Result<Vec<u8>, CodingError> {
    decoded_by(Decoder::new(codings, Members::One, LIMITS), coded, cut, room)
}

fn all_members(coding: Coding, coded: &[u8], cut: usize) -> Result<Vec<u8>, CodingError> {
    decoded_by(Decoder::new(&[coding], Members::All, LIMITS), coded, cut, 512)
}

fn text(len: usize) -> Vec<u8> {
    (0..len).flat_map(|n| format!("<td>{} 가나다</td>\n", n * n % 9973).into_bytes()).take(len).collect()
}

#[test]
fn names_are_read_as_rfc_9110_writes_them() {
    assert_eq!(parse([b"gzip".as_slice()]), Ok(vec![Coding::Gzip]));
    assert_eq!(parse([b" X-GZIP ,, identity".as_slice(), b"br"]), Ok(vec![Coding::Gzip, Coding::Brotli]));
    assert_eq!(parse([b"identity".as_slice()]), Ok(vec![]));
    assert_eq!(parse([b"deflate,zstd".as_slice()]), Ok(vec![Coding::Deflate, Coding::Zstd]));
    assert_eq!(parse([b"gzip, gzip, gzip".as_slice()]), Err(CodingError::TooMany { most: 2 }));
    for unknown in [b"compress".as_slice(), b"gzip;q=1", b"utf-8", b"gzip br"] {
        assert_eq!(parse([unknown]), Err(CodingError::Unknown));
    }
}

#[test]
fn every_room_and_every_cut_gives_the_same() {
    let content = text(700);
    for coding in Coding::ALL.iter().copied() {
        let coded = encoded(coding, &content);
        for size in (1..=40).chain([699, 700, 701]) {
            assert_eq!(decoded(&[coding], &coded, 7, size).as_ref(), Ok(&content), "{coding:?} room {size}");
            assert_eq!(decoded(&[coding], &coded, size, 64).as_ref(), Ok(&content), "{coding:?} cut {size}");
        }
    }
    let bare = bare_deflate(&content);
    for size in (1..=40).chain([699, 700, 701]) {
        assert_eq!(decoded(&[Coding::Deflate], &bare, 7, size).as_ref(), Ok(&content), "room {size}");
        assert_eq!(decoded(&[Coding::Deflate], &bare, size, 64).as_ref(), Ok(&content), "cut {size}");
    }
}

#[test]
fn two_codings_are_undone_last_first() {
    let content = text(50_000);
    for (first, last) in [(Coding::Gzip, Coding::Brotli), (Coding::Zstd, Coding::Gzip), (Coding::Gzip, Coding::Gzip)] {
        let coded = encoded(last, &encoded(first, &content));
        for (cut, room) in [(1, 4096), (1000, 1), (100_000, 100_000), (13, 17)] {
            assert_eq!(decoded(&[first, last], &coded, cut, room).as_ref(), Ok(&content), "{first:?} {last:?}");
        }
        let short = &coded[..coded.len() - 1];
        assert!(decoded(&[first, last], short, 100, 100).is_err());
    }
}

#[test]
fn an_empty_body_and_empty_content_are_empty() {
    for coding in Coding::ALL.iter().copied() {
        assert_eq!(decoded(&[coding], b"", 1, 8), Ok(vec![]));
        assert_eq!(decoded(&[coding], &encoded(coding, b""), 1, 8), Ok(vec![]), "{coding:?}");
    }
    assert_eq!(decoded(&[Coding::Deflate], &bare_deflate(b""), 1, 8), Ok(vec![]));
    assert_eq!(decoded(&[], b"as it is", 3, 2).as_deref(), Ok(b"as it is".as_slice()));
}

#[test]
fn a_body_cut_short_anywhere_is_an_error() {
    let content = text(300);
    for coding in Coding::ALL.iter().copied() {
        let coded = encoded(coding, &content);
        for len in 1..coded.len() {
            let short = decoded(&[coding], &coded[..len], 16, 64);
            assert_eq!(short, Err(CodingError::Truncated(coding)), "{coding:?} cut to {len}");
        }
    }
    let bare = bare_deflate(&content);
    for len in 1..bare.len() {
        assert_eq!(decoded(&[Coding::Deflate], &bare[..len], 16, 64), Err(CodingError::Truncated(Coding::Deflate)));
    }
}

#[test]
fn a_request_has_one_member_and_nothing_after_it() {
    for coding in Coding::ALL.iter().copied() {
        let mut coded = encoded(coding, b"first");
        coded.extend(encoded(coding, b"second"));
        for cut in [1, 3, 1000] {
            assert_eq!(decoded(&[coding], &coded, cut, 64), Err(CodingError::Trailing(coding)));
            for tail in [b"\0".as_slice(), b"x", b"\0\0\0\0\0\0\0\0"] {
                let padded = [encoded(coding, b"first").as_slice(), tail].concat();
                assert_eq!(decoded(&[coding], &padded, cut, 5), Err(CodingError::Trailing(coding)));
            }
        }
    }
}

#[test]
fn a_request_has_nothing_beside_its_content() {
    let gzip = encoded(Coding::Gzip, b"content");
    let (fixed, rest) = gzip.split_at(10);
    let with = |flags: u8, aside: &[u8]| {
        let mut coded = [fixed, aside, rest].concat();
        coded[3] |= flags;
        coded
    };
    let named = with(8, b"900101-1234568.txt\0");
    let texts = [named.clone(), with(16, b"a comment\0"), with(4, b"\x02\0ab")];
    let skipped = [b"\x5A\x2A\x4D\x18\x02\0\0\0ab".as_slice(), &encoded(Coding::Zstd, b"content")].concat();
    let gzips = texts.into_iter().map(|coded| (Coding::Gzip, coded));
    for (coding, coded) in gzips.chain([(Coding::Zstd, skipped)]) {
        for cut in [1, 3, 1000] {
            assert_eq!(decoded(&[coding], &coded, cut, 64), Err(CodingError::Aside(coding)), "{coding:?}");
        }
    }
    assert_eq!(decoded(&[Coding::Gzip], &gzip, 1, 64).as_deref(), Ok(b"content".as_slice()));
    assert_eq!(all_members(Coding::Gzip, &named, 5).as_deref(), Ok(b"content".as_slice()), "an answer's goes nowhere");
}

#[test]
fn all_members_of_an_answer_are_read() {
    for coding in [Coding::Gzip, Coding::Zstd] {
        let members: Vec<u8> = [b"one ".as_slice(), b"", b"three"].iter().flat_map(|m| encoded(coding, m)).collect();
        for cut in 1..members.len() {
            assert_eq!(all_members(coding, &members, cut).as_deref(), Ok(b"one three".as_slice()));
        }
        assert!(all_members(coding, &[members.as_slice(), b"junk"].concat(), 5).is_err());
        assert!(all_members(coding, &members[..members.len() - 1], 5).is_err());
    }
    for coding in [Coding::Deflate, Coding::Brotli] {
        let twice: Vec<u8> = [b"one".as_slice(), b"two"].iter().flat_map(|m| encoded(coding, m)).collect();
        assert_eq!(all_members(coding, &twice, 4), Err(CodingError::Trailing(coding)));
    }
    let padded = [encoded(Coding::Gzip, b"tape").as_slice(), &[0; 512]].concat();
    assert_eq!(all_members(Coding::Gzip, &padded, 7).as_deref(), Ok(b"tape".as_slice()));
    let after = [padded.as_slice(), b"\x1f"].concat();
    assert_eq!(all_members(Coding::Gzip, &after, 7), Err(CodingError::Trailing(Coding::Gzip)));
}

#[test]
fn changed_bytes_are_noticed_where_the_coding_has_a_checksum() {
    let coded = encoded(Coding::Gzip, &text(300));
    for at in 10..coded.len() {
        let mut broken = coded.clone();
        broken[at] ^= 0x10;
        // The bits that fill up the last byte of deflate say nothing.
        let read = decoded(&[Coding::Gzip], &broken, 64, 64);
        assert!(read.is_err() || (at + 9 == coded.len() && read == Ok(text(300))), "byte {at}");
    }
    assert_eq!(decoded(&[Coding::Gzip], b"plain text", 64, 64), Err(CodingError::Broken(Coding::Gzip)));
}

#[test]
fn bombs_stop_soon() {
    let zeros = vec![0; 40 << 20];
    for coding in Coding::ALL.iter().copied() {
        let coded = encoded(coding, &zeros);
        let decoder = Decoder::new(&[coding], Members::One, DecodeLimits { ratio: 100, ..LIMITS });
        let result = decoded_by(decoder, &coded, coded.len(), 64 << 10);
        assert_eq!(result, Err(CodingError::Ratio { most: 100 }), "{coding:?}");
        let limits = DecodeLimits { decoded_bytes: 100_000, ratio: u32::MAX, ..LIMITS };
        let decoder = Decoder::new(&[coding], Members::One, limits);
        let size = 8 << 10;
        assert_eq!(decoded_by(decoder, &coded, size, size), Err(CodingError::TooLarge { most: 100_000 }));
    }
}

#[test]
fn not_a_byte_more_than_the_ceiling_comes_out() {
    const CEILING: usize = 100_000;
    const ROOM: usize = 4096;
    let zeros = vec![0; 4 << 20];
    for coding in Coding::ALL.iter().copied() {
        let coded = encoded(coding, &zeros);
        let limits = DecodeLimits { decoded_bytes: CEILING as u64, ratio: u32::MAX, ..LIMITS };
        let mut decoder = Decoder::new(&[coding], Members::One, limits);
        let (mut rest, mut out) = (coded.as_slice(), Vec::new());
        // Once all is taken, what waits comes with `finish`: that call may be the one that crosses the ceiling.
        let error = loop {
            let result = match rest {
                [] => decoder.finish(&mut out, ROOM).map(|_| 0),
                _ => decoder.decode(rest, &mut out, ROOM),
            };
            match result {
                Ok(taken) => rest = &rest[taken..],
                Err(error) => break error,
            }
        };
        assert_eq!(error, CodingError::TooLarge { most: CEILING as u64 }, "{coding:?}");
        assert!(out.len() <= CEILING && out.len() + ROOM > CEILING, "{coding:?}: {}", out.len());
    }
}

#[test]
fn a_bomb_that_never_leaves_the_first_of_two_codings_stops() {
    // A gzip member whose file name never ends, itself packed: the second coding takes all and gives nothing.
    let mut endless = vec![0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3];
    endless.resize(8 << 20, b'a');
    let coded = encoded(Coding::Brotli, &endless);
    let codings = [Coding::Gzip, Coding::Brotli];
    let result = decoded_by(Decoder::new(&codings, Members::All, LIMITS), &coded, 4096, 4096);
    assert_eq!(result, Err(CodingError::Ratio { most: 1_000 }));
    assert_eq!(decoded(&codings, &coded, 4096, 4096), Err(CodingError::Aside(Coding::Gzip)), "a request's at once");
}

#[test]
fn windows_are_bounded() {
    let small = DecodeLimits { memory: 64 << 10, ..LIMITS };
    let coded = encoded(Coding::Brotli, &text(300_000));
    let refused = decoded_by(Decoder::new(&[Coding::Brotli], Members::One, small), &coded, 64, 64);
    assert_eq!(refused, Err(CodingError::Window(Coding::Brotli)));
    // The large windows of 0x11 are no part of `br`.
    let large = decoded(&[Coding::Brotli], &[0x11, 0x1e, 0, 0], 64, 64);
    assert_eq!(large, Err(CodingError::Window(Coding::Brotli)));
    // A zstd frame that announces 16 MiB.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0, 14 << 3, 1, 0, 0];
    assert_eq!(decoded(&[Coding::Zstd], &frame, 64, 64), Err(CodingError::Broken(Coding::Zstd)));
    let mut decoder = Decoder::new(&[Coding::Brotli], Members::One, LIMITS);
    assert!(decoder.window() >= 16 << 20);
    decoder.decode(&coded[..1], &mut Vec::new(), 64).unwrap();
    assert!(decoder.window() < 1 << 20);
}

#[test]
fn a_flush_makes_all_readable() {
    for coding in Coding::ALL.iter().copied() {
        let (mut encoder, mut coded, mut out) = (Encoder::new(coding, 1), Vec::new(), Vec::new());
        let mut decoder = Decoder::new(&[coding], Members::One, LIMITS);
        for event in ["data: 1\n\n", "data: 둘\n\n", ""] {
            coded.clear();
            out.clear();
            encoder.encode(event.as_bytes(), &mut coded).unwrap();
            encoder.flush(&mut coded).unwrap();
            assert_eq!(decoder.decode(&coded, &mut out, 4096), Ok(coded.len()));
            assert_eq!(out, event.as_bytes(), "{coding:?}");
        }
        coded.clear();
        encoder.finish(&mut coded).unwrap();
        decoder.decode(&coded, &mut out, 4096).unwrap();
        assert_eq!(decoder.finish(&mut out, 4096), Ok(true));
    }
}

proptest! {
    #[test]
    fn there_and_back(
        content in prop::collection::vec(prop_oneof![4 => 32..48_u8, 1 => any::<u8>()], 0..3000),
        coding in prop::sample::select(Coding::ALL),
        cut in 1..500_usize,
        room in 1..5000_usize,
    ) {
        prop_assert_eq!(decoded(&[coding], &encoded(coding, &content), cut, room), Ok(content.clone()));
        prop_assert_eq!(decoded(&[Coding::Deflate], &bare_deflate(&content), cut, room), Ok(content));
    }

    #[test]
    fn noise_never_panics(noise in prop::collection::vec(any::<u8>(), 0..200), cut in 1..50_usize) {
        for coding in Coding::ALL.iter().copied() {
            let _ = decoded(&[coding], &noise, cut, 64);
            let mut lured = encoded(coding, b"abcabcabcabc");
            lured.truncate(lured.len() / 2);
            lured.extend(&noise);
            let _ = all_members(coding, &lured, cut);
        }
    }
}
