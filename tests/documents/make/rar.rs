//! Archives of RAR 4.

/// A block of RAR 4 with the checksum of its head.
pub fn block(kind: u8, flags: u16, fields: &[u8]) -> Vec<u8> {
    let size = u16::try_from(7 + fields.len()).expect("short").to_le_bytes();
    let head = [&[kind][..], &flags.to_le_bytes(), &size, fields].concat();
    let mut crc = flate2::Crc::new();
    crc.update(&head);
    let sum = u16::try_from(crc.sum() & 0xFFFF).expect("masked").to_le_bytes();
    [&sum[..], &head].concat()
}

/// An archive of RAR 4 whose files are stored.
pub fn archive(entries: &[(&[u8], &[u8], u16)]) -> Vec<u8> {
    let mut out = [b"Rar!\x1A\x07\0".to_vec(), block(0x73, 0, &[0; 6])].concat();
    for (name, bytes, flags) in entries {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let size = u32::try_from(bytes.len()).expect("short").to_le_bytes();
        let length = u16::try_from(name.len()).expect("short").to_le_bytes();
        let sum = crc.sum().to_le_bytes();
        let fields = [&size[..], &size, &[2], &sum, &[0, 0, 0x21, 0x58, 20, 0x30], &length, &[0x20, 0, 0, 0], name];
        out.extend(block(0x74, 0x8000 | flags, &fields.concat()));
        out.extend_from_slice(bytes);
    }
    out.extend(block(0x7B, 0, &[]));
    out
}
