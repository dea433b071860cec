//! The files of folders, in the order of their names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Files that are looked at, at most.
const MOST: usize = 1_000_000;
/// Folders within folders.
const DEEPEST: usize = 64;

/// The files to be opened, and what could not be listed.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub files: Vec<PathBuf>,
    pub failed: Vec<(PathBuf, io::Error)>,
}

impl Listed {
    /// The files in these folders, hidden ones too, and these files.
    pub fn of(folders: &[PathBuf]) -> Listed {
        let mut listed = Listed::default();
        folders.iter().for_each(|folder| listed.add(folder, 0));
        listed
    }

    /// Adds a file, or those of a folder. A link is followed only where somebody has named it; sockets, pipes and devices
    /// are no files.
    fn add(&mut self, path: &Path, depth: usize) {
        let data = if depth == 0 { fs::metadata(path) } else { fs::symlink_metadata(path) };
        match data {
            Err(error) => self.fail(path, error),
            Ok(data) if data.is_dir() && depth > DEEPEST => {
                self.fail(path, io::Error::other("too many folders within folders / 폴더가 너무 깊습니다"));
            }
            Ok(data) if data.is_dir() => self.folder(path, depth),
            Ok(data) if data.is_file() && self.files.len() >= MOST => {
                self.fail(path, io::Error::other("too many files / 파일이 너무 많습니다"));
            }
            Ok(data) if data.is_file() => self.files.push(path.to_owned()),
            Ok(_) if depth == 0 => {
                self.fail(path, io::Error::other("neither a file nor a folder / 파일도 폴더도 아닙니다"))
            }
            Ok(_) => {}
        }
    }

    fn folder(&mut self, path: &Path, depth: usize) {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return self.fail(path, error),
        };
        let mut paths = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => paths.push(entry.path()),
                Err(error) => self.fail(path, error),
            }
        }
        paths.sort();
        paths.iter().for_each(|path| self.add(path, depth.saturating_add(1)));
    }

    /// Each is told; of files beyond the most, that there are some.
    fn fail(&mut self, path: &Path, error: io::Error) {
        if self.files.len() < MOST || self.failed.len() < MOST / 1000 {
            self.failed.push((path.to_owned(), error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn files_are_listed_in_order_and_links_are_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("b/.hidden")).expect("made");
        for name in ["c.txt", "b/.hidden/x", "b/y", ".a"] {
            fs::write(at(name), "").expect("written");
        }
        symlink(at("c.txt"), at("b/link")).expect("linked");
        symlink(folder.path(), at("b/loop")).expect("linked");
        let listed = Listed::of(&[folder.path().to_owned()]);
        assert_eq!(listed.files, [".a", "b/.hidden/x", "b/y", "c.txt"].map(at));
        assert!(listed.failed.is_empty());
        let named = Listed::of(&[at("b/link"), at("none")]);
        assert_eq!((named.files, named.failed.len()), (vec![at("b/link")], 1));
    }
}
