//! In which language a terminal is spoken to.

use crate::config::Language;

/// The language of the locale: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set (POSIX, chapter 8).
pub(super) fn of_locale() -> Language {
    let set = |name: &&str| std::env::var_os(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set);
    spoken(&locale.unwrap_or_default().to_string_lossy())
}

fn spoken(locale: &str) -> Language {
    let language = locale.split(['_', '.', '@']).next().unwrap_or_default();
    if language == "ko" || language == "korean" { Language::Korean } else { Language::English }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_is_told_by_the_language_alone() {
        for locale in ["ko_KR.UTF-8", "ko", "ko_KR.eucKR", "korean"] {
            assert_eq!(spoken(locale), Language::Korean, "{locale}");
        }
        for locale in ["", "C", "C.UTF-8", "en_US.UTF-8", "kok_IN"] {
            assert_eq!(spoken(locale), Language::English, "{locale}");
        }
    }
}
