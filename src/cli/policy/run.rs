//! `garim policy test`: builds what is tried out, has it judged, and gathers why.

use super::form::Field;
use super::judge::{Bench, Judged, Stage, Who};
use super::kept::{Kept, Situation};
use super::request::Asked;
use super::told::{self, Found, Named, Side, Trial};
use super::{Test, curl, excepted, files, lines, plain, saved};
use crate::cli::language;
use crate::inspect::clean;
use crate::policy::{Action, Decided, Find, Mode, Tally};
use crate::proxy::login;
use crate::proxy::session::without_id;
use crate::vocab::{Confidence, Direction, What};
use std::path::Path;
use std::time::Instant;

/// Tries everything out and tells what came of it. `true` if something would be refused, held, asked about or masked.
///
/// # Errors
/// What is wrong with the configuration, the arguments or a file, in words.
pub(super) fn test(args: &Test) -> Result<bool, String> {
    crate::cli::opened::tell_faults_by_place();
    let bench = Bench::load(&args.config)?;
    let mut trials = Vec::new();
    if args.curl.is_empty() && args.request.is_none() && !args.files.is_empty() {
        for file in &args.files {
            let bytes = read(file)?;
            let mut asked = asked(args)?;
            let answer = args.download.then(|| (files::answered(file, &bytes), bytes.clone()));
            files::post(&mut asked, &fields(args)?, (!args.download).then_some((file.as_path(), bytes)));
            trials.push(tried(args, &bench, (&file.display().to_string(), &asked), answer.as_ref())?);
        }
    } else {
        let mut asked = asked(args)?;
        files::post(&mut asked, &fields(args)?, None);
        let name = args.request.as_ref().map_or_else(String::new, |path| path.display().to_string());
        trials.push(tried(args, &bench, (&name, &asked), None)?);
    }
    let (json, language) = (args.json, language::of_locale());
    told::tell(&trials, &bench.settings, json, language);
    excepted::tell(&bench.settings, &trials.iter().map(|trial| trial.site.as_str()).collect::<Vec<_>>());
    Ok(trials.iter().any(|trial| trial.sides.iter().any(|side| side.action > Action::Log)))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", told::printable(&path.display().to_string())))
}

/// The request without its form.
fn asked(args: &Test) -> Result<Asked, String> {
    let mut asked = match (&args.request, args.curl.as_slice()) {
        (Some(path), _) => saved::read(&read(path)?)?,
        (None, []) => Asked { target: "/".to_owned(), ..Asked::default() },
        (None, words) => curl::read(words)?,
    };
    if let Some(path) = &args.path {
        asked.target.clone_from(path);
    }
    if let Some(method) = &args.method {
        asked.method.clone_from(method);
    }
    Ok(asked)
}

fn fields(args: &Test) -> Result<Vec<Field>, String> {
    let field = |text: &String| {
        let (name, value) = text.split_once('=')?;
        Some(Field::text(name, value))
    };
    let all: Option<Vec<Field>> = args.field.iter().map(field).collect();
    all.ok_or_else(|| "--field is NAME=VALUE / --field는 이름=값으로 적습니다".to_owned())
}

/// One request tried out, with the answer if there is one.
fn tried(
    args: &Test,
    bench: &Bench,
    (name, asked): (&str, &Asked),
    answer: Option<&(String, Vec<u8>)>,
) -> Result<Trial, String> {
    let (mut parts, host) = asked.parts()?;
    let (uri, headers) = (parts.uri.clone(), parts.headers.clone());
    let host = args.site.clone().or(host);
    if let Some(host) = &host
        && !parts.headers.contains_key(http::header::HOST)
        && let Ok(host) = host.parse()
    {
        parts.headers.insert(http::header::HOST, host);
    }
    let method = parts.method.to_string();
    let stage = bench.stage(parts, host.as_deref(), &Who { address: args.address, roles: &args.role })?;
    let lines = lines::of_file(&args.config, &stage.site.policy.name);
    let gatherer = Gatherer { stage: &stage, lines: &lines };
    let mut sides: Vec<Side> = gatherer.access().into_iter().collect();
    if !sides.iter().any(|side| side.action == Action::Block) {
        let request = stage.request(&asked.body);
        sides.push(gatherer.side("request", Direction::Upload, &request));
        let goes_on = sides.iter().all(|side| side.action <= Action::Mask);
        if let Some((media_type, bytes)) = answer.filter(|_| goes_on) {
            sides.push(gatherer.side("answer", Direction::Download, &stage.answer(media_type, bytes)));
        }
    }
    let gates = login::gates(&bench.settings, &stage.site.name, &uri, &headers);
    Ok(Trial {
        gates: gates.into_iter().map(|gate| gate.name.clone()).collect(),
        name: clean(&told::printable(name), &stage.lens),
        site: stage.site.name.clone(),
        policy: stage.site.policy.name.clone(),
        path: clean(&told::printable(&without_id(&stage.path)), &stage.lens),
        roles: plain::roles(stage.roles, &bench.settings),
        method,
        sides,
    })
}

/// Gathers why something was decided.
struct Gatherer<'a> {
    stage: &'a Stage<'a>,
    lines: &'a [usize],
}

impl Gatherer<'_> {
    fn situation<'s>(
        &'s self,
        direction: Direction,
        tally: Option<&'s Tally>,
        decided: &'s [Decided],
    ) -> Situation<'s> {
        let Stage { site, .. } = self.stage;
        Situation { policy: &site.policy, direction, site: &site.name, asker: self.stage.asker(), tally, decided }
    }

    fn named(&self, number: usize) -> Named {
        let rule = self.stage.site.policy.rules.get(number);
        let name = rule.map_or_else(String::new, |rule| rule.name.to_string());
        Named { number: number.saturating_add(1), name, line: self.lines.get(number).copied() }
    }

    /// What the rules about access say; `None` if there are none.
    fn access(&self) -> Option<Side> {
        let rules = &self.stage.site.policy.rules;
        if !rules.iter().any(|rule| rule.is_about_access()) {
            return None;
        }
        let began = Instant::now();
        let decision = self.stage.access();
        let took = began.elapsed();
        let situation = self.situation(Direction::Upload, None, &[]);
        let about = rules.iter().enumerate().filter(|(_, rule)| rule.is_about_access());
        let mut kept: Vec<(usize, Kept)> = about.map(|(number, _)| (number, situation.kept(number))).collect();
        let decides = |(number, kept): &(usize, Kept)| {
            let name = rules.get(*number).map(|rule| &*rule.name);
            matches!(kept, Kept::Access(_)) && name == decision.as_ref().and_then(|decision| decision.rule.as_deref())
        };
        let deciding = kept.iter().position(decides);
        let number = deciding.and_then(|at| kept.get(at)).map(|(number, _)| *number);
        kept.truncate(deciding.unwrap_or(kept.len()));
        let (action, would) =
            decision.as_ref().map_or((Action::Pass, Action::Pass), |decision| (decision.effective(), decision.action));
        Some(Side {
            part: "access",
            action,
            would,
            mode: decision.as_ref().map(|decision| decision.mode),
            rule: number.map(|number| self.named(number)),
            about: None,
            stuck: false,
            too_large: false,
            found: Vec::new(),
            kept: kept.into_iter().map(|(number, kept)| (number, self.named(number), kept)).collect(),
            took,
        })
    }

    /// One direction, judged.
    fn side(&self, part: &'static str, direction: Direction, judged: &Judged) -> Side {
        let decided = judged.tally.decided();
        let verdict = judged.tally.verdict();
        let situation = self.situation(direction, Some(&judged.tally), &decided);
        let strictness = |decided: &Decided| match decided.decision.action {
            Action::Mask if decided.stuck => Action::Block,
            action => action,
        };
        let deciding = decided.iter().find(|decided| {
            Some(decided.what) == verdict.what
                && strictness(decided) == verdict.would
                && decided.decision.rule == verdict.rule
        });
        let number = deciding.and_then(|deciding| situation.number(deciding));
        let rules = &self.stage.site.policy.rules;
        let above = rules.iter().enumerate().take(number.unwrap_or(rules.len()));
        let above = above.filter(|(_, rule)| !rule.is_about_access());
        let kept = above.map(|(number, _)| (number, self.named(number), situation.kept(number))).collect();
        let refused = judged.too_large || judged.unread && verdict.action <= Action::Mask;
        Side {
            part,
            action: if refused { Action::Block } else { verdict.action },
            would: if refused { Action::Block } else { verdict.would },
            mode: if refused { Some(Mode::Enforce) } else { deciding.map(|deciding| deciding.decision.mode) },
            rule: number.map(|number| self.named(number)),
            about: verdict.what,
            stuck: judged.unread
                || deciding.is_some_and(|deciding| deciding.stuck && deciding.decision.action == Action::Mask),
            too_large: judged.too_large,
            found: self.found(&judged.tally, &decided, &situation),
            kept,
            took: judged.took,
        }
    }

    /// Each sort of thing that was found.
    fn found(&self, tally: &Tally, decided: &[Decided], situation: &Situation<'_>) -> Vec<Found> {
        let mut all: Vec<Found> = Vec::new();
        for one in decided {
            let action = one.decision.action;
            let rule = situation.number(one).map(|number| self.named(number));
            if let Some(known) = all.iter_mut().find(|known| known.what == one.what) {
                known.found = known.found.saturating_add(one.found);
                known.confidence = known.confidence.max(one.confidence);
                if action > known.action {
                    (known.action, known.rule) = (action, rule);
                }
                continue;
            }
            let reported = tally.reported().iter().find(|reported| reported.what == one.what);
            let place = |text: String| clean(&told::printable(&text), &self.stage.lens);
            all.push(Found {
                what: one.what,
                found: one.found,
                different: different(tally, one.what),
                confidence: one.confidence,
                action,
                rule,
                place: reported.map(|reported| [place(reported.place.to_string()), place(reported.place.korean())]),
                masked: reported.map_or_else(String::new, |reported| reported.masked.clone()),
            });
        }
        all
    }
}

/// How many different values of a kind were found that are at least probable; `None` of what has no values.
fn different(tally: &Tally, what: What) -> Option<u64> {
    let What::Kind(kind) = what else { return None };
    let first = tally.first_values().iter().filter(|(known, _)| *known == kind).count() as u64;
    let counted = tally.different(Find::NONE.with(what), Confidence::Probable);
    Some(first.max(u64::from(counted)))
}
