//! The fields of a form whose values a policy asks for.

use crate::inspect::names;
use crate::text::Charset;
use encoding_rs::EUC_KR;
use std::sync::Arc;

/// The longest value that is remembered, in bytes as they are written; a longer one is none that a policy names.
const LONGEST: usize = 512;

/// What a form says of the fields that are asked for. Its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Watched {
    names: Arc<[Box<str>]>,
    /// Of each name what has been said.
    said: Vec<Said>,
    /// The value that is being read, of the name with this number.
    open: Option<(usize, Vec<u8>)>,
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watched").field("names", &self.names).finish_non_exhaustive()
    }
}

/// What stood in a field.
#[derive(Clone, PartialEq, Eq)]
enum Said {
    Nothing,
    /// The same each time.
    Value(Box<[u8]>),
    /// Different values, or one that is too long.
    Unclear,
}

impl Watched {
    /// For fields of these names.
    pub(in crate::inspect) fn new(names: &Arc<[Box<str>]>) -> Watched {
        Watched { names: Arc::clone(names), said: vec![Said::Nothing; names.len()], open: None }
    }

    /// The value of a field begins. Its name, escapes undone.
    pub(in crate::inspect) fn begin(&mut self, name: &[u8]) {
        self.open = self.names.iter().position(|known| is(name, known)).map(|number| (number, Vec::new()));
    }

    /// Whether the value is asked for that is being read.
    pub(in crate::inspect) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Some of the value, as it is written.
    pub(in crate::inspect) fn take(&mut self, bytes: &[u8]) {
        if let Some((_, value)) = &mut self.open {
            let room = (LONGEST + 1).saturating_sub(value.len());
            value.extend(bytes.iter().take(room));
        }
    }

    /// The value has ended; `plain` undoes the escapes it is written with.
    pub(in crate::inspect) fn end(&mut self, plain: impl FnOnce(&[u8]) -> Vec<u8>) {
        let Some((number, raw)) = self.open.take() else { return };
        let Some(said) = self.said.get_mut(number) else { return };
        let value = Said::Value(plain(&raw).into_boxed_slice());
        let same = *said == Said::Nothing || *said == value;
        *said = if same && raw.len() <= LONGEST { value } else { Said::Unclear };
    }

    /// What stands in a field, in a charset or by looking; `None` if it is not there, has several values or is longer than any
    /// that a policy names.
    pub fn text(&self, name: &str, charset: Option<Charset>) -> Option<String> {
        let number = self.names.iter().position(|known| &**known == name)?;
        match self.said.get(number)? {
            Said::Value(said) => Some(names::decoded(said, charset)),
            Said::Nothing | Said::Unclear => None,
        }
    }

    /// Whether a field stands there, and has this value wherever it stands.
    pub(in crate::inspect) fn has(&self, name: &str, value: &str) -> bool {
        let number = self.names.iter().position(|known| &**known == name);
        match number.and_then(|number| self.said.get(number)) {
            Some(Said::Value(said)) => is(said, value),
            _ => false,
        }
    }
}

/// Whether bytes are this text in UTF-8 or in CP949: forms are sent in either.
fn is(bytes: &[u8], text: &str) -> bool {
    let in_cp949 = || {
        let (encoded, _, lossy) = EUC_KR.encode(text);
        !lossy && *encoded == *bytes
    };
    bytes == text.as_bytes() || !text.is_ascii() && in_cp949()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(fields: &[(&str, &str)]) -> Watched {
        let mut watched = Watched::new(&Arc::from(["secret".into(), "공개".into()]));
        for (name, value) in fields {
            watched.begin(name.as_bytes());
            value.as_bytes().chunks(2).for_each(|piece| watched.take(piece));
            watched.end(<[u8]>::to_vec);
        }
        watched
    }

    #[test]
    fn a_field_has_its_value_wherever_it_stands() {
        assert!(watched(&[("a", "0"), ("secret", "1")]).has("secret", "1"));
        assert!(watched(&[("secret", "1"), ("secret", "1")]).has("secret", "1"));
        assert!(!watched(&[("secret", "1"), ("secret", "0")]).has("secret", "1"));
        assert!(!watched(&[("secret", "0"), ("secret", "1")]).has("secret", "1"));
        assert!(!watched(&[]).has("secret", "1") && !watched(&[("secret", "")]).has("secret", "1"));
        assert!(!watched(&[("Secret", "1")]).has("secret", "1") && !watched(&[("secret", "1")]).has("other", "1"));
        let long = "1".repeat(LONGEST + 1);
        assert!(!watched(&[("secret", &long)]).has("secret", &long));
    }

    #[test]
    fn what_stands_in_a_field_is_told_if_it_is_one_thing() {
        let text = |fields: &[(&str, &str)]| watched(fields).text("secret", None);
        assert_eq!(text(&[("secret", "홍길동"), ("a", "b")]).as_deref(), Some("홍길동"));
        assert_eq!(text(&[("secret", "1"), ("secret", "2")]), None);
        assert_eq!((text(&[]), watched(&[("secret", "1")]).text("other", None)), (None, None));
        let mut old = watched(&[]);
        old.begin(b"secret");
        old.take(&encoding_rs::EUC_KR.encode("홍길동").0);
        old.end(<[u8]>::to_vec);
        assert_eq!(old.text("secret", Some(Charset::Cp949)).as_deref(), Some("홍길동"));
        assert!(!format!("{:?}", watched(&[("secret", "1234")])).contains("1234"));
    }

    #[test]
    fn names_and_values_are_korean_in_either_charset() {
        assert!(watched(&[("공개", "아니요")]).has("공개", "아니요"));
        let mut old = watched(&[]);
        old.begin(&encoding_rs::EUC_KR.encode("공개").0);
        old.take(&encoding_rs::EUC_KR.encode("아니요").0);
        old.end(<[u8]>::to_vec);
        assert!(old.has("공개", "아니요"));
    }
}
