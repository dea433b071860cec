//! A script.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::answer("application/javascript", data));
