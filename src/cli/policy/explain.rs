//! `garim policy explain`: a rule, or a whole policy from the top, in plain words.

use super::{Explain, either, lines, plain, totals};
use crate::cli::language;
use crate::config::{self, Language, Settings, Window};
use crate::policy::{Find, Mode, Policy, Rule, subjects};
use crate::vocab::Direction;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// Explains what is asked.
///
/// # Errors
/// Mistakes of the configuration, or that there is no such rule, in words.
pub(super) fn explain(args: &Explain) -> Result<(), String> {
    let settings = config::load(&args.config).map_err(|mistakes| mistakes.to_string())?;
    let explainer = Explainer { settings: &settings, file: &args.config, language: language::of_locale() };
    let text = match &args.rule {
        None => explainer.all(settings.policies.values()),
        Some(asked) => explainer.asked(asked)?,
    };
    // A reader that has seen enough is no failure.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    Ok(())
}

struct Explainer<'a> {
    settings: &'a Settings,
    file: &'a Path,
    language: Language,
}

impl Explainer<'_> {
    /// What `[POLICY/]RULE` means. Names may hold a slash.
    fn asked(&self, asked: &str) -> Result<String, String> {
        let (named, rest) = match asked.split_once('/') {
            Some((policy, rest)) if self.settings.policies.contains_key(policy) => (Some(policy), rest),
            _ => (None, asked),
        };
        let policies = self.settings.policies.iter().filter(|(name, _)| named.is_none_or(|named| named == *name));
        let policies: Vec<&Arc<Policy>> = policies.map(|(_, policy)| policy).collect();
        if rest.is_empty() {
            return Ok(self.all(policies));
        }
        let is = |number: usize, rule: &Rule| *rule.name == *rest || rest.parse() == Ok(number.saturating_add(1));
        let found = policies.iter().flat_map(|policy| {
            let rules = policy.rules.iter().enumerate().filter(|(number, rule)| is(*number, rule));
            rules.map(|(number, _)| self.rule(policy, number))
        });
        let totals = policies.iter().flat_map(|policy| {
            let windows = self.windows(policy).iter().filter(|window| *window.name == *rest);
            let head = either(self.language, format!("policy {}\n", policy.name), format!("정책 {}\n", policy.name));
            windows.map(move |window| format!("{head}{}", totals::window(window, self.language)))
        });
        let found: Vec<String> = found.chain(totals).collect();
        if found.is_empty() {
            let rules = policies.iter().flat_map(|policy| policy.rules.iter().map(|rule| &*rule.name));
            let windows = policies.iter().flat_map(|policy| self.windows(policy).iter().map(|window| &*window.name));
            let all: Vec<String> = rules.chain(windows).map(|name| format!("\"{}\"", name.escape_debug())).collect();
            let (rest, all) = (rest.escape_debug(), all.join(", "));
            return Err(format!("there is no rule \"{rest}\"; there are: {all} / 그런 규칙은 없습니다"));
        }
        Ok(found.join("\n"))
    }

    /// The totals over time of a policy: all of its sites have them.
    fn windows(&self, policy: &Policy) -> &[Arc<Window>] {
        let site = self.settings.sites.iter().find(|site| site.policy.name == policy.name);
        site.map(|site| &*site.windows).unwrap_or_default()
    }

    fn all<'p>(&self, policies: impl IntoIterator<Item = &'p Arc<Policy>>) -> String {
        let all = policies.into_iter().map(|policy| self.policy(policy));
        all.collect::<Vec<_>>().join("\n")
    }

    /// A policy from the top.
    fn policy(&self, policy: &Policy) -> String {
        let language = self.language;
        let mode = plain::mode(policy.mode, language);
        let mut out =
            either(language, format!("policy {} ({mode})\n", policy.name), format!("정책 {} ({mode})\n", policy.name));
        out.push_str(&self.sites(policy, None));
        let lines = lines::of_file(self.file, &policy.name);
        for (number, rule) in policy.rules.iter().enumerate() {
            out.push_str(&self.entry(policy, (number, rule), &lines));
        }
        for direction in [Direction::Upload, Direction::Download] {
            let way = plain::direction(Some(direction), language);
            out.push_str(&either(
                language,
                format!("what no rule names, {way}:\n"),
                format!("어느 규칙에도 없는 것은, {way}:\n"),
            ));
            for line in plain::unnamed(policy, direction, language) {
                out.push_str(&format!("  - {line}\n"));
            }
        }
        for (number, window) in self.windows(policy).iter().enumerate() {
            if number == 0 {
                out.push_str(&either(language, "totals over time:\n", "시간에 따른 합계:\n"));
            }
            out.push_str(&format!("   {}", totals::window(window, language)));
        }
        out
    }

    /// One rule of a policy: its number, its name, what it says, and under which conditions.
    fn entry(&self, policy: &Policy, (number, rule): (usize, &Rule), lines: &[usize]) -> String {
        let language = self.language;
        let line =
            lines.get(number).map(|line| either(language, format!(" (line {line})"), format!(" ({line}번째 줄)")));
        let line = line.unwrap_or_default();
        let mut out =
            format!("{}. {}{line}\n   {}\n", number.saturating_add(1), rule.name, plain::rule(rule, language));
        for condition in plain::conditions(rule, self.settings, language) {
            out.push_str(&format!("   - {condition}\n"));
        }
        if let Some(reason) = plain::reason(rule, language) {
            out.push_str(&format!("   - {reason}\n"));
        }
        let mode = rule.mode.unwrap_or(policy.mode);
        if mode == Mode::Observe || rule.mode.is_some() {
            out.push_str(&format!("   - {}\n", plain::mode(mode, language)));
        }
        out
    }

    /// The sites of a policy that a rule, if one is said, holds for.
    fn sites(&self, policy: &Policy, rule: Option<&Rule>) -> String {
        let holds =
            |name: &String| rule.is_none_or(|rule| rule.scope.sites.is_empty() || rule.scope.sites.contains(name));
        let sites = self.settings.sites.iter().filter(|site| site.policy.name == policy.name && holds(&site.name));
        let sites: Vec<String> = sites
            .map(|site| match site.mode {
                Some(mode) if mode != policy.mode => format!("{} ({})", site.name, plain::mode(mode, self.language)),
                _ => site.name.clone(),
            })
            .collect();
        match (sites.is_empty(), sites.join(", ")) {
            (true, _) => either(self.language, "it holds for no site\n", "적용되는 사이트가 없습니다\n"),
            (false, sites) => either(self.language, format!("sites: {sites}\n"), format!("사이트: {sites}\n")),
        }
    }

    /// One rule, the sites that it holds for, and which rules above it are asked first.
    fn rule(&self, policy: &Policy, number: usize) -> String {
        let Some(rule) = policy.rules.get(number) else { return String::new() };
        let language = self.language;
        let lines = lines::of_file(self.file, &policy.name);
        let mut out = either(language, format!("policy {}\n", policy.name), format!("정책 {}\n", policy.name));
        out.push_str(&self.entry(policy, (number, rule), &lines));
        out.push_str(&self.sites(policy, Some(rule)));
        let above = policy.rules.iter().enumerate().take(number);
        let taking: Vec<String> =
            above.filter_map(|(number, above)| self.taking(policy, (number, above), rule)).collect();
        match taking.is_empty() {
            true => out.push_str(&either(
                language,
                "no rule above it takes anything that it is about\n",
                "위의 어떤 규칙도 이 규칙이 다루는 것을 먼저 가져가지 않습니다\n",
            )),
            false => {
                out.push_str(&either(language, "rules above it that are asked first:\n", "먼저 적용되는 위의 규칙:\n"));
                out.extend(taking);
            }
        }
        out
    }

    /// What a rule above takes of what a rule is about; `None` if nothing.
    fn taking(&self, policy: &Policy, (number, above): (usize, &Rule), rule: &Rule) -> Option<String> {
        let (ours, theirs) = (&rule.scope, &above.scope);
        let one_way = ours.on.is_none() || theirs.on.is_none() || ours.on == theirs.on;
        let one_site = ours.sites.is_empty()
            || theirs.sites.is_empty()
            || ours.sites.iter().any(|site| theirs.sites.contains(site));
        let shared = subjects().filter(|what| rule.find.contains(*what) && above.find.contains(*what));
        let shared = shared.fold(Find::NONE, Find::with);
        let both_access = rule.is_about_access() && above.is_about_access();
        if !one_way || !one_site || shared.is_empty() && !both_access {
            return None;
        }
        let language = self.language;
        let mut out = format!(
            "  {}. {}: {}: {}\n",
            number.saturating_add(1),
            above.name,
            plain::find(shared, language),
            plain::action(above.action, language)
        );
        for condition in plain::conditions(above, self.settings, language) {
            out.push_str(&format!("     - {condition}\n"));
        }
        if above.mode.unwrap_or(policy.mode) == Mode::Observe {
            out.push_str(&either(
                language,
                "     - it only observes: what this rule does is carried out all the same\n",
                "     - 관찰만 하므로 이 규칙의 조치는 그대로 시행됩니다\n",
            ));
        }
        Some(out)
    }
}
