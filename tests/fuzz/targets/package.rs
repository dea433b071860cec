//! Packages of zip and XML: OOXML, OpenDocument, HWPX, BIFF12; read, and masked.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| garim_fuzz::package(data));
