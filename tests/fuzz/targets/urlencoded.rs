//! An url-encoded form.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::post("application/x-www-form-urlencoded", data));
