//! The target of a request.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::target(data));
