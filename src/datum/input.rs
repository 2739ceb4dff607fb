#![forbid(unsafe_code)]
//! From texts to values, as PostgreSQL's input functions read them.
//! Runs in: any process.

use crate::abi::c::NAMEDATALEN;
use crate::error::{Report, Result, SqlState};
use crate::guc::parse;
use crate::text::{hex, number};

use super::array_form::Parts;
use super::array_text;
use super::numeric::Numeric;
use super::types::{Base, Form, Type};
use super::{interval_in, jsonb, moment, network};

/// The content of the value that a text stands for.
///
/// # Errors
/// The input function's: not such a value (22P02), or out of range (22003).
pub(crate) fn read(of: Type, text: &[u8]) -> Result<Vec<u8>> {
    let title = of.facts.title;
    if !of.is_array {
        return base(of.base, title, text);
    }
    read_array(of.facts.oid, of.facts.form(), of.facts.delimiter, text, |text| {
        base(of.base, title, text)
    })
}

/// The content of an array; `member` reads one of its members.
///
/// # Errors
/// It is none; what `member` says.
pub(crate) fn read_array(
    element: u32,
    form: Form,
    delimiter: u8,
    text: &[u8],
    mut member: impl FnMut(&[u8]) -> Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    let array = array_text::split(text, delimiter)?;
    let members = array.members.iter().map(|text| text.as_deref().map(&mut member).transpose());
    let members = members.collect::<Result<Vec<_>>>()?;
    Parts { dimensions: array.dimensions, members }.pack(element, form)
}

fn base(of: Base, title: &str, text: &[u8]) -> Result<Vec<u8>> {
    Ok(match of {
        Base::Bool => {
            let value = parse::boolean(text.trim_ascii()).ok_or_else(|| syntax(title, text))?;
            vec![u8::from(value)]
        }
        Base::Char => vec![character(text)],
        Base::Name => {
            let mut name = text.get(..clip(text, NAMEDATALEN - 1)).unwrap_or_default().to_vec();
            name.resize(NAMEDATALEN, 0);
            name
        }
        Base::Int2 => number::parse(text, 16, title)?.to_le_bytes()[..2].to_vec(),
        Base::Int4 => number::parse(text, 32, title)?.to_le_bytes()[..4].to_vec(),
        Base::Int8 => number::parse(text, 64, title)?.to_le_bytes().to_vec(),
        Base::Number => {
            number::parse_unsigned(text, 32, title, true)?.0.to_le_bytes()[..4].to_vec()
        }
        Base::Xid8 => number::parse_unsigned(text, 64, title, true)?.0.to_le_bytes().to_vec(),
        Base::Int2Vector => vector(text, 21, Base::Int2)?,
        Base::OidVector => vector(text, 26, Base::Number)?,
        Base::Tid => tid(text)?,
        Base::Float4 => float(text, title, |text| {
            let value: f32 = text.parse().ok()?;
            Some((f64::from(value), value.to_le_bytes().to_vec()))
        })?,
        Base::Float8 => float(text, title, |text| {
            let value: f64 = text.parse().ok()?;
            Some((value, value.to_le_bytes().to_vec()))
        })?,
        Base::Numeric => Numeric::read(text)?.pack()?,
        Base::Money => money(text)?,
        Base::Text | Base::CString => text.to_vec(),
        Base::Bytea => bytea(text)?,
        Base::Uuid => uuid(text)?,
        Base::Date => moment::read_date(text)?.to_le_bytes().to_vec(),
        Base::Time => moment::read_time(text)?.to_le_bytes().to_vec(),
        Base::TimeTz => moment::read_timetz(text)?,
        Base::Timestamp => moment::read_timestamp(text)?.to_le_bytes().to_vec(),
        Base::TimestampTz => moment::read(text)?.to_le_bytes().to_vec(),
        Base::Interval => interval_in::read(text)?.pack(),
        Base::Inet => network::read(text, false)?,
        Base::Cidr => network::read(text, true)?,
        Base::MacAddr => network::read_mac(text)?,
        Base::MacAddr8 => network::read_mac8(text)?,
        Base::Bit => bits(text)?,
        Base::Lsn => lsn(text)?.to_le_bytes().to_vec(),
        Base::Jsonb => jsonb::read(text)?,
        Base::Void => vec![0; 4],
    })
}

pub(super) fn syntax(kind: &str, text: &[u8]) -> Report {
    let before = format!("invalid input syntax for type {kind}: \"");
    Report::error(SqlState::new(*b"22P02"), [before.as_bytes(), text, b"\""].concat())
}

/// Bytes of a text in UTF-8 that are at most so many and end with a character.
fn clip(text: &[u8], most: usize) -> usize {
    if text.len() <= most {
        return text.len();
    }
    let is_middle = |at: usize| text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (0..=most).rev().find(|at| !is_middle(*at)).unwrap_or(0)
}

/// `"char"`: a byte, or three octal digits behind a backslash.
fn character(text: &[u8]) -> u8 {
    let octal = |byte: u8| (b'0'..=b'7').contains(&byte).then(|| byte - b'0');
    if let [b'\\', a, b, c] = *text
        && let (Some(a), Some(b), Some(c)) = (octal(a), octal(b), octal(c))
    {
        return a << 6 | b << 3 | c;
    }
    text.first().copied().unwrap_or(0)
}

/// A vector of numbers with blanks between them, counted from 0.
fn vector(text: &[u8], element: u32, of: Base) -> Result<Vec<u8>> {
    let (title, len) = if of == Base::Int2 { ("smallint", 2) } else { ("oid", 4) };
    let words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let members = words.map(|word| base(of, title, word).map(Some));
    let members: Vec<_> = members.collect::<Result<_>>()?;
    let dimensions = vec![(i32::try_from(members.len()).unwrap_or(0), 0)];
    let form = Form { len, by_value: true, align: usize::try_from(len).unwrap_or(4) };
    Parts { dimensions, members }.pack(element, form)
}

fn tid(text: &[u8]) -> Result<Vec<u8>> {
    let read = || {
        let inner = core::str::from_utf8(text).ok()?;
        let inner = inner.get(inner.find('(')? + 1..)?;
        let (block, rest) = inner.split_once(',')?;
        let (offset, _) = rest.split_once(')')?;
        let block: i64 = block.trim().parse().ok()?;
        let block = u32::try_from(block).or_else(|_| i32::try_from(block).map(i32::cast_unsigned));
        let (block, offset): (u32, u16) = (block.ok()?, offset.trim().parse().ok()?);
        let [a, b, c, d] = block.to_le_bytes();
        let [e, f] = offset.to_le_bytes();
        Some(vec![c, d, a, b, e, f])
    };
    read().ok_or_else(|| syntax("tid", text).into())
}

/// A floating-point number; what does not fit is out of range, not infinite or zero.
fn float(
    text: &[u8],
    kind: &str,
    parse: impl Fn(&str) -> Option<(f64, Vec<u8>)>,
) -> Result<Vec<u8>> {
    let trimmed = core::str::from_utf8(text.trim_ascii()).unwrap_or_default();
    let (value, content) = parse(trimmed).ok_or_else(|| syntax(kind, text))?;
    let unsigned = trimmed.trim_start_matches(['-', '+']);
    let says_digits = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let mantissa = unsigned.split(['e', 'E']).next().unwrap_or_default();
    let is_nothing = mantissa.bytes().all(|b| matches!(b, b'0' | b'.'));
    if says_digits && (value.is_infinite() || value == 0.0 && !is_nothing) {
        let message = [b"\"", trimmed.as_bytes(), b"\" is out of range for type ", kind.as_bytes()];
        return Err(Report::error(SqlState::new(*b"22003"), message.concat()).into());
    }
    Ok(content)
}

/// Its smallest units: the server writes all digits behind the point that the currency has.
fn money(text: &[u8]) -> Result<Vec<u8>> {
    let is_negative = text.iter().any(|byte| matches!(byte, b'-' | b'('));
    let mut digits = text.iter().filter(|byte| byte.is_ascii_digit());
    let value = digits.try_fold(0i64, |sum, digit| {
        let digit = i64::from(digit - b'0');
        sum.checked_mul(10)?.checked_add(if is_negative { -digit } else { digit })
    });
    let message = || [b"value \"", text, b"\" is out of range for type money"].concat();
    let value = value.ok_or_else(|| Report::error(SqlState::new(*b"22003"), message()))?;
    Ok(value.to_le_bytes().to_vec())
}

fn bytea(text: &[u8]) -> Result<Vec<u8>> {
    if let [b'\\', b'x', digits @ ..] = text {
        return hex::decode(digits);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        rest = match *rest {
            [] => return Ok(out),
            [b'\\', b'\\', ref after @ ..] => {
                out.push(b'\\');
                after
            }
            [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ref after @ ..] => {
                out.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                after
            }
            [b'\\', ..] => {
                let message = "invalid input syntax for type bytea";
                return Err(Report::error(SqlState::new(*b"22P02"), message).into());
            }
            [byte, ref after @ ..] => {
                out.push(byte);
                after
            }
        };
    }
}

fn uuid(text: &[u8]) -> Result<Vec<u8>> {
    let wrong = || syntax("uuid", text);
    let inner = match text {
        [b'{', inner @ .., b'}'] => inner,
        inner => inner,
    };
    let mut digits: Vec<u8> = Vec::with_capacity(32);
    let mut after_group = false;
    for &byte in inner {
        match char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()) {
            Some(digit) => {
                digits.push(digit);
                after_group = digits.len().is_multiple_of(4) && digits.len() < 32;
            }
            None if byte == b'-' && after_group => after_group = false,
            None => return Err(wrong().into()),
        }
    }
    if digits.len() != 32 || inner.last() == Some(&b'-') {
        return Err(wrong().into());
    }
    let byte = |two: &[u8]| two.iter().fold(0, |byte, digit| byte << 4 | digit);
    Ok(digits.chunks(2).map(byte).collect())
}

/// A string of bits: how many, and they in bytes.
fn bits(text: &[u8]) -> Result<Vec<u8>> {
    let (digits, width) = match text {
        [b'b' | b'B', rest @ ..] => (rest, 1),
        [b'x' | b'X', rest @ ..] => (rest, 4),
        rest => (rest, 1),
    };
    let mut all: Vec<u8> = Vec::with_capacity(digits.len() * width);
    for &byte in digits {
        let value = char::from(byte).to_digit(1 << width).ok_or_else(|| {
            let kind = if width == 1 { "binary" } else { "hexadecimal" };
            let after = format!("\" is not a valid {kind} digit");
            let shown = digits.get(..0).unwrap_or_default();
            let message = [b"\"", shown, &[byte][..], after.as_bytes()].concat();
            Report::error(SqlState::new(*b"22P02"), message)
        })?;
        all.extend((0..width).rev().map(|bit| u8::from(value & (1 << bit) != 0)));
    }
    let mut content = i32::try_from(all.len()).unwrap_or(0).to_le_bytes().to_vec();
    content.extend(
        all.chunks(8).map(|eight| {
            eight.iter().enumerate().fold(0u8, |byte, (i, bit)| byte | bit << (7 - i))
        }),
    );
    Ok(content)
}

fn lsn(text: &[u8]) -> Result<u64> {
    let part = |digits: &str| {
        let fits = (1..=8).contains(&digits.len());
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u64::from_str_radix(digits, 16).ok().filter(|_| fits && is_hex)
    };
    let read = || {
        let (high, low) = core::str::from_utf8(text).ok()?.split_once('/')?;
        Some(part(high)? << 32 | part(low)?)
    };
    read().ok_or_else(|| syntax("pg_lsn", text).into())
}
