//! The first bytes of a connection behind a balancer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::told(data));
