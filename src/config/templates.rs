//! Pages of a site's own: HTML with places that garim fills in, each written `{{name}}`.

use super::names::nearest;
use super::reader::Value;
use super::{expected, words};
use std::sync::Arc;

/// The longest template, in bytes.
const LONGEST: u64 = 256 << 10;
/// The most places in one.
const MOST: usize = 100;

/// Something that garim fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// What has happened, in a few words.
    Title,
    /// What has become of the site's data.
    Stored,
    /// Why.
    Why,
    /// What the reader can do.
    Steps,
    /// What was found, masked.
    Found,
    /// The buttons, the receipt, or what else is asked.
    Form,
    /// The writer's own text, masked; in a banner what it says.
    Text,
    /// The office's duty.
    Duty,
    /// Whom to ask.
    Contact,
    /// The reference number.
    Id,
    /// The time.
    Time,
    /// The language of the words, `ko` or `en`.
    Language,
    /// The charset of the page.
    Charset,
}

impl Slot {
    /// All of them by their names.
    const ALL: &'static [(&'static str, Slot)] = &[
        ("title", Slot::Title),
        ("stored", Slot::Stored),
        ("why", Slot::Why),
        ("steps", Slot::Steps),
        ("found", Slot::Found),
        ("form", Slot::Form),
        ("text", Slot::Text),
        ("duty", Slot::Duty),
        ("contact", Slot::Contact),
        ("id", Slot::Id),
        ("time", Slot::Time),
        ("language", Slot::Language),
        ("charset", Slot::Charset),
    ];

    /// Those of a banner.
    const OF_BANNER: &'static [(&'static str, Slot)] = &[("text", Slot::Text)];

    /// Whether what it stands for can be long, so that it stands there once at most.
    const fn is_long(self) -> bool {
        matches!(self, Slot::Found | Slot::Form | Slot::Text)
    }
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The site's own HTML.
    Html(String),
    /// What garim fills in.
    Slot(Slot),
}

/// A page of the site's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TemplateError {
    #[error("line {line} has {{{{ without }}}}")]
    Open { line: usize },
    #[error("line {line} has {{{{{name}}}}}, which is none of its places")]
    Unknown { line: usize, name: String, near: Option<&'static str> },
    #[error("{{{{{name}}}}} stands there twice")]
    Twice { name: &'static str },
    #[error("there are more than {MOST} places")]
    TooMany,
    #[error("{{{{form}}}} is missing")]
    NoForm,
}

impl Template {
    /// Its pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    fn parse(text: &str, slots: &'static [(&'static str, Slot)]) -> Result<Template, TemplateError> {
        let (mut pieces, mut rest, mut line) = (Vec::new(), text, 1_usize);
        let lines = |text: &str| text.matches('\n').count();
        while let Some((html, tail)) = rest.split_once("{{") {
            line = line.saturating_add(lines(html));
            let (name, after) = tail.split_once("}}").ok_or(TemplateError::Open { line })?;
            let known = slots.iter().find(|(known, _)| *known == name.trim());
            let Some((name, slot)) = known else {
                let near = nearest(name.trim(), slots.iter().map(|(name, _)| *name));
                let name: String = name.trim().chars().take(40).collect();
                return Err(TemplateError::Unknown { line, name, near });
            };
            if slot.is_long() && pieces.contains(&Piece::Slot(*slot)) {
                return Err(TemplateError::Twice { name });
            }
            if pieces.len() >= 2 * MOST {
                return Err(TemplateError::TooMany);
            }
            pieces.extend([Piece::Html(html.to_owned()), Piece::Slot(*slot)]);
            rest = after;
        }
        pieces.push(Piece::Html(rest.to_owned()));
        Ok(Template(pieces))
    }
}

/// For what a page of the site's own may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageOf {
    /// What is refused.
    Block,
    /// A question before something is posted.
    Warn,
    /// A post that waits for approval, and what becomes of it.
    Hold,
    /// A question before something is shown.
    AskReason,
    /// What went wrong, or is gone.
    Error,
}

/// The pages of a site's own; without one garim's is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Templates {
    /// For what is refused.
    pub block: Option<Arc<Template>>,
    /// For a question before something is posted.
    pub warn: Option<Arc<Template>>,
    /// For a post that waits for approval.
    pub hold: Option<Arc<Template>>,
    /// For a question before something is shown.
    pub ask_reason: Option<Arc<Template>>,
    /// For what went wrong, or is gone.
    pub error: Option<Arc<Template>>,
}

impl Templates {
    /// The site's own page for something.
    pub fn page(&self, of: PageOf) -> Option<&Template> {
        let own = match of {
            PageOf::Block => &self.block,
            PageOf::Warn => &self.warn,
            PageOf::Hold => &self.hold,
            PageOf::AskReason => &self.ask_reason,
            PageOf::Error => &self.error,
        };
        own.as_deref()
    }
}

/// The template in the file that a value names; `form` says whether it has to have a place for the buttons.
pub(super) fn page(value: &Value<'_>, form: bool) -> Option<Arc<Template>> {
    let template = read(value, Slot::ALL)?;
    if form && !template.0.contains(&Piece::Slot(Slot::Form)) {
        return wrong(value, &TemplateError::NoForm);
    }
    Some(Arc::new(template))
}

/// The same of a banner.
pub(super) fn banner(value: &Value<'_>) -> Option<Arc<Template>> {
    read(value, Slot::OF_BANNER).map(Arc::new)
}

fn read(value: &Value<'_>, slots: &'static [(&'static str, Slot)]) -> Option<Template> {
    if !value.book.looks_at_files() {
        value.path(expected::FILE)?;
        return None;
    }
    let text = value.text_of_file(LONGEST)?;
    if text.to_ascii_lowercase().contains("<script") && slots.len() > 1 {
        value.book.doubtful(&value.span, words::script_in_template());
    }
    match Template::parse(&text, slots) {
        Ok(template) => Some(template),
        Err(error) => wrong(value, &error),
    }
}

fn wrong<T>(value: &Value<'_>, error: &TemplateError) -> Option<T> {
    let (english, korean) = (error.to_string(), korean(error));
    let near = if let TemplateError::Unknown { near, .. } = error { *near } else { None };
    value.wrong(words::wrong_template(&english, &korean, near));
    None
}

fn korean(error: &TemplateError) -> String {
    match error {
        TemplateError::Open { line } => format!("{line}째 줄의 {{{{가 }}}}로 닫히지 않았습니다"),
        TemplateError::Unknown { line, name, .. } => format!("{line}째 줄의 {{{{{name}}}}}은(는) 없는 자리입니다"),
        TemplateError::Twice { name } => format!("{{{{{name}}}}}이(가) 두 번 있습니다"),
        TemplateError::TooMany => format!("자리가 {MOST}개를 넘습니다"),
        TemplateError::NoForm => "단추가 들어갈 {{form}} 자리가 없습니다".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Template, TemplateError> {
        Template::parse(text, Slot::ALL)
    }

    #[test]
    fn places_are_read_and_all_else_stays() {
        let template = parse("<style>a{b:c}</style>{{ title }}<p>{{why}}{x}").expect("a template");
        let html = |text: &str| Piece::Html(text.to_owned());
        let pieces =
            [html("<style>a{b:c}</style>"), Piece::Slot(Slot::Title), html("<p>"), Piece::Slot(Slot::Why), html("{x}")];
        assert_eq!(template.pieces(), pieces);
        assert_eq!(parse("").expect("an empty one").pieces(), [html("")]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let unknown = |line, name: &str, near| Err(TemplateError::Unknown { line, name: name.into(), near });
        assert_eq!(parse("a\nb {{titel}}"), unknown(2, "titel", Some("title")));
        assert_eq!(parse("{{title}}\n\n{{#if x}}"), unknown(3, "#if x", None));
        assert_eq!(parse("a\n{{title"), Err(TemplateError::Open { line: 2 }));
        assert_eq!(parse("{{text}}{{text}}"), Err(TemplateError::Twice { name: "text" }));
        assert_eq!(parse(&"{{id}}".repeat(MOST + 1)), Err(TemplateError::TooMany));
        assert!(parse(&"{{id}}".repeat(MOST)).is_ok());
        assert!(Template::parse("{{text}}", Slot::OF_BANNER).is_ok());
        assert_eq!(Template::parse("{{form}}", Slot::OF_BANNER), unknown(1, "form", None));
        let told = parse("{{titel}}").expect_err("unknown").to_string();
        assert_eq!(told, "line 1 has {{titel}}, which is none of its places");
    }
}
