//! What can go wrong with a journal that is being written.

use std::io;
use std::path::{Path, PathBuf};

/// Why something could not be recorded, or a journal not be opened.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A file of the journal cannot be read or written; a full disk is one of these.
    #[error("{}: {error} / 감사 기록 파일을 읽거나 쓸 수 없습니다", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file that is being written was removed, renamed or replaced.
    #[error("{}: it was removed or replaced while it was being written; put it back, or restart garim / 쓰고 있던 감사 기록 파일이 없어지거나 바뀌었습니다. 되돌려 놓거나 garim을 다시 시작하십시오", path.display())]
    Gone {
        /// Which.
        path: PathBuf,
    },
    /// Another process writes in this folder.
    #[error("{}: another process writes this journal / 다른 프로세스가 이 감사 기록에 쓰고 있습니다", folder.display())]
    Locked {
        /// The folder of the journal.
        folder: PathBuf,
    },
    /// A key file may be read by others than its owner.
    #[error("{path}: others may read it; chmod 600 {path} / 다른 사용자도 읽을 수 있습니다. chmod 600 {path} 명령으로 막으십시오", path = path.display())]
    Readable {
        /// Which.
        path: PathBuf,
    },
    /// A key file holds no key.
    #[error("{}: no key is in it / 열쇠가 아닙니다", path.display())]
    Key {
        /// Which.
        path: PathBuf,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes / 난수를 만들 수 없습니다")]
    Random,
    /// So much waits to be written that no more is taken.
    #[error("too much waits to be recorded / 기록을 기다리는 것이 너무 많습니다")]
    Full,
    /// A record that is too long, or a body that is no JSON object on one line.
    #[error("no record can be made of this: {0} / 기록할 수 없는 내용입니다")]
    Event(&'static str),
    /// The journal has been stopped, or its thread has ended.
    #[error("the journal is stopped / 감사 기록이 멈추었습니다")]
    Stopped,
}

impl JournalError {
    /// For `map_err`: what went wrong with the file at `path`.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> JournalError + use<> {
        let path = path.to_owned();
        move |error| JournalError::File { path, error }
    }
}
