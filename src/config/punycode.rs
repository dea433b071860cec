//! Punycode (RFC 3492), one way: to tell an operator the ASCII form of a Korean host name.

/// Encodes one label (RFC 3492 section 6.3), without the `xn--` in front. All arithmetic is checked: overlong input gives `None`.
pub(super) fn encode(label: &str) -> Option<String> {
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    let total = u32::try_from(label.chars().count()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let (mut handled, mut delta, mut bias, mut least) = (basic, 0_u32, 72_u32, 128_u32);
    while handled < total {
        let next = label.chars().map(u32::from).filter(|point| *point >= least).min()?;
        delta = next.checked_sub(least)?.checked_mul(handled.checked_add(1)?)?.checked_add(delta)?;
        least = next;
        for point in label.chars().map(u32::from) {
            if point < least {
                delta = delta.checked_add(1)?;
            } else if point == least {
                push_number(&mut out, delta, bias)?;
                bias = adapted(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        (delta, least) = (delta.checked_add(1)?, least.checked_add(1)?);
    }
    Some(out)
}

/// A number in the variable-length digits of RFC 3492 section 3.3.
fn push_number(out: &mut String, mut number: u32, bias: u32) -> Option<()> {
    let mut position = 36_u32;
    loop {
        let threshold = position.saturating_sub(bias).clamp(1, 26);
        if number < threshold {
            out.push(digit(number)?);
            return Some(());
        }
        let (rest, base) = (number - threshold, 36 - threshold);
        out.push(digit(threshold + rest % base)?);
        number = rest / base;
        position = position.checked_add(36)?;
    }
}

fn digit(value: u32) -> Option<char> {
    match value {
        0..=25 => char::from_u32(u32::from('a') + value),
        26..=35 => char::from_u32(u32::from('0') + value - 26),
        _ => None,
    }
}

/// RFC 3492 section 6.1.
fn adapted(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta = delta.saturating_add(delta / count.max(1));
    let mut bias = 0;
    while delta > 455 {
        delta /= 35;
        bias += 36;
    }
    bias + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From RFC 3492 section 7.1 (C, G, L) and known host names.
    #[test]
    fn samples() {
        let samples = [
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            (
                "세계의모든사람들이한국어를이해한다면얼마나좋을까",
                "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c",
            ),
            ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
            ("한글", "bj0bj06e"),
            ("bücher", "bcher-kva"),
        ];
        for (label, coded) in samples {
            assert_eq!(encode(label).as_deref(), Some(coded), "{label}");
        }
    }
}
