//! Sizes, rates and durations as an operator writes them.

use std::time::Duration;

const SIZES: [(&str, u64); 9] = [
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
];

/// A year has 365 days.
const MILLISECONDS: [(&str, u64); 6] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("y", 31_536_000_000)];

/// `64 KiB`, `1GiB`, `1 MB`, `512`: a whole number, and a unit unless it is bytes.
pub(super) fn size(text: &str) -> Option<u64> {
    let (number, unit) = split(text)?;
    if unit.is_empty() { Some(number) } else { scaled(number, unit, &SIZES) }
}

/// `1 KiB/s`: bytes a second.
pub(super) fn rate(text: &str) -> Option<u64> {
    let (number, unit) = split(text.trim_end().strip_suffix("/s")?)?;
    scaled(number, unit, &SIZES)
}

/// `500ms`, `10s`, `5m`, `1h`, `2d`, `1y`. A number without a unit is not a duration.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text)?;
    scaled(number, unit, &MILLISECONDS).map(Duration::from_millis)
}

fn split(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, unit.trim_start()))
}

fn scaled(number: u64, unit: &str, units: &[(&str, u64)]) -> Option<u64> {
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    number.checked_mul(*factor)
}

/// In the largest binary unit that is exact.
pub(super) fn show_size(bytes: u64) -> String {
    let binary = SIZES.iter().take(5).rev();
    shown(bytes, binary, " ").unwrap_or_else(|| format!("{bytes} B"))
}

/// In the largest unit that is exact.
pub(super) fn show_duration(duration: Duration) -> String {
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    shown(milliseconds, MILLISECONDS.iter().rev(), "").unwrap_or_else(|| format!("{milliseconds}ms"))
}

fn shown<'a>(value: u64, mut units: impl Iterator<Item = &'a (&'a str, u64)>, gap: &str) -> Option<String> {
    let (unit, factor) = units.find(|(_, factor)| value >= *factor && value.is_multiple_of(*factor))?;
    Some(format!("{}{gap}{unit}", value / factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_whole_numbers_with_a_unit() {
        let known = [("64 KiB", 65_536), ("64KiB", 65_536), ("1 MB", 1_000_000), ("512", 512), ("0 B", 0)];
        for (text, bytes) in known {
            assert_eq!(size(text), Some(bytes), "{text}");
        }
        for text in ["", "KiB", "64 kib", "64K", "1.5 GiB", "-1 B", "64 KiB/s", "99999999999 TiB", "１ B"] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    #[test]
    fn rates_and_durations_need_their_unit() {
        assert_eq!(rate("1 KiB/s"), Some(1_024));
        assert_eq!((rate("1 KiB"), rate("1/s"), rate("/s")), (None, None, None));
        assert_eq!(duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(duration("5 m"), Some(Duration::from_secs(300)));
        assert_eq!((duration("10"), duration("10 sec"), duration("1h30m")), (None, None, None));
    }

    #[test]
    fn what_is_shown_reads_back() {
        for bytes in [1, 1_000, 1_024, 65_536, 1 << 30, (1 << 30) + 1] {
            assert_eq!(size(&show_size(bytes)), Some(bytes));
        }
        assert_eq!((show_size(65_536), show_size(1_000)), ("64 KiB".into(), "1000 B".into()));
        for milliseconds in [1, 1_000, 90_000, 3_600_000, 0] {
            let time = Duration::from_millis(milliseconds);
            assert_eq!(duration(&show_duration(time)), Some(time));
        }
    }
}
