//! `garim` (가림, "a covering"): an inline HTTP filtering reverse proxy that stands in front of an existing web site,
//! finds personal data in what is posted and what is shown, and passes, logs, masks or blocks it as a policy says.
//!
//! # The house
//! The rooms below are declared in the order in which the data flows, from the bottom up; `tests/house.rs` reads the
//! imports and fails when an arrow runs the wrong way. A room uses what its row says: "below" is every room
//! of a lower rank.
//!
//! **The waterline.** Rooms up to rank 3 are pure: bytes and values in, values out; no clock, file, socket, thread or
//! `async`. Rooms above move bytes and do nothing clever. They meet at one door, [`inspect`].
//!
//! | rank | room | may use | what lives there |
//! | --- | --- | --- | --- |
//! | 0 | [`vocab`] | nothing | the shared nouns: kind, confidence, finding, place, secret |
//! | 1 | [`text`] | `vocab` | bytes to logical characters that know which bytes they came from; digit clusters; the fast search |
//! | 1 | [`detect`] | `text`, `vocab` | clusters and words to findings: one kind a file in `rules/`, one table `RULES` |
//! | 1 | [`mask`] | `text`, `vocab` | what of a value stays to be seen, and how that is written in this charset and syntax |
//! | 1 | [`seal`] | `vocab` | sealed references: a value that a browser gets encrypted and sends back |
//! | 2 | [`policy`] | `vocab` | facts to a verdict with its reason; the tally of one exchange |
//! | 2 | [`extract`] | `text`, `vocab` | a file to text that knows its place ("sheet 명단, hidden, cell B7"): one format a file, one table `FORMATS` |
//! | 3 | [`inspect`] | below | the door: content codings, splitting of forms, scanning, accounting for every byte |
//! | | *waterline* | | |
//! | 4 | [`audit`] | `vocab` | the journal of what was decided, its chain, keys and seals; its check, its reports |
//! | 4 | [`sandbox`] | below | child processes in which files are opened: their limits, what is said to them, their pool |
//! | 4 | [`store`] | `vocab` | what is remembered, in SQLite or PostgreSQL behind one interface: incidents, holds, accounts, windows |
//! | 4 | [`hold`] | `seal`, `store`, `vocab` | posts that wait for approval, and what waits for a word: their keys, their files, what becomes of them |
//! | 4 | [`account`] | `vocab`, `store` | who signs in to garim: passwords, one-time codes, sessions, roles |
//! | 4 | [`config`] | below, `account`, `audit`, `store` | TOML as written, then checked settings; errors say file, line, column, what was expected |
//! | 5 | [`alert`] | `config`, `store`, `vocab` | who is told when something happens: webhook, mail, syslog; the draft of a breach report, and incidents whose clock runs |
//! | 5 | [`upstream`] | `config`, `vocab` | the pool to the sites |
//! | 5 | [`body`] | `inspect`, `extract`, `policy`, `text`, `vocab`, `config`, `sandbox` | hyper's bodies against the inspector: kept back, spooled, streamed; the process-wide byte budget |
//! | 6 | [`act`] | below | a verdict becomes an effect: pass, log, mask, block; the pages that people see |
//! | 7 | [`proxy`] | below | listen, TLS, the gate before hyper, headers, and [`proxy`]: one request's life from top to bottom |
//! | 8 | [`demo`] | below | the embedded board that `garim demo` puts behind garim |
//! | 8 | [`console`] | below | what operators see: what waits, what was decided, how garim is |
//! | 8 | [`app`] | below, `console` | building everything from the settings, reload, drain |
//! | 8 | [`cli`] | below, `app`, `demo` | arguments and exit codes, one file a subcommand |

#![forbid(unsafe_code)]
#![deny(unused_must_use)]
// They panic where nobody reads any more (`| head`): the command line has `say!` and `complain!`.
#![deny(clippy::print_stdout, clippy::print_stderr)]
#![warn(missing_docs)]

pub mod vocab;

pub mod detect;
pub mod mask;
pub mod seal;
pub mod text;

pub mod extract;
pub mod policy;

pub mod inspect;

pub mod audit;
pub mod sandbox;

pub mod account;
pub mod hold;
pub mod store;

pub mod config;

pub mod alert;
pub mod body;
pub mod upstream;

pub mod act;

pub mod proxy;

pub mod console;

pub mod app;
pub mod cli;
pub mod demo;
