//! What is written about pictures.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::picture(data));
