//! The heads of messages as they are written. The nouns of the house do not know how they travel; the mirrors here are
//! checked against them by the compiler.

use super::{Answer, Broken, Found, Job, Masking, NAME, OwnPattern, Refusal, STEPS, Start, VALUE};
use crate::extract::Limits;
use crate::vocab::{Confidence, Day, FileType, Keep, Kind, Own, Reason, Secret, Shown, Step};
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Serialize, Deserialize)]
#[serde(remote = "Day")]
struct DayAs {
    year: u16,
    month: u8,
    day: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Limits")]
struct LimitsAs {
    unpacked_bytes: u64,
    part_bytes: u64,
    ratio: u64,
    entries: u32,
    depth: u32,
    nesting: u32,
    cells: u32,
    pages: u32,
    text_bytes: u64,
    window_bytes: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Keep")]
enum KeepAs {
    Nothing,
    First(u8),
    Last(u8),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Shown")]
enum ShownAs {
    Plainly,
    Hidden,
    VeryHidden,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Step")]
enum StepAs {
    File(String),
    Sheet(u32, String, #[serde(with = "ShownAs")] Shown),
    Cell(u32, u32),
    HiddenCell(u32, u32),
    Page(u32),
    Slide(u32, #[serde(with = "ShownAs")] Shown),
    SpeakerNotes(u32),
    Paragraph(u32),
    Section(u32),
    Note(u32),
    Comment(u32),
    Table(u32),
    Header,
    Footer,
    TextBox,
    Deleted,
    HiddenText,
    Formula,
    DefinedName(String),
    ValidationList,
    UnusedStrings,
    Chart,
    PivotCache,
    LinkCache,
    Properties,
    AltText,
    Preview,
    Script,
    FormField(String),
    Link,
    Revision(u32),
    MessageHead(String),
    MessageText,
    PictureData,
    EntryName,
    Part(String),
    Content,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct OneStep(#[serde(with = "StepAs")] Step);

/// A way within the bounds.
pub(super) fn bounded(mut steps: Vec<Step>) -> Vec<Step> {
    steps.truncate(STEPS);
    steps.iter_mut().filter_map(Step::name_mut).for_each(|name| cut(name, NAME));
    steps
}

/// Cuts a text to so many bytes at most, between characters.
pub(super) fn cut(text: &mut String, most: usize) {
    text.truncate(text.floor_char_boundary(most));
}

fn written(steps: &[Step]) -> Vec<OneStep> {
    steps.iter().cloned().map(OneStep).collect()
}

fn read_steps(steps: Vec<OneStep>) -> Result<Vec<Step>, Broken> {
    if steps.len() > STEPS {
        return Err(Broken::Bound);
    }
    let mut steps: Vec<Step> = steps.into_iter().map(|OneStep(step)| step).collect();
    if steps.iter_mut().filter_map(Step::name_mut).any(|name| name.len() > NAME) {
        Err(Broken::Bound)
    } else {
        Ok(steps)
    }
}

fn confidence(name: &str) -> Result<Confidence, Broken> {
    Confidence::ALL.iter().copied().find(|confidence| confidence.name() == name).ok_or(Broken::Unknown)
}

/// An own kind, whole: a name alone may mean several.
#[derive(Serialize, Deserialize)]
pub(super) struct OwnHead {
    name: String,
    #[serde(with = "KeepAs")]
    keep: Keep,
    together: bool,
}

impl OwnHead {
    fn of(own: Own) -> OwnHead {
        OwnHead { name: own.name().to_owned(), keep: own.keep(), together: own.is_together() }
    }

    fn is(&self, own: Own) -> bool {
        own.name() == self.name && own.keep() == self.keep && own.is_together() == self.together
    }
}

#[derive(Serialize, Deserialize)]
pub(super) enum KindHead {
    Known(String),
    Own(OwnHead),
}

impl KindHead {
    fn of(kind: Kind) -> KindHead {
        match kind {
            Kind::Own(own) => KindHead::Own(OwnHead::of(own)),
            kind => KindHead::Known(kind.name().to_owned()),
        }
    }

    /// Only a kind that is known already: a worker makes none.
    fn read(&self) -> Result<Kind, Broken> {
        match self {
            KindHead::Known(name) => Kind::ALL.iter().copied().find(|kind| kind.name() == name),
            KindHead::Own(head) => Own::all().find(|own| head.is(*own)).map(Kind::Own),
        }
        .ok_or(Broken::Unknown)
    }
}

#[derive(Serialize, Deserialize)]
struct PatternHead {
    own: OwnHead,
    pattern: String,
    context: Vec<String>,
    confidence: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StartHead {
    #[serde(with = "DayAs")]
    today: Day,
    hosts: Vec<String>,
    patterns: Vec<PatternHead>,
}

impl StartHead {
    pub(super) fn of(start: &Start) -> StartHead {
        let patterns = start.patterns.iter().map(|one| PatternHead {
            own: OwnHead::of(one.own),
            pattern: one.pattern.clone(),
            context: one.context.clone(),
            confidence: one.confidence.name().to_owned(),
        });
        StartHead { today: start.today, hosts: start.hosts.clone(), patterns: patterns.collect() }
    }

    pub(super) fn read(self) -> Result<Start, Broken> {
        let StartHead { today, hosts, patterns } = self;
        let patterns = patterns.into_iter().map(|head| {
            let PatternHead { own: OwnHead { name, keep, together }, pattern, context, confidence: tier } = head;
            let own = Own::of(&name, keep, together).ok_or(Broken::OwnKinds)?;
            Ok(OwnPattern { own, pattern, context, confidence: confidence(&tier)? })
        });
        Ok(Start { today, hosts, patterns: patterns.collect::<Result<_, Broken>>()? })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct JobHead {
    name: String,
    #[serde(with = "LimitsAs")]
    limits: Limits,
    length: u64,
    soft: Duration,
}

impl JobHead {
    pub(super) fn of(job: &Job, soft: Duration) -> JobHead {
        let mut name = job.name.clone();
        cut(&mut name, NAME);
        JobHead { name, limits: job.limits, length: job.length, soft }
    }

    pub(super) fn read(self) -> (Job, Duration) {
        let JobHead { name, limits, length, soft } = self;
        (Job { name, limits, length }, soft)
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct FoundHead {
    kind: KindHead,
    confidence: String,
    steps: Vec<OneStep>,
    line: u32,
    masked: String,
}

impl FoundHead {
    pub(super) fn of(found: &Found) -> FoundHead {
        let Found { kind, confidence, steps, line, masked, value: _ } = found;
        let confidence = confidence.name().to_owned();
        FoundHead { kind: KindHead::of(*kind), confidence, steps: written(steps), line: *line, masked: masked.clone() }
    }

    pub(super) fn read(self, value: &[u8]) -> Result<Found, Broken> {
        let FoundHead { kind, confidence: tier, steps, line, masked } = self;
        if masked.len() > NAME || value.len() > VALUE {
            return Err(Broken::Bound);
        }
        let (kind, confidence, steps) = (kind.read()?, confidence(&tier)?, read_steps(steps)?);
        Ok(Found { kind, confidence, steps, line, masked, value: Secret::new(value) })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct UnreadableHead {
    steps: Vec<OneStep>,
    reason: String,
}

impl UnreadableHead {
    pub(super) fn of(steps: &[Step], reason: Reason) -> UnreadableHead {
        UnreadableHead { steps: written(steps), reason: reason.name().to_owned() }
    }

    pub(super) fn read(self) -> Result<Answer, Broken> {
        Ok(Answer::Unreadable { steps: read_steps(self.steps)?, reason: reason(&self.reason)? })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct TypedHead {
    steps: Vec<OneStep>,
    file_type: String,
}

impl TypedHead {
    pub(super) fn of(steps: &[Step], file_type: FileType) -> TypedHead {
        TypedHead { steps: written(steps), file_type: file_type.name().to_owned() }
    }

    pub(super) fn read(self) -> Result<Answer, Broken> {
        let file_type = FileType::ALL.iter().copied().find(|file_type| file_type.name() == self.file_type);
        Ok(Answer::Typed { steps: read_steps(self.steps)?, file_type: file_type.ok_or(Broken::Unknown)? })
    }
}

fn reason(name: &str) -> Result<Reason, Broken> {
    Reason::ALL.iter().copied().find(|reason| reason.name() == name).ok_or(Broken::Unknown)
}

#[derive(Serialize, Deserialize)]
pub(super) struct MaskingHead {
    job: JobHead,
    wanted: Vec<(KindHead, String)>,
    /// The lengths of the values that stand behind.
    spared: Vec<usize>,
}

impl MaskingHead {
    pub(super) fn of(masking: &Masking, soft: Duration) -> MaskingHead {
        let wanted = masking.wanted.iter().map(|(kind, tier)| (KindHead::of(*kind), tier.name().to_owned()));
        let spared = masking.spared.iter().map(|value| value.expose().len());
        MaskingHead { job: JobHead::of(&masking.job, soft), wanted: wanted.collect(), spared: spared.collect() }
    }

    pub(super) fn read(self, mut values: &[u8]) -> Result<(Masking, Duration), Broken> {
        let MaskingHead { job, wanted, spared } = self;
        let (job, soft) = job.read();
        let wanted = wanted.iter().map(|(kind, tier)| Ok((kind.read()?, confidence(tier)?)));
        let wanted = wanted.collect::<Result<_, Broken>>()?;
        let spared = spared.into_iter().map(|length| {
            let (value, rest) = values.split_at_checked(length).ok_or(Broken::Bound)?;
            values = rest;
            Ok(Secret::new(value))
        });
        let spared = spared.collect::<Result<_, Broken>>()?;
        if values.is_empty() { Ok((Masking { job, wanted, spared }, soft)) } else { Err(Broken::Bound) }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) enum RefusalHead {
    NotADocument,
    Signed,
    Encrypted,
    Container,
    Part,
    Left(Vec<OneStep>),
    Unread(String),
}

impl RefusalHead {
    pub(super) fn of(refusal: &Refusal) -> RefusalHead {
        match refusal {
            Refusal::NotADocument => RefusalHead::NotADocument,
            Refusal::Signed => RefusalHead::Signed,
            Refusal::Encrypted => RefusalHead::Encrypted,
            Refusal::Container => RefusalHead::Container,
            Refusal::Part => RefusalHead::Part,
            Refusal::Left(steps) => RefusalHead::Left(written(steps)),
            Refusal::Unread(reason) => RefusalHead::Unread(reason.name().to_owned()),
        }
    }

    pub(super) fn read(self) -> Result<Refusal, Broken> {
        Ok(match self {
            RefusalHead::NotADocument => Refusal::NotADocument,
            RefusalHead::Signed => Refusal::Signed,
            RefusalHead::Encrypted => Refusal::Encrypted,
            RefusalHead::Container => Refusal::Container,
            RefusalHead::Part => Refusal::Part,
            RefusalHead::Left(steps) => Refusal::Left(read_steps(steps)?),
            RefusalHead::Unread(name) => Refusal::Unread(reason(&name)?),
        })
    }
}
