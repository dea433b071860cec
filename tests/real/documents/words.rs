//! Prints all text that garim's readers give of files: `words FILE…`, each behind a line with its name. For the comparison with
//! other programs in this folder; garim itself never shows what it reads.

use garim::extract::{Limits, Shape, Sink, read};
use garim::vocab::{Reason, Step};
use std::io::Write;

/// Gives every text to the output as it comes.
struct Printed(std::io::StdoutLock<'static>);

impl Printed {
    fn print(&mut self, text: &str) {
        // Whoever reads may stop to do so.
        let _ = self.0.write_all(text.as_bytes());
    }
}

impl Sink for Printed {
    fn begin(&mut self, _path: &[Step], _shape: Shape) {}

    fn text(&mut self, _at: Option<&Step>, text: &str) {
        self.print(text);
    }

    fn end(&mut self) {
        self.print("\n");
    }

    fn raw(&mut self, _path: &[Step], bytes: &[u8]) {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.print(text),
            Err(_) => self.print(&encoding_rs::EUC_KR.decode(bytes).0),
        }
        self.print("\n");
    }

    fn unreadable(&mut self, path: &[Step], reason: Reason) {
        let way = path.iter().map(ToString::to_string).collect::<Vec<_>>().join(" › ");
        eprintln!("{way}: {}", reason.name());
    }
}

fn main() -> std::io::Result<()> {
    let mut out = Printed(std::io::stdout().lock());
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        let name = path.rsplit('/').next().unwrap_or_default();
        out.print(&format!("\u{c}{path}\n"));
        read(name, &bytes, Limits::default(), &|| false, &mut out);
    }
    Ok(())
}
