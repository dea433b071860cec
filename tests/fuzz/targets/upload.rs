//! What a client sends, of a type by its first byte: what it is said to be, and what it looks like.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::upload(data));
