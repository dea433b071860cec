//! What the journal makes of the clock: what time it is, and whether somebody set it.

use std::time::{SystemTime, UNIX_EPOCH};

/// By how much the clock may differ from the time that has passed, in milliseconds, beside a thousandth of that time: what
/// a clock that is being corrected does.
const SLACK: u64 = 1000;

/// Milliseconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// By how many milliseconds the clock went further (or less far) than the time that passed, if that is more than a correction.
pub(super) fn jump(from: (i64, u64), to: (i64, u64)) -> Option<i64> {
    let passed = to.1.saturating_sub(from.1);
    let shown = to.0.saturating_sub(from.0);
    let off = shown.saturating_sub_unsigned(passed);
    (off.unsigned_abs() > SLACK.saturating_add(passed / 1000)).then_some(off)
}

/// By how many milliseconds the clock was set back between the last record of a start and the first of the next.
pub(super) fn set_back(last: i64, first: i64) -> Option<u64> {
    u64::try_from(last.saturating_sub(first)).ok().filter(|by| *by > SLACK)
}
