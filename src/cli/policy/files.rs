//! Files that are tried out: as attachments of a form, or as what the site answers.

use super::form::{self, Field};
use super::request::Asked;
use crate::cli::detect::input::Type;
use crate::extract;
use std::path::Path;

/// The name of the form's field in which a file is attached.
const FIELD: &str = "file";

/// A file's own name.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The type that a browser would say, by the name.
pub(super) fn media_type(path: &Path) -> Option<String> {
    let bytes = Type::content_type(Some(Type::of_name(path)?), None)?;
    String::from_utf8(bytes).ok()
}

/// Puts fields, and a file if there is one, into a request as its form.
pub(super) fn post(asked: &mut Asked, fields: &[Field], file: Option<(&Path, Vec<u8>)>) {
    if fields.is_empty() && file.is_none() {
        return;
    }
    let Some((path, value)) = file else {
        asked.default_field("Content-Type", "application/x-www-form-urlencoded");
        asked.body = form::urlencoded(fields);
        return;
    };
    let mut fields = fields.to_vec();
    fields.push(Field { file: Some((name(path), media_type(path))), ..Field::text(FIELD, value) });
    let (media_type, body) = form::multipart(&fields);
    asked.default_field("Content-Type", media_type);
    asked.body = body;
}

/// The type under which a site would answer with a file: by its bytes, and by its name where they are text.
pub(super) fn answered(path: &Path, bytes: &[u8]) -> String {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let picture: [(&[u8], &str); 4] =
        [(b"\x89PNG", "image/png"), (b"\xFF\xD8\xFF", "image/jpeg"), (b"GIF8", "image/gif"), (b"BM", "image/bmp")];
    if let Some((_, media_type)) =
        picture.iter().find(|(mark, _)| head.starts_with(mark) && memchr::memchr(0, head).is_some())
    {
        return (*media_type).to_owned();
    }
    if extract::is_known(bytes) || memchr::memchr(0, head).is_some() {
        return "application/octet-stream".to_owned();
    }
    if let Some(media_type) = media_type(path) {
        return media_type;
    }
    match head.trim_ascii_start().first() {
        Some(b'<') => "text/html",
        Some(b'{' | b'[') => "application/json",
        _ => "text/plain",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_names_tell_the_type() {
        let said = |name: &str, bytes: &[u8]| answered(Path::new(name), bytes);
        assert_eq!(said("a", b"  <p>"), "text/html");
        assert_eq!(said("a.csv", b"1,2"), "text/csv");
        assert_eq!(said("a", b"[1]"), "application/json");
        assert_eq!(said("a.txt", b"PK\x03\x04"), "application/octet-stream");
        assert_eq!(said("a.txt", b"\x89PNG\0"), "image/png");
    }

    #[test]
    fn a_form_has_a_file_only_if_there_is_one() {
        let mut asked = Asked::default();
        post(&mut asked, &[], None);
        assert!(asked.body.is_empty() && asked.fields.is_empty());
        post(&mut asked, &[Field::text("a", "b")], None);
        assert_eq!(asked.body, b"a=b");
        let mut asked = Asked::default();
        post(&mut asked, &[], Some((Path::new("/x/a.csv"), b"1".to_vec())));
        assert!(String::from_utf8_lossy(&asked.body).contains("filename=\"a.csv\"\r\nContent-Type: text/csv"));
    }
}
