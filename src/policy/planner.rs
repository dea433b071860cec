//! The plans of one site, worked out before its first exchange where its policy allows.

use super::{Mode, Plan, Policy};
use crate::vocab::Direction;
use std::sync::Arc;

/// Gives the plan of each exchange of one site. Where no rule of a direction asks for the path, all its exchanges share
/// one plan.
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
            let by_path = policy.rules.iter().any(|rule| rule.scope.asks_for_path(direction, site));
            (!by_path).then(|| Arc::new(policy.plan(direction, site, "", mode)))
        };
        let (upload, download) = (shared(Direction::Upload), shared(Direction::Download));
        Planner { policy, site: site.to_owned(), mode, upload, download }
    }

    /// The plan for one direction of one exchange; `path` is percent-decoded and without the query.
    pub fn plan(&self, direction: Direction, path: &str) -> Arc<Plan> {
        let shared = match direction {
            Direction::Upload => &self.upload,
            Direction::Download => &self.download,
        };
        match shared {
            Some(plan) => Arc::clone(plan),
            None => Arc::new(self.policy.plan(direction, &self.site, path, self.mode)),
        }
    }
}
