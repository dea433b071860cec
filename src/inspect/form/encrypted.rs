//! Values that a page has encrypted before it sent them: nobody on the way can tell what they are. Keyboard security and
//! upload components do so, and scripts of sites.
//!
//! A value counts if its bytes say so themselves, if its field is one that such a product writes, if its field is called
//! encrypted and it looks it, or if it is as long as a block of RSA. Tokens, sessions, states of pages, hashes and keys are
//! random as well, but hide nothing that somebody has written: their names tell them. What signs somebody in is left alone too:
//! pages of banks and offices encrypt every password, and nobody publishes it.

use crate::extract;
use crate::vocab::Part;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// So much of a value is kept, as it is written: an escape takes three bytes. That of RSA with 4,096 bits in hexadecimal has
/// 1,024 characters.
pub(super) const KEPT: usize = 3 * 1100;
/// The fewest characters of a value that a product has encrypted: a block of 64 bits in hexadecimal.
const FEWEST: usize = 16;
/// Where a character beyond ASCII stands within so many bytes, the value is none of base64, and what says itself that it is
/// encrypted has said so in as many again; they are written in three times as many at most.
const BEGINNING: usize = 32;

/// What stands before or behind the name of a field whose value TransKey (RaonSecure), nProtect (INCA Internet) and TouchEn
/// (RaonSecure) have encrypted, in lower case; what TransKey adds beside it, which is none.
const BEFORE: &[&str] = &["transkey_", "e2e_", "__kh_"];
const BEHIND: &[&str] = &["__e2e__"];
const BESIDE: &[&str] = &["transkey_hm_", "transkey_hmac_", "transkey_exe2e_"];
/// Fields that hold what INISAFE Web (Initech), Safe Transaction (AhnLab; in `e2e_data1` and on) and bank forms have encrypted.
const WHOLE: &[&str] = &["iniplugindata", "hid_enc_data"];

/// Words that say of a value that it is encrypted.
const SAYS: &[&str] = &["enc", "crypt", "cipher", "secured", "rsa", "암호화"];
/// Parts of names whose values are random for other reasons.
const OTHER: &[&str] = &[
    "token",
    "csrf",
    "xsrf",
    "state",
    "validation",
    "session",
    "sess",
    "sid",
    "jwt",
    "nonce",
    "captcha",
    "response",
    "sign",
    "sig",
    "hash",
    "digest",
    "hmac",
    "code",
    "challenge",
    "verif",
    "ticket",
    "key",
    "modulus",
    "exponent",
    "cert",
    "receipt",
    "uuid",
    "saml",
    "credential",
    "salt",
    "iv",
    "unique",
    "keypad",
    "pub",
    "clientdata",
    "attestation",
    "authenticator",
    "p256dh",
    "fingerprint",
];

/// Parts of names of what signs somebody in.
const SIGNS_IN: &[&str] = &[
    "pass",
    "pwd",
    "pw",
    "pin",
    "userid",
    "user_id",
    "usrid",
    "username",
    "user_name",
    "loginid",
    "login_id",
    "비밀번호",
    "아이디",
];

/// Sizes of blocks of RSA with 1,024, 2,048 and 4,096 bits: in hexadecimal, in base64.
const HEX: [usize; 3] = [256, 512, 1024];
const BASE64: [usize; 3] = [172, 344, 684];

/// The value of a field, as far as it is looked at.
pub(in crate::inspect) struct Encrypted {
    name: Vec<u8>,
    part: Part,
    offset: u64,
    value: Vec<u8>,
    /// More of it followed than is kept.
    long: bool,
    /// Only what says so itself counts, or what a product writes.
    strict: bool,
}

impl Encrypted {
    /// The value of a field begins at `offset`. Its name, escapes undone.
    pub(in crate::inspect) fn new(name: Vec<u8>, part: Part, offset: u64) -> Encrypted {
        Encrypted { name, part, offset, value: Vec::new(), long: false, strict: false }
    }

    /// The same in the query of an address: sites encrypt what they have written into their links themselves, under names
    /// that say so. Of that, nothing is hidden by whoever follows the link.
    pub(in crate::inspect) fn in_query(self) -> Encrypted {
        Encrypted { strict: true, ..self }
    }

    /// A value that is there already; `long` if it is only the beginning of one.
    pub(in crate::inspect) fn whole(name: Vec<u8>, part: Part, offset: u64, value: &[u8], long: bool) -> Encrypted {
        let mut field = Encrypted::new(name, part, offset);
        field.take(value);
        field.long |= long;
        field
    }

    /// Whether a value, as it is written, is long enough to be one.
    pub(in crate::inspect) fn may_be(value: &[u8]) -> bool {
        value.len() >= FEWEST
    }

    /// What part of the exchange it is.
    pub(in crate::inspect) fn part(&self) -> &Part {
        &self.part
    }

    /// The beginning of the value, as it is written.
    pub(in crate::inspect) fn start(&self) -> &[u8] {
        &self.value
    }

    /// Some of the value, as it is written.
    pub(in crate::inspect) fn take(&mut self, bytes: &[u8]) {
        let room = KEPT.saturating_sub(self.value.len());
        self.long |= bytes.len() > room;
        self.value.extend(bytes.iter().take(room));
    }

    /// The value has ended; `plain` undoes the escapes it is written with. Where it began and what it is, if it is encrypted.
    pub(in crate::inspect) fn end(self, plain: impl Fn(&[u8]) -> Vec<u8>) -> Option<(u64, Part)> {
        // Of what is shorter, nothing is encrypted; most values of forms are.
        if !Encrypted::may_be(&self.value) {
            return None;
        }
        // Of text in Korean, which is long, the beginning is enough.
        let beginning = self.value.get(..6 * BEGINNING).map(&plain);
        let value = beginning.filter(|value| is_beyond_ascii(value)).unwrap_or_else(|| plain(&self.value));
        let name = String::from_utf8_lossy(&self.name);
        let value = value.trim_ascii();
        let is_one = if self.strict { is_strictly(&name, value) } else { is_encrypted(&name, value, self.long) };
        is_one.then_some((self.offset, self.part))
    }
}

fn is_beyond_ascii(value: &[u8]) -> bool {
    value.trim_ascii_start().iter().take(BEGINNING).any(|byte| !byte.is_ascii())
}

/// Whether a value is encrypted, by itself or by the name of its field; `long` if it is only the beginning of one.
fn is_encrypted(name: &str, value: &[u8], long: bool) -> bool {
    let name = name.to_lowercase();
    if value.len() < FEWEST || SIGNS_IN.iter().any(|word| name.contains(word)) {
        return false;
    }
    says_itself(value)
        || is_of_product(&name) && value.iter().all(u8::is_ascii_graphic)
        || !is_other(&name) && (is_said(&name) && is_random(value) || !long && is_block(value))
}

/// Whether a value is encrypted by itself or by a product, and is no token.
fn is_strictly(name: &str, value: &[u8]) -> bool {
    let name = name.to_lowercase();
    let signs_in = SIGNS_IN.iter().any(|word| name.contains(word));
    let by_product = || is_of_product(&name) && value.iter().all(u8::is_ascii_graphic);
    value.len() >= FEWEST && !signs_in && (by_product() || !is_other(&name) && says_itself(value))
}

/// OpenPGP, CMS, `openssl enc` and CryptoJS, age, as text or in base64; JWE (RFC 7516 section 7.1); the codes of keys that
/// TransKey writes.
fn says_itself(value: &[u8]) -> bool {
    extract::is_encrypted(value)
        || decoded(value).is_some_and(|bytes| extract::is_encrypted(&bytes))
        || is_jwe(value)
        || is_of_keys(value)
}

/// The first bytes of what is written in base64.
fn decoded(value: &[u8]) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(value.get(..32)?).ok()
}

fn is_jwe(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| *byte == b'.');
    let head = parts.next().filter(|head| head.starts_with(b"eyJ")).and_then(|head| URL_SAFE_NO_PAD.decode(head).ok());
    parts.next().is_some() && head.is_some_and(|head| memchr::memmem::find(&head, b"\"enc\"").is_some())
}

/// `$5f,0,a3,…$…`: of each key that was touched, a block.
fn is_of_keys(value: &[u8]) -> bool {
    let Some(rest) = value.strip_prefix(b"$") else { return false };
    let commas = rest.iter().filter(|byte| **byte == b',').count();
    commas >= FEWEST - 1 && rest.iter().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b',' | b'$'))
}

fn is_of_product(name: &str) -> bool {
    let beside = BESIDE.iter().any(|start| name.starts_with(start));
    !beside
        && (BEFORE.iter().any(|start| name.len() > start.len() && name.starts_with(start))
            || BEHIND.iter().any(|end| name.len() > end.len() && name.ends_with(end))
            || WHOLE.contains(&name))
}

fn is_said(name: &str) -> bool {
    SAYS.iter().any(|word| name.contains(word))
}

fn is_other(name: &str) -> bool {
    OTHER.iter().any(|word| name.contains(word))
}

/// Whether it is written in hexadecimal or base64, and as mixed as what is encrypted.
fn is_random(value: &[u8]) -> bool {
    is_hex(value) && value.len().is_multiple_of(FEWEST) || is_base64(value)
}

fn is_block(value: &[u8]) -> bool {
    HEX.contains(&value.len()) && is_hex(value)
        || BASE64.contains(&value.len()) && value.ends_with(b"=") && is_base64(value)
}

fn is_hex(value: &[u8]) -> bool {
    value.len() >= 2 * FEWEST && value.iter().all(u8::is_ascii_hexdigit) && distinct(value) >= 8
}

/// Standard base64: in whole groups, of all kinds of characters, as no word is.
fn is_base64(value: &[u8]) -> bool {
    let text = value.trim_ascii_end();
    let text = text.strip_suffix(b"=").unwrap_or(text);
    let text = text.strip_suffix(b"=").unwrap_or(text);
    let known = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mixed = [u8::is_ascii_uppercase, u8::is_ascii_lowercase, u8::is_ascii_digit];
    value.len() >= 24
        && value.len().is_multiple_of(4)
        && text.iter().all(known)
        && mixed.iter().all(|kind| text.iter().any(kind))
        && distinct(text) >= 14
}

fn distinct(value: &[u8]) -> usize {
    let mut seen = [false; 256];
    value.iter().for_each(|byte| {
        if let Some(seen) = seen.get_mut(usize::from(*byte)) {
            *seen = true;
        }
    });
    seen.iter().filter(|seen| **seen).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that look random, the same each time.
    fn random(length: usize) -> Vec<u8> {
        let mut state = 0x2545_F491_u32;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state >> 8) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    fn hex(bytes: usize) -> String {
        random(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn base64(bytes: usize) -> String {
        base64::engine::general_purpose::STANDARD.encode(random(bytes))
    }

    fn url_safe(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn found(name: &str, value: &str) -> bool {
        let mut field = Encrypted::new(name.as_bytes().to_vec(), Part::Body, 7);
        value.as_bytes().chunks(5).for_each(|piece| field.take(piece));
        field.end(<[u8]>::to_vec).is_some()
    }

    #[test]
    fn what_pages_encrypt_is_told() {
        let salted = base64::engine::general_purpose::STANDARD.encode([b"Salted__".as_slice(), &random(40)].concat());
        assert!(salted.starts_with("U2FsdGVkX1"));
        let enveloped = [b"\x30\x82\x01\x02\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03\xA0".as_slice(), &random(60)];
        let enveloped = base64::engine::general_purpose::STANDARD.encode(enveloped.concat());
        let head = url_safe(br#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#);
        let jwe = format!("{head}.{}.{}.{}.{}", url_safe(&random(256)), url_safe(b"i"), url_safe(b"c"), url_safe(b"t"));
        let keys = format!("${}", random(48).iter().map(|byte| format!("{byte:x}")).collect::<Vec<_>>().join(","));
        for (name, value) in [
            ("content", salted.as_str()),
            ("memo", &enveloped),
            ("body", &jwe),
            ("b", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"),
            ("juminNo2", &keys),
            ("transkey_jumin2_form1", &keys),
            ("transkey_juminNo2", &hex(32)),
            ("E2E_rnno", &hex(16)),
            ("cdno__E2E__", &hex(32)),
            ("__KH_a1b2c3d4", &hex(64)),
            ("e2e_data1", &base64(48)),
            ("hid_enc_data", "E2E_a=0a1b2c3d%TK%"),
            ("INIpluginData", &base64(201)),
            ("securedJumin", &hex(128)),
            ("encPhone", &base64(16)),
            ("jumin_encrypted", &hex(16)),
            ("주민번호_암호화", &base64(32)),
            ("MEMO", &hex(256)),
            ("memo2", &base64(128)),
        ] {
            assert!(found(name, value), "{name} {value}");
        }
    }

    #[test]
    fn in_a_query_only_what_says_so_itself_counts() {
        let found = |name: &str, value: &str| {
            let mut field = Encrypted::new(name.as_bytes().to_vec(), Part::Query(String::new()), 7).in_query();
            field.take(value.as_bytes());
            field.end(<[u8]>::to_vec).is_some()
        };
        let salted = base64::engine::general_purpose::STANDARD.encode([b"Salted__".as_slice(), &random(40)].concat());
        let jwe = format!("{}.{}.a.b.c", url_safe(br#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#), url_safe(&random(64)));
        assert!(found("q", &salted) && found("memo", &jwe) && found("transkey_jumin2", &hex(32)));
        for (name, value) in [
            ("encParam", base64(16)),
            ("encStr", hex(32)),
            ("q", hex(256)),
            ("q", base64(128)),
            ("id_token", jwe.clone()),
            ("state", salted.clone()),
            ("passwd", salted),
        ] {
            assert!(!found(name, &value), "{name} {value}");
        }
    }

    #[test]
    fn what_is_random_for_other_reasons_is_not() {
        let jwt =
            format!("{}.{}.{}", url_safe(br#"{"alg":"HS256"}"#), url_safe(b"{\"sub\":\"1\"}"), url_safe(&random(32)));
        let image = format!("data:image/png;base64,{}", base64(258));
        for (name, value) in [
            ("_csrf", hex(32)),
            ("csrfmiddlewaretoken", base64(48)),
            ("authenticity_token", base64(64)),
            ("__RequestVerificationToken", url_safe(&random(116))),
            ("__VIEWSTATE", base64(256)),
            ("__EVENTVALIDATION", base64(128)),
            ("javax.faces.ViewState", base64(512)),
            ("JSESSIONID", hex(16)),
            ("PHPSESSID", hex(128)),
            ("access_token", jwt.clone()),
            ("credential", jwt.clone()),
            ("a", jwt),
            ("password_sha512", hex(64)),
            ("file_hash", hex(128)),
            ("id", "3f2504e0-4f89-41d3-9a0c-0305e82c3301".to_owned()),
            ("code", url_safe(&random(96))),
            ("g-recaptcha-response", url_safe(&random(400))),
            ("SAMLResponse", base64(258)),
            ("photo", image),
            ("transkeyUuid", hex(32)),
            ("transkey_HM_passwd", hex(32)),
            ("transkey_ExE2E_passwd", "false".to_owned()),
            ("__E2E_UNIQUE__", "149999310565153".to_owned()),
            ("__E2E_KEYPAD__", hex(256)),
            ("rsaPublicKey", base64(128)),
            ("encType", "multipart/form-data".to_owned()),
            ("enc", "UTF-8, or whatever it was".to_owned()),
            ("encounter", "일이삼사오육칠팔구십".to_owned()),
            ("e2e_note", "end to end tests passed today".to_owned()),
            ("content", base64(64)),
            ("content", hex(32)),
            ("content", "A".repeat(172)),
            ("content", "가나다라마바사 900101-1234568".repeat(20)),
            ("link", "https://example.com/?q=U2FsdGVkX19".to_owned()),
            ("price", "$1,2,3,4,5,6,7".to_owned()),
            ("USER_PW", hex(256)),
            ("encPwd", base64(16)),
            ("transkey_usrPwd_form", hex(32)),
            ("securedUsername", hex(128)),
            ("비밀번호", base64(128)),
        ] {
            assert!(!found(name, &value), "{name} {value}");
        }
    }
}
