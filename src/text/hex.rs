#![forbid(unsafe_code)]
//! Bytes as hexadecimal digits (utils/builtins.h).
//! Runs in: any process.

use crate::error::{Report, Result, SqlState};

/// Two small digits for each byte.
pub(crate) fn encode(bytes: &[u8]) -> Vec<u8> {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    bytes.iter().flat_map(|&byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes that digits stand for; blanks between bytes do not count.
///
/// # Errors
/// What is no digit; half a byte (22023).
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>> {
    let wrong = |message| Report::error(SqlState::INVALID_PARAMETER_VALUE, message);
    let digit = |at: usize| -> Result<u8> {
        let rest = text.get(at..).unwrap_or_default();
        let Some(&byte) = rest.first() else {
            return Err(wrong(b"invalid hexadecimal data: odd number of digits".to_vec()).into());
        };
        char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or_else(|| {
            wrong([b"invalid hexadecimal digit: \"", &[byte][..], b"\""].concat()).into()
        })
    };
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        if b" \n\t\r".contains(byte) {
            at += 1;
            continue;
        }
        bytes.push(digit(at)? << 4 | digit(at + 1)?);
        at += 2;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_way_there_and_back() {
        assert_eq!(encode(&[0, 0x5a, 0xff]), b"005aff");
        assert_eq!(decode(b" 00 5A\nff ").unwrap(), [0, 0x5a, 0xff]);
        assert!(decode(b"0").is_err());
        assert!(decode(b"0 0").is_err());
        assert!(decode(b"g0").is_err());
    }
}
