//! What the commands at the terminal have to say to the journal of the process that runs: it alone may write there.

use crate::audit::{Event, kind};
use serde::{Deserialize, Serialize};

/// The kinds that a command may record; everything else only the process itself knows.
const KINDS: [&str; 7] =
    [kind::ACCOUNT, kind::ALERT, kind::APPROVAL, kind::EXPORT, kind::KEY, kind::LOGIN, kind::RETENTION];

/// An event on its way to the running process.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    kind: String,
    account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    verdict: Option<String>,
    reason: Option<String>,
    detail: Vec<(String, String)>,
}

/// The event as a line. Of its fields, what commands know: who, from where, what, why, and details.
pub(super) fn line(event: &Event) -> Option<String> {
    let Event { kind, account, address, verdict, reason, detail, .. } = event.clone();
    serde_json::to_string(&Told { kind: kind.to_owned(), account, address, verdict, reason, detail }).ok()
}

/// The event that a line tells of; `None` if it is none that a command may record.
pub(super) fn event(line: &str) -> Option<Event> {
    let Told { kind, account, address, verdict, reason, detail } = serde_json::from_str(line).ok()?;
    let kind = KINDS.into_iter().find(|known| *known == kind)?;
    Some(Event { account, address, verdict, reason, detail, ..Event::new(kind) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_may_say_arrives_and_nothing_else() {
        let said =
            Event { account: Some("kim".into()), reason: Some("점검\n\"x\"".into()), ..Event::new(kind::EXPORT) };
        let said = Event { address: Some("local".into()), ..said.with("from", "2026-11-01") };
        let line = line(&said).expect("a line");
        assert!(!line.contains('\n'));
        assert_eq!(event(&line), Some(said));
        assert_eq!(event(&line.replace("export", "exchange")), None, "that is for the process to say");
        assert_eq!((event("{}"), event(""), event("{\"kind\":\"key\"")), (None, None, None));
    }
}
