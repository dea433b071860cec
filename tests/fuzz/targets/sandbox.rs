//! What a worker says, or a file that has taken it over.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::sandbox(data));
