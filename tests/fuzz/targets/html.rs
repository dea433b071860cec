//! A page.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::answer("text/html", data));
