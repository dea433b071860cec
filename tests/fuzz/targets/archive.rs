//! Archives and packed files.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::archive(data));
