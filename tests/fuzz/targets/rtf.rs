//! RTF, and objects in it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::rtf(data));
