//! Comma-separated values (RFC 4180) that a spreadsheet opens as they are: in UTF-8 with a byte order mark, and without a cell
//! that it would take for a formula.

use super::read::Entry;
use jiff::Timestamp;

/// What a file begins with, so that spreadsheets take it for UTF-8.
pub const BOM: &str = "\u{feff}";

/// The columns of [`export`].
const COLUMNS: [&str; 18] = [
    "time / 시각(UTC)",
    "korean time / 시각(한국)",
    "start / 시작 번호",
    "seq / 순번",
    "kind / 종류",
    "site / 누리집",
    "account / 계정",
    "address / 접속지",
    "method / 방식",
    "path / 경로",
    "verdict / 처리 결과",
    "rule / 규칙",
    "reason / 사유",
    "found / 찾은 것",
    "whose / 정보주체(값의 해시)",
    "detail / 그 밖",
    "rest / 원문",
    "mac / 인증값",
];

/// A line of cells, with its line ending.
pub fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push('"');
        // What begins so would be computed (OWASP, CSV injection).
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            out.push('\'');
        }
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    }
    out.push_str("\r\n");
    out
}

/// The head of an export.
pub fn head() -> String {
    format!("{BOM}{}", row(COLUMNS))
}

/// A record as a row of it.
pub fn export(entry: &Entry) -> String {
    let time = Timestamp::from_millisecond(entry.time).map(|time| time.to_string()).unwrap_or_default();
    let text = |name: &str| entry.text(name).unwrap_or_default().to_owned();
    let mac = text("mac");
    let detail: Vec<String> = entry.details(false).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let cells = [
        time,
        entry.korean_time(),
        entry.start.clone(),
        entry.seq.to_string(),
        entry.kind.clone(),
        text("site"),
        entry.who().unwrap_or_default().to_owned(),
        entry.address().unwrap_or_default().to_owned(),
        text("method"),
        text("path"),
        entry.verdict().unwrap_or_default().to_owned(),
        entry.rule().unwrap_or_default().to_owned(),
        entry.why().unwrap_or_default().to_owned(),
        entry.found(false),
        entry.whose().join(" "),
        detail.join("; "),
        entry.rest(),
        mac,
    ];
    row(cells.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_cell_or_is_computed() {
        assert_eq!(row(["a", "b\"c", "d,e\r\nf"]), "\"a\",\"b\"\"c\",\"d,e\r\nf\"\r\n");
        assert_eq!(row(["=1+1", "@x", "-1"]), "\"'=1+1\",\"'@x\",\"'-1\"\r\n");
    }
}
