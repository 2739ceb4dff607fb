#![forbid(unsafe_code)]
//! A target for fuzzers: the text of a configuration file.
//! Runs in: tests.

use crate::abi::guc::{
    GUC_UNIT_BLOCKS, GUC_UNIT_BYTE, GUC_UNIT_KB, GUC_UNIT_MB, GUC_UNIT_MIN, GUC_UNIT_MS, GUC_UNIT_S,
};

use super::grammar::{What, entries};
use super::{list, parse, units};

const UNITS: [i32; 8] = [
    0,
    GUC_UNIT_BYTE,
    GUC_UNIT_KB,
    GUC_UNIT_MB,
    GUC_UNIT_BLOCKS,
    GUC_UNIT_MS,
    GUC_UNIT_S,
    GUC_UNIT_MIN,
];

/// Reads bytes as a configuration file, and each value as a value of every kind.
pub fn config(bytes: &[u8]) {
    let mut last = 0;
    for entry in entries(bytes) {
        assert!(entry.line > last, "lines are counted upwards, one entry each");
        last = entry.line;
        match entry.what {
            What::Setting { name, value } => setting(&name, &value),
            What::SyntaxError { near } => {
                let near = near.unwrap_or_else(|| b"(end of line)".to_vec());
                assert!(!near.is_empty() && !near.contains(&b'\n'));
            }
        }
    }
    // Other places take values that no line can have.
    value(bytes);
}

fn setting(name: &[u8], text: &[u8]) {
    assert!(!name.is_empty() && !name.contains(&0) && !text.contains(&0));
    value(text);
    if text.contains(&b'\n') {
        return;
    }
    // In quotes it is the same value.
    let mut line = [name, b" = '"].concat();
    for byte in text {
        if matches!(byte, b'\'' | b'\\') {
            line.push(b'\\');
        }
        line.push(*byte);
    }
    line.push(b'\'');
    let again = entries(&line);
    let same = What::Setting { name: name.to_vec(), value: text.to_vec() };
    assert!(again.len() == 1 && again.iter().all(|entry| entry.what == same), "{again:?}");
}

fn value(text: &[u8]) {
    let shorter = text.get(1..).unwrap_or_default();
    assert!(parse::boolean(text).is_none() || text.len() <= "false".len());
    for members in [list::paths(text), list::paths(shorter)].into_iter().flatten() {
        assert!(members.iter().all(|member| !member.is_empty()));
    }
    for flags in UNITS {
        if let Ok(number) = parse::int(text, flags) {
            same_when_shown(number, flags);
        }
        if let Ok(number) = parse::real(text, flags) {
            assert!(!number.is_nan());
        }
    }
}

/// What is shown of a number is read as that number.
fn same_when_shown(number: i32, flags: i32) {
    assert_eq!(parse::int(number.to_string().as_bytes(), flags), Ok(number));
    if let Some(base) = units::base(flags).filter(|_| number > 0) {
        let (shown, unit) = base.show_int(number.into());
        let text = format!("{shown}{unit}");
        assert_eq!(parse::int(text.as_bytes(), flags), Ok(number), "{number} as {text}");
    }
}
