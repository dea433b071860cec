//! The audit journal from outside: every way to alter it is found, nothing else is, and no fault of the machine loses what
//! was acknowledged.

#[path = "audit/command.rs"]
mod command;
#[path = "audit/crash.rs"]
mod crash;
#[path = "audit/faults.rs"]
mod faults;
#[path = "audit/here.rs"]
mod here;
#[path = "audit/life.rs"]
mod life;
#[path = "audit/reading.rs"]
mod reading;
#[path = "audit/retention.rs"]
mod retention;
#[path = "audit/tools.rs"]
mod tools;
