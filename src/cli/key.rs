//! `garim key`: the file with the keys of sealed references.

use super::Key;
use crate::app::keys;
use std::process::ExitCode;

/// Exit code 0 when the file has been written; else nothing has changed.
pub(super) fn key(action: &Key) -> ExitCode {
    let (done, file) = match action {
        Key::New { file } => (keys::create(file), file),
        Key::Rotate { file } => (keys::rotate(file), file),
    };
    if let Err(error) = done {
        eprintln!("garim: {error}");
        return ExitCode::FAILURE;
    }
    let file = file.display();
    match action {
        Key::New { .. } => {
            println!("garim: {file} is made; give it to the user garim runs as, and set [state] key_file to it");
            println!(
                "    열쇠 파일을 만들었습니다. garim을 돌리는 사용자의 것으로 하고 [state] key_file에 적으십시오."
            );
        }
        Key::Rotate { .. } => {
            println!("garim: {file} goes on to its next key; copy it to every node, then run `garim reload` on each");
            println!("    다음 열쇠로 바꾸었습니다. 모든 서버에 복사한 뒤 서버마다 garim reload를 하십시오.");
        }
    }
    ExitCode::SUCCESS
}
