//! Roles: who asks, as far as a policy tells people apart.

/// So many roles can be told apart beside "public".
pub const MOST_ROLES: usize = 63;

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Roles(u64);

impl Roles {
    /// No role at all; nobody asks so.
    pub const NONE: Roles = Roles(0);

    /// Of anyone who fits no role.
    pub const PUBLIC: Roles = Roles(1 << MOST_ROLES);

    /// The role of this number; `None` beyond [`MOST_ROLES`].
    pub const fn of(number: usize) -> Option<Roles> {
        if number < MOST_ROLES { Some(Roles(1 << number)) } else { None }
    }

    /// Both sets together.
    pub const fn and(self, other: Roles) -> Roles {
        Roles(self.0 | other.0)
    }

    /// Those of them that are among others.
    pub const fn only(self, others: Roles) -> Roles {
        Roles(self.0 & others.0)
    }

    /// Whether they share a role.
    pub const fn meet(self, other: Roles) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether all of them are among others.
    pub const fn within(self, others: Roles) -> bool {
        self.0 & !others.0 == 0
    }

    /// The set as a number, the same on every node for the same configuration.
    pub const fn number(self) -> u64 {
        self.0
    }
}
