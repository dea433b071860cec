//! Ceilings of files.

use super::{assert_told, with};
use garim::config;

/// The ceilings of a file may stand among all others, as well as with what else is about files.
#[test]
fn ceilings_of_files_stand_in_either_place() {
    let load = |text: &str| config::parse(text, "g.toml").unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let limits = "inspect_time = \"20s\"\narchive_depth = 5\narchive_entries = 1000\narchive_bytes = \"512 MiB\"\narchive_ratio = 300";
    let documents =
        "[documents]\nsoft_timeout = \"20s\"\ndepth = 5\nentries = 1000\nunpacked_bytes = \"512 MiB\"\nratio = 300";
    let [one, other] = [limits, documents].map(|lines| load(&with("streams = 100", lines)).documents);
    assert_eq!(one, other);
    let seconds = std::time::Duration::from_secs;
    let slow = load(&with("streams = 100", "inspect_time = \"50s\"")).documents;
    assert_eq!((slow.soft_timeout, slow.hard_timeout), (seconds(50), seconds(60)), "time to tell what there is");
    assert_told(
        "streams = 100",
        "archive_depth = 5\n[documents]\ndepth = 6",
        "4:17: \"archive_depth\" and depth of [documents] are the same limit; expected one of them",
    );
    assert_told("streams = 100", "archive_depth = 65", "4:17: \"archive_depth\" in [limits] is 65; expected 1 to 64");
}
