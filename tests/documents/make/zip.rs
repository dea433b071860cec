//! Writes archives, right ones and wrong ones.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write;

/// An entry to be written.
#[derive(Clone)]
pub struct Piece {
    pub name: Vec<u8>,
    /// Its name in the local header, if another.
    pub local_name: Option<Vec<u8>>,
    pub data: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    pub comment: Vec<u8>,
    /// Whether the directory names it.
    pub listed: bool,
    /// The size it says to have unpacked.
    pub size: u32,
}

impl Piece {
    /// Packed as it is.
    pub fn stored(name: &str, data: &[u8]) -> Piece {
        Piece {
            name: name.as_bytes().to_vec(),
            local_name: None,
            data: data.to_vec(),
            method: 0,
            flags: 0x800,
            comment: Vec::new(),
            listed: true,
            size: data.len() as u32,
        }
    }

    /// Deflated.
    pub fn deflated(name: &str, data: &[u8]) -> Piece {
        Piece { data: deflate(data), method: 8, ..Piece::stored(name, data) }
    }
}

/// Deflates.
pub fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

fn put(out: &mut Vec<u8>, numbers: &[(u32, usize)]) {
    numbers.iter().for_each(|(number, size)| out.extend(&number.to_le_bytes()[..*size]));
}

/// A local header with its data.
pub fn local(piece: &Piece) -> Vec<u8> {
    let mut out = b"PK\x03\x04".to_vec();
    let name = piece.local_name.as_ref().unwrap_or(&piece.name);
    let packed = if piece.flags & 8 == 0 { piece.data.len() as u32 } else { 0 };
    put(&mut out, &[(20, 2), (u32::from(piece.flags), 2), (u32::from(piece.method), 2), (0, 4), (0, 4)]);
    put(&mut out, &[(packed, 4), (piece.size, 4), (name.len() as u32, 2), (0, 2)]);
    out.extend(name);
    out.extend(&piece.data);
    out
}

/// A record of the directory.
pub fn record(piece: &Piece, at: usize) -> Vec<u8> {
    let mut out = b"PK\x01\x02".to_vec();
    put(&mut out, &[(20, 2), (20, 2), (u32::from(piece.flags), 2), (u32::from(piece.method), 2), (0, 4), (0, 4)]);
    put(&mut out, &[(piece.data.len() as u32, 4), (piece.size, 4), (piece.name.len() as u32, 2), (0, 2)]);
    put(&mut out, &[(piece.comment.len() as u32, 2), (0, 2), (0, 2), (0, 4), (at as u32, 4)]);
    out.extend(&piece.name);
    out.extend(&piece.comment);
    out
}

/// The end of the directory.
pub fn end(count: usize, size: usize, at: usize, comment: &[u8]) -> Vec<u8> {
    let mut out = b"PK\x05\x06".to_vec();
    put(&mut out, &[(0, 4), (count as u32, 2), (count as u32, 2), (size as u32, 4), (at as u32, 4)]);
    put(&mut out, &[(comment.len() as u32, 2)]);
    out.extend(comment);
    out
}

/// An archive of these.
pub fn archive(pieces: &[Piece]) -> Vec<u8> {
    let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0);
    for piece in pieces {
        if piece.listed {
            directory.extend(record(piece, out.len()));
            count += 1;
        }
        out.extend(local(piece));
    }
    let at = out.len();
    out.extend(&directory);
    out.extend(end(count, directory.len(), at, b""));
    out
}

/// An archive of deflated texts.
pub fn texts(parts: &[(&str, &str)]) -> Vec<u8> {
    archive(&parts.iter().map(|(name, text)| Piece::deflated(name, text.as_bytes())).collect::<Vec<_>>())
}

/// Relationships: id, kind, target.
pub fn rels(all: &[(&str, &str, &str)]) -> String {
    let each = all.iter().map(|(id, kind, target)| {
        let mode = if target.contains(':') { " TargetMode=\"External\"" } else { "" };
        format!("<Relationship Id=\"{id}\" Type=\"http://x/relationships/{kind}\" Target=\"{target}\"{mode}/>")
    });
    format!("<Relationships>{}</Relationships>", each.collect::<String>())
}
