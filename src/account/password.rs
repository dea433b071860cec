//! Hashes of passwords: Argon2id (RFC 9106) with 19 MiB, two passes and one lane, as OWASP's Password Storage Cheat Sheet asks
//! for; written as `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` (PHC string format).

use super::{NoRandom, random};
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// KiB of memory.
const MEMORY: u32 = 19 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Bytes of salt (RFC 9106, 3.1).
const SALT: usize = 16;
/// Bytes of a hash.
const HASH: usize = 32;

/// The most memory that a stored hash may ask for, in KiB: a row of the store must not fill the machine.
const MOST_MEMORY: u32 = 256 * 1024;

/// How many are computed at the same time, each with its memory and a core.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Hashes a new password. About 20 ms of a core, not on a worker of the runtime.
pub(super) async fn hash(password: &str) -> Result<String, NoRandom> {
    let salt = random::<SALT>()?;
    let password = password.to_owned();
    let turn = AT_ONCE.acquire().await;
    let hashed = spawn_blocking(move || {
        let _turn = turn;
        computed(password.as_bytes(), &salt, MEMORY, PASSES, LANES, HASH)
    });
    let hashed = hashed.await.ok().flatten().ok_or(NoRandom)?;
    let (salt, hashed) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hashed));
    Ok(format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}${salt}${hashed}"))
}

/// Whether the password is that of the hash. Without a hash, of an account that there is not, it takes as long and is `false`.
pub(super) async fn verify(password: &str, hash: Option<&str>) -> bool {
    let stored = hash.and_then(Stored::parse);
    let known = stored.is_some();
    let stored = stored.unwrap_or_else(Stored::nobodys);
    let password = password.to_owned();
    let turn = AT_ONCE.acquire().await;
    // The turn ends with the computation, also when nobody waits for it any more.
    let verified = spawn_blocking(move || {
        let _turn = turn;
        stored.is_of(password.as_bytes())
    });
    let verified = verified.await.unwrap_or(false);
    verified & known
}

/// A hash as it was written.
struct Stored {
    memory: u32,
    passes: u32,
    lanes: u32,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Stored {
    /// What an unknown account is compared with: nothing hashes to it but by chance, and then it does not count.
    fn nobodys() -> Stored {
        Stored { memory: MEMORY, passes: PASSES, lanes: LANES, salt: vec![0x5a; SALT], hash: vec![0; HASH] }
    }

    fn parse(text: &str) -> Option<Stored> {
        let mut parts = text.strip_prefix("$argon2id$v=19$")?.split('$');
        let (costs, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
        let mut costs = costs.split(',');
        let mut cost = |name: &str| costs.next()?.strip_prefix(name)?.parse::<u32>().ok();
        let (memory, passes, lanes) = (cost("m=")?, cost("t=")?, cost("p=")?);
        let (salt, hash) = (STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(hash).ok()?);
        let fair = memory <= MOST_MEMORY && passes <= 16 && lanes <= 16 && (16..=64).contains(&hash.len());
        (fair && parts.next().is_none() && costs.next().is_none()).then_some(Stored {
            memory,
            passes,
            lanes,
            salt,
            hash,
        })
    }

    fn is_of(&self, password: &[u8]) -> bool {
        let computed = computed(password, &self.salt, self.memory, self.passes, self.lanes, self.hash.len());
        computed.is_some_and(|computed| verify_slices_are_equal(&computed, &self.hash).is_ok())
    }
}

fn computed(password: &[u8], salt: &[u8], memory: u32, passes: u32, lanes: u32, length: usize) -> Option<Vec<u8>> {
    let params = Params::new(memory, passes, lanes, Some(length)).ok()?;
    let mut hash = vec![0; length];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(password, salt, &mut hash).ok()?;
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the reference implementation's own tests (test.c, Argon2id, version 19): another party's hashes.
    #[test]
    fn hashes_of_the_reference_implementation_are_read() {
        for (password, hash) in [
            ("password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"),
            ("password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
            (
                "differentpassword",
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94",
            ),
        ] {
            let stored = Stored::parse(hash).expect("a hash");
            assert!(stored.is_of(password.as_bytes()), "{hash}");
            assert!(!stored.is_of(b"passwore"), "{hash}");
        }
    }

    #[test]
    fn what_is_no_hash_or_asks_too_much_is_refused() {
        let good = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert!(Stored::parse(good).is_some());
        for wrong in [
            "",
            "plain",
            &good.replace("argon2id", "argon2i"),
            &good.replace("v=19", "v=16"),
            &good.replace("m=256", "m=4294967295"),
            &good.replace("t=2", "t=4000000000"),
            &good.replace(",p=1", ""),
            &good.replace(",p=1", ",p=1,x=2"),
            &format!("{good}$more"),
            &good.replace("nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", ""),
            &good.replace("nf65", "nf6!"),
        ] {
            assert!(Stored::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_password_is_told_from_others() {
        let hashed = hash("가림막-7절기").await.expect("hashed");
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert_ne!(hashed, hash("가림막-7절기").await.expect("hashed"), "salted");
        assert!(verify("가림막-7절기", Some(&hashed)).await);
        assert!(!verify("가림막-7절긔", Some(&hashed)).await);
        assert!(!verify("가림막-7절기", None).await);
        assert!(!verify("가림막-7절기", Some("broken")).await);
    }
}
