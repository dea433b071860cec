//! The text of a configuration.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::config(data));
