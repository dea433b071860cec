//! Annotations of a page, fields of forms among them (ISO 32000-2 sections 12.5 and 12.7).

use super::object::{Dict, Object};
use super::{Pdf, strings, texts};
use crate::extract::{Halt, Walk};
use crate::vocab::{Reason, Step};
use std::rc::Rc;

/// Fields within fields.
const MOST_PARENTS: usize = 32;

/// Reads the annotations of a page: their texts, and what they look like where that says anything else.
///
/// # Errors
/// The limits; the time.
pub(super) fn read(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, page: &Dict) -> Result<(), Halt> {
    let annotations = pdf.file.get(walk, page.get("Annots"))?;
    for (number, held) in (1..).zip(annotations.array()) {
        walk.tick()?;
        if let Object::Ref(number) = held
            && let Some(place) = pdf.file.place_of(*number)
            && !pdf.file.seen.insert(place)
        {
            continue;
        }
        let annotation = pdf.file.get(walk, held)?;
        let Some(dict) = annotation.dict() else { continue };
        let step = match dict.get("Subtype").name() {
            Some(b"Widget") => Step::FormField(field_name(pdf, walk, dict)?),
            _ => Step::Comment(number),
        };
        walk.within(step, |walk| {
            let said = texts::read(pdf, walk, dict)?;
            appearance(pdf, walk, dict, &said)
        })?;
    }
    Ok(())
}

/// The full name of a field: those of its parents before its own (section 12.7.4.2).
///
/// # Errors
/// The limits; the time.
pub(super) fn field_name(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, dict: &Rc<Dict>) -> Result<String, Halt> {
    let (mut names, mut field) = (Vec::new(), Object::Dict(Rc::clone(dict)));
    for _ in 0..MOST_PARENTS {
        let name = pdf.file.get(walk, field.get("T"))?;
        names.extend(name.string().map(strings::text));
        field = pdf.file.get(walk, &field.get("Parent").clone())?;
        if field == Object::Null {
            break;
        }
    }
    names.reverse();
    Ok(names.join("."))
}

/// What it looks like: normally, under the pointer and pressed, in each of its states. What `said` holds already is not said
/// again.
fn appearance(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, dict: &Dict, said: &str) -> Result<(), Halt> {
    let looks = pdf.file.get(walk, dict.get("AP"))?;
    let said = squeezed(said);
    for key in ["N", "R", "D"] {
        let held = looks.get(key).clone();
        let states = match pdf.file.get(walk, &held)? {
            Object::Dict(states) => states.entries.iter().map(|(_, state)| state.clone()).collect(),
            _ => vec![held],
        };
        for state in states {
            let object = pdf.file.get(walk, &state)?;
            if let Object::Ref(number) = state
                && let Some(place) = pdf.file.place_of(number)
                && !pdf.file.seen.insert(place)
            {
                continue;
            }
            pdf.reader.begin();
            let done = pdf.reader.draw(&mut pdf.file, walk, &object, &Object::Null);
            walk.note(done)?;
            let lines = pdf.reader.layout.lines().join("\n");
            if !said.contains(&squeezed(&lines)) {
                walk.say(&lines)?;
            }
            if pdf.reader.seen.is_unknown() {
                walk.unreadable(Reason::UndecodableGlyphs);
            }
            pdf.reader.give(walk)?;
        }
    }
    Ok(())
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|char| !char.is_whitespace()).collect()
}
