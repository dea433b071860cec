//! Every format and every hiding place: a synthetic resident number, planted there, is refused when the file is posted in a
//! form, when it is the whole body, and when it is downloaded, under its own type or none; the page and the record say where
//! it stands.
//!
//! The table is [`table`]: a file's name, what hides the number, the file, and the place. Files are made by
//! `tests/documents/make`, or are samples. What is not in it, as nothing here can write it:
//! - RAR 5, solid RAR, EGG packed by AZO with its codes: written by closed programs only. RAR 4 is stored here; the
//!   samples of both versions are read by the unit tests of `extract::archive`.
//! - Streams of `doc` beyond the text (pictures in the line, drawings): what a text box holds is a story of the text.
//! - HWPX that is locked for distribution: how its key is made is not published; it is said to be encrypted.
//!
//! A body in UTF-16 that is no attachment is refused for its charset, whatever is in it: it is left out below.

mod archives;
mod hangul;
mod harmed;
mod messages;
mod more;
mod others;
mod pdfs;
mod presentations;
mod sheets;
mod texts;
mod way;
mod workbooks;

use crate::support::{Origin, Piece, Program, RESIDENT, Seen, answer, ok, plain_text};
use http::Request;
use serde_json::Value;

const MULTIPART: &str = "multipart/form-data; boundary=B";
/// Nothing but the number is refused: a file that is called uninspectable as well passes without it.
const POLICY: &str = "[policy.board]\nmode = \"enforce\"\ndefault = \"log\"\n[[policy.board.rule]]\nname = \"number\"\n\
    find = [\"resident-registration-number\"]\naction = \"block\"\n";

/// One row of the table.
struct Case {
    /// The file's name, whose ending is the format.
    name: &'static str,
    /// Where the number is.
    hides: &'static str,
    file: Vec<u8>,
    /// The way to it, in English; it begins with `, ` where it has no steps, but a line.
    place: &'static str,
}

fn case(name: &'static str, hides: &'static str, file: Vec<u8>, place: &'static str) -> Case {
    Case { name, hides, file, place }
}

/// Every format and hiding place.
fn table() -> Vec<Case> {
    [
        workbooks::cases(),
        sheets::cases(),
        texts::cases(),
        presentations::cases(),
        hangul::cases(),
        pdfs::cases(),
        messages::cases(),
        archives::cases(),
        more::cases(),
        others::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What a site calls such a file.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "xlsx" | "xlsm" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xls" | "xlsb" => "application/vnd.ms-excel",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "doc" => "application/msword",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "ppt" => "application/vnd.ms-powerpoint",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "hwp" => "application/x-hwp",
        "hwpx" => "application/hwp+zip",
        "pdf" => "application/pdf",
        "rtf" => "application/rtf",
        "html" => "text/html",
        "xml" | "hml" | "fods" | "fodt" | "fodp" | "fodg" => "application/xml",
        "txt" => "text/plain",
        "csv" => "text/csv",
        "eml" => "message/rfc822",
        "msg" => "application/vnd.ms-outlook",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "tif" => "image/tiff",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        "heic" => "image/heic",
        "mht" => "message/rfc822",
        _ => "application/octet-stream",
    }
}

fn form(case: &Case) -> Vec<u8> {
    let head = format!(
        "--B\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nlist\r\n--B\r\nContent-Disposition: form-data; \
         name=\"f\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
        case.name,
        media_type(case.name)
    );
    [head.as_bytes(), &case.file, b"\r\n--B--\r\n"].concat()
}

/// The part with the way behind it.
fn joined(part: &str, way: &str) -> String {
    if way.starts_with(", ") { format!("{part}{way}") } else { format!("{part} › {way}") }
}

/// The way as it is where the file has no name: what is in a packed file is called after it.
fn nameless(case: &Case) -> String {
    match (case.name.starts_with("b."), case.place.split_once([' ', ','])) {
        (true, Some((named, _))) => case.place.replacen(named, "a file without a name", 1),
        _ => case.place.to_owned(),
    }
}

/// The place of the first resident number in a record.
fn first<'r>(record: &'r Value, side: &str) -> &'r str {
    let found = record[side]["found"].as_array().map(Vec::as_slice).unwrap_or_default();
    let numbers = found.iter().find(|found| found["kind"] == "resident-registration-number");
    numbers.and_then(|found| found["first"].as_str()).unwrap_or("nowhere")
}

/// What is wrong with a case, if anything.
struct Trial<'a> {
    program: &'a Program,
    said: Vec<String>,
}

impl Trial<'_> {
    fn check(&mut self, case: &Case, how: &str, wanted: &str, got: &str) {
        if wanted != got {
            self.said.push(format!("{} ({}), {how}:\n  expected {wanted}\n  got      {got}", case.name, case.hides));
        }
    }

    fn check_page(&mut self, case: &Case, how: &str, wanted: &str, page: &str) {
        let page = plain_text(page);
        if !page.contains(&format!("{wanted}<")) || page.contains(RESIDENT) {
            self.said.push(format!("{} ({}), {how}: the page has not {wanted}\n", case.name, case.hides));
        }
    }

    /// Posted in a form, and as the whole body.
    async fn posted(&mut self, number: usize, case: &Case) {
        let client = self.program.client();
        let path = format!("/form/{number}");
        let request = Request::post(&path).header("content-type", MULTIPART).header("accept-language", "ko");
        let shown = client.send(request.body(form(case)).expect("a request")).await;
        self.check(case, "posted", "403", shown.status.as_str());
        let place = joined(&format!("첨부 ‘{}’", case.name), &way::korean(case.place));
        self.check_page(case, "posted", &place, &shown.text());
        let record = self.program.record(|record| record["path"] == path.as_str());
        let place = joined(&format!("attachment '{}'", case.name), case.place);
        self.check(case, "posted", &place, first(&record, "upload"));

        let path = format!("/put/{number}");
        let request = Request::put(&path).header("content-type", "application/octet-stream");
        let request = request.header("accept-language", "en").body(case.file.clone());
        let shown = client.send(request.expect("a request")).await;
        self.check(case, "put", "403", shown.status.as_str());
        if case.hides.starts_with("UTF-16") {
            // Sites do not agree on how to read such a body: it is refused for its charset, whatever is in it.
            return;
        }
        let place = joined("the body", &nameless(case));
        self.check_page(case, "put", &place, &shown.text());
        let record = self.program.record(|record| record["path"] == path.as_str());
        self.check(case, "put", &place, first(&record, "upload"));
    }

    /// Downloaded as what it is, and as nobody knows what.
    async fn sent(&mut self, number: usize, case: &Case) {
        let place = joined("the body", &nameless(case));
        for kind in ["typed", "octets"] {
            let path = format!("/{kind}/{number}");
            let request = Request::get(&path).header("accept-language", "en").body(Vec::new());
            let shown = self.program.client().send(request.expect("a request")).await;
            self.check(case, kind, "403", shown.status.as_str());
            let record = self.program.record(|record| record["path"] == path.as_str());
            self.check(case, kind, &place, first(&record, "download"));
            self.check(case, kind, "false", &shown.text().contains(RESIDENT).to_string());
        }
    }
}

/// Sends each through a program, and says all that is wrong.
async fn all(cases: Vec<Case>) {
    assert!(!cases.is_empty());
    let files: Vec<(&'static str, Vec<u8>)> = cases.iter().map(|case| (case.name, case.file.clone())).collect();
    let served = move |seen: &Seen| {
        let target = seen.target();
        let known = target.rsplit('/').next().and_then(|number| files.get(number.parse::<usize>().ok()?));
        let (true, Some((name, file))) = (seen.head.starts_with("GET "), known) else {
            return vec![Piece::Send(ok())];
        };
        let kind = if target.starts_with("/octets") { "application/octet-stream" } else { media_type(name) };
        vec![Piece::Send(answer(kind, "Content-Disposition: attachment\r\n", file))]
    };
    let origin = Origin::new(served).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let mut trial = Trial { program: &program, said: Vec::new() };
    for (number, case) in cases.iter().enumerate() {
        trial.posted(number, case).await;
        trial.sent(number, case).await;
    }
    let gone = origin.seen().into_iter().filter(|seen| !seen.head.starts_with("GET "));
    let gone: Vec<String> = gone.map(|seen| seen.target().to_owned()).collect();
    let said = trial.said;
    assert!(said.is_empty() && gone.is_empty(), "{} of {}:\n{}\n{gone:?}", said.len(), cases.len(), said.join("\n"));
}

/// The cases of these formats.
fn of(formats: &[&str]) -> Vec<Case> {
    let mut cases = table();
    cases.retain(|case| formats.iter().any(|format| case.name.rsplit('.').next() == Some(format)));
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn of_workbooks() {
    all(of(&["xlsx", "xlsm", "xlsb"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_other_sheets() {
    all(of(&["xls", "ods", "fods"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_texts() {
    all(of(&["docx", "doc", "odt", "fodt", "rtf"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_presentations_and_drawings() {
    all(of(&["pptx", "ppt", "odp", "fodp", "odg", "fodg", "odf"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_hangul() {
    all(of(&["hwp", "hwpx", "hml"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_pdf() {
    all(of(&["pdf"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_plain_files_and_mail() {
    all(of(&[
        "html", "xml", "txt", "csv", "sql", "dat", "eml", "msg", "mht", "db", "b64", "hex", "uue", "vcf", "ics",
        "ipynb", "xps", "fdf",
    ]))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_archives() {
    all(of(&["zip", "7z", "rar", "tar", "gz", "bz2", "xz", "zst", "alz", "egg", "tgz", "exe"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_pictures() {
    all(of(&["jpg", "png", "tif", "gif", "webp", "svg", "heic"])).await;
}

/// Every case is one of a test above, and no format of the list is without one.
#[test]
fn the_table_is_whole() {
    const FORMATS: &[&str] = &[
        "xlsx", "xlsm", "xlsb", "xls", "ods", "fods", "docx", "doc", "odt", "fodt", "pptx", "ppt", "odp", "fodp",
        "odg", "fodg", "odf", "hwp", "hwpx", "hml", "pdf", "rtf", "html", "xml", "txt", "csv", "sql", "dat", "eml",
        "msg", "zip", "7z", "rar", "tar", "gz", "bz2", "xz", "zst", "alz", "egg", "tgz", "exe", "jpg", "png", "tif",
        "gif", "webp", "svg", "heic", "mht", "db", "b64", "hex", "uue", "vcf", "ics", "ipynb", "xps", "fdf",
    ];
    for format in FORMATS {
        assert!(!of(&[format]).is_empty(), "{format}");
    }
    assert_eq!(of(FORMATS).len(), table().len());
}
