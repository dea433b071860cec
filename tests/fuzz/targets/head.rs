//! A Content-Type and a body after the first line feed.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::head(data));
