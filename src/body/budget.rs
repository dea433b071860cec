//! The byte budget of the process: what all exchanges together may hold in memory and in spool files.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a reservation is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pool {
    /// Bytes of memory: heads, bodies kept back, windows of codecs and of HTTP/2.
    Memory,
    /// Bytes of spool files.
    Spool,
}

impl Pool {
    /// Both pools.
    pub const ALL: &'static [Pool] = &[Pool::Memory, Pool::Spool];

    /// The word used in metrics and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Pool::Memory => "memory",
            Pool::Spool => "spool",
        }
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The budget is spent: the exchange that asked must be refused (503), those that hold something go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {pool} budget is spent: {wanted} more bytes were wanted, the limit is {limit}")]
pub struct Spent {
    /// Of which pool.
    pub pool: Pool,
    /// How many bytes were asked for.
    pub wanted: u64,
    /// How many bytes the pool has in all.
    pub limit: u64,
}

#[derive(Debug)]
struct Gauge {
    limit: AtomicU64,
    used: AtomicU64,
}

impl Gauge {
    fn new(limit: u64) -> Gauge {
        Gauge { limit: AtomicU64::new(limit), used: AtomicU64::new(0) }
    }
}

#[derive(Debug)]
struct Gauges {
    memory: Gauge,
    spool: Gauge,
}

/// The budget; clones share it.
#[derive(Debug, Clone)]
pub struct Budget(Arc<Gauges>);

impl Budget {
    /// A budget of this many bytes.
    pub fn new(memory: u64, spool: u64) -> Budget {
        Budget(Arc::new(Gauges { memory: Gauge::new(memory), spool: Gauge::new(spool) }))
    }

    /// Other limits, from now on (a reload). What is held stays held, even above a lower limit.
    pub fn resize(&self, memory: u64, spool: u64) {
        self.0.memory.limit.store(memory, Ordering::Relaxed);
        self.0.spool.limit.store(spool, Ordering::Relaxed);
    }

    /// Takes `bytes` of a pool until the reservation is dropped.
    pub fn reserve(&self, pool: Pool, bytes: u64) -> Result<Reservation, Spent> {
        let mut reservation = Reservation { budget: self.clone(), pool, bytes: 0 };
        reservation.grow(bytes)?;
        Ok(reservation)
    }

    /// Bytes that are held now.
    pub fn used(&self, pool: Pool) -> u64 {
        self.gauge(pool).used.load(Ordering::Relaxed)
    }

    /// Bytes that may be held together.
    pub fn limit(&self, pool: Pool) -> u64 {
        self.gauge(pool).limit.load(Ordering::Relaxed)
    }

    fn gauge(&self, pool: Pool) -> &Gauge {
        match pool {
            Pool::Memory => &self.0.memory,
            Pool::Spool => &self.0.spool,
        }
    }
}

/// Bytes taken from a [`Budget`]; given back when dropped.
#[derive(Debug)]
pub struct Reservation {
    budget: Budget,
    pool: Pool,
    bytes: u64,
}

impl Reservation {
    /// Takes more. On error nothing is taken, and what was held stays held.
    pub fn grow(&mut self, bytes: u64) -> Result<(), Spent> {
        let gauge = self.budget.gauge(self.pool);
        let limit = gauge.limit.load(Ordering::Relaxed);
        let taken = gauge.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            used.checked_add(bytes).filter(|sum| bytes == 0 || *sum <= limit)
        });
        match taken {
            Ok(_) => {
                self.bytes = self.bytes.saturating_add(bytes);
                Ok(())
            }
            Err(_) => Err(Spent { pool: self.pool, wanted: bytes, limit }),
        }
    }

    /// Gives some back; never more than it holds.
    pub fn shrink(&mut self, bytes: u64) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.budget.gauge(self.pool).used.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Gives back what is above `bytes`.
    pub fn shrink_to(&mut self, bytes: u64) {
        self.shrink(self.bytes.saturating_sub(bytes));
    }

    /// Bytes it holds.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.shrink(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_and_gives_back() {
        let budget = Budget::new(100, 10);
        let mut held = budget.reserve(Pool::Memory, 60).unwrap();
        let refused = budget.reserve(Pool::Memory, 41).unwrap_err();
        assert_eq!(refused, Spent { pool: Pool::Memory, wanted: 41, limit: 100 });
        assert_eq!(held.grow(50).unwrap_err().wanted, 50);
        held.grow(40).unwrap();
        assert_eq!((budget.used(Pool::Memory), held.bytes()), (100, 100));
        held.shrink_to(30);
        held.shrink(10);
        assert_eq!(budget.used(Pool::Memory), 20);
        assert_eq!(budget.used(Pool::Spool), 0);
        drop(held);
        assert_eq!(budget.used(Pool::Memory), 0);
    }

    #[test]
    fn a_lower_limit_leaves_what_is_held() {
        let budget = Budget::new(100, 0);
        let mut held = budget.reserve(Pool::Memory, 60).unwrap();
        budget.resize(50, 0);
        assert!(held.grow(1).is_err());
        held.grow(0).unwrap();
        held.shrink(20);
        held.grow(10).unwrap();
        assert_eq!(budget.used(Pool::Memory), 50);
    }

    #[test]
    fn many_threads_never_pass_the_limit() {
        let budget = Budget::new(1_000, 0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..2_000 {
                        let held = budget.reserve(Pool::Memory, 300);
                        assert!(budget.used(Pool::Memory) <= 1_000);
                        drop(held);
                    }
                });
            }
        });
        assert_eq!(budget.used(Pool::Memory), 0);
    }
}
