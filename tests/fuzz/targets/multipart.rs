//! A multipart form, read by us and by multer; the boundary is X, which a fuzzer finds soon.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::multipart(data));
