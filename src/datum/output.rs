#![forbid(unsafe_code)]
//! From values to texts, as PostgreSQL's output functions write them.
//! Runs in: any process.

use crate::error::Result;
use crate::text::hex;

use super::array_form::Parts;
use super::array_text::{self, Texts};
use super::numeric::Numeric;
use super::types::{Base, Form, Type};
use super::{float, interval, jsonb, moment, network};

/// The text of a value with this content.
///
/// # Errors
/// The value is none of its type.
pub(crate) fn write(of: Type, content: &[u8]) -> Result<Vec<u8>> {
    if !of.is_array {
        return base(of.base, content);
    }
    write_array(of.facts.form(), of.facts.delimiter, content, |content| base(of.base, content))
}

/// The text of an array; `member` writes one of its members.
///
/// # Errors
/// It is none; what `member` says.
pub(crate) fn write_array(
    form: Form,
    delimiter: u8,
    content: &[u8],
    mut member: impl FnMut(&[u8]) -> Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    let Parts { dimensions, members } = Parts::unpack(content, form)?;
    let members = members.iter().map(|content| content.as_deref().map(&mut member).transpose());
    let members = members.collect::<Result<Vec<_>>>()?;
    Ok(array_text::join(&Texts { dimensions, members }, delimiter))
}

/// The first bytes of a content.
pub(super) fn first<const N: usize>(content: &[u8]) -> [u8; N] {
    content.first_chunk().copied().unwrap_or([0; N])
}

fn base(of: Base, content: &[u8]) -> Result<Vec<u8>> {
    let text = match of {
        Base::Bool => if content.first() == Some(&0) { "f" } else { "t" }.to_owned(),
        Base::Char => return Ok(character(content.first().copied().unwrap_or(0))),
        Base::Name => {
            return Ok(content.iter().copied().take_while(|byte| *byte != 0).collect());
        }
        Base::Int2 => i16::from_le_bytes(first(content)).to_string(),
        Base::Int4 => i32::from_le_bytes(first(content)).to_string(),
        Base::Int8 => i64::from_le_bytes(first(content)).to_string(),
        Base::Number => u32::from_le_bytes(first(content)).to_string(),
        Base::Xid8 => u64::from_le_bytes(first(content)).to_string(),
        Base::Int2Vector => return vector(content, 2, Base::Int2),
        Base::OidVector => return vector(content, 4, Base::Number),
        Base::Tid => {
            let [c, d, a, b, e, f] = first(content);
            let (block, offset) = (u32::from_le_bytes([a, b, c, d]), u16::from_le_bytes([e, f]));
            format!("({block},{offset})")
        }
        Base::Float4 => float::float4(f32::from_le_bytes(first(content))),
        Base::Float8 => float::float8(f64::from_le_bytes(first(content))),
        Base::Numeric => Numeric::unpack(content).text(),
        Base::Money => money(i64::from_le_bytes(first(content))),
        Base::Text | Base::CString => return Ok(content.to_vec()),
        Base::Bytea => return Ok([b"\\x", &*hex::encode(content)].concat()),
        Base::Uuid => uuid(content),
        Base::Date => moment::write_date(i32::from_le_bytes(first(content))),
        Base::Time => moment::write_time(i64::from_le_bytes(first(content))),
        Base::TimeTz => moment::write_timetz(content),
        Base::Timestamp => moment::write_timestamp(i64::from_le_bytes(first(content))),
        Base::TimestampTz => return Ok(moment::write(i64::from_le_bytes(first(content)))),
        Base::Interval => interval::Interval::unpack(content).text(),
        Base::Inet => network::write(content, false),
        Base::Cidr => network::write(content, true),
        Base::MacAddr | Base::MacAddr8 => network::write_mac(content),
        Base::Bit => bits(content),
        Base::Lsn => {
            let lsn = u64::from_le_bytes(first(content));
            format!("{:X}/{:X}", lsn >> 32, lsn & 0xffff_ffff)
        }
        Base::Jsonb => return Ok(jsonb::write(content)),
        Base::Void => String::new(),
    };
    Ok(text.into_bytes())
}

/// What is not ASCII as three octal digits; zero as nothing.
fn character(byte: u8) -> Vec<u8> {
    match byte {
        0 => Vec::new(),
        1..0x80 => vec![byte],
        _ => format!("\\{byte:03o}").into_bytes(),
    }
}

fn vector(content: &[u8], len: i16, of: Base) -> Result<Vec<u8>> {
    let form = Form { len, by_value: true, align: usize::try_from(len).unwrap_or(4) };
    let members = Parts::unpack(content, form)?.members;
    let members: Vec<Vec<u8>> =
        members.iter().flatten().map(|member| base(of, member)).collect::<Result<_>>()?;
    Ok(members.join(&b' '))
}

/// As in the C locale, with a dollar.
fn money(value: i64) -> String {
    let (units, cents) = (value.unsigned_abs() / 100, value.unsigned_abs() % 100);
    let digits = units.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{}${grouped}.{cents:02}", if value < 0 { "-" } else { "" })
}

fn uuid(content: &[u8]) -> String {
    let mut out = String::with_capacity(36);
    for (i, byte) in content.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        out += &format!("{byte:02x}");
    }
    out
}

fn bits(content: &[u8]) -> String {
    let count = usize::try_from(i32::from_le_bytes(first(content))).unwrap_or(0);
    let bytes = content.get(4..).unwrap_or_default();
    let bit = |i: usize| bytes.get(i / 8).is_some_and(|byte| byte & (0x80 >> (i % 8)) != 0);
    (0..count).map(|i| if bit(i) { '1' } else { '0' }).collect()
}
