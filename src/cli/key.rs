//! `garim key`: the file with the keys of sealed references, under which the keys of holds are wrapped.

use super::place::{Configuration, Misconfigured};
use super::{CONFIG, Key};
use crate::app::keys::{self, KeyError};
use crate::app::shelf::STANDBY;
use crate::config::Settings;
use crate::hold::{self, KeepError, Rewrapped};
use crate::seal::Ring;
use crate::store::{Address, Store, StoreError};
use std::path::Path;
use std::process::ExitCode;

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Config(#[from] Misconfigured),
    #[error("{0}: the configuration's state.key_file is another / 설정의 state.key_file과 다른 파일입니다")]
    Another(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot start: {0}")]
    Runtime(std::io::Error),
    #[error(
        "{0}\n    the key file stands; once that is mended: garim key rewrap FILE / 고친 뒤 garim key rewrap을 하십시오"
    )]
    Wrapping(#[from] KeepError),
}

/// Exit code 0 when all of it has been done, 1 when not; what was done by then is said.
pub(super) fn key(action: &Key) -> ExitCode {
    let done = match action {
        Key::New { file } => new(file),
        Key::Rotate { file, config } => rotate(file, config.as_deref()),
        Key::Rewrap { file, config } => rewrap(file, config),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain!("garim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn new(file: &Path) -> Result<(), Failed> {
    keys::create(file)?;
    let file = file.display();
    say!("garim: {file} is made; give it to the user garim runs as, and set [state] key_file to it");
    say!("    열쇠 파일을 만들었습니다. garim을 돌리는 사용자의 것으로 하고 [state] key_file에 적으십시오.");
    Ok(())
}

/// Keys that a rotation before this one has left behind are wrapped anew first: so none is under a key that falls out.
fn rotate(file: &Path, config: Option<&Path>) -> Result<(), Failed> {
    let settings = match config {
        Some(config) => Some(of_file(file, config)?),
        None => of_file(file, Path::new(CONFIG)).ok(),
    };
    if let Some(settings) = &settings {
        wrapped(settings)?;
    }
    keys::rotate(file)?;
    say!("garim: {} goes on to its next key; copy it to every node, then run `garim reload` on each", file.display());
    say!("    다음 열쇠로 바꾸었습니다. 모든 서버에 복사한 뒤 서버마다 garim reload를 하십시오.");
    match settings {
        Some(settings) => tell(wrapped(&settings)?),
        None => {
            say!("garim: no configuration with this key file: the keys of holds, if there are any, stay as they are");
            say!("    보류한 글이 있으면 --config로 설정 파일을 적거나 garim key rewrap을 하십시오.");
        }
    }
    Ok(())
}

fn rewrap(file: &Path, config: &Path) -> Result<(), Failed> {
    tell(wrapped(&of_file(file, config)?)?);
    Ok(())
}

/// The settings that name this key file.
fn of_file(file: &Path, config: &Path) -> Result<Settings, Failed> {
    let settings = Configuration::of(config).settings()?;
    let named = settings.state.key_file.as_ref().and_then(|named| named.canonicalize().ok());
    match file.canonicalize() {
        Ok(same) if Some(&same) == named.as_ref() => Ok(settings),
        _ => Err(Failed::Another(file.display().to_string())),
    }
}

/// Wraps the keys of holds under the first key of the file: of those that wait on this node for the database that is shared,
/// then of those that are there. Nothing where there is no store.
fn wrapped(settings: &Settings) -> Result<Option<Rewrapped>, Failed> {
    let ring = keys::ring(&settings.state, None)?;
    let runtime = super::runtime().map_err(Failed::Runtime)?;
    let address = settings.state.store()?;
    let beside = Address::File(settings.state.dir.join(STANDBY));
    let mut done: Option<Rewrapped> = None;
    for address in [beside, address].into_iter().filter(is_there) {
        let (more, before) = (runtime.block_on(in_store(&address, &ring))?, done.unwrap_or_default());
        done = Some(before.and(more));
    }
    Ok(done)
}

/// Whether a store can be opened: no file is made for it.
fn is_there(address: &Address) -> bool {
    if let Address::File(path) = address { path.exists() } else { true }
}

async fn in_store(address: &Address, ring: &Ring) -> Result<Rewrapped, Failed> {
    let store = Store::open(address).await.map_err(KeepError::from)?;
    let done = hold::rewrap(&store, ring).await;
    store.close().await;
    Ok(done?)
}

fn tell(done: Option<Rewrapped>) {
    let Some(Rewrapped { anew, already, lost }) = done else { return };
    say!("garim: keys of holds: {anew} wrapped anew, {already} were so already, {lost} open under no key of the file");
    say!("    보류한 글의 열쇠: 새로 감쌈 {anew}, 이미 됨 {already}, 열 수 없음 {lost}");
    say!(
        "garim: what a running garim keeps before its `garim reload` needs the key before: after it, `garim key rewrap` on every node"
    );
    say!("    모든 서버에서 reload한 뒤 서버마다 garim key rewrap을 한 번 더 하면 이전 열쇠를 지워도 됩니다.");
}
