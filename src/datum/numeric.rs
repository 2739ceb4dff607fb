#![forbid(unsafe_code)]
//! Exact numbers: their texts and their form in memory (utils/numeric.h).
//! Runs in: any process.
//!
//! A number is a list of digits to the base of 10,000, the first of which stands for that digit
//! times 10,000 to the power of `weight`.

use crate::error::{Report, Result, SqlState};

/// The base of digits, and decimal digits of one.
pub(crate) const BASE: i32 = 10_000;
const DIGIT: i32 = 4;
/// Decimal digits behind the point that a text may have.
const MAX_SCALE: i32 = 0x3fff;
/// Weight beyond which a number does not fit.
const MAX_WEIGHT: i32 = 0x7fff;

/// A number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Numeric {
    NaN,
    Infinite { is_negative: bool },
    Finite(Finite),
}

/// A number that is one. Without leading and trailing zero digits if normalized.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Finite {
    pub(crate) is_negative: bool,
    pub(crate) weight: i32,
    /// Decimal digits shown behind the point.
    pub(crate) scale: i32,
    pub(crate) digits: Vec<i32>,
}

const SHORT: u16 = 0x8000;
const SHORT_NEGATIVE: u16 = 0x2000;
const SHORT_SCALE: u16 = 0x1f80;
const SHORT_SCALE_SHIFT: u32 = 7;
const SHORT_WEIGHT_SIGN: u16 = 0x0040;
const SHORT_WEIGHT: u16 = 0x003f;
const LONG_NEGATIVE: u16 = 0x4000;
const LONG_SCALE: u16 = 0x3fff;
const KIND: u16 = 0xf000;
const NAN: u16 = 0xc000;
const INFINITE: u16 = 0xd000;
const MINUS_INFINITE: u16 = 0xf000;

pub(crate) fn overflow() -> Report {
    Report::error(SqlState::new(*b"22003"), "value overflows numeric format")
}

impl Finite {
    /// Without zeros at both ends; zero has no sign.
    pub(crate) fn normalized(mut self) -> Self {
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.weight -= i32::try_from(zeros).unwrap_or(0);
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.weight = 0;
            self.is_negative = false;
        }
        self
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.digits.iter().all(|digit| *digit == 0)
    }

    /// The digit that stands for that power of the base.
    pub(crate) fn digit(&self, weight: i32) -> i32 {
        let at = usize::try_from(self.weight - weight).ok();
        at.and_then(|at| self.digits.get(at)).copied().unwrap_or(0)
    }

    /// A number from its decimal digits, the last of which stands for 10 to the power of
    /// `-scale`.
    fn from_decimal(is_negative: bool, digits: &[u8], scale: i32) -> Self {
        // The point lies between digits of the base.
        let behind = scale.rem_euclid(DIGIT);
        let padding = usize::try_from((DIGIT - behind) % DIGIT).unwrap_or(0);
        let mut all = digits.to_vec();
        all.resize(all.len() + padding, 0);
        let first = all.len() % 4;
        let groups = all.len().div_ceil(4);
        let number = |group: &[u8]| group.iter().fold(0, |sum, digit| sum * 10 + i32::from(*digit));
        let (head, rest) = all.split_at_checked(first).unwrap_or_default();
        let mut base: Vec<i32> = Vec::with_capacity(groups);
        if first > 0 {
            base.push(number(head));
        }
        base.extend(rest.chunks(4).map(number));
        let groups_behind = (scale + i32::try_from(padding).unwrap_or(0)).div_euclid(DIGIT);
        let weight = i32::try_from(base.len()).unwrap_or(i32::MAX) - 1 - groups_behind;
        Self { is_negative, weight, scale: scale.max(0), digits: base }.normalized()
    }

    /// The text, with `scale` decimal digits behind the point.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        if self.is_negative {
            out.push('-');
        }
        if self.weight < 0 {
            out.push('0');
        }
        for weight in (0..=self.weight).rev() {
            let digit = self.digit(weight);
            let is_first = weight == self.weight;
            out += &if is_first { digit.to_string() } else { format!("{digit:04}") };
        }
        let scale = usize::try_from(self.scale).unwrap_or(0);
        if scale > 0 {
            out.push('.');
            let start = out.len();
            let mut weight = -1;
            while out.len() - start < scale {
                out += &format!("{:04}", self.digit(weight));
                weight -= 1;
            }
            out.truncate(start + scale);
        }
        out
    }
}

impl Numeric {
    pub(crate) fn zero() -> Self {
        Self::Finite(Finite::default())
    }

    pub(crate) fn from_int(value: i64) -> Self {
        let mut rest = value.unsigned_abs();
        let base = u64::from(BASE.unsigned_abs());
        let mut digits = Vec::new();
        while rest > 0 {
            digits.push(i32::try_from(rest % base).unwrap_or(0));
            rest /= base;
        }
        digits.reverse();
        let weight = i32::try_from(digits.len()).unwrap_or(0) - 1;
        Self::Finite(Finite { is_negative: value < 0, weight, scale: 0, digits }.normalized())
    }

    /// Reads a text.
    ///
    /// # Errors
    /// It is none (22P02), or beyond all numbers (22003).
    pub(crate) fn read(text: &[u8]) -> Result<Self> {
        let trimmed = trim(text);
        let (is_negative, unsigned) = match trimmed {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        match &*trimmed.to_ascii_lowercase() {
            b"nan" => return Ok(Self::NaN),
            b"infinity" | b"+infinity" | b"inf" | b"+inf" => {
                return Ok(Self::Infinite { is_negative: false });
            }
            b"-infinity" | b"-inf" => return Ok(Self::Infinite { is_negative: true }),
            _ => {}
        }
        if let Some(value) = with_prefix(unsigned) {
            let value = value.ok_or_else(|| syntax(text))?;
            return Ok(Self::Finite(Finite { is_negative, ..value }.normalized()));
        }
        let (digits, scale) = decimal(unsigned).ok_or_else(|| syntax(text))??;
        let value = Finite::from_decimal(is_negative, &digits, scale);
        if value.weight > MAX_WEIGHT || value.scale > MAX_SCALE {
            return Err(overflow().into());
        }
        Ok(Self::Finite(value))
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Self::NaN => "NaN".into(),
            Self::Infinite { is_negative: true } => "-Infinity".into(),
            Self::Infinite { is_negative: false } => "Infinity".into(),
            Self::Finite(value) => value.text(),
        }
    }

    /// The content of a value in memory.
    ///
    /// # Errors
    /// It does not fit (22003).
    pub(crate) fn pack(&self) -> Result<Vec<u8>> {
        let value = match self {
            Self::NaN => return Ok(NAN.to_ne_bytes().to_vec()),
            Self::Infinite { is_negative } => {
                let word = if *is_negative { MINUS_INFINITE } else { INFINITE };
                return Ok(word.to_ne_bytes().to_vec());
            }
            Self::Finite(value) => value.clone().normalized(),
        };
        let scale = u16::try_from(value.scale).ok().filter(|scale| *scale <= LONG_SCALE);
        let (Some(scale), Ok(weight)) = (scale, i16::try_from(value.weight)) else {
            return Err(overflow().into());
        };
        let mut content = Vec::with_capacity(4 + value.digits.len() * 2);
        if scale <= SHORT_SCALE >> SHORT_SCALE_SHIFT && (-64..=63).contains(&weight) {
            let mut word = SHORT | scale << SHORT_SCALE_SHIFT;
            word |= if value.is_negative { SHORT_NEGATIVE } else { 0 };
            word |= if weight < 0 { SHORT_WEIGHT_SIGN } else { 0 };
            word |= weight.cast_unsigned() & SHORT_WEIGHT;
            content.extend_from_slice(&word.to_ne_bytes());
        } else {
            let word = scale | if value.is_negative { LONG_NEGATIVE } else { 0 };
            content.extend_from_slice(&word.to_ne_bytes());
            content.extend_from_slice(&weight.to_ne_bytes());
        }
        let digits = value.digits.iter().map(|digit| i16::try_from(*digit).unwrap_or(0));
        content.extend(digits.flat_map(i16::to_ne_bytes));
        Ok(content)
    }

    /// Reads the content of a value in memory.
    pub(crate) fn unpack(content: &[u8]) -> Self {
        let mut words =
            content.chunks_exact(2).map(|two| u16::from_ne_bytes(two.try_into().unwrap_or([0; 2])));
        let head = words.next().unwrap_or(NAN);
        match head & KIND {
            NAN => return Self::NaN,
            INFINITE => return Self::Infinite { is_negative: false },
            MINUS_INFINITE => return Self::Infinite { is_negative: true },
            _ => {}
        }
        let (is_negative, scale, weight) = if head & SHORT != 0 {
            let low = i32::from(head & SHORT_WEIGHT);
            let weight = if head & SHORT_WEIGHT_SIGN != 0 { low - 64 } else { low };
            (head & SHORT_NEGATIVE != 0, (head & SHORT_SCALE) >> SHORT_SCALE_SHIFT, weight)
        } else {
            let weight = i32::from(words.next().unwrap_or(0).cast_signed());
            (head & LONG_NEGATIVE != 0, head & LONG_SCALE, weight)
        };
        let digits = words.map(|word| i32::from(word.cast_signed())).collect();
        Self::Finite(Finite { is_negative, weight, scale: scale.into(), digits })
    }
}

fn trim(text: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| b" \t\n\r\x0b\x0c".contains(byte);
    let start = text.iter().position(|byte| !is_blank(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !is_blank(byte)).map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}

fn syntax(text: &[u8]) -> Report {
    let message = [b"invalid input syntax for type numeric: \"", text, b"\""].concat();
    Report::error(SqlState::new(*b"22P02"), message)
}

/// Digits from `at` on, with single underscores between them; where they end. None: an underscore
/// that is not between two.
fn run(text: &[u8], mut at: usize, radix: u32) -> Option<(Vec<u8>, usize)> {
    let digit = |at: usize| {
        let byte = text.get(at).copied()?;
        u8::try_from(char::from(byte).to_digit(radix)?).ok()
    };
    let mut digits = Vec::new();
    loop {
        if let Some(found) = digit(at) {
            digits.push(found);
            at += 1;
        } else if text.get(at) == Some(&b'_') {
            digit(at + 1)?;
            if digits.is_empty() && radix == 10 {
                return None;
            }
            at += 1;
        } else {
            return Some((digits, at));
        }
    }
}

/// `0x...`, `0o...`, `0b...`; None: it does not begin so, Some(None): what follows is no number.
fn with_prefix(text: &[u8]) -> Option<Option<Finite>> {
    let radix = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => return None,
    };
    let read = || {
        let (digits, end) = run(text, 2, radix)?;
        (end == text.len() && !digits.is_empty()).then_some(())?;
        let mut out: Vec<i32> = Vec::new();
        for digit in digits {
            let mut carry = i32::from(digit);
            for place in out.iter_mut().rev() {
                let value = *place * i32::try_from(radix).unwrap_or(16) + carry;
                (*place, carry) = (value % BASE, value / BASE);
            }
            if carry > 0 {
                out.insert(0, carry);
            }
        }
        let weight = i32::try_from(out.len()).ok()? - 1;
        Some(Finite { weight, digits: out, ..Finite::default() })
    };
    Some(read())
}

/// Decimal digits, and how many of them lie behind the point; None: no number.
fn decimal(text: &[u8]) -> Option<Result<(Vec<u8>, i32)>> {
    let (mut digits, mut at) = run(text, 0, 10)?;
    let mut scale = 0i32;
    if text.get(at) == Some(&b'.') {
        let (behind, end) = run(text, at + 1, 10)?;
        scale = i32::try_from(behind.len()).ok()?;
        digits.extend(behind);
        at = end;
    }
    if digits.is_empty() {
        return None;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        at += 1;
        let is_negative = text.get(at) == Some(&b'-');
        at += usize::from(matches!(text.get(at), Some(b'-' | b'+')));
        let (exponent, end) = run(text, at, 10)?;
        if exponent.is_empty() {
            return None;
        }
        at = end;
        let exponent = exponent.iter().try_fold(0i32, |sum, digit| {
            sum.checked_mul(10)?.checked_add(i32::from(*digit)).filter(|sum| *sum < i32::MAX / 2)
        });
        let Some(exponent) = exponent else { return Some(Err(overflow().into())) };
        // What is longer than any number is not even written down.
        if exponent > (MAX_WEIGHT + 2) * DIGIT && !is_negative {
            return Some(Err(overflow().into()));
        }
        let exponent = if is_negative { -exponent } else { exponent };
        scale -= exponent;
        if scale > MAX_SCALE {
            return Some(Err(overflow().into()));
        }
    }
    if at != text.len() {
        return None;
    }
    // A point beyond the digits: the zeros between are written down.
    if scale < 0 {
        let zeros = usize::try_from(-scale).ok()?;
        digits.resize(digits.len() + zeros, 0);
        scale = 0;
    }
    Some(Ok((digits, scale)))
}

#[cfg(test)]
mod tests {
    use super::*;

    // What PostgreSQL 17 makes of them.
    #[test]
    fn texts_are_read_and_written_as_in_postgresql() {
        for (text, expected) in [
            ("0", "0"),
            ("-0.00", "0.00"),
            (" 12345.6789 ", "12345.6789"),
            ("-0.00012", "-0.00012"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e5", "100000"),
            ("1.5e-3", "0.0015"),
            ("123e-2", "1.23"),
            ("1_000.000_1", "1000.0001"),
            ("0xFF_ff", "65535"),
            ("-0b101", "-5"),
            ("0o17", "15"),
            ("NaN", "NaN"),
            ("-inf", "-Infinity"),
            (
                "10000000000000000000000000000000000000001",
                "10000000000000000000000000000000000000001",
            ),
        ] {
            let value = Numeric::read(text.as_bytes()).unwrap_or(Numeric::NaN);
            assert_eq!(value.text(), expected, "{text}");
            let content = value.pack().unwrap_or_default();
            assert_eq!(Numeric::unpack(&content).text(), expected, "{text}");
        }
        for text in ["", ".", "1e", "1__0", "_1", "1_", "0x", "1 2", "e5", "1e200000", "- 1"] {
            assert!(Numeric::read(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn whole_numbers_are_numbers() {
        for value in [0, 1, -1, 9999, 10_000, i64::MIN, i64::MAX] {
            assert_eq!(Numeric::from_int(value).text(), value.to_string());
        }
    }
}
