//! Parts that are left out are spoken of nowhere any more.

use super::joined::Changes;
use super::tokens::{Tag, Token, Tokens};
use crate::extract::zip::xml::root;
use crate::extract::{Halt, Walk};
use std::collections::HashSet;

/// Whether a part says which parts there are: types, relationships, manifests.
pub(super) fn speaks_of_parts(name: &str) -> bool {
    name.ends_with(".rels")
        || name.ends_with("content.xml")
        || ["[content_types].xml", "meta-inf/manifest.xml", "meta-inf/container.xml", "contents/content.hpf"]
            .contains(&name)
}

/// A part without the elements that speak of these others; `None` if it has none.
///
/// # Errors
/// [`Halt::Part`] for XML that is wrong; the time.
pub(super) fn without(source: &str, gone: &[String], walk: &Walk<'_>) -> Result<Option<String>, Halt> {
    let (mut tokens, mut changes) = (Tokens::new(source), Changes::default());
    // Where an element begins that goes, and how deep in it this is.
    let mut open: Option<(usize, u32)> = None;
    while let Some(token) = tokens.next(walk)? {
        match (token, &mut open) {
            (Token::Open(tag), None) if speaks_of(&tag, gone) => {
                if tag.both {
                    changes.put(tag.at, "");
                } else {
                    open = Some((tag.at.start, 0));
                }
            }
            (Token::Open(tag), Some((_, depth))) if !tag.both => *depth = depth.saturating_add(1),
            (Token::Close(end), Some((start, depth))) => match depth.checked_sub(1) {
                Some(less) => *depth = less,
                None => {
                    changes.put(*start..end, "");
                    open = None;
                }
            },
            _ => {}
        }
    }
    Ok((!changes.is_empty()).then(|| changes.applied(source)))
}

fn speaks_of(tag: &Tag<'_>, gone: &[String]) -> bool {
    let value = |key: &str| tag.value(key).map(|value| value.trim_start_matches(['.', '/']).to_lowercase());
    let named = ["PartName", "full-path", "href"].iter().filter_map(|key| value(key));
    // A target is said from where its source stands.
    let is_target = |target: &String| {
        let before = |name: &String| name.strip_suffix(target.as_str()).map(str::to_owned);
        let is_whole = |before: String| before.is_empty() || before.ends_with('/');
        !target.is_empty() && gone.iter().filter_map(before).any(is_whole)
    };
    named.into_iter().any(|name| gone.contains(&name)) || value("Target").is_some_and(|target| is_target(&target))
}

/// How many sheets have a name that another has too: an application that finds two says that the file is damaged.
pub(super) fn same_names(source: &str, walk: &Walk<'_>) -> usize {
    if !matches!(root(source).as_deref(), Some("workbook" | "table" | "document-content")) {
        return 0;
    }
    let (mut tokens, mut names, mut same) = (Tokens::new(source), HashSet::new(), 0_usize);
    while let Ok(Some(token)) = tokens.next(walk) {
        let Token::Open(tag) = token else { continue };
        let name = ["sheet", "table", "tableColumn"].contains(&tag.name).then(|| tag.value("name")).flatten();
        if name.is_some_and(|name| !names.insert((tag.name, name.to_lowercase()))) {
            same = same.saturating_add(1);
        }
    }
    same
}
