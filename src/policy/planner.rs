//! The plans of one site: worked out when somebody first asks so, and shared by all who ask alike.

use super::scope::{Asker, glob};
use super::{Decision, Find, Mode, Plan, Policy, Roles};
use crate::vocab::{Day, Direction};
use globset::{GlobSet, GlobSetBuilder};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// So many ways to ask are remembered; they are few, for only what rules name tells them apart. Beyond it all are forgotten.
const WAYS: usize = 256;

/// Gives the plan of each exchange of one site. What rules ask of a path, a method, a role and the day is asked once for all of them,
/// and exchanges of which the answers are the same share their plans.
#[derive(Debug)]
pub struct Planner {
    policy: Arc<Policy>,
    site: String,
    mode: Option<Mode>,
    asks: Asks,
    starred: Find,
    /// The plans of everybody, where no rule asks for anything.
    shared: Option<Arc<Planned>>,
    known: RwLock<HashMap<Way, Arc<Planned>>>,
}

/// What the rules of a policy ask, together.
#[derive(Debug)]
struct Asks {
    /// Their paths; `None` if they are too many for one set.
    globs: Option<GlobSet>,
    methods: Vec<String>,
    roles: Roles,
    /// The last days of rules, in order.
    ends: Vec<Day>,
}

/// The answers: who asks alike gets the same plans.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Way {
    globs: Box<[usize]>,
    method: Option<usize>,
    roles: Roles,
    /// How many of the last days are past.
    ended: usize,
}

#[derive(Debug, Default)]
struct Planned {
    access: OnceLock<Option<Decision>>,
    upload: OnceLock<Arc<Plan>>,
    download: OnceLock<Arc<Plan>>,
}

impl Asks {
    fn of(policy: &Policy) -> Asks {
        let (mut globs, mut methods) = (Some(GlobSetBuilder::new()), Vec::new());
        let (mut roles, mut ends) = (Roles::NONE, Vec::new());
        for scope in policy.rules.iter().map(|rule| &rule.scope) {
            for written in scope.paths.iter().flat_map(|paths| paths.written()) {
                globs = globs.zip(glob(written)).map(|(mut set, glob)| {
                    set.add(glob);
                    set
                });
            }
            for method in &scope.methods {
                if !methods.contains(method) {
                    methods.push(method.clone());
                }
            }
            ends.extend(scope.until);
            roles = roles.and(scope.except_roles).and(scope.roles.unwrap_or(Roles::NONE));
        }
        ends.sort_unstable();
        Asks { globs: globs.and_then(|set| set.build().ok()), methods, roles, ends }
    }

    fn is_nothing(&self) -> bool {
        self.globs.as_ref().is_some_and(GlobSet::is_empty)
            && self.methods.is_empty()
            && self.roles == Roles::NONE
            && self.ends.is_empty()
    }

    fn way(&self, asker: &Asker<'_>) -> Option<Way> {
        Some(Way {
            globs: self.globs.as_ref()?.matches(asker.path).into(),
            method: self.methods.iter().position(|method| method == asker.method),
            roles: asker.roles.only(self.roles),
            ended: self.ends.partition_point(|last| *last < asker.today),
        })
    }
}

impl Planner {
    /// For the site of that name; `mode` is its own, if it has one.
    pub fn new(policy: Arc<Policy>, site: &str, mode: Option<Mode>) -> Planner {
        let asks = Asks::of(&policy);
        let shared = asks.is_nothing().then(Arc::default);
        let starred = policy.starred(site, mode);
        Planner { policy, site: site.to_owned(), mode, asks, starred, shared, known: RwLock::default() }
    }

    /// The kinds that its answers hide from somebody, and its posts from nobody: [`Policy::starred`].
    pub fn starred(&self) -> Find {
        self.starred
    }

    /// What the rules about access alone say, before anything is read; `None` if none applies.
    pub fn access(&self, asker: &Asker<'_>) -> Option<Decision> {
        self.planned(asker).access.get_or_init(|| self.policy.access(&self.site, asker, self.mode)).clone()
    }

    /// The plan for one direction of one exchange.
    pub fn plan(&self, direction: Direction, asker: &Asker<'_>) -> Arc<Plan> {
        let planned = self.planned(asker);
        let plan = match direction {
            Direction::Upload => &planned.upload,
            Direction::Download => &planned.download,
        };
        Arc::clone(plan.get_or_init(|| Arc::new(self.policy.plan(direction, &self.site, asker, self.mode))))
    }

    fn planned(&self, asker: &Asker<'_>) -> Arc<Planned> {
        if let Some(shared) = &self.shared {
            return Arc::clone(shared);
        }
        let Some(way) = self.asks.way(asker) else { return Arc::default() };
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&way).cloned();
        known.unwrap_or_else(|| {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= WAYS {
                known.clear();
            }
            Arc::clone(known.entry(way).or_default())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::tests::rule;
    use crate::policy::{Action, Find, Paths, Rule, Scope};

    fn of_path(text: &str) -> Scope {
        let set = GlobSetBuilder::new().add(glob(text).unwrap()).build().unwrap();
        Scope { paths: Some(Paths::new(vec![text.to_owned()], set)), ..Scope::default() }
    }

    fn planner() -> Planner {
        let officer = Roles::of(0).unwrap();
        let scopes = [
            of_path("/board/*"),
            of_path("/board/**"),
            Scope { methods: vec!["POST".to_owned()], ..Scope::default() },
            Scope { roles: Some(officer), ..Scope::default() },
        ];
        let rules = scopes.into_iter().map(|scope| Rule { scope, ..rule(Find::every_kind(), Action::Block) });
        let access = Rule { find: Find::NONE, scope: of_path("/admin/**"), ..rule(Find::NONE, Action::Block) };
        let rules = rules.chain([access]).collect();
        let policy = Policy { name: "p".into(), mode: Mode::Enforce, default: Action::Log, rules };
        Planner::new(Arc::new(policy), "example.go.kr", None)
    }

    #[test]
    fn who_asks_alike_shares_a_plan_and_nobody_else() {
        let planner = planner();
        let plan = |asker: Asker<'_>| planner.plan(Direction::Upload, &asker);
        let first = plan(Asker::of_path("/board/1"));
        assert!(Arc::ptr_eq(&first, &plan(Asker::of_path("/board/2"))));
        assert!(!Arc::ptr_eq(&first, &plan(Asker::of_path("/board/2/edit"))), "another glob");
        assert!(!Arc::ptr_eq(&first, &planner.plan(Direction::Download, &Asker::of_path("/board/1"))));
        let other = plan(Asker::of_path("/"));
        assert!(Arc::ptr_eq(&other, &plan(Asker { method: "PUT", ..Asker::of_path("/") })), "no rule names it");
        assert!(!Arc::ptr_eq(&other, &plan(Asker { method: "POST", ..Asker::of_path("/") })));
        assert!(Arc::ptr_eq(&other, &plan(Asker { roles: Roles::of(5).unwrap(), ..Asker::of_path("/") })));
        assert!(!Arc::ptr_eq(&other, &plan(Asker { roles: Roles::of(0).unwrap(), ..Asker::of_path("/") })));
    }

    #[test]
    fn what_is_shared_is_what_the_policy_says() {
        let planner = planner();
        for path in ["/", "/board/1", "/board/1/2", "/admin/1"] {
            for method in ["GET", "POST"] {
                for roles in [Roles::PUBLIC, Roles::of(0).unwrap(), Roles::of(1).unwrap()] {
                    for _ in 0..2 {
                        let asker = Asker { method, roles, ..Asker::of_path(path) };
                        let own = planner.policy.plan(Direction::Upload, "example.go.kr", &asker, None);
                        assert_eq!(format!("{:?}", planner.plan(Direction::Upload, &asker)), format!("{own:?}"));
                        let access = planner.policy.access("example.go.kr", &asker, None);
                        assert_eq!(planner.access(&asker), access);
                        assert_eq!(access.is_some(), path == "/admin/1");
                    }
                }
            }
        }
    }

    #[test]
    fn kinds_that_only_answers_hide_are_told() {
        let find = |kind| Find::NONE.with(crate::vocab::What::Kind(kind));
        let (mobile, email) = (find(crate::vocab::Kind::MobileNumber), find(crate::vocab::Kind::EmailAddress));
        let on = |direction| Scope { on: Some(direction), ..of_path("/board/*") };
        let download = Rule { scope: on(Direction::Download), ..rule(mobile.and(email), Action::Mask) };
        let upload = |action| Rule { scope: on(Direction::Upload), ..rule(email, action) };
        let starred = |rules: Vec<Rule>, mode| {
            let policy = Policy { name: "p".into(), mode, default: Action::Log, rules };
            Planner::new(Arc::new(policy), "example.go.kr", None).starred()
        };
        assert_eq!(starred(vec![download.clone()], Mode::Enforce), mobile.and(email));
        assert_eq!(starred(vec![download.clone(), upload(Action::Block)], Mode::Enforce), mobile.and(email));
        for action in [Action::Mask, Action::Warn] {
            assert_eq!(starred(vec![download.clone(), upload(action)], Mode::Enforce), mobile, "stars are stored");
        }
        let offered = Rule { offer: true, ..upload(Action::Block) };
        assert_eq!(starred(vec![download.clone(), offered], Mode::Enforce), mobile, "stars are stored");
        assert_eq!(starred(vec![download], Mode::Observe), Find::NONE, "nothing is hidden");
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let scopes = (0..WAYS + 10).map(|number| of_path(&format!("/{number}")));
        let rules = scopes.map(|scope| Rule { scope, ..rule(Find::every_kind(), Action::Block) }).collect();
        let policy = Policy { name: "p".into(), mode: Mode::Enforce, default: Action::Log, rules };
        let planner = Planner::new(Arc::new(policy), "example.go.kr", None);
        for number in 0..WAYS + 10 {
            planner.plan(Direction::Upload, &Asker::of_path(&format!("/{number}")));
            assert!(planner.known.read().unwrap().len() <= WAYS);
        }
    }
}
