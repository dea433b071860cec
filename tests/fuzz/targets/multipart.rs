//! A multipart form; the boundary is X, which a fuzzer finds soon.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::post("multipart/form-data; boundary=X", data));
