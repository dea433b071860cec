//! `garim hash`: the keyed hash of a value that must not stand in a configuration.

use crate::app::keys;
use crate::config::{self, State};
use crate::detect;
use crate::inspect::{Ceilings, Content, Inspector, Lens};
use crate::seal::Ring;
use crate::vocab::{Confidence, Direction, Kind, What};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// The longest value, in bytes; those that are longer are no personal data.
const LONGEST: u64 = 64 << 10;

/// What is hashed, and under which key.
#[derive(Debug, clap::Args)]
pub(crate) struct Hash {
    /// The kind of the value, by its English or Korean name; else as it is detected / 종류(없으면 찾아냄)
    #[arg(long, value_name = "NAME")]
    kind: Option<String>,
    /// The key file; else the state.key_file of the configuration / 열쇠 파일
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The configuration file / 설정 파일
    #[arg(long, default_value = super::CONFIG)]
    config: PathBuf,
}

/// Prints a hash for each line of standard input; a terminal is asked for one, without showing it. Exit code 0 when every
/// line has one, 1 when a value's kind cannot be told or the key cannot be read.
pub(super) fn hash(args: &Hash) -> ExitCode {
    match hashes(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain!("garim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn hashes(args: &Hash) -> Result<(), String> {
    let ring = ring(args)?;
    let kind = args.kind.as_deref().map(kind).transpose()?;
    let text = if io::stdin().is_terminal() { asked() } else { given() }.map_err(|error| error.to_string())?;
    let mut out = io::stdout().lock();
    for (number, value) in text.lines().map(str::trim).enumerate().filter(|(_, value)| !value.is_empty()) {
        let (kind, normal) = normal(value, kind).ok_or_else(|| unknown(number + 1))?;
        writeln!(out, "{}", ring.fingerprint(kind, normal.as_bytes())).map_err(|error| error.to_string())?;
        if args.kind.is_none() {
            // For whoever is looking; a pipe takes the hash alone.
            complain!("garim: {} / {}", kind.name(), kind.korean());
        }
    }
    Ok(())
}

/// The values that standard input gives, each with its kind and in the form in which it is compared.
pub(super) fn asked_values(wanted: Option<&str>) -> Result<Vec<(Kind, String)>, String> {
    let wanted = wanted.map(kind).transpose()?;
    let text = if io::stdin().is_terminal() { asked() } else { given() }.map_err(|error| error.to_string())?;
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, value)| !value.is_empty());
    lines.map(|(number, value)| normal(value, wanted).ok_or_else(|| unknown(number + 1))).collect()
}

fn unknown(line: usize) -> String {
    format!(
        "line {line}: cannot tell what it is; say so with --kind NAME\n    {line}번째 줄: 무엇인지 알 수 없습니다. --kind로 종류를 적으십시오."
    )
}

fn ring(args: &Hash) -> Result<Arc<Ring>, String> {
    let key_file = match &args.key {
        Some(key) => Some(key.clone()),
        None => config::load(&args.config).map_err(|mistakes| mistakes.to_string())?.state.key_file,
    };
    if key_file.is_none() {
        return Err(
            "there is no [state] key_file; name one with --key FILE / 열쇠 파일이 없습니다. --key로 적으십시오"
                .to_owned(),
        );
    }
    keys::ring(
        &State { dir: PathBuf::new(), key_file, journal: Default::default(), database: None, keep: Default::default() },
        None,
    )
    .map_err(|error| error.to_string())
}

fn kind(word: &str) -> Result<Kind, String> {
    let found = config::kinds(word).unwrap_or_default();
    let mut kinds = Kind::all().filter(|kind| found.contains(What::Kind(*kind)));
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Ok(kind),
        _ => {
            let near = config::kinds(word).err().flatten();
            let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            Err(format!("\"{}\" is not the name of one kind{near} / 한 종류의 이름이 아닙니다", word.escape_debug()))
        }
    }
}

/// The kind of a value and the form in which it is compared: what is found in it, if that is all there is.
fn normal(value: &str, wanted: Option<Kind>) -> Option<(Kind, String)> {
    let lens = Lens { today: config::today(), hosts: Arc::new([]), seal: None, beyond: Default::default() };
    let content_type = Some(b"text/plain; charset=utf-8".to_vec());
    let content = Content { direction: Direction::Download, content_type, charset: None };
    let mut inspector = Inspector::new(content, Arc::new(lens), Ceilings::of_parts(1));
    let mut found = Vec::new();
    inspector.find(value.as_bytes(), &mut found);
    inspector.find_last(&mut found);
    let whole = found.iter().find_map(|finding| match finding.what {
        What::Kind(kind) if wanted.is_none_or(|wanted| wanted == kind) => {
            let sure = wanted.is_some() || finding.confidence > Confidence::Possible;
            (sure && found.len() == 1).then(|| (kind, String::from_utf8_lossy(finding.secret.expose()).into_owned()))
        }
        _ => None,
    });
    whole.or_else(|| {
        let kind = wanted?;
        let text: String = match kind.is_number() {
            true => value.chars().filter(char::is_ascii_digit).collect(),
            false => value.to_owned(),
        };
        (!text.is_empty()).then(|| (kind, detect::normalise(kind, &text)))
    })
}

fn given() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().lock().take(LONGEST).read_to_string(&mut text)?;
    Ok(text)
}

/// Asks a terminal, which does not show what is typed.
fn asked() -> io::Result<String> {
    let stdin = io::stdin();
    super::said::prompt("value (not shown) / 값(보이지 않음): ");
    let before = tcgetattr(&stdin)?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&stdin, OptionalActions::Flush, &silent)?;
    let mut line = String::new();
    let read = stdin.lock().take(LONGEST).read_line(&mut line);
    tcsetattr(&stdin, OptionalActions::Flush, &before)?;
    complain!("");
    read.map(|_| line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_form_however_it_is_written() {
        let mobile = Some((Kind::MobileNumber, "01022345678".to_owned()));
        assert_eq!(normal("010-2234-5678", None), mobile);
        assert_eq!(normal("+82 10 2234 5678", None), mobile);
        assert_eq!(normal("010-2234-5678", Some(Kind::MobileNumber)), mobile);
        assert_eq!(normal("Hong.GD@example.com", None), Some((Kind::EmailAddress, "hong.gd@example.com".to_owned())));
        assert_eq!(normal("hello", None), None);
        assert_eq!(normal("010-2234-5678 010-2234-5679", None), None, "two are not one");
        assert_eq!(normal("2023-12345", Some(Kind::StudentNumber)), Some((Kind::StudentNumber, "202312345".into())));
        assert_eq!(normal("홍길동", Some(Kind::PersonName)), Some((Kind::PersonName, "홍길동".into())));
    }

    #[test]
    fn a_kind_is_one_kind() {
        assert_eq!(kind("휴대전화번호"), Ok(Kind::MobileNumber));
        assert!(kind("@contact").is_err() && kind("nothing").is_err());
    }
}
