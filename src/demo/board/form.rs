//! What visitors send: url-encoded and multipart forms and JSON. Each value that is valid UTF-8 is taken for UTF-8
//! (curl), every other for CP949 (a browser on an EUC-KR page).

use super::posts::{Change, Comment, Draft, File};
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http_body_util::{BodyDataStream, BodyExt, Full};
use hyper::body::Incoming;
use serde::Deserialize;
use std::time::Duration;

/// One attachment.
const FILE_BYTES: usize = 8 << 20;
/// The texts of one form or JSON document.
const TEXT_BYTES: usize = 1 << 20;
/// One comment: those on the board's own posts are never forgotten.
const COMMENT_BYTES: usize = 64 << 10;
/// What is read and thrown away of a body that is too large.
const DISCARDED: usize = 64 << 20;
/// For a body to arrive.
const ARRIVAL: Duration = Duration::from_secs(60);

/// Why a form was not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum FormError {
    #[error("more than the board takes: 8 MiB for a file, 1 MiB for texts, 64 KiB for a comment")]
    TooLarge,
    #[error("the body did not arrive in time")]
    Slow,
    #[error("the body broke off")]
    Broken,
    #[error("neither a form nor JSON, or it breaks its own syntax")]
    Malformed,
}

/// The fields of a form.
#[derive(Debug, Default)]
pub(super) struct Form {
    fields: Vec<(String, String)>,
    file: Option<File>,
}

impl Form {
    /// Reads a form of either kind.
    pub(super) async fn read(headers: &HeaderMap, body: Incoming) -> Result<Form, FormError> {
        let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let form = match multer::parse_boundary(media) {
            Ok(boundary) => multipart(collect(body, FILE_BYTES + TEXT_BYTES).await?, boundary).await?,
            Err(_) if media.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") => {
                urlencoded(&collect(body, TEXT_BYTES).await?)
            }
            Err(_) => return Err(FormError::Malformed),
        };
        let texts = form.fields.iter().fold(0_usize, |sum, (_, value)| sum.saturating_add(value.len()));
        // CP949 grows by half when it becomes UTF-8.
        let too_large =
            texts > TEXT_BYTES * 2 || form.file.as_ref().is_some_and(|file| file.content.len() > FILE_BYTES);
        if too_large { Err(FormError::TooLarge) } else { Ok(form) }
    }

    /// The fields of a query.
    pub(super) fn of_query(query: &str) -> Form {
        urlencoded(query.as_bytes())
    }

    /// As a question for a member: the number, under either of its names.
    pub(super) fn into_member(mut self) -> Option<String> {
        self.take("rrn").or_else(|| self.take("no"))
    }

    /// Takes a field out.
    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.fields.iter().position(|(known, _)| known == name)?;
        Some(self.fields.swap_remove(at).1)
    }

    /// As a new post.
    pub(super) fn into_draft(mut self) -> Draft {
        let mut text = |name| self.take(name).unwrap_or_default();
        let [name, phone, subject, content] = ["name", "phone", "subject", "content"].map(&mut text);
        let [keeper, leader] = ["keeper", "leader"].map(&mut text);
        Draft { name, phone, subject, content, keeper, leader, file: self.file }
    }

    /// As an edit: fields that were not sent stay as they are.
    pub(super) fn into_change(mut self) -> Change {
        let [name, phone, subject, content] = ["name", "phone", "subject", "content"].map(|name| self.take(name));
        let [keeper, leader] = ["keeper", "leader"].map(|name| self.take(name));
        Change { name, phone, subject, content, keeper, leader }
    }

    /// As a comment.
    pub(super) fn into_comment(mut self) -> Result<Comment, FormError> {
        let mut text = |name| self.take(name).unwrap_or_default();
        let comment = Comment { name: text("name"), content: text("content") };
        let bytes = comment.name.len().saturating_add(comment.content.len());
        if bytes > COMMENT_BYTES { Err(FormError::TooLarge) } else { Ok(comment) }
    }
}

#[derive(Deserialize)]
struct NewPost {
    #[serde(default)]
    name: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    content: String,
}

/// Reads a post in JSON.
pub(super) async fn json(body: Incoming) -> Result<Draft, FormError> {
    let bytes = collect(body, TEXT_BYTES).await?;
    let NewPost { name, subject, content } = serde_json::from_slice(&bytes).map_err(|_| FormError::Malformed)?;
    Ok(Draft { name, subject, content, ..Draft::default() })
}

async fn collect(body: Incoming, limit: usize) -> Result<Bytes, FormError> {
    tokio::time::timeout(ARRIVAL, receive(body, limit)).await.unwrap_or(Err(FormError::Slow))
}

/// Beyond the limit a body is read on and thrown away, so that whoever sends it gets to see the answer.
async fn receive(mut body: Incoming, limit: usize) -> Result<Bytes, FormError> {
    let mut kept = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| FormError::Broken)?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            kept.extend_from_slice(&data);
        } else if length <= DISCARDED {
            kept = Vec::new();
        } else {
            break;
        }
    }
    if length <= limit { Ok(Bytes::from(kept)) } else { Err(FormError::TooLarge) }
}

async fn multipart(body: Bytes, boundary: String) -> Result<Form, FormError> {
    let mut parts = multer::Multipart::new(BodyDataStream::new(Full::new(body)), boundary);
    let mut form = Form::default();
    while let Some(part) = parts.next_field().await.map_err(|_| FormError::Malformed)? {
        let name = part.name().unwrap_or_default().to_owned();
        let disposition = part.headers().get(CONTENT_DISPOSITION).map(|value| value.as_bytes().to_vec());
        let file_name = file_name(&disposition.unwrap_or_default());
        let content = part.bytes().await.map_err(|_| FormError::Malformed)?;
        match file_name {
            // A browser sends an empty name and no bytes where no file was chosen.
            Some(name) if name.is_empty() && content.is_empty() => {}
            Some(name) => form.file = Some(File { name, content }),
            None => form.fields.push((name, decode(&content))),
        }
    }
    Ok(form)
}

/// The file's name in a `Content-Disposition`. multer does not show one that is not UTF-8, and old browsers send
/// whole paths.
fn file_name(disposition: &[u8]) -> Option<String> {
    const KEY: &[u8] = b"filename=\"";
    let at = disposition.windows(KEY.len()).position(|window| window.eq_ignore_ascii_case(KEY))?;
    let tail = disposition.get(at.checked_add(KEY.len())?..)?;
    let quoted = tail.split(|byte| *byte == b'"').next().unwrap_or_default();
    // Decoded first: in CP949 a backslash byte may be half a letter.
    let path = decode(quoted);
    Some(path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned())
}

fn urlencoded(body: &[u8]) -> Form {
    let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let fields = pairs.map(|pair| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let mut half = || decode(&unescape(halves.next().unwrap_or_default(), true));
        (half(), half())
    });
    Form { fields: fields.collect(), file: None }
}

/// Undoes percent-encoding; what is no escape stands for itself. In forms `+` is a space.
pub(super) fn unescape(coded: &[u8], plus: bool) -> Vec<u8> {
    let mut plain = Vec::with_capacity(coded.len());
    let mut rest = coded;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                plain.push(hex(*high) << 4 | hex(*low));
                rest = after;
            }
            (b'+', _) if plus => plain.push(b' '),
            _ => plain.push(first),
        }
    }
    plain
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> u8 {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok()).unwrap_or_default()
}

/// Bytes as text: UTF-8 if they are, else CP949.
pub(super) fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::EUC_KR.decode_without_bom_handling(bytes).0.into_owned(),
    }
}
