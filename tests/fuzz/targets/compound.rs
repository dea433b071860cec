//! Compound files: DOC, XLS, PPT, HWP, MSG and what they hold.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::compound(data));
