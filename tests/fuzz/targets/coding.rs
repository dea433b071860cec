//! Content codings, by the first byte, within their ceilings.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::coding(data));
