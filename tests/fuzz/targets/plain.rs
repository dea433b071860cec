//! Plain text in EUC-KR.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::answer("text/plain; charset=euc-kr", data));
