//! `garim run`: garim in front of real sites.

use crate::app::{self, log};
use crate::config;
use std::path::Path;
use std::process::ExitCode;

/// Serves until it is told to stop. Mistakes in the configuration are told in the words of `garim check`.
pub(super) fn run(config: &Path) -> ExitCode {
    let config::Checked { settings, warnings } = match config::check(config) {
        Ok(checked) => checked,
        Err(mistakes) => {
            complain!("{mistakes}");
            return ExitCode::FAILURE;
        }
    };
    log::start(log::To::Output);
    for warning in &warnings {
        tracing::warn!(%warning, "the configuration is doubtful");
    }
    // A reload reads the file again, wherever the process has been moved to.
    let config = std::path::absolute(config).unwrap_or_else(|_| config.to_owned());
    let served = super::runtime().map_err(|error| error.to_string()).and_then(|runtime| {
        let ended = runtime.block_on(async {
            app::start(settings, Some(config)).await?.until_told().await;
            Ok(())
        });
        runtime.shutdown_timeout(std::time::Duration::from_secs(1));
        ended.map_err(|error: app::StartError| error.to_string())
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain!("{error}");
            ExitCode::FAILURE
        }
    }
}
