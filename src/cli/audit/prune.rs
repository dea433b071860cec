//! `garim audit prune`: what has been kept long enough is removed.

use super::{Args, folder, is_own, own_journal, time};
use std::path::PathBuf;

/// What is removed.
#[derive(Debug, clap::Args)]
pub(crate) struct Prune {
    #[command(flatten)]
    journal: Args,
    /// Segments go whose records are all older than this day or time / 이때 전의 기록만 있는 구획을 지움
    #[arg(long, value_name = "TIME", value_parser = time)]
    before: i64,
    /// The second place of seals, for the record of it / 두 번째 장소의 봉인 파일
    #[arg(long, value_name = "FILE")]
    seal_to: Option<PathBuf>,
}

pub(super) fn prune(args: &Prune) -> Result<(), String> {
    let folder = folder(&args.journal)?;
    is_own(&folder)?;
    let journal = own_journal(&args.journal, &folder, args.seal_to.as_deref())?;
    let journal = journal.ok_or(
        "garim is running, and removes what is too old itself / garim이 실행 중이며, 보존 기간이 지난 기록은 스스로 지웁니다",
    )?;
    let removed = journal.prune(args.before).map_err(|error| error.to_string())?;
    let (segments, records) = (removed.segments, removed.records);
    say!(
        "garim: {segments} segments with {records} records are removed / 구획 {segments}개, 기록 {records}건을 지웠습니다"
    );
    Ok(())
}
