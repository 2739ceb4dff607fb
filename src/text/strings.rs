#![forbid(unsafe_code)]
//! Comparing and cleaning strings (port.h, common/string.h).
//! Runs in: any process.

/// The difference of the first bytes that differ in more than their case, of at most `most`; 0 if
/// there are none.
pub(crate) fn compare_ignoring_case(a: &[u8], b: &[u8], most: usize) -> i32 {
    // The end of a string is a NUL.
    let ended = |s: &[u8]| s.iter().copied().chain([0]).map(|b| b.to_ascii_lowercase()).collect();
    let (a, b): (Vec<u8>, Vec<u8>) = (ended(a), ended(b));
    let different = a.iter().zip(&b).take(most).find(|(a, b)| a != b);
    different.map_or(0, |(a, b)| i32::from(*a) - i32::from(*b))
}

/// The string with each byte that is not printable ASCII as `\xNN`.
pub(crate) fn clean_ascii(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        match byte {
            b' '..=b'~' => out.push(byte),
            _ => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out
}

/// Length without the carriage returns and newlines at the end.
pub(crate) fn without_line_end(text: &[u8]) -> usize {
    text.iter().rposition(|b| !b"\r\n".contains(b)).map_or(0, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_folded_in_ascii_only() {
        assert_eq!(compare_ignoring_case(b"ABC", b"abc", usize::MAX), 0);
        assert_eq!(compare_ignoring_case(b"ab", b"ABC", usize::MAX), -i32::from(b'c'));
        assert_eq!(compare_ignoring_case(b"ab", b"ABC", 2), 0);
        assert_eq!(compare_ignoring_case(b"\xc4", b"\xe4", usize::MAX), 0xc4 - 0xe4);
    }

    #[test]
    fn line_ends_are_stripped_all_of_them() {
        assert_eq!(without_line_end(b"a\r\n\n"), 1);
        assert_eq!(without_line_end(b"\n"), 0);
        assert_eq!(without_line_end(b"a\nb"), 3);
    }
}
