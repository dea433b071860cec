//! The configuration: TOML as it is written, then checked [`Settings`]. Every mistake is told with its place.
//!
//! [`load`] and [`parse`] collect all mistakes there are instead of stopping at the first, so that an operator mends a
//! file in one go; `garim check` and `garim run` print the same [`Mistakes`]. A key that is not known, or only to a later
//! version, is a mistake and never ignored: for a filter, a setting without effect is a hole.

pub(crate) mod acme;
pub mod alert;
mod allow;
mod console;
mod detectors;
mod expected;
mod gate;
mod hold;
mod hosts;
mod hygiene;
mod identity;
mod mistake;
mod names;
mod punycode;
mod quantity;
mod reader;
mod roles;
mod rules;
mod sections;
mod servers;
mod settings;
mod shadow;
mod site;
mod templates;
mod windows;
mod words;

pub use acme::Acme;
pub use alert::{AlertEvent, AlertSettings};
pub use allow::{day_in_korea, today};
pub use console::Console;
pub use gate::{Accounts, Gate};
pub use hold::{Hold, Release};
pub use mistake::{Mistake, Mistakes, Place};
pub use servers::{Health, Upstream, Upstreams};
pub use settings::{
    Attribute, AttributeType, Banner, Certificate, ClientCa, Contact, Hygiene, JournalSettings, Keep, Language, Limits,
    Logout, Member, Naming, Network, Pages, Per, Role, Seal, Server, SessionCookie, Settings, Site, State, Window,
};
pub use windows::Beyond;

pub use templates::{PageOf, Piece, Slot, Template, Templates};

use crate::policy::Find;
use crate::vocab::Own;
use names::later;
use reader::{Book, Table};
use std::path::Path;
use std::sync::Arc;
use toml::de::DeTable;

/// Settings, and what about them is doubtful.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The settings.
    pub settings: Settings,
    /// What can be run, but hardly as it was meant: a rule that never applies, a policy that no site uses.
    pub warnings: Vec<Mistake>,
}

/// Reads and checks a configuration file and everything it names: file names in it are relative to its folder, and the
/// files of certificates have to be there and be readable. What they hold is checked where TLS is set up.
pub fn load(path: &Path) -> Result<Settings, Mistakes> {
    check(path).map(|checked| checked.settings)
}

/// The same as [`load`], with the warnings.
pub fn check(path: &Path) -> Result<Checked, Mistakes> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| Mistakes::whole(&name, words::no_file(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| Mistakes::whole(&name, words::not_utf8()))?;
    read(&text, &name, Some(path.parent().unwrap_or(Path::new(""))))
}

/// Checks the text of a configuration, called `name` in mistakes. File names in it stay as they are written, and the
/// disk is not looked at.
pub fn parse(text: &str, name: &str) -> Result<Settings, Mistakes> {
    read(text, name, None).map(|checked| checked.settings)
}

/// What one word of a rule's `find` means: a kind by its English or Korean name, a group such as `@contact`, `uninspectable`
/// or `*`. Kinds that an operator has added are known once their configuration has been read.
///
/// # Errors
/// When it means nothing; with the nearest name that does.
pub fn kinds(word: &str) -> Result<Find, Option<&'static str>> {
    match names::find(word, &Own::all().collect::<Vec<_>>()) {
        names::Found::Known(find) => Ok(find),
        names::Found::Unknown(near) => Err(near),
    }
}

/// A length of time as it is written in a configuration: `500ms`, `10s`, `5m`, `1h`, `2d`, `1y`.
pub fn duration(text: &str) -> Option<std::time::Duration> {
    quantity::duration(text)
}

fn read(text: &str, name: &str, base: Option<&Path>) -> Result<Checked, Mistakes> {
    // Windows editors write a byte order mark; columns are counted without it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let book = Book::new(name, text, base);
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut broken = false;
    for error in &errors {
        let span = error.span().unwrap_or(text.len()..text.len());
        // A duplicate key leaves the rest of the file readable; after any other error the parser fills gaps with
        // values of its own, about which mistakes would only confuse.
        if error.message() == "duplicate key" {
            book.wrong(&span, words::duplicate_key(text.get(span.clone()).unwrap_or_default()));
        } else {
            broken = true;
            book.wrong(&span, words::syntax(error.message()));
        }
    }
    let settings =
        if broken { None } else { settings(Table::new(&book, root.get_ref(), 0..0, words::ROOT.to_owned())) };
    let warnings = book.close()?;
    // Without a mistake every part was read; the other way round would be a fault of ours, told rather than run.
    let settings = settings.ok_or_else(|| Mistakes::whole(name, words::syntax("nothing could be read")))?;
    Ok(Checked { settings, warnings })
}

/// Every section is read before anything is given up, so that all mistakes are told.
fn settings(root: Table<'_>) -> Option<Settings> {
    let mut taken = sections::Taken::default();
    let server = sections::server(&root, &mut taken);
    let limits = sections::limits(&root);
    let documents = sections::documents(&root);
    let alert = alert::alert(&root);
    let state = sections::state(&root, &alert);
    let seal = sections::seal(&root);
    let operations = sections::operations(&root, &mut taken);
    let console = console::console(&root, &mut taken);
    let detectors::Read { detectors, own } = detectors::detectors(&root);
    let answers = server.as_ref().is_none_or(|server| !server.redirect.is_empty());
    let acme = acme::acme(&root);
    let drafts = site::drafts(&root, &taken, acme::Ground { answers, state: &state.dir });
    let allow = allow::allow(&root, &drafts, &own, state.key_file.is_some());
    let gates = gate::gates(&root, &drafts);
    let accounts = gate::accounts(&root);
    let roles = roles::roles(&root, roles::Has { gates: !gates.is_empty(), certificates: drafts.ask_for_certificates });
    let tells_windows = alert.tells(AlertEvent::Window);
    let names = rules::Names { drafts: &drafts, own: &own, roles: &roles, tells_windows };
    let policies = rules::policies(&root, names);
    let sites = site::sites(&root, drafts, &policies, site::Looks { detectors: &detectors, allow: &allow });
    let policies = policies.into_map();
    let hold = Arc::new(hold::hold(&root, policies.values()));
    root.finish(later::ROOT);
    Some(Settings {
        server: server?,
        limits,
        documents,
        state,
        seal,
        operations,
        acme,
        alert,
        detectors,
        allow,
        hold,
        gates,
        accounts,
        console,
        roles: roles.into_list(),
        sites: sites?,
        policies,
    })
}
