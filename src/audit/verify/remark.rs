//! What is said of a journal: what is wrong with it, what cannot be told, and what is worth knowing.

use std::fmt;

/// What the whole comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing was altered, as far as there is anything to tell it by.
    Intact,
    /// Nothing that was found is wrong, but not everything could be checked.
    CannotTell,
    /// Something was altered, cut off or taken away.
    Broken,
}

/// What is remarked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is said in words below, with its fields")]
pub enum What {
    NoRecord,
    Dropped { from: u64, to: u64 },
    Again { expected: u64 },
    Rechained,
    Mac,
    Head,
    SegmentMissing { number: u32 },
    Cut { there: u64, expected: u64 },
    CutBefore { records: u64 },
    Appended { from: u64 },
    TwoWriters { by: String },
    Torn { bytes: u64 },
    EndUnknown,
    State,
    StateUnreadable,
    StartMissing { start: String },
    Before,
    NotRetained,
    Sealed { seal: u64 },
    SealedBeyond { seal: u64 },
    SealBad { line: u64, second: bool },
    SealDropped { number: u64, second: bool },
    SealKey { public: String },
    SealDiffers { number: u64 },
    NoRoot,
    OtherRoot,
    Unreadable { why: String },
    Nothing,
    LeftOpen,
    TornEnd { bytes: u64 },
    ClockBack { by: u64 },
    ClockAhead { by: u64 },
    Lost { records: String },
    InDoubt { from: u64, to: u64 },
    LostByDisk { from: u64, to: u64 },
    Empty,
    StateDamaged,
    StateGone,
    Other { name: String },
    OtherKey { public: String },
    NotCarried { seals: u64 },
    OnItsWay,
    SecondTorn { line: u64 },
    Leftover,
    More { remarks: u64 },
}

impl What {
    /// What it means for the whole.
    pub fn verdict(&self) -> Verdict {
        match self {
            What::NoRoot
            | What::OtherRoot
            | What::Unreadable { .. }
            | What::Nothing
            // What the second place does not have, it cannot vouch for.
            | What::NotCarried { .. }
            // That the disk lost something is known; that nobody helped it is not.
            | What::LostByDisk { .. } => Verdict::CannotTell,
            What::LeftOpen
            | What::TornEnd { .. }
            | What::ClockBack { .. }
            | What::ClockAhead { .. }
            | What::Lost { .. }
            | What::InDoubt { .. }
            | What::Empty
            | What::StateDamaged
            | What::StateGone
            | What::Other { .. }
            | What::OtherKey { .. }
            | What::OnItsWay
            | What::SecondTorn { .. }
            | What::Leftover
            | What::More { .. } => Verdict::Intact,
            _ => Verdict::Broken,
        }
    }

    /// In Korean.
    pub fn korean(&self) -> String {
        match self {
            What::NoRecord => "기록이 아닌 줄입니다(변조)".into(),
            What::Dropped { from, to } => format!("기록 {from}번부터 {to}번까지 빠졌습니다"),
            What::Again { expected } => format!("{expected}번이 올 자리입니다. 기록이 겹치거나 순서가 바뀌었습니다"),
            What::Rechained => "앞 기록과 이어지지 않습니다(앞 기록이나 이 기록이 변조됨)".into(),
            What::Mac => "인증값이 맞지 않습니다. 변조되었거나, 지금의 열쇠만 가진 자가 다시 이었습니다".into(),
            What::Head => "구획의 첫 기록이 파일 이름과 맞지 않습니다".into(),
            What::SegmentMissing { number } => format!("구획 {number}번이 없습니다"),
            What::Cut { there, expected } => format!("끝이 잘렸습니다. 기록 {expected}건 중 {there}건만 있습니다"),
            What::CutBefore { records } => format!("다음 시작 때 이미 기록 {records}건이 없었습니다"),
            What::Appended { from } => format!("끝난 뒤에 {from}번부터 덧붙었습니다"),
            What::TwoWriters { by } => format!("{by}가 시작한 뒤에도 계속 기록되었습니다(두 프로세스가 함께 씀)"),
            What::Torn { bytes } => format!("설명되지 않는 {bytes}바이트가 끝에 있습니다"),
            What::EndUnknown => "어디가 끝이었는지 알려 줄 것(.key 파일)이 없습니다".into(),
            What::State => "상태 파일(.key)이 기록과 맞지 않습니다".into(),
            What::StateUnreadable => "상태 파일(.key)을 읽을 수 없습니다(변조)".into(),
            What::StartMissing { start } => format!("{start}의 기록이 통째로 없습니다"),
            What::Before => "앞 시작의 끝과 이어지지 않습니다".into(),
            What::NotRetained => "이보다 앞의 기록이 없는데, 보존 기간에 따라 지웠다는 기록이 없습니다".into(),
            What::Sealed { seal } => format!("{seal}번 봉인 때의 기록과 다릅니다"),
            What::SealedBeyond { seal } => format!("{seal}번 봉인 때 있던 기록이 없습니다(끝이 잘림)"),
            What::SealBad { line, second } => format!("{} {line}번째 줄은 바른 봉인이 아닙니다", place_ko(*second)),
            What::SealDropped { number, second } => format!("{} {number}번 봉인이 없습니다", place_ko(*second)),
            What::SealKey { public } => format!("봉인이 믿을 수 없는 열쇠 {public}로 서명되었습니다"),
            What::SealDiffers { number } => format!("{number}번 봉인이 두 곳에서 다릅니다"),
            What::NoRoot => "열쇠 파일이 없어 인증값을 확인하지 못했습니다(이어짐과 봉인만 확인)".into(),
            What::OtherRoot => "주어진 열쇠가 아닌 열쇠로 쓰여 인증값을 확인하지 못했습니다".into(),
            What::Unreadable { why } => format!("읽을 수 없습니다: {why}"),
            What::Nothing => "감사 기록이 없습니다".into(),
            What::LeftOpen => "정상 종료 없이 끝났습니다".into(),
            What::TornEnd { bytes } => format!("쓰다 만 {bytes}바이트가 끝에 있습니다(접수되지 않은 기록)"),
            What::ClockBack { by } => format!("시계가 {by}ms 뒤로 돌아갔습니다"),
            What::ClockAhead { by } => format!("시계가 {by}ms 앞으로 건너뛰었습니다"),
            What::Lost { records } => format!("기록 {records}건을 쓰지 못했습니다"),
            What::InDoubt { from, to } => {
                format!("디스크가 기록 {from}번부터 {to}번까지를 받아 적지 못했다고 했으나, 지금은 모두 있습니다")
            }
            What::LostByDisk { from, to } => format!(
                "기록 {from}번부터 {to}번까지가 없습니다. 그때 디스크가 받아 적지 못했다는 기록이 있으나, 누가 지우지 않았다고는 할 수 없습니다"
            ),
            What::Empty => "첫 기록 전에 끝났습니다".into(),
            What::StateDamaged => "상태 파일의 두 칸 중 하나가 깨졌습니다".into(),
            What::StateGone => "상태 파일(.key)이 없습니다. 끝은 다른 기록으로 확인했습니다".into(),
            What::Other { name } => format!("감사 기록이 아닌 파일: {name}"),
            What::OtherKey { public } => format!("이때부터 서명 열쇠가 {public}입니다"),
            What::NotCarried { seals } => {
                format!(
                    "봉인 {seals}개가 두 번째 장소에 없어 그 기록을 두 번째 장소로 확인하지 못했습니다(옮기지 못했거나 지워짐)"
                )
            }
            What::OnItsWay => "마지막 봉인이 아직 두 번째 장소에 없습니다".into(),
            What::SecondTorn { line } => format!("두 번째 장소의 {line}번째 줄은 쓰다 만 것입니다"),
            What::Leftover => "지운 구획의 파일이 남아 있습니다. 다음 정리 때 지웁니다".into(),
            What::More { remarks } => format!("알릴 것이 {remarks}건 더 있습니다"),
        }
    }
}

fn place_ko(second: bool) -> &'static str {
    if second { "두 번째 장소의" } else { "이 폴더의" }
}

fn place(second: bool) -> &'static str {
    if second { "in the second place" } else { "in this folder" }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::NoRecord => f.write_str("this line is no record: it was altered"),
            What::Dropped { from, to } => write!(f, "records {from} to {to} are missing"),
            What::Again { expected } => write!(f, "record {expected} should stand here: doubled or swapped"),
            What::Rechained => {
                f.write_str("it does not follow from the record before: that one or this one was altered")
            }
            What::Mac => f.write_str("its MAC is wrong: altered, or chained again by somebody with a later key only"),
            What::Head => f.write_str("the first record of the segment does not say what the file's name says"),
            What::SegmentMissing { number } => write!(f, "segment {number} is missing"),
            What::Cut { there, expected } => write!(f, "the end was cut off: {there} of {expected} records are there"),
            What::CutBefore { records } => {
                write!(f, "{records} records were missing already when the next start began")
            }
            What::Appended { from } => write!(f, "records from {from} on were put behind the end"),
            What::TwoWriters { by } => write!(f, "it was written on after {by} had begun: two writers"),
            What::Torn { bytes } => write!(f, "{bytes} bytes behind the last record that nothing accounts for"),
            What::EndUnknown => f.write_str("nothing tells where its end was: its .key file is missing"),
            What::State => f.write_str("its .key file does not fit the records"),
            What::StateUnreadable => f.write_str("its .key file cannot be understood: it was altered"),
            What::StartMissing { start } => write!(f, "all of {start} is missing"),
            What::Before => f.write_str("it does not follow from the end of the start before"),
            What::NotRetained => {
                f.write_str("what came before is missing, and no record says that retention removed it")
            }
            What::Sealed { seal } => write!(f, "it is not what seal {seal} was put on"),
            What::SealedBeyond { seal } => write!(f, "the end was cut off: this record was there at seal {seal}"),
            What::SealBad { line, second } => write!(f, "line {line} of the seals {} is no valid seal", place(*second)),
            What::SealDropped { number, second } => write!(f, "seal {number} is missing {}", place(*second)),
            What::SealKey { public } => write!(f, "seals are signed with the key {public}, which is not trusted"),
            What::SealDiffers { number } => write!(f, "seal {number} is not the same in both places"),
            What::NoRoot => f.write_str("there is no root secret: only the chain and the seals were checked, no MAC"),
            What::OtherRoot => f.write_str("it was written under a root secret that was not given: no MAC was checked"),
            What::Unreadable { why } => write!(f, "it cannot be read: {why}"),
            What::Nothing => f.write_str("there is no journal"),
            What::LeftOpen => f.write_str("it ended without a stop"),
            What::TornEnd { bytes } => {
                write!(f, "{bytes} bytes of a torn record at the end; it was never acknowledged")
            }
            What::ClockBack { by } => write!(f, "the clock was set back by {by} ms"),
            What::ClockAhead { by } => write!(f, "the clock jumped ahead by {by} ms"),
            What::Lost { records } => write!(f, "{records} records could not be written"),
            What::InDoubt { from, to } => {
                write!(
                    f,
                    "the disk failed to take records {from} to {to}, which were acknowledged; they are all there now"
                )
            }
            What::LostByDisk { from, to } => write!(
                f,
                "records {from} to {to} are missing: the disk failed to take them then, as this record says; that nobody \
                 took them away cannot be told"
            ),
            What::Empty => f.write_str("it ended before its first record"),
            What::StateDamaged => f.write_str("one of the two slots of its .key file is damaged"),
            What::StateGone => f.write_str("its .key file is missing; its end is known from other records"),
            What::Other { name } => write!(f, "no file of a journal: {name}"),
            What::OtherKey { public } => write!(f, "from here on seals are signed with the key {public}"),
            What::NotCarried { seals } => {
                write!(
                    f,
                    "{seals} seals are not in the second place, so nothing there vouches for them: not carried, or removed"
                )
            }
            What::OnItsWay => f.write_str("the last seal is not in the second place yet"),
            What::SecondTorn { line } => write!(f, "line {line} of the seals in the second place is torn"),
            What::Leftover => f.write_str("files of removed segments are left; the next prune removes them"),
            What::More { remarks } => write!(f, "{remarks} more remarks"),
        }
    }
}

/// A remark, and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The start; empty where it is of the whole.
    pub start: String,
    /// The segment.
    pub segment: Option<u32>,
    /// The record.
    pub record: Option<u64>,
    /// Where its line begins in the file of the segment, in bytes.
    pub offset: Option<u64>,
    /// What.
    pub what: What,
}

impl Remark {
    pub(super) fn of(start: &str, what: What) -> Remark {
        Remark { start: start.to_owned(), segment: None, record: None, offset: None, what }
    }

    /// Where: `20261126T…-000002.log record 17 (byte 9120)`; empty for the whole.
    pub fn place(&self) -> String {
        let mut out = self.start.clone();
        if let Some(segment) = self.segment {
            out.push_str(&format!("-{segment:06}.log"));
        }
        if let Some(record) = self.record {
            out.push_str(&format!(" record {record}"));
        }
        if let Some(offset) = self.offset {
            out.push_str(&format!(" (byte {offset})"));
        }
        out
    }
}

/// Remarks that are kept; the others are counted.
const MOST: usize = 1000;
/// Faults that are kept.
const MOST_FAULTS: usize = 10_000;

/// All that is remarked.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    pub list: Vec<Remark>,
    more: u64,
}

impl Remarks {
    /// Nobody reads more than that, but a file full of rubbish must not fill the memory.
    pub fn add(&mut self, remark: Remark) {
        let most = if remark.what.verdict() == Verdict::Intact { MOST } else { MOST_FAULTS };
        if self.list.len() < most {
            self.list.push(remark);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    pub fn say(&mut self, start: &str, what: What) {
        self.add(Remark::of(start, what));
    }

    /// What is wrong first; otherwise in the order in which it stands.
    pub fn finish(mut self) -> Vec<Remark> {
        if self.more > 0 {
            self.say("", What::More { remarks: self.more });
        }
        self.list.sort_by_key(|remark| std::cmp::Reverse(remark.what.verdict()));
        self.list
    }
}
