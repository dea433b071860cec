//! `garim audit list` and `garim audit export`: records, to be read and to be taken along.

use super::{Args, at, folder, is_korean, put_on_record, time, user};
use crate::act;
use crate::audit::{self, Entry, Event, Filter, csv, is_running, kind};
use crate::cli::ask;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// So often somebody at a terminal is asked why.
const TRIES: usize = 3;

/// Which records.
#[derive(Debug, clap::Args)]
pub(crate) struct Wanted {
    /// From this day or time on / 이때부터
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<i64>,
    /// Before this day or time / 이때 전까지
    #[arg(long, value_name = "TIME", value_parser = time)]
    to: Option<i64>,
    /// Of this kind: exchange, view, approval, export, login, account, policy, key … / 종류
    #[arg(long, value_name = "KIND", value_parser = known_kind)]
    kind: Vec<String>,
    /// Of this account / 계정
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// In which this keyed hash stands, as `garim hash` prints it / 값의 해시
    #[arg(long, value_name = "HASH")]
    value_hash: Option<String>,
}

impl Wanted {
    fn filter(&self) -> Filter {
        Filter {
            from: self.from,
            to: self.to,
            kinds: self.kind.clone(),
            account: self.account.clone(),
            hash: self.value_hash.clone(),
        }
    }
}

/// A kind of record; a word that is none would list nothing, as if there were no such records.
fn known_kind(word: &str) -> Result<String, String> {
    match kind::ALL.contains(&word) {
        true => Ok(word.to_owned()),
        false => Err(format!("one of {} / 이 중 하나여야 합니다", kind::ALL.join(", "))),
    }
}

/// What is listed.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    journal: Args,
    #[command(flatten)]
    wanted: Wanted,
    /// ko or en; else the language of the terminal / 언어
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

/// How records are written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// As they stand in the journal, one a line.
    Jsonl,
    /// For a spreadsheet.
    Csv,
}

/// What is exported.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    #[command(flatten)]
    journal: Args,
    #[command(flatten)]
    wanted: Wanted,
    /// How / 형식
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Format,
    /// The file to be made; else standard output / 만들 파일
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Why, for the record of it; asked for at a terminal / 사유(터미널에서는 없으면 물음)
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The second place of seals, for the record of it / 두 번째 장소의 봉인 파일
    #[arg(long, value_name = "FILE")]
    seal_to: Option<PathBuf>,
}

pub(super) fn list(args: &List) -> Result<(), String> {
    let folder = folder(&args.journal)?;
    let korean = is_korean(args.language.as_deref())?;
    let mut out = BufWriter::new(io::stdout().lock());
    let seen = audit::read(&folder, &args.wanted.filter(), |entry| writeln!(out, "{}", shown(&entry, korean)));
    told(seen.and_then(|seen| out.flush().map(|()| seen)), &folder).map(drop)
}

/// A pipe that is closed early is no error.
pub(super) fn told(seen: io::Result<audit::Seen>, folder: &Path) -> Result<audit::Seen, String> {
    let seen = match seen {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => audit::Seen::default(),
        seen => seen.map_err(at(folder))?,
    };
    if seen.unreadable > 0 {
        let lines = seen.unreadable;
        complain!("garim: {lines} lines are no records: garim audit verify / 기록이 아닌 줄 {lines}개");
    }
    Ok(seen)
}

/// One line for people: when, what, who, from where, what was done, why, to whose data, and all else it says. Control characters are
/// shown as escapes.
pub(super) fn shown(entry: &Entry, korean: bool) -> String {
    let text = |name: &str| entry.text(name).map(str::to_owned);
    let named = |in_korean: &str, in_english: &str, value: Option<String>| {
        let name = if korean { in_korean } else { in_english };
        value.filter(|value| !value.is_empty()).map(|value| format!("{name}={value}"))
    };
    let cells = [
        Some(audit::kind_word(&entry.kind, korean)),
        text("site"),
        named("계정", "account", entry.who().map(str::to_owned)),
        named("접속지", "from", entry.address().map(str::to_owned)),
        text("method"),
        text("path"),
        entry.verdict().map(|verdict| audit::verdict_word(verdict, korean)),
        named("규칙", "rule", entry.rule().map(str::to_owned)),
        named("사유", "reason", entry.why().map(str::to_owned)),
        named("찾은것", "found", Some(entry.found(korean))),
        named("정보주체", "whose", Some(entry.whose_shown())),
    ];
    let details = entry.details(korean).into_iter().map(|(name, value)| Some(format!("{name}={value}")));
    let mut line = entry.korean_time();
    for cell in cells.into_iter().chain(details).flatten() {
        line.push(' ');
        let dangerous = |letter: char| {
            letter.is_control()
                || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        for letter in cell.chars() {
            match dangerous(letter) {
                true => line.extend(letter.escape_unicode()),
                false => line.push(letter),
            }
        }
    }
    line
}

/// Why the records are taken along: as said, else as somebody at a terminal answers.
fn reason(args: &Export) -> Result<String, String> {
    let empty = "--reason must say why the records are taken along / --reason에 내보내는 사유를 적으십시오";
    if args.reason.is_some() || !ask::is_person() {
        return args.reason.as_deref().and_then(act::reason).ok_or_else(|| empty.to_owned());
    }
    let asked = |_| ask::open("why are the records taken along? / 내보내는 사유: ").ok();
    (0..TRIES).map_while(asked).find_map(|text| act::reason(&text)).ok_or_else(|| empty.to_owned())
}

pub(super) fn export(args: &Export) -> Result<(), String> {
    let folder = folder(&args.journal)?;
    let event = event(args, reason(args)?);
    // It is recorded first: what was taken along without a record would be the worse mistake.
    let recorded = put_on_record(&args.journal, &folder, args.seal_to.as_deref(), &event);
    recorded.or_else(|why| match (&args.journal.dir, is_running(&folder)) {
        // The journal of another machine, named by its folder, need not take it.
        (Some(_), false) => {
            complain!("garim: this export is not in the journal: {why}\n    이 내보내기는 기록되지 않습니다.");
            Ok(())
        }
        _ => Err(why),
    })?;
    let seen = match &args.out {
        None => write(args, &folder, io::stdout().lock())?,
        Some(path) => {
            let file: File =
                OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(at(path))?;
            write(args, &folder, file)?
        }
    };
    complain!("garim: {} records / 기록 {}건", seen.records, seen.records);
    Ok(())
}

fn event(args: &Export, reason: String) -> Event {
    let Wanted { from, to, kind, account, value_hash } = &args.wanted;
    let mut event = Event { account: Some(user()), reason: Some(reason), ..Event::new(kind::EXPORT) };
    let words = [
        ("from", from.map(|time| time.to_string())),
        ("to", to.map(|time| time.to_string())),
        ("kinds", (!kind.is_empty()).then(|| kind.join(" "))),
        ("of", account.clone()),
        ("value-hash", value_hash.clone()),
        ("file", args.out.as_ref().map(|path| path.display().to_string())),
    ];
    for (name, value) in words.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        event = event.with(name, value);
    }
    event
}

fn write(args: &Export, folder: &Path, out: impl Write) -> Result<audit::Seen, String> {
    let mut out = BufWriter::new(out);
    let csv = args.format == Format::Csv;
    let head = if csv { csv::head() } else { String::new() };
    let seen = out.write_all(head.as_bytes()).and_then(|()| {
        audit::read(folder, &args.wanted.filter(), |entry| match csv {
            true => out.write_all(csv::export(&entry).as_bytes()),
            false => writeln!(out, "{}", entry.line),
        })
    });
    told(seen.and_then(|seen| out.flush().map(|()| seen)), folder)
}
