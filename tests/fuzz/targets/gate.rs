//! The head of an HTTP/1 request, as bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::gate(data));
