//! Makes small files of every format, with a text where a test wants it: for the tests of the readers, and for those that send
//! such files through the running proxy.
#![allow(dead_code, reason = "each crate of tests takes what it needs")]

pub mod alz;
pub mod cfb;
pub mod doc;
pub mod egg;
pub mod hwp;
pub mod hwp3;
pub mod image;
pub mod office;
pub mod packed;
pub mod pdf;
pub mod ppt;
pub mod rar;
pub mod rtf;
pub mod sqlite;
pub mod xls;
pub mod xlsb;
pub mod zip;
