//! What curl would send, from the words it would be given (curl(1)). Only what bears on a request is read; words about the
//! connection or the output are passed over.

use super::form::{self, Field};
use super::request::Asked;
use base64::Engine;
use std::path::Path;

/// Words without a value that change nothing here.
const SILENT: &[&str] = &[
    "-s",
    "-S",
    "-k",
    "-L",
    "-i",
    "-v",
    "-f",
    "-N",
    "-#",
    "--silent",
    "--show-error",
    "--insecure",
    "--location",
    "--include",
    "--verbose",
    "--fail",
    "--compressed",
    "--http1.1",
    "--http2",
    "--globoff",
    "-g",
    "--no-buffer",
    "--path-as-is",
];
/// The same with one.
const SILENT_VALUES: &[&str] = &[
    "-o",
    "--output",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--cacert",
    "--resolve",
    "-x",
    "--proxy",
    "-w",
    "--write-out",
    "-c",
    "--cookie-jar",
];
/// Those that bear on the request, all with a value.
const TAKEN: &[&str] = &[
    "--url",
    "-X",
    "--request",
    "-H",
    "--header",
    "-A",
    "--user-agent",
    "-e",
    "--referer",
    "-u",
    "--user",
    "-b",
    "--cookie",
    "-d",
    "--data",
    "--data-ascii",
    "--data-binary",
    "--data-raw",
    "--data-urlencode",
    "--json",
    "-F",
    "--form",
    "--form-string",
];
/// Words of one letter whose value may follow it at once.
const SHORT: &str = "XHdFbuAeomxwc";

/// What has been said so far.
#[derive(Default)]
struct Said {
    asked: Asked,
    data: Vec<Vec<u8>>,
    form: Vec<Field>,
    cookies: Vec<String>,
    get: bool,
    head: bool,
    json: bool,
}

/// Builds the request.
///
/// # Errors
/// Which word is not known or which file cannot be read, in words.
pub(super) fn read(words: &[String]) -> Result<Asked, String> {
    let mut said = Said::default();
    let mut words = words.iter().map(String::as_str).peekable();
    words.next_if_eq(&"curl");
    while let Some(word) = words.next() {
        let (option, joined) = parted(word);
        let mut value = || {
            let value = joined.map(str::to_owned).or_else(|| words.next().map(str::to_owned));
            value.ok_or_else(|| format!("curl: {option} needs a value / 값이 필요합니다"))
        };
        match option {
            _ if SILENT.contains(&option) => {}
            _ if SILENT_VALUES.contains(&option) => drop(value()?),
            _ if !option.starts_with('-') => said.address(option)?,
            "-G" | "--get" => said.get = true,
            "-I" | "--head" => said.head = true,
            _ if !TAKEN.contains(&option) => {
                return Err(format!("curl: {} is not known here / 모르는 옵션입니다", option.escape_debug()));
            }
            _ => said.take(option, value()?)?,
        }
    }
    said.finish()
}

/// The option and the value that follows a letter at once.
fn parted(word: &str) -> (&str, Option<&str>) {
    let letter = word.strip_prefix('-').and_then(|rest| rest.chars().next());
    match (letter.filter(|letter| SHORT.contains(*letter)), word.get(..2), word.get(2..)) {
        (Some(_), Some(option), Some(value)) if !value.is_empty() => (option, Some(value)),
        _ => (word, None),
    }
}

impl Said {
    fn address(&mut self, address: &str) -> Result<(), String> {
        if !self.asked.target.is_empty() {
            return Err("curl: one address only / 주소는 하나만 적습니다".to_owned());
        }
        if let Some((scheme, _)) = address.split_once("://")
            && !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
        {
            let scheme = scheme.escape_debug();
            return Err(format!(
                "curl: {scheme}:// does not come to garim; http and https do / http와 https 주소만 됩니다"
            ));
        }
        let whole = address.contains("://") || address.starts_with('/');
        self.asked.target = if whole { address.to_owned() } else { format!("http://{address}") };
        Ok(())
    }

    fn take(&mut self, option: &str, value: String) -> Result<(), String> {
        match option {
            "--url" => self.address(&value)?,
            "-X" | "--request" => self.asked.method = value,
            "-H" | "--header" => self.header(&value),
            "-A" | "--user-agent" => self.asked.fields.push(("User-Agent".to_owned(), value.into_bytes())),
            "-e" | "--referer" => self.asked.fields.push(("Referer".to_owned(), value.into_bytes())),
            "-u" | "--user" => {
                let word = base64::engine::general_purpose::STANDARD.encode(value);
                self.asked.fields.push(("Authorization".to_owned(), format!("Basic {word}").into_bytes()));
            }
            "-b" | "--cookie" => self.cookies.push(value),
            "-d" | "--data" | "--data-ascii" => self.data.push(data(&value, true)?),
            "--data-binary" => self.data.push(data(&value, false)?),
            "--data-raw" => self.data.push(value.into_bytes()),
            "--data-urlencode" => self.data.push(encoded(&value)?),
            "--json" => {
                self.json = true;
                self.data.push(data(&value, false)?);
            }
            "-F" | "--form" => self.form.push(field(&value)?),
            "--form-string" => {
                let (name, value) = pair(&value)?;
                self.form.push(Field::text(name, value));
            }
            other => return Err(format!("curl: {} is not known here / 모르는 옵션입니다", other.escape_debug())),
        }
        Ok(())
    }

    fn header(&mut self, line: &str) {
        // "Name;" is a field without a value, "Name:" takes away one of curl's own.
        if let Some((name, value)) = line.split_once(':') {
            if !value.trim().is_empty() {
                self.asked.fields.push((name.trim().to_owned(), value.trim().as_bytes().to_vec()));
            }
        } else if let Some(name) = line.strip_suffix(';') {
            self.asked.fields.push((name.trim().to_owned(), Vec::new()));
        }
    }

    fn finish(mut self) -> Result<Asked, String> {
        if self.asked.target.is_empty() {
            return Err("curl: there is no address / 주소가 없습니다".to_owned());
        }
        if !self.cookies.is_empty() {
            self.asked.default_field("Cookie", self.cookies.join("; "));
        }
        let separator: &[u8] = if self.json { b"" } else { b"&" };
        let data = self.data.join(separator);
        let has_data = !self.data.is_empty();
        if !self.form.is_empty() {
            let (media_type, body) = form::multipart(&self.form);
            self.asked.body = body;
            self.asked.fields.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            self.asked.default_field("Content-Type", media_type);
        } else if has_data && (self.get || self.head) {
            let mark = if self.asked.target.contains('?') { '&' } else { '?' };
            self.asked.target = format!("{}{mark}{}", self.asked.target, String::from_utf8_lossy(&data));
        } else if has_data {
            let media_type = if self.json { "application/json" } else { "application/x-www-form-urlencoded" };
            self.asked.default_field("Content-Type", media_type);
            self.asked.body = data;
        }
        if self.asked.method.is_empty() {
            let posts = !self.form.is_empty() || has_data && !self.get;
            let method = if self.head {
                "HEAD"
            } else if posts {
                "POST"
            } else {
                "GET"
            };
            self.asked.method = method.to_owned();
        }
        self.asked.default_field("User-Agent", "curl");
        self.asked.default_field("Accept", if self.json { "application/json" } else { "*/*" });
        Ok(self.asked)
    }
}

fn pair(text: &str) -> Result<(&str, &str), String> {
    text.split_once('=').ok_or_else(|| "curl: a field is NAME=VALUE / 필드는 이름=값으로 적습니다".to_owned())
}

fn file(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", super::told::printable(path)))
}

/// What `-d` means: `@file` is its content, without line ends if it is text.
fn data(value: &str, text: bool) -> Result<Vec<u8>, String> {
    let Some(path) = value.strip_prefix('@') else { return Ok(value.as_bytes().to_vec()) };
    let mut content = file(path)?;
    if text {
        content.retain(|byte| !b"\r\n\0".contains(byte));
    }
    Ok(content)
}

/// What `--data-urlencode` means: `content`, `=content`, `name=content`, `@file`, `name@file`.
fn encoded(value: &str) -> Result<Vec<u8>, String> {
    let (name, content) = match (value.split_once('='), value.split_once('@')) {
        (Some((name, content)), _) => (name, content.as_bytes().to_vec()),
        (None, Some((name, path))) => (name, file(path)?),
        (None, None) => ("", value.as_bytes().to_vec()),
    };
    let name = if name.is_empty() { String::new() } else { format!("{name}=") };
    Ok(format!("{name}{}", form::encoded(&content)).into_bytes())
}

/// What `-F` means: `name=value`, `name=@file;type=…;filename=…`, `name=<file`.
fn field(text: &str) -> Result<Field, String> {
    let (name, value) = pair(text)?;
    if let Some(path) = value.strip_prefix('<') {
        return Ok(Field::text(name, file(path)?));
    }
    let mut words = value.split(';');
    let first = words.next().unwrap_or_default();
    let Some(path) = first.strip_prefix('@') else { return Ok(Field::text(name, value)) };
    let path = path.trim_matches('"');
    let (mut filename, mut media_type) = (None, super::files::media_type(Path::new(path)));
    for word in words {
        match word.trim().split_once('=') {
            Some(("filename", name)) => filename = Some(name.trim_matches('"').to_owned()),
            Some(("type", named)) => media_type = Some(named.to_owned()),
            _ => {}
        }
    }
    let filename = filename.unwrap_or_else(|| super::files::name(Path::new(path)));
    Ok(Field { file: Some((filename, media_type)), ..Field::text(name, file(path)?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(words: &[&str]) -> Result<Asked, String> {
        read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_same_request_is_built() {
        let asked = built(&["curl", "-s", "-XPUT", "-H", "X-A: b", "https://a.kr/c", "-d", "d=1", "-dx"]).unwrap();
        assert_eq!((asked.method.as_str(), asked.body.as_slice()), ("PUT", &b"d=1&x"[..]));
        assert_eq!(asked.fields.first().unwrap(), &("X-A".to_owned(), b"b".to_vec()));
        let asked = built(&["-G", "a.kr/c", "--data-urlencode", "q=가 나", "-b", "s=1"]).unwrap();
        assert_eq!((asked.method.as_str(), asked.target.as_str()), ("GET", "http://a.kr/c?q=%EA%B0%80+%EB%82%98"));
        assert!(asked.has("cookie") && asked.body.is_empty());
        let asked = built(&["--json", "{\"a\":1}", "http://a.kr/"]).unwrap();
        assert!(asked.fields.contains(&("Content-Type".to_owned(), b"application/json".to_vec())));
        let asked = built(&["-F", "a=b", "http://a.kr/"]).unwrap();
        assert!(asked.method == "POST" && asked.body.starts_with(b"------garim"));
        assert_eq!(built(&["-I", "http://a.kr/"]).unwrap().method, "HEAD");
        for bad in [
            &["-d", "x"][..],
            &["--no-such", "x", "a.kr"],
            &["ftp://a.kr/"],
            &["--url", "file:///etc/passwd"],
            &["a.kr", "-X"],
            &["a.kr", "-F", "x"],
            &["a.kr", "-d", "@/no/such"],
        ] {
            assert!(built(bad).is_err(), "{bad:?}");
        }
        let unknown = built(&["a.kr", "--no-such"]).expect_err("unknown");
        assert!(unknown.contains("--no-such is not known"), "it needs no value: {unknown}");
        for option in TAKEN {
            let told = built(&["a.kr", option]).expect_err(option);
            assert!(told.contains("needs a value"), "{told}");
            let said = built(&["a.kr", option, "a=b"]).err().unwrap_or_default();
            assert!(!said.contains("not known"), "{said}");
        }
    }
}
