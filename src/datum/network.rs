#![forbid(unsafe_code)]
//! Addresses of networks and network cards: `inet`, `cidr`, `macaddr`, `macaddr8`.
//! Runs in: any process.

use std::net::Ipv6Addr;

use crate::error::{Report, Result, SqlState};

use super::input::syntax;

/// Families as PostgreSQL numbers them.
const V4: u8 = 2;
const V6: u8 = 3;

/// Reads an address: its family, the bits of the network, the address.
pub(super) fn read(text: &[u8], is_cidr: bool) -> Result<Vec<u8>> {
    let kind = if is_cidr { "cidr" } else { "inet" };
    let wrong = || syntax(kind, text);
    let whole = core::str::from_utf8(text).map_err(|_| wrong())?;
    let (address, bits) = match whole.split_once('/') {
        Some((address, bits)) => {
            let is_number = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
            let bits: u8 = bits.parse().ok().filter(|_| is_number).ok_or_else(wrong)?;
            (address, Some(bits))
        }
        None => (whole, None),
    };
    let (family, octets, implied) = if address.contains(':') {
        let octets = address.parse::<Ipv6Addr>().map_err(|_| wrong())?.octets();
        (V6, octets.to_vec(), 128)
    } else {
        let given = address.split('.').map(|part| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|_| is_number)
        });
        let mut octets: Vec<u8> = given.collect::<Option<_>>().ok_or_else(wrong)?;
        let count = octets.len();
        let fits = if is_cidr { (1..=4).contains(&count) } else { count == 4 };
        if !fits {
            return Err(wrong().into());
        }
        octets.resize(4, 0);
        let implied = if is_cidr { network_class(&octets, count) } else { 32 };
        (V4, octets, implied)
    };
    let bits = bits.unwrap_or(implied);
    if usize::from(bits) > octets.len() * 8 {
        return Err(wrong().into());
    }
    if is_cidr && !is_network(&octets, bits) {
        let message = [b"invalid cidr value: \"", text, b"\""].concat();
        let report = Report::error(SqlState::new(*b"22P02"), message);
        return Err(report.with_detail("Value has bits set to right of mask.").into());
    }
    Ok([&[family, bits], &*octets].concat())
}

/// The bits of a network that is given without them, by the classes of old.
fn network_class(octets: &[u8], given: usize) -> u8 {
    let by_class = match octets.first().copied().unwrap_or(0) {
        240.. => 32,
        224..240 => 8,
        192..224 => 24,
        128..192 => 16,
        _ => 8,
    };
    let bits = by_class.max(u8::try_from(given * 8).unwrap_or(32));
    if bits == 8 && octets.first() == Some(&224) { 4 } else { bits }
}

/// Whether nothing is set behind the network's bits.
fn is_network(octets: &[u8], bits: u8) -> bool {
    octets.iter().zip(0u32..).all(|(octet, i)| {
        let left = u32::from(bits).saturating_sub(i * 8).min(8);
        u32::from(*octet) & (0xff >> left) == 0
    })
}

/// Writes an address; a network with its bits always, an address only if they are not all.
pub(super) fn write(content: &[u8], is_cidr: bool) -> String {
    let (family, bits, octets) = match content {
        [family, bits, octets @ ..] => (*family, *bits, octets),
        _ => return String::new(),
    };
    let (text, all) = if family == V4 {
        let parts: Vec<String> = octets.iter().take(4).map(u8::to_string).collect();
        (parts.join("."), 32)
    } else {
        (v6(octets), 128)
    };
    if is_cidr || bits != all { format!("{text}/{bits}") } else { text }
}

/// With `::` for the first of the longest runs of zeros.
fn v6(octets: &[u8]) -> String {
    let words: Vec<u16> = octets
        .chunks_exact(2)
        .map(|two| u16::from_be_bytes(two.try_into().unwrap_or([0; 2])))
        .collect();
    let zeros = |from: usize| words.iter().skip(from).take_while(|word| **word == 0).count();
    let runs = (0..words.len()).map(|from| (from, zeros(from))).filter(|(_, len)| *len > 1);
    let best = runs.reduce(|best, run| if run.1 > best.1 { run } else { best });
    let is_v4 = |(from, len): (usize, usize)| {
        let last = words.last().copied().unwrap_or(0);
        from == 0
            && (len == 6 || len == 7 && last != 1 || len == 5 && words.get(5) == Some(&0xffff))
    };
    let tail: Vec<String> = octets.iter().skip(12).map(u8::to_string).collect();
    let dotted = best.is_some_and(is_v4).then(|| tail.join("."));
    let hex = |words: &[u16]| {
        let words: Vec<String> = words.iter().map(|word| format!("{word:x}")).collect();
        words.join(":")
    };
    let Some((from, len)) = best else { return hex(&words) };
    let before = hex(words.get(..from).unwrap_or_default());
    let after = words.get(from + len..).unwrap_or_default();
    let after = match dotted {
        Some(dotted) if len == 5 => format!("ffff:{dotted}"),
        Some(dotted) => dotted,
        None => hex(after),
    };
    format!("{before}::{after}")
}

/// Reads the address of a card of six bytes.
pub(super) fn read_mac(text: &[u8]) -> Result<Vec<u8>> {
    let wrong = || syntax("macaddr", text);
    let trimmed = core::str::from_utf8(text).map_err(|_| wrong())?.trim();
    let groups: Vec<&str> = trimmed.split([':', '-', '.']).collect();
    let separators: Vec<char> = trimmed.chars().filter(|c| ":-.".contains(*c)).collect();
    let is_uniform = separators.windows(2).all(|two| two.first() == two.last());
    let width = match groups.len() {
        6 if separators.first() != Some(&'.') => 2,
        3 if separators.first() != Some(&':') => 4,
        2 if separators.first() != Some(&'.') => 6,
        1 => 12,
        _ => 0,
    };
    let mut bytes = Vec::new();
    for group in &groups {
        let fits = group.len() == width || width == 2 && group.len() == 1;
        let is_hex = group.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !fits || !is_hex || !is_uniform {
            return Err(wrong().into());
        }
        let number = u64::from_str_radix(group, 16).map_err(|_| wrong())?;
        let len = width / 2;
        bytes.extend(number.to_be_bytes().into_iter().skip(8 - len));
    }
    Ok(bytes)
}

/// Reads the address of a card of eight bytes; six get `ff:fe` in their middle.
pub(super) fn read_mac8(text: &[u8]) -> Result<Vec<u8>> {
    let wrong = || syntax("macaddr8", text);
    let trimmed = text.trim_ascii();
    let mut separator = None;
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < trimmed.len() {
        let digit = |at: usize| {
            let byte = trimmed.get(at).copied().unwrap_or(0);
            char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
        };
        let (Some(high), Some(low)) = (digit(at), digit(at + 1)) else {
            return Err(wrong().into());
        };
        bytes.push(high << 4 | low);
        at += 2;
        if let Some(&byte) = trimmed.get(at).filter(|byte| b":-.".contains(byte)) {
            if *separator.get_or_insert(byte) != byte || at + 1 == trimmed.len() {
                return Err(wrong().into());
            }
            at += 1;
        }
    }
    match *bytes.as_slice() {
        [a, b, c, d, e, f] => Ok(vec![a, b, c, 0xff, 0xfe, d, e, f]),
        [_, _, _, _, _, _, _, _] => Ok(bytes),
        _ => Err(wrong().into()),
    }
}

/// Writes the address of a card.
pub(super) fn write_mac(content: &[u8]) -> String {
    let bytes: Vec<String> = content.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    // What PostgreSQL 17 makes of them.
    #[test]
    fn addresses_are_read_and_written_as_in_postgresql() {
        for (text, is_cidr, expected) in [
            ("192.168.0.1", false, "192.168.0.1"),
            ("192.168.0.1/24", false, "192.168.0.1/24"),
            ("10", true, "10.0.0.0/8"),
            ("192.168.1", true, "192.168.1.0/24"),
            ("192.168.0.0/16", true, "192.168.0.0/16"),
            ("::1", false, "::1"),
            ("::", true, "::/128"),
            ("2001:db8:0:0:1::0:2/64", false, "2001:db8::1:0:0:2/64"),
            ("::ffff:1.2.3.4", false, "::ffff:1.2.3.4"),
            ("::1.2.3.4", false, "::1.2.3.4"),
        ] {
            let content = read(text.as_bytes(), is_cidr).unwrap_or_default();
            assert_eq!(write(&content, is_cidr), expected, "{text}");
        }
        for (text, is_cidr) in [("10.1", false), ("1.2.3.4/33", false), ("10.1.2.3/8", true)] {
            assert!(read(text.as_bytes(), is_cidr).is_err(), "{text}");
        }
    }

    #[test]
    fn cards_are_read_and_written_as_in_postgresql() {
        for text in ["08:00:2b:01:02:03", "08-00-2B-01-02-03", "08002b:010203", "0800.2b01.0203"] {
            let content = read_mac(text.as_bytes()).unwrap_or_default();
            assert_eq!(write_mac(&content), "08:00:2b:01:02:03", "{text}");
            let content = read_mac8(text.as_bytes()).unwrap_or_default();
            assert_eq!(write_mac(&content), "08:00:2b:ff:fe:01:02:03", "{text}");
        }
        assert!(read_mac(b"08:00:2b:01:02").is_err());
        assert!(read_mac8(b"08:00-2b:01:02:03").is_err());
    }
}
