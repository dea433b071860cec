//! A policy written out as far as it decides: the same text on every node for the same decisions.

use super::{Find, Mode, Policy, Rule};
use crate::vocab::{FileType, Kind, Reason, What};
use std::fmt::Write;

impl Policy {
    /// Everything in it that decides, in words, a line for the policy and one for each rule: what two policies spell
    /// alike they decide alike. Names are left out, for they decide nothing. `site_mode` is the site's own mode, if it
    /// has one, as for [`Policy::plan`].
    pub fn spelled(&self, site_mode: Option<Mode>) -> String {
        let mode = site_mode.unwrap_or(self.mode);
        let mut text = format!("default {} {}\n", self.default.name(), mode.name());
        for rule in &self.rules {
            rule.spell(mode, &mut text);
        }
        text
    }
}

impl Rule {
    fn spell(&self, mode: Mode, text: &mut String) {
        let on = self.scope.on.map_or("both", |on| on.name());
        let (action, mode) = (self.action.name(), self.mode.unwrap_or(mode).name());
        let (least, confidence) = (self.at_least.max(1), self.confidence.name());
        let offer = if self.offer { " offering hidden" } else { "" };
        // Writing into a string cannot fail. Names are quoted, so that none can look like two.
        let _ = write!(text, "{action}{offer} {mode} {on} {least} {confidence} find {:?}", self.find.names());
        let _ = write!(text, " sites {:?}", self.scope.sites);
        let _ = write!(text, " paths {:?}", self.scope.paths.as_ref().map(super::Paths::written));
        let _ = write!(text, " methods {:?}", self.scope.methods);
        let roles = self.scope.roles.map(super::Roles::number);
        let _ = write!(text, " roles {roles:x?} but {:x}", self.scope.except_roles.number());
        let fields: Vec<(&str, &str)> = self.when.fields.iter().map(|is| (&*is.name, &*is.value)).collect();
        let _ = writeln!(text, " fields {fields:?} files {:?}", self.when.files.as_ref().map(super::Files::spelled));
    }
}

impl Find {
    /// The full names of what it holds, in the order of the vocabulary.
    pub fn names(self) -> Vec<&'static str> {
        let kinds = Kind::all().filter(|kind| self.contains(What::Kind(*kind))).map(|kind| kind.name());
        let reasons = Reason::ALL.iter().filter(|reason| self.contains(What::Uninspectable(**reason)));
        let files = FileType::ALL.iter().filter(|file_type| self.contains(What::File(**file_type)));
        let files = files.map(|file_type| file_type.full_name());
        kinds.chain(reasons.map(|reason| reason.full_name())).chain(files).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Action, Conditions, FieldIs, Files, Paths, Roles, Scope};
    use crate::vocab::{Confidence, Direction};
    use globset::{Glob, GlobSetBuilder};

    fn policy() -> Policy {
        let set = GlobSetBuilder::new().add(Glob::new("/a/**").unwrap()).build().unwrap();
        let paths = Some(Paths::new(vec!["/a/**".to_owned()], set));
        let on = Some(Direction::Download);
        let scope = Scope { on, sites: vec!["a.kr".to_owned()], paths, ..Scope::default() };
        let find = Find::NONE.with(What::Kind(Kind::MobileNumber)).with(What::Uninspectable(Reason::Damaged));
        let (confidence, action) = (Confidence::Probable, Action::Block);
        let when = Conditions::default();
        let rule = Rule {
            name: "a rule".into(),
            scope,
            when,
            find,
            at_least: 3,
            confidence,
            action,
            mode: None,
            offer: false,
        };
        Policy { name: "board".to_owned(), mode: Mode::Enforce, default: Action::Log, rules: vec![rule] }
    }

    #[test]
    fn all_that_decides_is_said() {
        assert_eq!(
            policy().spelled(None),
            "default log enforce\nblock enforce download 3 probable find \
             [\"mobile-number\", \"uninspectable:damaged\"] sites [\"a.kr\"] paths Some([\"/a/**\"]) methods [] \
             roles None but 0 fields [] files None\n"
        );
    }

    #[test]
    fn a_name_decides_nothing_and_all_else_does() {
        let before = policy().spelled(None);
        let changed = |change: fn(&mut Policy)| {
            let mut policy = policy();
            change(&mut policy);
            policy.spelled(None)
        };
        assert_eq!(changed(|policy| policy.name.push('2')), before);
        assert_eq!(changed(|policy| policy.rules[0].name = "another".into()), before);
        let changes: [fn(&mut Policy); 17] = [
            |policy| policy.rules[0].offer = true,
            |policy| policy.mode = Mode::Observe,
            |policy| policy.default = Action::Pass,
            |policy| policy.rules.clear(),
            |policy| policy.rules.push(policy.rules[0].clone()),
            |policy| policy.rules[0].mode = Some(Mode::Observe),
            |policy| policy.rules[0].at_least = 2,
            |policy| policy.rules[0].confidence = Confidence::Certain,
            |policy| policy.rules[0].action = Action::Mask,
            |policy| policy.rules[0].scope.on = None,
            |policy| policy.rules[0].scope.sites.push("b.kr".to_owned()),
            |policy| policy.rules[0].scope.paths = None,
            |policy| policy.rules[0].scope.methods.push("POST".to_owned()),
            |policy| policy.rules[0].scope.roles = Some(Roles::PUBLIC),
            |policy| policy.rules[0].scope.except_roles = Roles::PUBLIC,
            |policy| policy.rules[0].when.files = Some(Files::new(vec!["a".to_owned()], None, Vec::new())),
            |policy| {
                policy.rules[0].when.fields.push(FieldIs { name: "secret".to_owned(), value: "1".to_owned() });
            },
        ];
        for (number, change) in changes.into_iter().enumerate() {
            assert_ne!(changed(change), before, "change {number}");
        }
        assert_eq!(policy().spelled(Some(Mode::Observe)), changed(|policy| policy.mode = Mode::Observe));
    }
}
