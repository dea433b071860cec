//! Sealed references, in any text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::seal(data));
