//! The plans of one site, worked out before its first exchange where its policy allows.

use super::{Asker, Decision, Mode, Plan, Policy};
use crate::vocab::Direction;
use std::sync::Arc;

/// Gives the plan of each exchange of one site. Where no rule of a direction asks for the path, the method, a role or the day, all
/// its exchanges share one plan.
#[derive(Debug)]
pub struct Planner {
    policy: Arc<Policy>,
    site: String,
    mode: Option<Mode>,
    upload: Option<Arc<Plan>>,
    download: Option<Arc<Plan>>,
}

impl Planner {
    /// For the site of that name; `mode` is its own, if it has one.
    pub fn new(policy: Arc<Policy>, site: &str, mode: Option<Mode>) -> Planner {
        let shared = |direction| {
            let asks = policy.rules.iter().any(|rule| rule.scope.asks_more(direction, site));
            (!asks).then(|| Arc::new(policy.plan(direction, site, &Asker::of_path(""), mode)))
        };
        let (upload, download) = (shared(Direction::Upload), shared(Direction::Download));
        Planner { policy, site: site.to_owned(), mode, upload, download }
    }

    /// What the rules about access alone say, before anything is read; `None` if none applies.
    pub fn access(&self, asker: &Asker<'_>) -> Option<Decision> {
        self.policy.access(&self.site, asker, self.mode)
    }

    /// The plan for one direction of one exchange.
    pub fn plan(&self, direction: Direction, asker: &Asker<'_>) -> Arc<Plan> {
        let shared = match direction {
            Direction::Upload => &self.upload,
            Direction::Download => &self.download,
        };
        match shared {
            Some(plan) => Arc::clone(plan),
            None => Arc::new(self.policy.plan(direction, &self.site, asker, self.mode)),
        }
    }
}
