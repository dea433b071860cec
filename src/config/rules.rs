//! `[policy.NAME]` and its rules.

use super::names::{Found, find, later, nearest};
use super::reader::{Book, Table, Value};
use super::roles::Named;
use super::settings::Window;
use super::shadow::{self, Reach};
use super::site::{Drafts, MODES};
use super::{expected, windows, words};
use crate::policy::{Action, Conditions, FieldIs, Files, Find, Paths, Policy, Rule, Scope, glob};
use crate::vocab::{Confidence, Direction, FileType, Own, Reason, What};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

const ACTIONS: &[(&str, Action)] = &[
    (Action::Pass.name(), Action::Pass),
    (Action::Log.name(), Action::Log),
    (Action::Mask.name(), Action::Mask),
    (Action::Warn.name(), Action::Warn),
    (Action::AskReason.name(), Action::AskReason),
    (Action::Hold.name(), Action::Hold),
    (Action::Block.name(), Action::Block),
];

/// What a policy does by default.
const DEFAULTS: &[(&str, Action)] = &[
    (Action::Pass.name(), Action::Pass),
    (Action::Log.name(), Action::Log),
    (Action::Mask.name(), Action::Mask),
    (Action::Block.name(), Action::Block),
];

const FILE_TYPES: &[(&str, FileType)] = &[
    (FileType::Executable.name(), FileType::Executable),
    (FileType::Script.name(), FileType::Script),
    (FileType::ServerPage.name(), FileType::ServerPage),
];

const DIRECTIONS: &[(&str, Direction)] =
    &[(Direction::Upload.name(), Direction::Upload), (Direction::Download.name(), Direction::Download)];

pub(super) const CONFIDENCES: &[(&str, Confidence)] = &[
    (Confidence::Possible.name(), Confidence::Possible),
    (Confidence::Probable.name(), Confidence::Probable),
    (Confidence::Certain.name(), Confidence::Certain),
];

/// What a rule that refuses may offer.
const OFFERS: &[(&str, ())] = &[("hidden", ())];

/// The highest count: different values are remembered up to it.
const MOST: u64 = 100_000;

/// Every policy by name, with the place of its name.
pub(super) struct Policies<'a>(BTreeMap<&'a str, Ruled>);

/// The windows of a policy.
type Windows = Arc<[Arc<Window>]>;

/// A policy, its windows, and the place of its name.
struct Ruled {
    policy: Arc<Policy>,
    windows: Windows,
    span: Range<usize>,
}

impl Policies<'_> {
    /// The policy that a site names, or a mistake at its value.
    pub(super) fn of(&self, value: &Value<'_>, name: &str) -> Option<(Arc<Policy>, Windows)> {
        let found = self.0.get(name);
        if found.is_none() {
            let names: Vec<&str> = self.0.keys().copied().collect();
            value.wrong(words::no_policy(name, nearest(name, names.iter().copied()), &names));
        }
        found.map(|ruled| (Arc::clone(&ruled.policy), Arc::clone(&ruled.windows)))
    }

    /// Warns of policies that no site uses.
    pub(super) fn tell_unused(&self, book: &Book<'_>, used: &[&str]) {
        for (name, ruled) in self.0.iter().filter(|(name, _)| !used.contains(*name)) {
            book.doubtful(&ruled.span, words::unused_policy(name));
        }
    }

    /// Without the places.
    pub(super) fn into_map(self) -> BTreeMap<String, Arc<Policy>> {
        self.0.into_iter().map(|(name, ruled)| (name.to_owned(), ruled.policy)).collect()
    }
}

/// What rules may name.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) drafts: &'a Drafts<'a>,
    pub(super) own: &'a [Own],
    pub(super) roles: &'a Named,
    /// Whether anybody is told when a window is beyond its limit.
    pub(super) tells_windows: bool,
}

pub(super) fn policies<'a>(root: &Table<'a>, names: Names<'_>) -> Policies<'a> {
    let mut policies = BTreeMap::new();
    if let Some(all) = root.table("policy", "[policy]") {
        for (name, span, value) in all.entries() {
            if let Some(table) = value.table(format!("[policy.{}]", words::named(name))) {
                let windows = windows::windows(name, &table, names.own, names.tells_windows);
                let windows = windows.into_iter().map(Arc::new).collect();
                let policy = Arc::new(policy(name, table, names));
                policies.insert(name, Ruled { policy, windows, span });
            }
        }
    }
    Policies(policies)
}

fn policy(name: &str, table: Table<'_>, names: Names<'_>) -> Policy {
    let mode = table.choice("mode", MODES).unwrap_or(crate::policy::Mode::Enforce);
    let default = table.choice("default", DEFAULTS).unwrap_or(Action::Log);
    let section = format!("[[policy.{}.rule]]", words::named(name));
    let tables = table.get("rule").map(|value| value.tables(&section)).unwrap_or_default();
    let numbered = tables.into_iter().enumerate();
    let read = numbered.map(|(index, table)| rule(index + 1, table, names)).collect::<Vec<_>>();
    shadow::tell(table.book, &read, default, table.place_of("default"));
    let rules = read.into_iter().filter_map(|(rule, _)| rule).collect();
    table.finish(later::POLICY);
    Policy { name: name.to_owned(), mode, default, rules }
}

fn action(value: &Value<'_>) -> Option<Action> {
    match value.as_text().filter(|text| later::ACTIONS.contains(text)) {
        Some(action) => {
            value.wrong(words::later_action(action));
            None
        }
        None => value.choice(ACTIONS),
    }
}

/// A rule, unless there was a mistake in it, and how far it reaches.
fn rule(number: usize, table: Table<'_>, names: Names<'_>) -> (Option<Rule>, Reach) {
    let name = table.get("name").and_then(|value| value.text(expected::TEXT)).filter(|name| !name.is_empty());
    let name = name.map_or_else(|| format!("rule {number}"), str::to_owned);
    let mut reach = Reach { span: table.span.clone(), paths: Vec::new() };
    let scope = scope(&table, names, &mut reach);
    let types = file_types(&table);
    let when = conditions(&table, &types);
    let find = wanted(&table, names.own, &types);
    let at_least = table.number("at_least", 1, 1..=MOST);
    let confidence = table.choice("confidence", CONFIDENCES).unwrap_or(Confidence::Probable);
    let action = table.need("action", expected::ACTION).and_then(|value| action(&value));
    let mode = table.choice("mode", MODES);
    let offer = offer(&table, find, action);
    let scope = scope.map(|scope| by_action(&table, scope, &when, action));
    if let (Some(find), Some(action)) = (find, action) {
        sensible(&table, find, at_least, action);
    }
    table.finish_with(later::RULE, words::later_condition);
    let whole = scope.zip(find).zip(action);
    let rule = whole.map(|((scope, find), action)| Rule {
        name: name.into(),
        scope,
        when,
        find,
        at_least,
        confidence,
        action,
        mode,
        offer,
    });
    (rule, reach)
}

/// Some actions and conditions have a direction of their own.
fn by_action(table: &Table<'_>, scope: Scope, when: &Conditions, action: Option<Action>) -> Scope {
    let own = match action {
        Some(Action::Warn | Action::Hold) => Some(Direction::Upload),
        Some(Action::AskReason) => Some(Direction::Download),
        _ if when.fields.is_empty() => None,
        _ => Some(Direction::Upload),
    };
    if let (Some(own), Some(on)) = (own, scope.on)
        && own != on
    {
        let what = match action {
            Some(action @ (Action::Warn | Action::Hold | Action::AskReason)) => action.name(),
            _ => "form",
        };
        table.book.wrong(&table.place_of("on"), words::only_on(what, own.name()));
    }
    Scope { on: own.or(scope.on), ..scope }
}

/// What a writer who is refused may be offered. It is for posts, whatever else the rule refuses.
fn offer(table: &Table<'_>, find: Option<Find>, action: Option<Action>) -> bool {
    if table.choice("offer", OFFERS).is_none() {
        return false;
    }
    let place = table.place_of("offer");
    if action.is_some_and(|action| action != Action::Block) {
        table.book.wrong(&place, words::offer_without_block());
    } else if table.get("on").is_some_and(|value| value.as_text() == Some(Direction::Download.name())) {
        table.book.wrong(&place, words::offer_of_download());
    } else if find.is_some_and(|find| !find.is_empty() && !find.can_be_hidden()) {
        table.book.wrong(&place, words::nothing_to_hide());
    }
    true
}

fn file_types(table: &Table<'_>) -> Vec<FileType> {
    let Some(value) = table.get("file_type") else { return Vec::new() };
    let named = value.filled(expected::FILE_TYPE);
    named.iter().filter_map(|value| value.choice(FILE_TYPES)).collect()
}

/// What must hold beside the scope. A type of file without `find` is what is found.
fn conditions(table: &Table<'_>, types: &[FileType]) -> Conditions {
    let fields = table.get("form").map(|value| fields(&value)).unwrap_or_default();
    let names = table.get("file_name").and_then(|value| file_names(&value));
    let types = if table.has("find") { types } else { &[] };
    let files = (names.is_some() || !types.is_empty()).then(|| {
        let (written, names) = names.map_or((Vec::new(), None), |(written, set)| (written, Some(set)));
        Files::new(written, names, types.to_vec())
    });
    if files.is_some() && !table.has("find") {
        table.book.wrong(&table.place_of("file_name"), words::file_name_without_find());
    }
    Conditions { fields, files }
}

fn fields(value: &Value<'_>) -> Vec<FieldIs> {
    if !value.is_table() {
        value.wrong_type(expected::FIELDS);
        return Vec::new();
    }
    let Some(table) = value.table("form of a rule".to_owned()) else { return Vec::new() };
    let entries = table.entries();
    if entries.is_empty() {
        value.wrong_value(expected::FIELDS, None);
    }
    let field = |(name, _, value): (&str, Range<usize>, Value<'_>)| {
        let value = value.text(expected::FIELDS)?.to_owned();
        Some(FieldIs { name: name.to_owned(), value })
    };
    entries.into_iter().filter_map(field).collect()
}

fn file_names(value: &Value<'_>) -> Option<(Vec<String>, GlobSet)> {
    let (mut set, mut written) = (GlobSetBuilder::new(), Vec::new());
    for value in value.filled(expected::FILE_NAMES) {
        let Some(text) = value.text(expected::FILE_NAMES) else { continue };
        match GlobBuilder::new(text).case_insensitive(true).build() {
            Ok(glob) if !text.is_empty() => set.add(glob),
            _ => {
                value.wrong_value(expected::FILE_NAMES, None);
                continue;
            }
        };
        written.push(text.to_owned());
    }
    let set = set.build().map_err(|_| value.wrong_value(expected::FILE_NAMES, None)).ok()?;
    Some((written, set))
}

/// What is uninspectable has no value: it cannot be masked and does not count.
fn sensible(table: &Table<'_>, find: Find, at_least: u32, action: Action) {
    if find.is_empty() {
        return about_access(table, action);
    }
    let has_reasons = Reason::ALL.iter().any(|reason| find.contains(What::Uninspectable(*reason)));
    if (has_reasons || find.has_files()) && action == Action::Mask {
        table.book.wrong(&table.place_of("action"), words::nothing_to_mask());
    }
    if (has_reasons || find.has_files()) && at_least > 1 {
        table.book.wrong(&table.place_of("at_least"), words::nothing_to_count());
    }
}

/// A rule without `find` is about who may ask for what: it is asked before anything is read.
fn about_access(table: &Table<'_>, action: Action) {
    if !matches!(action, Action::Pass | Action::Log | Action::Block) {
        table.book.wrong(&table.place_of("action"), words::only_about_access(action.name(), expected::ACCESS));
    }
    for key in ["at_least", "confidence", "form", "offer", "on"].into_iter().filter(|key| table.has(key)) {
        table.book.wrong(&table.place_of(key), words::needs_find(key));
    }
    if !["role", "except_role", "path", "method"].iter().any(|key| table.has(key)) {
        table.book.wrong(&table.span, words::nothing_to_find());
    }
}

fn scope(table: &Table<'_>, names: Names<'_>, reach: &mut Reach) -> Option<Scope> {
    let on = table.choice("on", DIRECTIONS);
    let sites = table.get("site").map(|value| sites(&value, names.drafts)).unwrap_or_default();
    let methods = table.get("method").map(|value| methods(&value)).unwrap_or_default();
    let roles = table.get("role").map(|value| names.roles.meant(&value));
    let except_roles = table.get("except_role").map(|value| names.roles.meant(&value)).unwrap_or_default();
    let paths = match table.get("path") {
        Some(value) => Some(paths(&value, reach)?),
        None => None,
    };
    Some(Scope { on, sites, paths, methods, roles, except_roles })
}

/// Methods have capitals (RFC 9110 section 9.1).
fn methods(value: &Value<'_>) -> Vec<String> {
    let mut methods = Vec::new();
    for value in value.filled(expected::METHODS) {
        let Some(text) = value.text(expected::METHODS) else { continue };
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-') {
            value.wrong_value(expected::METHODS, Some(&text.to_ascii_uppercase()));
            continue;
        }
        methods.push(text.to_owned());
    }
    methods
}

/// A rule may name a site by any of its hosts.
pub(super) fn sites(value: &Value<'_>, drafts: &Drafts<'_>) -> Vec<String> {
    let mut sites = Vec::new();
    for value in value.filled(expected::SITES) {
        let Some(host) = value.text(expected::SITES) else { continue };
        match drafts.site_of(host) {
            Some(site) => sites.push(site.to_owned()),
            None => value.wrong(words::no_site(host, drafts.near(host))),
        }
    }
    sites
}

pub(super) fn paths(value: &Value<'_>, reach: &mut Reach) -> Option<Paths> {
    let mut set = GlobSetBuilder::new();
    for value in value.filled(expected::GLOBS) {
        let Some(text) = value.text(expected::GLOB) else { continue };
        match glob(text).filter(|_| plain(text)) {
            Some(glob) => set.add(glob),
            None => {
                value.wrong_value(expected::GLOB, (!text.starts_with('/')).then(|| format!("/{text}")).as_deref());
                continue;
            }
        };
        reach.paths.push(text.to_owned());
    }
    // What each glob needs to be built was checked above; only their number could fail the set.
    let set = set.build().map_err(|_| value.wrong_value(expected::GLOB, None)).ok()?;
    Some(Paths::new(reach.paths.clone(), set))
}

/// `**` inside a segment would mean `*` there: too easy to get wrong in a rule that protects something.
fn plain(glob: &str) -> bool {
    let mut segments = glob.split('/');
    (glob.starts_with('/') || glob.starts_with("**"))
        && segments.all(|segment| segment == "**" || !segment.contains("**"))
}

/// What a rule is about; nothing if it is about access alone.
fn wanted(table: &Table<'_>, own: &[Own], types: &[FileType]) -> Option<Find> {
    let Some(value) = table.get("find") else {
        return Some(types.iter().fold(Find::NONE, |find, file_type| find.with(What::File(*file_type))));
    };
    let mut all = Some(Find::NONE);
    for value in value.filled(expected::FIND) {
        let one = find_in(&value, own);
        all = all.zip(one).map(|(all, one)| all.and(one));
    }
    all
}

/// What one word names, or a mistake at it.
pub(super) fn find_in(value: &Value<'_>, own: &[Own]) -> Option<Find> {
    let text = value.text(expected::KIND)?;
    match find(text, own) {
        Found::Known(find) => Some(find),
        Found::Unknown(near) => {
            value.wrong_value(expected::KIND, near);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(glob: &str, path: &str) -> bool {
        super::glob(glob).unwrap().compile_matcher().is_match(path)
    }

    #[test]
    fn a_star_stays_within_a_segment_and_two_cross() {
        assert!(matches("/board/*", "/board/12") && !matches("/board/*", "/board/12/edit"));
        assert!(matches("/board/**", "/board/12/edit") && matches("/board/**", "/board/"));
        assert!(!matches("/board/**", "/board"), "a folder itself is named on its own");
        assert!(matches("/board/**/write*", "/board/edu/write.do") && matches("/board/**/write*", "/board/write"));
        assert!(matches("/게시판/**", "/게시판/1"));
    }

    #[test]
    fn globs_that_mean_something_else_are_refused() {
        for glob in ["/a", "/a/**", "**", "**/b", "/**/b*", "/"] {
            assert!(plain(glob), "{glob}");
        }
        for glob in ["a", "", "/a**", "/**b/c", "/a/***", "*"] {
            assert!(!plain(glob), "{glob}");
        }
    }
}
