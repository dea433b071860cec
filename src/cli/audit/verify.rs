//! `garim audit verify`: whether the journal is as it was written.

use super::{Args, folder, is_korean, named_folder, roots};
use crate::audit::{self, Check, Checked, Verdict};
use std::path::PathBuf;
use std::process::ExitCode;

/// What the journal is checked with.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    journal: Args,
    /// The copy of the seals in the second place (seal_to) / 두 번째 장소의 봉인 파일
    #[arg(long, value_name = "FILE")]
    seals: Option<PathBuf>,
    /// A public key that seals may be signed with; else those that the journal names / 봉인을 확인할 공개키
    #[arg(long, value_name = "KEY")]
    public_key: Vec<String>,
    /// ko or en; else the language of the terminal / 언어
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

/// Exit code 0 intact, 1 broken, 2 cannot tell (or the arguments are wrong).
pub(super) fn verify(args: &Verify) -> ExitCode {
    match checked(args) {
        Ok((checked, korean)) => {
            tell(&checked, korean);
            ExitCode::from(match checked.verdict() {
                Verdict::Intact => 0,
                Verdict::Broken => 1,
                Verdict::CannotTell => 2,
            })
        }
        Err(error) => {
            complain!("garim: {error}");
            ExitCode::from(2)
        }
    }
}

fn checked(args: &Verify) -> Result<(Checked, bool), String> {
    let korean = is_korean(args.language.as_deref())?;
    if let Some(word) = args.public_key.iter().find(|word| !audit::is_public_key(word)) {
        return Err(format!(
            "--public-key {}: is no public key of seals; they are as garim audit verify writes them, 43 letters / \
             봉인의 공개키가 아닙니다. garim audit verify가 적어 주는 43글자입니다",
            word.escape_debug()
        ));
    }
    let seals = args.seals.as_deref();
    // A folder that was taken away leaves its seals in the second place.
    let folder = if seals.is_some() { named_folder(&args.journal)? } else { folder(&args.journal)? };
    let roots = roots(&args.journal)?;
    Ok((audit::verify(Check { folder: &folder, roots: &roots, seals, public_keys: &args.public_key }), korean))
}

fn tell(checked: &Checked, korean: bool) {
    for remark in &checked.remarks {
        let level = match remark.what.verdict() {
            Verdict::Intact => ["note", "알림"],
            Verdict::CannotTell => ["unknown", "확인 불가"],
            Verdict::Broken => ["BROKEN", "변조"],
        };
        let (level, what) = match korean {
            true => (level[1], remark.what.korean()),
            false => (level[0], remark.what.to_string()),
        };
        let place = remark.place();
        let colon = if place.is_empty() { "" } else { ": " };
        say!("{level}: {place}{colon}{what}");
    }
    let Checked { starts, segments, records, seals, .. } = checked;
    let counts = match korean {
        true => format!("시작 {starts}번, 구획 {segments}개, 기록 {records}건, 봉인 {seals}개 점검"),
        false => format!("{starts} starts, {segments} segments, {records} records, {seals} seals checked"),
    };
    say!("{counts}");
    for key in &checked.public_keys {
        say!("{}: {key}", if korean { "봉인 공개키" } else { "public key of seals" });
    }
    let verdict = match (checked.verdict(), korean) {
        (Verdict::Intact, false) => "intact",
        (Verdict::Intact, true) => "이상 없음",
        (Verdict::Broken, false) => "BROKEN",
        (Verdict::Broken, true) => "변조 또는 유실",
        (Verdict::CannotTell, false) => "cannot tell",
        (Verdict::CannotTell, true) => "확인할 수 없음",
    };
    say!("{verdict}");
}
