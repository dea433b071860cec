//! Every line garim writes is one JSON object: records of exchanges as they are, everything else with time, level and
//! message.

use crate::proxy::record;
use serde_json::{Map, Value};
use std::fmt;
use std::io::Write;
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Where lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// Standard output: `garim run`.
    Output,
    /// Standard error: `garim demo`, whose standard output is for people.
    Error,
}

/// How long a record may wait for others, to be written with them: a system call for each costs more than its text.
const WAITS: Duration = Duration::from_millis(5);

/// So many bytes wait at most; who brings more writes them, and waits for whoever reads them.
const HELD: usize = 64 << 10;

static OUT: OnceLock<Out> = OnceLock::new();

/// Starts logging for the process. `GARIM_LOG` narrows or widens it in the manner of `RUST_LOG`. Does nothing where
/// logging has been started before.
pub fn start(to: To) {
    let out = OUT.get_or_init(|| Out::new(to));
    let filter = EnvFilter::try_from_env("GARIM_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).event_format(Lines);
    if builder.with_writer(move || At(out)).try_init().is_ok() {
        let threaded = std::thread::Builder::new().name("log".to_owned()).spawn(move || out.write_forever()).is_ok();
        record::deliver_to(move |line| {
            out.take(line);
            if !threaded {
                out.flush();
            }
        });
    }
}

/// Writes what still waits to be written.
pub fn flush() {
    if let Some(out) = OUT.get() {
        out.flush();
    }
}

/// Lines on their way out. Records wait a moment for others; all else is written at once, and what waits before it.
struct Out {
    to: To,
    held: Mutex<Vec<u8>>,
    /// The buffer that is being written; empty otherwise.
    writing: Mutex<Vec<u8>>,
    /// Something is held.
    due: Condvar,
}

impl Out {
    fn new(to: To) -> Out {
        Out { to, held: Mutex::default(), writing: Mutex::default(), due: Condvar::new() }
    }

    fn take(&self, line: &str) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let first = held.is_empty();
        held.extend_from_slice(line.as_bytes());
        held.push(b'\n');
        let full = held.len() >= HELD;
        drop(held);
        if full {
            self.flush();
        } else if first {
            self.due.notify_one();
        }
    }

    fn flush(&self) {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut *writing, &mut *self.held.lock().unwrap_or_else(PoisonError::into_inner));
        // Where nobody reads the log any more, the work goes on.
        let _ = match self.to {
            To::Output => std::io::stdout().write_all(&writing).and_then(|()| std::io::stdout().flush()),
            To::Error => std::io::stderr().write_all(&writing),
        };
        writing.clear();
    }

    fn write_forever(&self) {
        loop {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let held = self.due.wait_while(held, |held| held.is_empty()).unwrap_or_else(PoisonError::into_inner);
            drop(self.due.wait_timeout_while(held, WAITS, |held| held.len() < HELD));
            self.flush();
        }
    }
}

/// Where tracing writes its events.
struct At(&'static Out);

impl Write for At {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        self.0.flush();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush();
        Ok(())
    }
}

struct Lines;

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let metadata = event.metadata();
        if metadata.target() == record::TARGET
            && let Some(line) = fields.record
        {
            return writeln!(writer, "{line}");
        }
        let mut line = Map::new();
        line.insert("time".to_owned(), jiff::Timestamp::now().to_string().into());
        line.insert("level".to_owned(), metadata.level().as_str().to_ascii_lowercase().into());
        line.insert("from".to_owned(), metadata.target().into());
        line.extend(fields.others);
        writeln!(writer, "{}", Value::Object(line))
    }
}

#[derive(Default)]
struct Fields {
    record: Option<String>,
    others: Map<String, Value>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        self.others.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "record" {
            self.record = Some(value.to_owned());
        } else {
            self.put(field, value.into());
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
}
