//! What a word near a number can say of it, and sets of that.

use crate::vocab::Kind;
use std::ops::BitOr;

/// What a context word says a number nearby is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(in crate::detect) enum Topic {
    /// A registration number of a person, resident or foreigner.
    Registration,
    /// A corporation's registration number.
    Corporation,
    /// A business's registration number.
    Business,
    /// A driver's licence.
    Licence,
    /// A bank account, or money that is moved.
    Account,
    /// A bank by its name.
    Bank,
    /// A payment card.
    Card,
    /// A telephone.
    Telephone,
    /// A certificate of health insurance.
    Health,
    /// A day of birth.
    Birth,
    /// A student.
    Student,
    /// A member of a staff.
    Staff,
    /// A soldier.
    Military,
    /// A passport.
    Passport,
    /// Something that is no personal number: an order, a serial number, an amount.
    Thing,
    /// A person: says of a telephone whose it is, and nothing of what a number is.
    Personal,
    /// Somebody's home or family: likewise, and more than the word for an office beside it.
    Home,
    /// An office: likewise.
    Office,
    /// Stars that hide a part of a number, with a dash beside them: not a word, but found like one.
    Hidden,
}

impl Topic {
    /// Whether it says what a number is, not only whose.
    pub(super) const fn names(self) -> bool {
        !matches!(self, Topic::Personal | Topic::Home | Topic::Office | Topic::Hidden)
    }

    /// Whether it says that a number is of this kind, which may be found without any word.
    pub(in crate::detect) const fn calls(self, kind: Kind) -> bool {
        matches!(
            (self, kind),
            (Topic::Registration, Kind::ResidentRegistrationNumber | Kind::ForeignerRegistrationNumber)
                | (Topic::Card, Kind::PaymentCardNumber)
                | (Topic::Telephone, Kind::MobileNumber | Kind::LandlineNumber)
        )
    }

    /// As a set.
    pub(in crate::detect) const fn set(self) -> Topics {
        Topics(1 << self as u8)
    }
}

/// A set of topics, a bit each: what the words near a number, or near a stretch of text, say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Topics(u32);

impl Topics {
    /// No word is near.
    pub const NONE: Topics = Topics(0);
    /// Any word may be near.
    pub const ALL: Topics = Topics(u32::MAX);

    /// A person's registration number is spoken of.
    pub const REGISTRATION: Topics = Topic::Registration.set();
    /// A day of birth is.
    pub const BIRTH: Topics = Topic::Birth.set();
    /// A corporation's registration number is.
    pub const CORPORATION: Topics = Topic::Corporation.set();
    /// A business's registration number is.
    pub const BUSINESS: Topics = Topic::Business.set();
    /// A driver's licence is.
    pub const LICENCE: Topics = Topic::Licence.set();
    /// A bank account is, or money that is moved.
    pub const ACCOUNT: Topics = Topic::Account.set();
    /// A bank is, by its name.
    pub const BANK: Topics = Topic::Bank.set();
    /// A payment card is.
    pub const CARD: Topics = Topic::Card.set();
    /// A telephone is.
    pub const TELEPHONE: Topics = Topic::Telephone.set();
    /// A certificate of health insurance is.
    pub const HEALTH: Topics = Topic::Health.set();

    /// Whether it has none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the two have one in common.
    pub const fn meets(self, other: Topics) -> bool {
        self.0 & other.0 != 0
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Topics) -> Topics {
        Topics(self.0 | other.0)
    }

    /// Whether it has this one.
    pub(in crate::detect) const fn has(self, topic: Topic) -> bool {
        self.meets(topic.set())
    }
}

impl BitOr for Topics {
    type Output = Topics;

    fn bitor(self, other: Topics) -> Topics {
        self.or(other)
    }
}

impl FromIterator<Topics> for Topics {
    fn from_iter<I: IntoIterator<Item = Topics>>(sets: I) -> Topics {
        sets.into_iter().fold(Topics::NONE, Topics::or)
    }
}
