//! Arguments that are wrong, told in Korean too: clap knows English alone.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process::ExitCode;

/// Tells what is wrong, or the help that was asked for. Exit code 2 where something is wrong, else 0.
pub(super) fn told(error: &Error) -> ExitCode {
    // Who has closed the pipe hears nothing, as everywhere.
    let _ = error.print();
    if let Some(korean) = korean(error) {
        complain!("    {korean}");
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// What is wrong, and what to do.
fn korean(error: &Error) -> Option<String> {
    let text = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(" ")),
        _ => None,
    };
    let named = |kind| text(kind).unwrap_or_default();
    let said = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return None,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            "위의 명령 가운데 하나를 이어서 적으십시오.".to_owned()
        }
        ErrorKind::InvalidSubcommand => format!("{} 명령은 없습니다.", named(ContextKind::InvalidSubcommand)),
        ErrorKind::UnknownArgument => {
            format!("{}: 여기에는 쓸 수 없습니다.", named(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue if named(ContextKind::InvalidValue).is_empty() => {
            format!("{}: 값을 적어야 합니다.", named(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!(
                "{}: ‘{}’은(는) 쓸 수 없는 값입니다.",
                named(ContextKind::InvalidArg),
                named(ContextKind::InvalidValue)
            )
        }
        ErrorKind::MissingRequiredArgument => {
            format!("꼭 적어야 할 것이 빠졌습니다: {}.", named(ContextKind::InvalidArg))
        }
        ErrorKind::ArgumentConflict => {
            format!("{}: {}과(와) 함께 쓸 수 없습니다.", named(ContextKind::InvalidArg), named(ContextKind::PriorArg))
        }
        _ => "인자가 맞지 않습니다.".to_owned(),
    };
    let near = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let near = near.into_iter().find_map(text).map(|near| format!(" 비슷한 것: {near}.")).unwrap_or_default();
    Some(format!("{said}{near} --help를 붙이면 쓰는 법이 나옵니다."))
}

#[cfg(test)]
mod tests {
    use super::super::Cli;
    use super::*;
    use clap::Parser;

    #[test]
    fn what_is_wrong_is_said_in_korean_too() {
        for (words, said) in [
            ("holdz", Some("holdz 명령은 없습니다. 비슷한 것: holds.")),
            ("user", Some("위의 명령 가운데 하나를")),
            ("user add", Some("꼭 적어야 할 것이 빠졌습니다: <NAME>.")),
            ("user add kim --rolle viewer", Some("--rolle: 여기에는 쓸 수 없습니다. 비슷한 것: --role.")),
            ("user add kim --role boss", Some("--role <ROLE>: ‘boss’은(는) 쓸 수 없는 값입니다.")),
            ("user add kim --role", Some("--role <ROLE>: 값을 적어야 합니다.")),
            ("demo --listen nowhere", Some("--listen <LISTEN>: ‘nowhere’은(는) 쓸 수 없는 값입니다.")),
            ("check a b", Some("a: 여기에는 쓸 수 없습니다.")),
            ("--help", None),
            ("--version", None),
        ] {
            let error = Cli::try_parse_from(["garim"].into_iter().chain(words.split(' '))).expect_err(words);
            let told = korean(&error);
            assert_eq!(told.is_some(), said.is_some(), "{words}: {told:?}");
            let told = told.unwrap_or_default();
            assert!(told.contains(said.unwrap_or_default()), "{words}: {told}");
        }
    }
}
