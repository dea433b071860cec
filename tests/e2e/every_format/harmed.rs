//! Every file of the table and every sample, cut at 20 places and with random bytes changed, up to 1,000 of them: none makes a
//! reader panic, which the worker would contain and which is a fault all the same, and each comes to an end.

use super::table;
use garim::extract::Limits;
use garim::inspect::{Lens, Opened, document};
use garim::vocab::{Day, Part, Span};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// No file here takes that long, whatever is changed in it.
const LONGEST: Duration = Duration::from_secs(20);
/// So many bytes are changed, in a copy each.
const CHANGED: [usize; 6] = [1, 3, 10, 30, 100, 1000];

/// Numbers that look random and are the same each time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }
}

/// Every sample below a folder.
fn samples(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            samples(&path, found);
        } else if path.extension().is_none_or(|ending| ending != "rs" && ending != "tsv") {
            found.push((
                path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                std::fs::read(&path).expect("a sample"),
            ));
        }
    }
}

/// What is wrong with how a file is read, if anything.
fn trial(name: &str, how: &str, bytes: &[u8], lens: &Arc<Lens>) -> Option<String> {
    let opened = Opened {
        part: Part::Body,
        name: name.to_owned(),
        span: Span { start: 0, end: bytes.len() as u64 },
        is_read: false,
    };
    let began = Instant::now();
    let late = || began.elapsed() > LONGEST;
    let read = || document(&opened, bytes, lens, Limits::default(), &late, &mut |_| ());
    match catch_unwind(AssertUnwindSafe(read)) {
        Err(_) => Some(format!("{name}, {how}: a reader panics")),
        Ok(()) if began.elapsed() > LONGEST => Some(format!("{name}, {how}: it takes {:?}", began.elapsed())),
        Ok(()) => None,
    }
}

#[test]
fn what_is_cut_or_changed_makes_no_reader_panic() {
    let mut files: Vec<(String, Vec<u8>)> =
        table().into_iter().map(|case| (format!("{} ({})", case.name, case.hides), case.file)).collect();
    samples(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/documents")), &mut files);
    assert!(files.len() > 300, "{}", files.len());
    let today = Day { year: 2026, month: 11, day: 22 };
    let lens = Arc::new(Lens { today, hosts: Arc::new([]), seal: None, beyond: Default::default() });
    let (mut dice, mut said) = (Dice(0x9E37_79B9_7F4A_7C15), Vec::new());
    for (name, bytes) in &files {
        for place in 0..20 {
            let cut = &bytes[..bytes.len() * place / 20];
            said.extend(trial(name, &format!("cut at {place}/20"), cut, &lens));
        }
        for count in CHANGED {
            let mut changed = bytes.clone();
            for _ in 0..count {
                let at = dice.below(changed.len());
                if let Some(byte) = changed.get_mut(at) {
                    *byte = dice.below(256) as u8;
                }
            }
            said.extend(trial(name, &format!("{count} bytes changed"), &changed, &lens));
        }
    }
    assert!(said.is_empty(), "{}:\n{}", said.len(), said.join("\n"));
}
