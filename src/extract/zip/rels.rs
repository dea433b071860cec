//! Relationships between parts of a package (OPC part 2, section 6.5).

use super::package::Package;
use super::xml::{Token, Xml, decode};
use crate::extract::{Halt, Walk};
use crate::vocab::Step;

/// One relationship.
pub(super) struct Rel {
    pub(super) id: String,
    /// The last word of its type: `comments`, `chart`.
    pub(super) kind: String,
    /// The part it leads to; nothing for what is outside.
    pub(super) part: String,
}

/// The relationships of a part; addresses outside are said as links.
///
/// # Errors
/// [`Halt::Whole`] only.
pub(super) fn of(part: &str, package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<Vec<Rel>, Halt> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let slash = if folder.is_empty() { "" } else { "/" };
    let Some(bytes) = package.take(&format!("{folder}{slash}_rels/{file}.rels"), walk)? else {
        return Ok(Vec::new());
    };
    let (mut found, mut links) = (Vec::new(), Vec::new());
    let done = parse(folder, &decode(&bytes).0, walk, &mut found, &mut links);
    walk.note(done)?;
    for link in links {
        walk.within(Step::Link, |walk| walk.say(&link))?;
    }
    Ok(found)
}

fn parse(folder: &str, text: &str, walk: &Walk<'_>, found: &mut Vec<Rel>, links: &mut Vec<String>) -> Result<(), Halt> {
    let mut xml = Xml::new(text);
    while let Some(token) = xml.next(walk)? {
        match token {
            Token::Open(tag) if tag.local() == "Relationship" => {
                let target = tag.get("Target").unwrap_or_default();
                let kind = tag.get("Type").unwrap_or_default();
                let kind = kind.rsplit_once('/').map_or(&*kind, |(_, kind)| kind).to_owned();
                let id = tag.get("Id").unwrap_or_default().into_owned();
                if tag.get("TargetMode").is_some_and(|mode| mode == "External") {
                    links.push(target.into_owned());
                } else {
                    found.push(Rel { id, kind, part: resolved(folder, &target) });
                }
            }
            Token::Text(text) | Token::Aside(text) if !text.trim().is_empty() => links.push(text.into_owned()),
            _ => {}
        }
    }
    Ok(())
}

/// A target from where its source stands.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.split_once('#').map_or(target, |(path, _)| path);
    let from = if target.starts_with('/') { "" } else { folder };
    let mut way: Vec<&str> = Vec::new();
    for piece in from.split('/').chain(target.split('/')) {
        match piece {
            "" | "." => {}
            ".." => {
                way.pop();
            }
            piece => way.push(piece),
        }
    }
    way.join("/")
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn targets_are_found_from_their_source() {
        assert_eq!(resolved("xl/worksheets", "../comments1.xml"), "xl/comments1.xml");
        assert_eq!(resolved("word", "/word/media/a.png"), "word/media/a.png");
        assert_eq!(resolved("a", "../../../b"), "b");
    }
}
