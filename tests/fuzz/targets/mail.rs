//! Messages, mailboxes, and what bears no mark.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::mail(data));
