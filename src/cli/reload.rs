//! `garim reload`: the running garim takes its configuration anew, or says what is wrong with it.

use crate::app::control::{self, ControlError};
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
    let asked = match super::runtime() {
        Ok(runtime) => runtime.block_on(control::ask_reload(&settings.state.dir)),
        Err(error) => Err(ControlError::Refused(error.to_string())),
    };
    match asked {
        Ok(()) => {
            say!("garim: the new configuration is in force / 새 설정을 적용했습니다");
            ExitCode::SUCCESS
        }
        Err(error @ ControlError::NotRunning { .. }) => {
            complain!("garim: {error}");
            complain!("    실행 중인 garim이 응답하지 않습니다. 이 설정으로 시작했는지 확인하십시오.");
            ExitCode::FAILURE
        }
        Err(error) => {
            complain!("garim: {}", error.to_string().trim_end());
            complain!("garim: the old configuration stays in force / 이전 설정이 그대로 쓰입니다");
            ExitCode::FAILURE
        }
    }
}
