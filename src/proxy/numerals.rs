//! Numbers and addresses written into a text, without the machinery of formatting: every exchange writes a dozen. Pure.

use std::fmt::Write;
use std::net::IpAddr;

/// Appends a number in decimal.
pub(super) fn number(out: &mut String, number: u64) {
    // 2^64 has 20 digits.
    let mut digits = [b'0'; 20];
    let (mut rest, mut from) = (number, digits.len());
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        (rest, from) = (rest / 10, at);
        if rest == 0 {
            break;
        }
    }
    out.extend(digits.get(from..).unwrap_or_default().iter().map(|digit| char::from(*digit)));
}

/// Appends an address, as its `Display` writes it.
pub(super) fn address(out: &mut String, address: IpAddr) {
    match address {
        IpAddr::V4(address) => {
            for (at, octet) in address.octets().into_iter().enumerate() {
                if at > 0 {
                    out.push('.');
                }
                number(out, octet.into());
            }
        }
        // Writing to a string does not fail.
        IpAddr::V6(address) => drop(write!(out, "{address}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_formatter_writes_them() {
        for value in [0, 7, 10, 99, 1_000, 65_535, u64::MAX] {
            let mut out = String::from("x");
            number(&mut out, value);
            assert_eq!(out, format!("x{value}"));
        }
        for text in ["127.0.0.1", "255.255.255.255", "0.0.0.0", "::1", "2001:db8::8:800:200c:417a"] {
            let mut out = String::new();
            address(&mut out, text.parse().unwrap());
            assert_eq!(out, text);
        }
    }
}
