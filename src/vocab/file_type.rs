//! Types of files that a policy may name, told by a name or by first bytes.

/// What a file can do where it is kept, or what it is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileType {
    /// A program for the machine of whoever opens it.
    Executable,
    /// A script for the machine of whoever opens it.
    Script,
    /// What a web server runs when somebody asks for it.
    ServerPage,
}

/// The longest ending of a name that is looked at, in bytes.
const ENDING: usize = 8;
/// Endings of names, in lower case.
const EXECUTABLES: &[&str] = &[
    "exe", "dll", "scr", "com", "msi", "msp", "sys", "cpl", "pif", "jar", "apk", "ipa", "dmg", "pkg", "deb", "rpm",
    "elf", "so", "app", "msix", "appx", "ocx", "gadget", "lnk", "chm",
];
const SCRIPTS: &[&str] = &[
    "bat",
    "cmd",
    "ps1",
    "psm1",
    "vbs",
    "vbe",
    "js",
    "jse",
    "mjs",
    "wsf",
    "wsh",
    "wsc",
    "hta",
    "sh",
    "bash",
    "csh",
    "py",
    "pl",
    "rb",
    "reg",
    "scf",
    "inf",
    "sct",
    "command",
    "applescript",
    "msh",
    "ksh",
    "url",
];
const SERVER_PAGES: &[&str] = &[
    "php", "php3", "php4", "php5", "php7", "php8", "phtml", "phar", "pht", "phps", "inc", "jsp", "jspx", "jspf", "jsw",
    "jsv", "do", "asp", "aspx", "asa", "asax", "ashx", "asmx", "ascx", "cer", "cdx", "cfm", "cfml", "cgi", "shtml",
    "shtm", "stm", "war", "class", "htaccess", "config", "htpasswd",
];

impl FileType {
    /// Every type.
    pub const ALL: &'static [FileType] = &[FileType::Executable, FileType::Script, FileType::ServerPage];

    /// The word used in policies.
    pub const fn name(self) -> &'static str {
        match self {
            FileType::Executable => "executable",
            FileType::Script => "script",
            FileType::ServerPage => "server-page",
        }
    }

    /// The same as records and metrics say it.
    pub const fn full_name(self) -> &'static str {
        match self {
            FileType::Executable => "file:executable",
            FileType::Script => "file:script",
            FileType::ServerPage => "file:server-page",
        }
    }

    /// In Korean, for people.
    pub const fn korean(self) -> &'static str {
        match self {
            FileType::Executable => "실행 파일",
            FileType::Script => "스크립트 파일",
            FileType::ServerPage => "서버에서 실행되는 파일",
        }
    }

    /// In English, for people.
    pub const fn english(self) -> &'static str {
        match self {
            FileType::Executable => "program",
            FileType::Script => "script",
            FileType::ServerPage => "page that a server runs",
        }
    }

    /// What a file's name says. Servers run `a.php.jpg`, `a.php;.jpg` and `a.php ` too, so that every ending counts for pages;
    /// for programs only the last one does, without the dots and spaces that Windows drops.
    pub fn of_name(name: &str) -> Option<FileType> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        // What stands behind `:` (a stream of NTFS) or NUL is dropped by some.
        let cut = name.split(['\0', ':']).next().unwrap_or(name).trim_end_matches(['.', ' ']);
        let known = |ending: &str, list: &[&str]| {
            ending.len() <= ENDING * 2 && list.iter().any(|known| known.eq_ignore_ascii_case(ending))
        };
        let endings = || cut.split(['.', ';', '%']).skip(1).map(str::trim);
        if endings().any(|ending| known(ending, SERVER_PAGES)) {
            return Some(FileType::ServerPage);
        }
        let last = endings().last()?;
        [(FileType::Executable, EXECUTABLES), (FileType::Script, SCRIPTS)]
            .into_iter()
            .find_map(|(file_type, list)| known(last, list).then_some(file_type))
    }

    /// What a file's first bytes say, whatever it is called.
    pub fn of_start(start: &[u8]) -> Option<FileType> {
        const MARKS: &[(&[u8], FileType)] = &[
            (b"MZ", FileType::Executable),
            (b"\x7fELF", FileType::Executable),
            (b"\xFE\xED\xFA\xCE", FileType::Executable),
            (b"\xFE\xED\xFA\xCF", FileType::Executable),
            (b"\xCE\xFA\xED\xFE", FileType::Executable),
            (b"\xCF\xFA\xED\xFE", FileType::Executable),
            (b"dex\n", FileType::Executable),
            (b"\xCA\xFE\xBA\xBE", FileType::ServerPage),
            (b"#!/", FileType::Script),
            (b"#! /", FileType::Script),
            (b"<?php", FileType::ServerPage),
            (b"<%@", FileType::ServerPage),
        ];
        let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
        let marked = |mark: &[u8]| start.starts_with(mark) || mark.starts_with(b"<") && text.starts_with(mark);
        let page = || ["<?php", "<%@", "<?="].iter().any(|mark| memchr_in(start, mark.as_bytes()));
        let known = MARKS.iter().find(|(mark, _)| marked(mark)).map(|(_, file_type)| *file_type);
        known.or_else(|| page().then_some(FileType::ServerPage))
    }
}

/// Whether some bytes stand among others.
fn memchr_in(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_it() {
        for (name, file_type) in [
            ("setup.EXE", Some(FileType::Executable)),
            ("setup.exe. ", Some(FileType::Executable)),
            ("C:\\temp\\run.bat", Some(FileType::Script)),
            ("shell.php", Some(FileType::ServerPage)),
            ("shell.php.jpg", Some(FileType::ServerPage)),
            ("shell.asp;.jpg", Some(FileType::ServerPage)),
            ("shell.jsp%00.jpg", Some(FileType::ServerPage)),
            ("shell.aspx::$DATA", Some(FileType::ServerPage)),
            (".htaccess", Some(FileType::ServerPage)),
            ("명단.xlsx", None),
            ("exe", None),
            ("my.exe.txt", None),
            ("report", None),
            ("", None),
        ] {
            assert_eq!(FileType::of_name(name), file_type, "{name}");
        }
    }

    #[test]
    fn bytes_say_it_whatever_the_name() {
        for (start, file_type) in [
            (b"MZ\x90\0".as_slice(), Some(FileType::Executable)),
            (b"\x7fELF\x02", Some(FileType::Executable)),
            (b"#!/bin/sh\n", Some(FileType::Script)),
            (b"\xEF\xBB\xBF \n<%@ page language=\"java\" %>", Some(FileType::ServerPage)),
            (b"GIF89a<?php system($_GET['c']);", Some(FileType::ServerPage)),
            (b"<?xml version=\"1.0\"?>", None),
            (b"PK\x03\x04", None),
            (b"", None),
        ] {
            assert_eq!(FileType::of_start(start), file_type, "{start:?}");
        }
    }
}
