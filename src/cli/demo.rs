//! Being built.
pub(super) fn demo(_: &super::Demo) -> std::process::ExitCode {
    std::process::ExitCode::FAILURE
}
