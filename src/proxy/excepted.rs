//! Exceptions that somebody makes: whether they make sense, and a site's policy without what they let be.

use super::record::reference;
use crate::act;
use crate::audit::time_of;
use crate::config::{self, Settings, Site};
use crate::policy::{self, Find, LetBe};
use crate::store::{Excepted, Exception};
use crate::vocab::Direction;
use std::sync::Arc;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
/// The longest that something is let be, in milliseconds: a year. What holds for longer is a rule of the policy.
const LONGEST: i64 = 366 * DAY;

/// An exception as somebody asks for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// The site, by any of its hosts.
    pub site: String,
    /// A rule, or else a kind; empty for none.
    pub rule: String,
    /// See `rule`.
    pub kind: String,
    /// Of a kind, which way ("upload", "download"); empty for both.
    pub on: String,
    /// The last day, a time, or a length of time.
    pub until: String,
    /// Why.
    pub reason: String,
}

/// Why an exception makes no sense.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Senseless {
    #[error("no site is called {0}; there are: {1} / 그런 사이트는 없습니다")]
    Site(String, String),
    #[error("the policy of {0} has no rule \"{1}\"; its rules: {2} / 그런 규칙은 없습니다")]
    Rule(String, String, String),
    #[error(
        "\"{0}\": expected a kind, a group of kinds or uninspectable:REASON, not everything{1} / 종류, 종류의 묶음, uninspectable:까닭 가운데 하나를 적으십시오"
    )]
    Kind(String, String),
    #[error("\"{0}\": expected upload or download / upload나 download를 적으십시오")]
    Way(String),
    #[error(
        "a rule says itself which way it is about; only a kind goes with upload or download / 방향은 종류에만 적습니다"
    )]
    RuleWay,
    #[error("name a rule or a kind, not both / 규칙이나 종류 가운데 하나만 적으십시오")]
    Both,
    #[error(
        "\"{0}\": expected a day from today on (2026-12-31), a time to come (2026-12-31T09:00:00Z) or a length (12h, 3d), at most a year / 오늘부터 1년 안의 날짜나 기간을 적으십시오"
    )]
    Until(String),
    #[error("write the reason in a few words / 사유를 몇 낱말로 적으십시오")]
    Reason,
}

impl Asked {
    /// The exception that `by` makes `now`, if it makes sense.
    pub(crate) fn checked(&self, settings: &Settings, by: &str, now: i64) -> Result<Exception, Senseless> {
        let sites = settings.sites.iter();
        let wanted = self.site.trim().to_lowercase();
        let site = sites.clone().find(|known| known.hosts.contains(&wanted)).ok_or_else(|| {
            let names: Vec<&str> = sites.map(|site| site.name.as_str()).collect();
            Senseless::Site(self.site.clone(), names.join(", "))
        })?;
        let excepted = self.excepted(site)?;
        let until = end(&self.until, now).ok_or_else(|| Senseless::Until(self.until.clone()))?;
        let reason = act::reason(&self.reason).ok_or(Senseless::Reason)?;
        let (id, site, by) = (reference(), site.name.clone(), by.to_owned());
        Ok(Exception { id, created: now, site, excepted, until, reason, by, ended_by: None })
    }

    fn excepted(&self, site: &Site) -> Result<Excepted, Senseless> {
        let rules = || site.policy.rules.iter().map(|rule| &*rule.name);
        match (self.rule.trim(), self.kind.trim()) {
            (rule, "") if !rule.is_empty() && self.way()?.is_some() => Err(Senseless::RuleWay),
            (rule, "") if !rule.is_empty() => match rules().any(|known| known == rule) {
                true => Ok(Excepted::Rule(rule.to_owned())),
                false => {
                    let all = rules().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
                    Err(Senseless::Rule(site.name.clone(), rule.to_owned(), all))
                }
            },
            ("", kind) => match kinds(kind) {
                Some(_) => Ok(Excepted::Kind(kind.to_owned(), self.way()?)),
                None => Err(Senseless::Kind(kind.to_owned(), near(kind))),
            },
            _ => Err(Senseless::Both),
        }
    }
}

impl Asked {
    fn way(&self) -> Result<Option<Direction>, Senseless> {
        match self.on.trim() {
            "" => Ok(None),
            word => Direction::from_name(word).map(Some).ok_or_else(|| Senseless::Way(word.to_owned())),
        }
    }
}

/// The nearest name of a kind, as it stands in a message.
fn near(kind: &str) -> String {
    let near = config::kinds(kind).err().flatten();
    near.map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

/// When something ends that is said to last until then: a day to its end, in Korea.
fn end(word: &str, now: i64) -> Option<i64> {
    let word = word.trim();
    let length = config::duration(word).and_then(|length| i64::try_from(length.as_millis()).ok());
    let end = match length {
        Some(length) => now.checked_add(length)?,
        None => {
            let time = time_of(word)?;
            if word.len() == "2026-12-31".len() { time.checked_add(DAY)? } else { time }
        }
    };
    (now < end && end.checked_sub(now)? <= LONGEST).then_some(end)
}

/// The site as it is while these exceptions hold; those of other sites say nothing here.
pub(super) fn excepted(site: &Arc<Site>, exceptions: &[Exception]) -> Arc<Site> {
    let own = exceptions.iter().filter(|one| one.site == site.name);
    let own: Vec<policy::Exception> = own.filter_map(meant).collect();
    if own.is_empty() {
        return Arc::clone(site);
    }
    Arc::new(Site { policy: Arc::new(site.policy.except(&own)), ..Site::clone(site) })
}

/// What an exception lets be. One of a kind that a configuration has named once and does no more lets nothing be.
fn meant(exception: &Exception) -> Option<policy::Exception> {
    let let_be = match &exception.excepted {
        Excepted::Rule(name) => LetBe::Rule(name.clone()),
        Excepted::Kind(word, on) => LetBe::Find(kinds(word)?, *on),
    };
    Some(policy::Exception { name: format!("exception {}", exception.id).into(), let_be })
}

/// What a word lets be: a kind, a group of kinds, or one reason for which something cannot be inspected. Not everything at
/// once: whoever wants that has the site only observe.
fn kinds(word: &str) -> Option<Find> {
    let find = config::kinds(word).ok()?;
    let is_all = |all: Find| all.without(find).is_empty();
    (!is_all(Find::every_reason()) && !is_all(Find::every_kind()) && !find.is_empty()).then_some(find)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-27 00:00 in Korea.
    const NOW: i64 = 1_795_705_200_000;

    #[test]
    fn an_exception_ends_with_its_last_day_and_within_a_year() {
        for (word, wanted) in [
            ("2026-11-27", Some(DAY)),
            ("2026-12-31", Some(35 * DAY)),
            ("2026-11-26T15:00:01Z", Some(1000)),
            (" 12h ", Some(DAY / 2)),
            ("1y", Some(365 * DAY)),
            ("2026-11-26", None),
            ("2028-01-01", None),
            ("2y", None),
            ("0s", None),
            ("99999999999999999d", None),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(end(word, NOW).map(|end| end - NOW), wanted, "{word}");
        }
    }

    #[test]
    fn a_word_lets_be_what_it_names_but_never_everything() {
        for (word, is_good) in [
            ("mobile-number", true),
            ("휴대전화번호", true),
            ("@financial", true),
            ("uninspectable:encrypted", true),
            ("*", false),
            ("uninspectable", false),
            ("no-such-kind", false),
            ("", false),
        ] {
            assert_eq!(kinds(word).is_some(), is_good, "{word}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        let text = "[server]\nlisten = [\"127.0.0.1:0\"]\n[[site]]\nhosts = [\"a.kr\", \"b.kr\"]\nupstream = \"http://127.0.0.1:1\"\n\
            tls = \"self-signed\"\npolicy = \"p\"\n[policy.p]\n[[policy.p.rule]]\nname = \"no numbers\"\nfind = [\"*\"]\naction = \"block\"\n";
        let settings = config::parse(text, "g.toml").unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let good = Asked {
            site: "a.kr".into(),
            rule: "no numbers".into(),
            until: "3d".into(),
            reason: "이사 안내 010-1234-5678".into(),
            ..Asked::default()
        };
        let made = good.checked(&settings, "choi", NOW).expect("an exception");
        assert_eq!(
            (made.until, made.by.as_str(), made.excepted),
            (NOW + 3 * DAY, "choi", Excepted::Rule("no numbers".into()))
        );
        assert!(made.reason.contains("010-****-5678"), "{}", made.reason);
        let senseless = |asked: Asked| asked.checked(&settings, "choi", NOW).expect_err("no exception");
        let by_another = Asked { site: " B.kr".into(), ..good.clone() }.checked(&settings, "choi", NOW);
        assert_eq!(by_another.map(|made| made.site), Ok("a.kr".to_owned()), "any of its hosts names a site");
        let site = senseless(Asked { site: "c.kr".into(), ..good.clone() });
        assert_eq!(site, Senseless::Site("c.kr".into(), "a.kr".into()));
        let rule = senseless(Asked { rule: "another".into(), ..good.clone() });
        assert!(rule.to_string().contains("its rules: \"no numbers\""), "{rule}");
        assert_eq!(senseless(Asked { kind: "mobile-number".into(), ..good.clone() }), Senseless::Both);
        assert_eq!(senseless(Asked { on: "upload".into(), ..good.clone() }), Senseless::RuleWay);
        let kind = Asked { rule: String::new(), kind: "@contact".into(), on: "download".into(), ..good.clone() };
        let made = kind.checked(&settings, "choi", NOW).map(|made| made.excepted);
        assert_eq!(made, Ok(Excepted::Kind("@contact".into(), Some(Direction::Download))));
        assert_eq!(senseless(Asked { on: "up".into(), ..kind }), Senseless::Way("up".into()));
        assert_eq!(
            senseless(Asked { rule: String::new(), kind: "*".into(), ..good.clone() }),
            Senseless::Kind("*".into(), String::new())
        );
        assert_eq!(senseless(Asked { until: "someday".into(), ..good.clone() }), Senseless::Until("someday".into()));
        assert_eq!(senseless(Asked { reason: "..".into(), ..good }), Senseless::Reason);
    }
}
