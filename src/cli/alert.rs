//! `garim alert`: whether alerts arrive.

use crate::alert::{Told, tested};
use crate::config;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is done about alerts.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Alert {
    /// Send a test message on every way of [alert], and tell what came of each / 알림이 가는지 시험
    Test {
        /// The configuration file / 설정 파일
        #[arg(long, default_value = super::CONFIG)]
        config: PathBuf,
    },
}

/// Exit code 0 when the test message was taken on every way, and there is one; else 1.
pub(super) fn alert(action: &Alert) -> ExitCode {
    let Alert::Test { config } = action;
    test(config).unwrap_or_else(|error| {
        complain!("{error}");
        ExitCode::FAILURE
    })
}

fn test(config: &Path) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let settings = config::load(config)?;
    if !settings.alert.is_any() {
        let file = config.display();
        return Err(format!(
            "{file}: there is no [alert], so nobody is told anything\n    [alert]가 없어 아무에게도 알리지 않습니다."
        )
        .into());
    }
    let node = settings.state.node();
    let told = super::runtime()?.block_on(tested(&settings.alert, &node, jiff::Timestamp::now()))?;
    told.iter().for_each(say);
    let arrived = !told.is_empty() && told.iter().all(|told| told.result.is_ok());
    Ok(if arrived { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn say(told: &Told) {
    let Told { way, to, .. } = told;
    match &told.result {
        Ok(()) if to.starts_with("udp:") => {
            say!("{way} {to}: sent; nobody says whether it arrived, look there");
            say!("    보냈습니다. UDP라서 도착했는지는 받는 쪽에서 확인하십시오.");
        }
        Ok(()) => {
            say!("{way} {to}: taken");
            say!("    받았습니다.");
        }
        Err(error) => {
            say!("{way} {to}: failed: {error}");
            say!("    보내지 못했습니다.");
        }
    }
}
