//! A file as one of the formats that are read, or a part of a package or a compound file, by the first byte.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::document(data));
