//! What `/metrics` shows. Counters only ever grow; nothing in them is a value, a path or an address.

use crate::vocab::Direction;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::sync::OnceLock;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ExchangeLabels {
    site: String,
    outcome: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FindingLabels {
    site: String,
    direction: &'static str,
    kind: &'static str,
    confidence: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VerdictLabels {
    site: String,
    direction: &'static str,
    action: &'static str,
    would: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByteLabels {
    direction: &'static str,
    account: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReasonLabels {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AlertLabels {
    way: &'static str,
    event: &'static str,
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PoolLabels {
    pool: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ServerLabels {
    site: String,
    server: String,
}

/// The series of one site that nearly every exchange counts in, looked up once.
#[derive(Debug, Default)]
pub struct Series {
    answered: OnceLock<Counter>,
}

/// The outcome and the status of nearly every exchange.
const USUAL: (&str, u16) = ("answered", 200);

/// The account of nearly every content.
const INSPECTED: &str = "inspected";

/// Every metric of the process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    exchanges: Family<ExchangeLabels, Counter>,
    findings: Family<FindingLabels, Counter>,
    verdicts: Family<VerdictLabels, Counter>,
    bytes: Family<ByteLabels, Counter>,
    /// The series of what is inspected, up and down.
    inspected: [OnceLock<Counter>; 2],
    bad_heads: Family<ReasonLabels, Counter>,
    proxy_headers: Family<ReasonLabels, Counter>,
    alerts: Family<AlertLabels, Counter>,
    added: Histogram,
    site: Histogram,
    budget: Family<PoolLabels, Gauge>,
    up: Family<ServerLabels, Gauge>,
    /// Answers that came before, and were not read again.
    pub recalled: Counter,
    /// Exchanges under way.
    pub open: Gauge,
    /// Connections from clients.
    pub connections: Gauge,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix("garim");
        let metrics = Metrics {
            exchanges: Family::default(),
            findings: Family::default(),
            verdicts: Family::default(),
            bytes: Family::default(),
            inspected: Default::default(),
            bad_heads: Family::default(),
            proxy_headers: Family::default(),
            alerts: Family::default(),
            added: Histogram::new(exponential_buckets(0.0001, 2.0, 16)),
            site: Histogram::new(exponential_buckets(0.001, 2.0, 16)),
            budget: Family::default(),
            up: Family::default(),
            recalled: Counter::default(),
            open: Gauge::default(),
            connections: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("exchanges", "Exchanges by outcome", metrics.exchanges.clone());
        registry.register("findings", "Findings by kind", metrics.findings.clone());
        registry.register("verdicts", "Verdicts, as carried out and as decided", metrics.verdicts.clone());
        registry.register("content_bytes", "Content bytes inspected, and not and why", metrics.bytes.clone());
        registry.register("bad_heads", "Requests refused for their heads, by reason", metrics.bad_heads.clone());
        let untold = "Connections closed for want of a proper PROXY header, by reason";
        registry.register("bad_proxy_headers", untold, metrics.proxy_headers.clone());
        registry.register("alerts", "Alerts, by way and by what became of them", metrics.alerts.clone());
        registry.register_with_unit("added", "Time added by garim", Unit::Seconds, metrics.added.clone());
        registry.register_with_unit("site", "Time spent in the site", Unit::Seconds, metrics.site.clone());
        registry.register_with_unit("budget", "Bytes held now", Unit::Bytes, metrics.budget.clone());
        registry.register("upstream_up", "Servers of the sites: 1 up, 0 passed over", metrics.up.clone());
        let recalled = "Answers that came before, and were not read again";
        registry.register("answers_recalled", recalled, metrics.recalled.clone());
        registry.register("open_exchanges", "Exchanges under way", metrics.open.clone());
        registry.register("connections", "Connections from clients", metrics.connections.clone());
        Metrics { registry, ..metrics }
    }
}

impl Metrics {
    /// Counts an exchange that has ended. `series` are those of the site.
    pub fn exchange(&self, site: &str, series: Option<&Series>, outcome: &'static str, status: u16) {
        let of = || self.exchanges.get_or_create(&ExchangeLabels { site: site.to_owned(), outcome, status }).clone();
        let _ = match series {
            Some(series) if (outcome, status) == USUAL => series.answered.get_or_init(of).inc(),
            _ => of().inc(),
        };
    }

    /// Observes what an exchange took, in seconds: added by garim, and spent in the site.
    pub fn times(&self, added: f64, in_site: Option<f64>) {
        self.added.observe(added);
        if let Some(seconds) = in_site {
            self.site.observe(seconds);
        }
    }

    /// Counts findings of one direction.
    pub fn finding(&self, site: &str, direction: Direction, kind: &'static str, confidence: &'static str, found: u64) {
        let labels = FindingLabels { site: site.to_owned(), direction: direction.name(), kind, confidence };
        self.findings.get_or_create(&labels).inc_by(found);
    }

    /// Counts a verdict about an exchange in which something was found.
    pub fn verdict(&self, site: &str, direction: Direction, action: &'static str, would: &'static str) {
        let labels = VerdictLabels { site: site.to_owned(), direction: direction.name(), action, would };
        self.verdicts.get_or_create(&labels).inc();
    }

    /// Counts content bytes: `account` is `inspected`, or why they were not.
    pub fn bytes(&self, direction: Direction, account: &'static str, count: u64) {
        if count == 0 {
            return;
        }
        let of = || self.bytes.get_or_create(&ByteLabels { direction: direction.name(), account }).clone();
        let [up, down] = &self.inspected;
        let known = if direction == Direction::Upload { up } else { down };
        if account == INSPECTED {
            known.get_or_init(of).inc_by(count);
        } else {
            of().inc_by(count);
        }
    }

    /// Counts a request whose head was refused.
    pub fn bad_head(&self, reason: &'static str) {
        self.bad_heads.get_or_create(&ReasonLabels { reason }).inc();
    }

    /// Counts a connection that was closed because it did not begin with a proper PROXY header.
    pub fn proxy_header(&self, reason: &'static str) {
        self.proxy_headers.get_or_create(&ReasonLabels { reason }).inc();
    }

    /// Counts a message to people: `way` is its key in `[alert]`, `queue` before it came to one, or `store` of an incident;
    /// `result` is `arrived`, `failed`, or `dropped` where too many waited.
    pub fn alert(&self, way: &'static str, event: &'static str, result: &'static str) {
        self.alerts.get_or_create(&AlertLabels { way, event, result }).inc();
    }

    /// Sets what a pool of the byte budget holds now.
    pub fn budget(&self, pool: &'static str, bytes: u64) {
        self.budget.get_or_create(&PoolLabels { pool }).set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    /// Sets which servers of which sites are up; of others than these nothing is shown any more.
    pub fn upstreams<'s>(&self, servers: impl Iterator<Item = (&'s str, &'s str, bool)>) {
        self.up.clear();
        for (site, server, is_up) in servers {
            let labels = ServerLabels { site: site.to_owned(), server: server.to_owned() };
            self.up.get_or_create(&labels).set(i64::from(is_up));
        }
    }

    /// The text format of OpenMetrics 1.0.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_shown() {
        let metrics = Metrics::default();
        let series = Series::default();
        for (series, status) in [(None, 200), (Some(&series), 200), (Some(&series), 200), (Some(&series), 404)] {
            metrics.exchange("www.example.go.kr", series, "answered", status);
        }
        metrics.times(0.0002, Some(0.01));
        metrics.finding("www.example.go.kr", Direction::Upload, "mobile-number", "certain", 3);
        for (direction, account, bytes) in [
            (Direction::Upload, "inspected", 4),
            (Direction::Upload, "inspected", 6),
            (Direction::Download, "inspected", 3),
            (Direction::Download, "inspected", 0),
            (Direction::Download, "binary", 2),
        ] {
            metrics.bytes(direction, account, bytes);
        }
        metrics.bad_head("head:host-twice");
        metrics.proxy_header("missing");
        metrics.alert("webhook", "leaked", "arrived");
        metrics.budget("memory", 5);
        metrics.upstreams([("a", "10.0.0.4:80", true)].into_iter());
        metrics.upstreams([("a", "10.0.0.5:80", true), ("a", "10.0.0.6:80", false)].into_iter());
        let text = metrics.text();
        for line in [
            r#"garim_exchanges_total{site="www.example.go.kr",outcome="answered",status="200"} 3"#,
            r#"garim_exchanges_total{site="www.example.go.kr",outcome="answered",status="404"} 1"#,
            "garim_added_seconds_count 1",
            "garim_site_seconds_count 1",
            r#"garim_findings_total{site="www.example.go.kr",direction="upload",kind="mobile-number",confidence="certain"} 3"#,
            r#"garim_content_bytes_total{direction="upload",account="inspected"} 10"#,
            r#"garim_content_bytes_total{direction="download",account="inspected"} 3"#,
            r#"garim_content_bytes_total{direction="download",account="binary"} 2"#,
            r#"garim_bad_heads_total{reason="head:host-twice"} 1"#,
            r#"garim_bad_proxy_headers_total{reason="missing"} 1"#,
            r#"garim_alerts_total{way="webhook",event="leaked",result="arrived"} 1"#,
            r#"garim_budget_bytes{pool="memory"} 5"#,
            r#"garim_upstream_up{site="a",server="10.0.0.5:80"} 1"#,
            r#"garim_upstream_up{site="a",server="10.0.0.6:80"} 0"#,
            "# EOF",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        assert!(!text.contains("10.0.0.4"), "a server that is gone is gone");
    }
}
