//! `garim reload`: the running garim takes its configuration anew, or says what is wrong with it.

use crate::app::control;
use crate::config;
use std::path::Path;
use std::process::ExitCode;

/// Exit code 0 when the new configuration is in force; else the old one still is.
pub(super) fn reload(config: &Path) -> ExitCode {
    let settings = match config::load(config) {
        Ok(settings) => settings,
        Err(mistakes) => {
            complain!("{mistakes}");
            complain!("garim: the old configuration stays in force / 이전 설정이 그대로 쓰입니다");
            return ExitCode::FAILURE;
        }
    };
    let asked = super::runtime().map_err(|error| error.to_string()).and_then(|runtime| {
        runtime.block_on(control::ask_reload(&settings.state.dir)).map_err(|error| error.to_string())
    });
    match asked {
        Ok(()) => {
            say!("garim: the new configuration is in force / 새 설정을 적용했습니다");
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain!("garim: {}", error.trim_end());
            complain!("garim: the old configuration stays in force / 이전 설정이 그대로 쓰입니다");
            ExitCode::FAILURE
        }
    }
}
