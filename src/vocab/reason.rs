//! Why something could not be inspected.

use serde::Serialize;

/// Why something could not be inspected. Written `uninspectable:NAME` in a policy; `uninspectable` names them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A switched protocol (101), whose bytes garim does not read.
    Upgrade,
    /// A body or file that is not text: an image, a document, an archive, an unknown format.
    Binary,
    /// It breaks its own syntax: a multipart body without an end, bad percent escapes, trailing bytes.
    Damaged,
    /// XML with a document type declaration, whose entities may say anything.
    Entities,
    /// A content coding that is unknown, broken, or expands beyond its ceiling.
    Coding,
    /// A charset garim does not read, or bytes that are not in the charset they claim.
    Charset,
    /// Beyond a limit of size or of number.
    TooLarge,
    /// A mask that garim wrote into a form control or a link has come back; forwarding it would overwrite the real value.
    MaskReturned,
    /// A field or a string of data that is nothing but stars as garim shows them to people has come: a script of the page has sent back
    /// what it read there.
    StarsReturned,
    /// A sealed reference that does not open: too old, of another session or site, cut, or made up.
    Reference,
    /// Encrypted or locked with a password.
    Encrypted,
    /// Wrapped by a rights management system, which alone opens it.
    Drm,
    /// Files within files, or structures within structures, beyond a limit.
    TooDeep,
    /// More entries than a limit allows.
    TooManyEntries,
    /// Entries of an archive that share their bytes: a bomb.
    Overlapping,
    /// It expands out of all proportion.
    Bomb,
    /// It could not be read within the time that is given to one file.
    OutOfTime,
    /// A picture, a sound or a film: what it shows is not read.
    Image,
    /// A PDF whose pages are pictures without text.
    ImageOnlyPdf,
    /// A PDF whose letters cannot be told from its fonts.
    UndecodableGlyphs,
    /// A format that is not known. It was searched as text.
    UnknownFormat,
    /// A known format with a part or a method that is not read.
    Unsupported,
    /// A piece of a file that is sent in pieces.
    Fragment,
    /// A value that the page itself has encrypted before it was sent.
    EncryptedField,
    /// The process in which it was opened came to its end.
    WorkerDied,
}

impl Reason {
    /// Every reason.
    pub const ALL: &'static [Reason] = &[
        Reason::Upgrade,
        Reason::Binary,
        Reason::Damaged,
        Reason::Entities,
        Reason::Coding,
        Reason::Charset,
        Reason::TooLarge,
        Reason::MaskReturned,
        Reason::StarsReturned,
        Reason::Reference,
        Reason::Encrypted,
        Reason::Drm,
        Reason::TooDeep,
        Reason::TooManyEntries,
        Reason::Overlapping,
        Reason::Bomb,
        Reason::OutOfTime,
        Reason::Image,
        Reason::ImageOnlyPdf,
        Reason::UndecodableGlyphs,
        Reason::UnknownFormat,
        Reason::Unsupported,
        Reason::Fragment,
        Reason::EncryptedField,
        Reason::WorkerDied,
    ];

    /// The name used after `uninspectable:` in policies, and in records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Reason::Upgrade => "upgrade",
            Reason::Binary => "binary",
            Reason::Damaged => "damaged",
            Reason::Entities => "entities",
            Reason::Coding => "coding",
            Reason::Charset => "charset",
            Reason::TooLarge => "too-large",
            Reason::MaskReturned => "mask-returned",
            Reason::StarsReturned => "stars-returned",
            Reason::Reference => "reference",
            Reason::Encrypted => "encrypted",
            Reason::Drm => "drm",
            Reason::TooDeep => "too-deep",
            Reason::TooManyEntries => "too-many-entries",
            Reason::Overlapping => "overlapping",
            Reason::Bomb => "bomb",
            Reason::OutOfTime => "out-of-time",
            Reason::Image => "image",
            Reason::ImageOnlyPdf => "image-only-pdf",
            Reason::UndecodableGlyphs => "undecodable-glyphs",
            Reason::UnknownFormat => "unknown-format",
            Reason::Unsupported => "unsupported",
            Reason::Fragment => "fragment",
            Reason::EncryptedField => "encrypted-field",
            Reason::WorkerDied => "worker-died",
        }
    }

    /// The full name, as a policy writes it.
    pub const fn full_name(self) -> &'static str {
        match self {
            Reason::Upgrade => "uninspectable:upgrade",
            Reason::Binary => "uninspectable:binary",
            Reason::Damaged => "uninspectable:damaged",
            Reason::Entities => "uninspectable:entities",
            Reason::Coding => "uninspectable:coding",
            Reason::Charset => "uninspectable:charset",
            Reason::TooLarge => "uninspectable:too-large",
            Reason::MaskReturned => "uninspectable:mask-returned",
            Reason::StarsReturned => "uninspectable:stars-returned",
            Reason::Reference => "uninspectable:reference",
            Reason::Encrypted => "uninspectable:encrypted",
            Reason::Drm => "uninspectable:drm",
            Reason::TooDeep => "uninspectable:too-deep",
            Reason::TooManyEntries => "uninspectable:too-many-entries",
            Reason::Overlapping => "uninspectable:overlapping",
            Reason::Bomb => "uninspectable:bomb",
            Reason::OutOfTime => "uninspectable:out-of-time",
            Reason::Image => "uninspectable:image",
            Reason::ImageOnlyPdf => "uninspectable:image-only-pdf",
            Reason::UndecodableGlyphs => "uninspectable:undecodable-glyphs",
            Reason::UnknownFormat => "uninspectable:unknown-format",
            Reason::Unsupported => "uninspectable:unsupported",
            Reason::Fragment => "uninspectable:fragment",
            Reason::EncryptedField => "uninspectable:encrypted-field",
            Reason::WorkerDied => "uninspectable:worker-died",
        }
    }

    /// In Korean, in a few words, for people.
    pub const fn korean(self) -> &'static str {
        match self {
            Reason::Upgrade => "읽을 수 없는 실시간 연결",
            Reason::Binary => "글이 아닌 파일",
            Reason::Damaged => "깨진 내용",
            Reason::Entities => "스스로 낱말을 정하는 XML",
            Reason::Coding => "풀 수 없는 압축",
            Reason::Charset => "읽을 수 없는 문자",
            Reason::TooLarge => "너무 크거나 많은 내용",
            Reason::MaskReturned => "되돌아온 가림 표시",
            Reason::StarsReturned => "값 대신 들어 있는 별표",
            Reason::Reference => "더는 열 수 없는 보호된 값",
            Reason::Encrypted => "암호가 걸린 파일",
            Reason::Drm => "DRM으로 잠긴 파일",
            Reason::TooDeep => "너무 여러 겹으로 묶인 파일",
            Reason::TooManyEntries => "너무 많은 항목",
            Reason::Overlapping => "항목이 겹친 압축 파일",
            Reason::Bomb => "끝없이 부풀어 오르는 압축 파일",
            Reason::OutOfTime => "읽는 데 너무 오래 걸리는 파일",
            Reason::Image => "그림·소리·영상",
            Reason::ImageOnlyPdf => "그림으로만 된 PDF",
            Reason::UndecodableGlyphs => "글자를 알 수 없는 PDF",
            Reason::UnknownFormat => "알 수 없는 형식의 파일",
            Reason::Unsupported => "읽을 수 없는 부분",
            Reason::Fragment => "나뉜 파일의 한 조각",
            Reason::EncryptedField => "암호화된 입력값",
            Reason::WorkerDied => "열지 못한 파일",
        }
    }

    /// In English, in a few words, for people.
    pub const fn english(self) -> &'static str {
        match self {
            Reason::Upgrade => "live connection that cannot be read",
            Reason::Binary => "file that is not text",
            Reason::Damaged => "damaged content",
            Reason::Entities => "XML that defines words of its own",
            Reason::Coding => "compression that cannot be undone",
            Reason::Charset => "characters that cannot be read",
            Reason::TooLarge => "too much content",
            Reason::MaskReturned => "hidden value that came back",
            Reason::StarsReturned => "stars in the place of a value",
            Reason::Reference => "protected value that can no longer be opened",
            Reason::Encrypted => "encrypted file or entry",
            Reason::Drm => "file locked by a rights management system",
            Reason::TooDeep => "files packed too deep",
            Reason::TooManyEntries => "too many entries",
            Reason::Overlapping => "archive with overlapping entries",
            Reason::Bomb => "archive that expands without measure",
            Reason::OutOfTime => "file that took too long to read",
            Reason::Image => "picture, sound or film",
            Reason::ImageOnlyPdf => "PDF of pictures",
            Reason::UndecodableGlyphs => "PDF whose letters cannot be read",
            Reason::UnknownFormat => "file of an unknown format",
            Reason::Unsupported => "part of a file that cannot be read",
            Reason::Fragment => "piece of a file",
            Reason::EncryptedField => "encrypted field",
            Reason::WorkerDied => "file that could not be opened",
        }
    }
}
