//! What is read: files and standard input, and what their names tell of their syntax.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// One thing that is read.
#[derive(Debug)]
pub(super) enum Input {
    Stdin,
    File(PathBuf),
}

impl Input {
    /// What the arguments name; standard input if they name nothing.
    pub fn all(files: &[PathBuf]) -> Vec<Input> {
        let of = |path: &PathBuf| if path.as_os_str() == "-" { Input::Stdin } else { Input::File(path.clone()) };
        if files.is_empty() { vec![Input::Stdin] } else { files.iter().map(of).collect() }
    }

    /// How it is called in what is told of it.
    pub fn name(&self) -> String {
        self.path().map_or_else(|| "-".to_owned(), |path| path.display().to_string())
    }

    pub fn path(&self) -> Option<&Path> {
        if let Input::File(path) = self { Some(path) } else { None }
    }

    /// Its bytes, and how many there will be, if that is known.
    pub fn open(&self) -> io::Result<(Box<dyn Read>, Option<u64>)> {
        let Input::File(path) = self else { return Ok((Box::new(io::stdin().lock()), None)) };
        let file = File::open(path)?;
        let data = file.metadata()?;
        if data.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok((Box::new(file), data.is_file().then_some(data.len())))
    }
}

/// A syntax that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Type {
    Html,
    Json,
    Xml,
    Csv,
    Text,
    Script,
    Form,
}

/// The names of the types, their media types, and the endings of files that hold them.
const TYPES: &[(Type, &str, &str, &[&str])] = &[
    (Type::Html, "html", "text/html", &["html", "htm", "xhtml", "jsp", "asp", "aspx", "php", "do"]),
    (Type::Json, "json", "application/json", &["json", "ndjson", "jsonl"]),
    (Type::Xml, "xml", "application/xml", &["xml", "rss", "atom", "svg", "xsl"]),
    (Type::Csv, "csv", "text/csv", &["csv"]),
    (Type::Text, "text", "text/plain", &["txt", "text", "log", "md", "tsv", "sql"]),
    (Type::Script, "script", "text/javascript", &["js", "mjs", "css"]),
    (Type::Form, "form", "application/x-www-form-urlencoded", &[]),
];

impl Type {
    /// The type of that name.
    pub fn parse(name: &str) -> Result<Type, String> {
        let found = TYPES.iter().find(|(_, known, ..)| *known == name).map(|(kind, ..)| *kind);
        found.ok_or_else(|| "expected html, json, xml, csv, text, script or form".to_owned())
    }

    /// The type that a file's name promises.
    pub fn of_name(path: &Path) -> Option<Type> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        TYPES.iter().find(|(.., endings)| endings.contains(&ending.as_str())).map(|(kind, ..)| *kind)
    }

    /// The `Content-Type` that says so; without a type one that leaves it to be looked at.
    pub fn content_type(kind: Option<Type>, charset: Option<&str>) -> Option<Vec<u8>> {
        let known = TYPES.iter().find(|(known, ..)| Some(*known) == kind).map(|(_, _, media_type, _)| *media_type);
        let media_type = known.or_else(|| charset.map(|_| "application/octet-stream"))?;
        let charset = charset.map(|charset| format!("; charset={charset}")).unwrap_or_default();
        Some(format!("{media_type}{charset}").into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_a_word_tells_the_type() {
        assert_eq!(Type::of_name(Path::new("/a/게시판.HTML")), Some(Type::Html));
        assert_eq!(Type::of_name(Path::new("list.csv")), Some(Type::Csv));
        assert_eq!(Type::of_name(Path::new("photo.png")), None);
        assert_eq!(Type::of_name(Path::new("csv")), None);
        assert_eq!(Type::parse("xml"), Ok(Type::Xml));
        assert!(Type::parse("pdf").is_err());
    }

    #[test]
    fn the_content_type_says_what_is_known() {
        let said = |kind, charset| Type::content_type(kind, charset).map(|said| String::from_utf8(said).unwrap());
        assert_eq!(said(Some(Type::Html), Some("euc-kr")).as_deref(), Some("text/html; charset=euc-kr"));
        assert_eq!(said(None, Some("euc-kr")).as_deref(), Some("application/octet-stream; charset=euc-kr"));
        assert_eq!(said(None, None), None);
    }
}
