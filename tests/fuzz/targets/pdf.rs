//! PDF, as a whole or in its parts.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::pdf(data));
