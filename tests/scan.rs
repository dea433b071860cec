//! `garim scan`, and `garim detect` on documents, as people and scripts meet them: the built program, its output and its
//! exit codes.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Synthetic, as every number here; its check digit holds.
const NUMBER: &str = "900101-1234568";
const RRN: &str = "resident-registration-number";

fn garim(folder: &Path, locale: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_garim"));
    command.args(arguments).current_dir(folder).env("LC_ALL", locale).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

/// An archive of these files, stored as they are (APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let (offset, size) = (out.len() as u32, (content.len() as u32).to_le_bytes());
        let mut common = [20_u16, 0x800, 0, 0, 0].map(u16::to_le_bytes).concat();
        common.extend_from_slice(&crc.sum().to_le_bytes());
        common.extend([size, size].concat());
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0; 2]);
        out.extend([b"PK\x03\x04", common.as_slice(), name.as_bytes(), content].concat());
        directory.extend([b"PK\x01\x02\x14\0", common.as_slice(), &[0; 10]].concat());
        directory.extend([&offset.to_le_bytes(), name.as_bytes()].concat());
    }
    let (at, length, count) = (out.len() as u32, directory.len() as u32, files.len() as u16);
    out.extend(directory);
    out.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &count.to_le_bytes(), &count.to_le_bytes()].concat());
    out.extend([length.to_le_bytes(), at.to_le_bytes()].concat());
    out.extend([0; 2]);
    out
}

/// A workbook whose second sheet is hidden and holds the number in B7, below a heading in B1.
fn workbook() -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let related = |targets: &[(&str, &str)]| {
        let one = |(number, (kind, target)): (usize, &(&str, &str))| {
            format!("<Relationship Id=\"r{number}\" Type=\"{RELATED}/{kind}\" Target=\"{target}\"/>")
        };
        let all: String = targets.iter().enumerate().map(one).collect();
        format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>")
    };
    let types = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"
    );
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATED}\"><sheets><sheet name=\"표지\" sheetId=\"1\" r:id=\"r0\"/>\
         <sheet name=\"명단\" sheetId=\"2\" state=\"hidden\" r:id=\"r1\"/></sheets></workbook>"
    );
    let sheet = |rows: &str| format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
    let cell = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let list = sheet(&format!(
        "<row r=\"1\">{}{}</row><row r=\"7\">{}</row>",
        cell("A1", "성명"),
        cell("B1", "주민등록번호"),
        cell("B7", NUMBER)
    ));
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", related(&[("officeDocument", "xl/workbook.xml")]).as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        (
            "xl/_rels/workbook.xml.rels",
            related(&[("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml")]).as_bytes(),
        ),
        ("xl/worksheets/sheet1.xml", sheet("").as_bytes()),
        ("xl/worksheets/sheet2.xml", list.as_bytes()),
    ])
}

/// A folder with something of everything.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("in/.hidden")).expect("made");
    let csv = encoding_rs::EUC_KR.encode(&format!("성명,주민등록번호\n김가람,{NUMBER}\n")).0.into_owned();
    let archive = zip(&[("안/목록.csv", &csv), ("안/명단.xlsx", &workbook())]);
    for (name, bytes) in [
        ("clean.txt", "안녕하세요".as_bytes()),
        ("in/.hidden/b.zip", &archive),
        ("in/명단.xlsx", &workbook()),
        (
            "in/lock.zip",
            &fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents/testZipEncrypted.zip"))
                .expect("a sample"),
        ),
        ("in/post.html", format!("<p>번호\n{NUMBER}</p>").as_bytes()),
    ] {
        fs::write(at(name), bytes).expect("written");
    }
    std::os::unix::fs::symlink(at("in/post.html"), at("link.html")).expect("linked");
    folder
}

fn lines(output: &Output) -> Vec<serde_json::Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Each line's file, kind and place.
fn told(output: &Output) -> Vec<[String; 3]> {
    let word = |line: &serde_json::Value, key: &str| line[key].as_str().expect("a word").to_owned();
    lines(output).iter().map(|line| ["file", "kind", "place"].map(|key| word(line, key))).collect()
}

#[test]
fn detect_opens_documents_and_says_the_way() {
    let folder = folder();
    let output = garim(folder.path(), "C.UTF-8", &["detect", "--json", "--confidence", "certain", "in/명단.xlsx"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(told(&output), [["in/명단.xlsx", RRN, "sheet 2 ‘명단’ (hidden) › cell B7"].map(str::to_owned)]);
    assert_eq!(lines(&output)[0]["masked"], "900101-*******");
    let output = garim(folder.path(), "ko_KR.UTF-8", &["detect", "in/.hidden/b.zip"]);
    let table = text(&output.stdout);
    assert!(table.contains("안/명단.xlsx › 시트 2 ‘명단’(숨김) › B7 셀"), "{table}");
    assert!(table.contains("안/목록.csv, 2번째 줄") && !table.contains("1234568"), "{table}");
    let output = garim(folder.path(), "C.UTF-8", &["detect", "--mask", "in/명단.xlsx"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    fs::write(folder.path().join("masked.xlsx"), &output.stdout).expect("written");
    let again = garim(folder.path(), "C.UTF-8", &["detect", "--json", "--confidence", "certain", "masked.xlsx"]);
    assert_eq!((again.status.code(), again.stdout.len()), (Some(0), 0), "{again:?}");
    let output = garim(folder.path(), "C.UTF-8", &["detect", "--mask", "in/.hidden/b.zip"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(text(&output.stderr).contains("so it is not masked"), "{output:?}");
    let piped = |name: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_garim"));
        let input = fs::File::open(folder.path().join(name)).expect("opened");
        command.args(["detect", "--json"]).stdin(input).output().expect("the program starts")
    };
    assert!(told(&piped("in/명단.xlsx")).iter().any(|[file, _, place]| file == "-" && place.ends_with("cell B7")));
}

#[test]
fn scan_opens_every_file_in_the_order_of_names() {
    let folder = folder();
    let output = garim(folder.path(), "C.UTF-8", &["scan", "--json", "--kind", RRN, "."]);
    assert_eq!(output.status.code(), Some(1));
    let wanted = [
        ["./in/.hidden/b.zip", RRN, "안/목록.csv, line 2"],
        ["./in/.hidden/b.zip", RRN, "안/명단.xlsx › sheet 2 ‘명단’ (hidden) › cell B7"],
        ["./in/lock.zip", "uninspectable:encrypted", "encrypted.txt"],
        ["./in/post.html", RRN, "line 2"],
        ["./in/명단.xlsx", RRN, "sheet 2 ‘명단’ (hidden) › cell B7"],
    ];
    assert_eq!(told(&output), wanted.map(|line| line.map(str::to_owned)));
    for jobs in ["1", "3"] {
        let again = garim(folder.path(), "C.UTF-8", &["scan", "--json", "--kind", RRN, "--jobs", jobs, "."]);
        assert_eq!(again.stdout, output.stdout, "{jobs} jobs");
    }
}

#[test]
fn scan_tells_people_a_table_and_totals_in_both_languages() {
    let folder = folder();
    let output = garim(folder.path(), "C.UTF-8", &["scan", "--kind", RRN, "."]);
    let english = text(&output.stdout);
    assert!(english.contains("       4  resident-registration-number\n"), "{english}");
    assert!(english.contains("       2  ./in/.hidden/b.zip\n"), "{english}");
    let end = "5 files: 3 with findings, 1 with what could not be inspected, 0 could not be read\n";
    assert!(english.ends_with(end), "{english}");
    let output = garim(folder.path(), "ko_KR.UTF-8", &["scan", "--kind", RRN, "."]);
    let korean = text(&output.stdout);
    assert!(korean.contains("검사하지 못함:encrypted") && korean.contains("주민등록번호"), "{korean}");
    assert!(korean.contains("파일 5개: 찾은 파일 3개") && !korean.contains("1234568"), "{korean}");
    assert!(output.stderr.is_empty(), "no bar where nobody waits: {output:?}");
}

#[test]
fn scan_writes_csv_for_spreadsheets() {
    let folder = folder();
    let output = garim(folder.path(), "C.UTF-8", &["scan", "--csv", "in/post.html", "in/명단.xlsx"]);
    let rows: Vec<&str> = text(&output.stdout).split("\r\n").collect();
    assert_eq!(
        rows,
        [
            "\u{feff}file,kind,confidence,place,masked",
            "in/post.html,resident-registration-number,certain,line 2,900101-*******",
            "in/명단.xlsx,resident-registration-number,certain,sheet 2 ‘명단’ (hidden) › cell B7,900101-*******",
            "",
        ]
    );
}

#[test]
fn names_of_files_are_looked_at_and_never_shown_with_a_value() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = format!("=cmd {NUMBER} 이력서.txt");
    fs::write(folder.path().join(&name), "안녕하세요").expect("written");
    for arguments in [["scan", "--json", "."].as_slice(), &["scan", "--csv", "."], &["scan", "."]] {
        let output = garim(folder.path(), "C.UTF-8", arguments);
        let told = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1));
        assert!(told.contains("file name") && told.contains("900101-******* 이력서.txt"), "{told}");
        assert!(!told.contains("1234568"), "{told}");
    }
}

#[test]
fn exit_codes_are_those_of_detect() {
    let folder = folder();
    let code = |arguments: &[&str]| garim(folder.path(), "C.UTF-8", arguments).status.code();
    assert_eq!(code(&["scan", "clean.txt"]), Some(0));
    assert_eq!(code(&["scan", "in"]), Some(1));
    assert_eq!(code(&["scan", "clean.txt", "no-such-folder"]), Some(2));
    assert_eq!(code(&["scan"]), Some(2));
    assert_eq!(code(&["scan", "--json", "--csv", "in"]), Some(2));
    assert_eq!(code(&["scan", "--jobs", "0", "in"]), Some(2));
    assert_eq!(code(&["scan", "--kind", "no-such-kind", "in"]), Some(2));
}

#[test]
fn a_configuration_says_how_much_is_opened() {
    let folder = folder();
    let config = "[server]\nlisten = [\"127.0.0.1:8443\"]\n[documents]\nfile_bytes = \"1 KiB\"\n[[site]]\nhosts = [\"a.kr\"]\n\
        tls = \"self-signed\"\nupstream = \"http://10.0.0.5:80\"\npolicy = \"p\"\n[policy.p]\n[[policy.p.rule]]\nfind = [\"*\"]\naction = \"log\"\n";
    fs::write(folder.path().join("garim.toml"), config).expect("written");
    for command in ["detect", "scan"] {
        let output = garim(folder.path(), "C.UTF-8", &[command, "--json", "--config", "garim.toml", "in/명단.xlsx"]);
        assert_eq!(told(&output), [["in/명단.xlsx", "uninspectable:too-large", "the file"].map(str::to_owned)]);
    }
    let long = format!("{}\n{NUMBER}\n", "가나다라\n".repeat(1000));
    fs::write(folder.path().join("long.txt"), long).expect("written");
    let output = garim(folder.path(), "C.UTF-8", &["scan", "--json", "--config", "garim.toml", "long.txt"]);
    assert_eq!(told(&output), [["long.txt", RRN, "line 1002"].map(str::to_owned)], "text of any size streams");
}
