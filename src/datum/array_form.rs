#![forbid(unsafe_code)]
//! The content of arrays: their head, dimensions, bitmap of NULLs, and members.
//! Runs in: any process.

use crate::abi::c::Oid;
use crate::error::{Report, Result, SqlState};

use super::array::{MAX_BYTES, items, too_large};
use super::types::Form;

/// Bytes of the head, with the length word that is no part of the content.
const HEAD: usize = 16;
/// Bytes of the length word.
const WORD: usize = 4;
/// Where members may begin.
const MAX_ALIGN: usize = 8;

/// An array: lengths and lower bounds of its dimensions, and the contents of its members, None
/// for NULL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) dimensions: Vec<(i32, i32)>,
    pub(crate) members: Vec<Option<Vec<u8>>>,
}

/// Adds a value as it lies in arrays and rows, with padding before it.
pub(crate) fn append(data: &mut Vec<u8>, content: &[u8], form: Form) -> Result<()> {
    data.resize(data.len().next_multiple_of(form.align), 0);
    if form.len == -1 {
        let word = u32::try_from(content.len() + WORD).ok().filter(|size| *size < 1 << 30);
        let word = word.ok_or_else(too_large)? << 2;
        data.extend_from_slice(&word.to_ne_bytes());
    }
    data.extend_from_slice(content);
    if form.len == -2 {
        data.push(0);
    }
    Ok(())
}

impl Parts {
    /// An array's content.
    ///
    /// # Errors
    /// It is too large.
    pub(crate) fn pack(&self, element: Oid, form: Form) -> Result<Vec<u8>> {
        let mut data = Vec::new();
        for member in self.members.iter().flatten() {
            append(&mut data, member, form)?;
        }
        data.resize(data.len().next_multiple_of(form.align), 0);
        let has_nulls = self.members.iter().any(Option::is_none);
        let bitmap = if has_nulls { self.members.len().div_ceil(8) } else { 0 };
        let head = HEAD + self.dimensions.len() * 8;
        let start = (head + bitmap).next_multiple_of(MAX_ALIGN);
        if start + data.len() > MAX_BYTES {
            return Err(too_large().into());
        }
        let word = |number: usize| i32::try_from(number).unwrap_or(0).to_ne_bytes();
        let mut bytes = Vec::with_capacity(start + data.len());
        bytes.extend_from_slice(&word(self.dimensions.len()));
        bytes.extend_from_slice(&word(if has_nulls { start } else { 0 }));
        bytes.extend_from_slice(&element.to_ne_bytes());
        bytes.extend(self.dimensions.iter().flat_map(|(length, _)| length.to_ne_bytes()));
        bytes.extend(self.dimensions.iter().flat_map(|(_, lower)| lower.to_ne_bytes()));
        if has_nulls {
            bytes.extend(self.members.chunks(8).map(|eight| {
                let bits = eight.iter().enumerate();
                bits.fold(0u8, |byte, (i, member)| byte | u8::from(member.is_some()) << i)
            }));
        }
        bytes.resize(start - WORD, 0);
        bytes.append(&mut data);
        Ok(bytes)
    }

    /// Takes an array's content apart.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn unpack(content: &[u8], form: Form) -> Result<Self> {
        Self::read(content, form).unwrap_or_else(|| Err(broken().into()))
    }

    fn read(content: &[u8], form: Form) -> Option<Result<Self>> {
        let number = |at: usize| -> Option<i32> {
            let bytes = content.get(at..at + 4)?;
            Some(i32::from_ne_bytes(bytes.try_into().ok()?))
        };
        let count = usize::try_from(number(0)?).ok().filter(|count| *count <= 6)?;
        let start = usize::try_from(number(4)?).ok()?;
        let head = HEAD - WORD;
        let mut dimensions = Vec::with_capacity(count);
        for i in 0..count {
            dimensions.push((number(head + i * 4)?, number(head + (count + i) * 4)?));
        }
        let lengths: Vec<i32> = dimensions.iter().map(|(length, _)| *length).collect();
        let total = match items(&lengths) {
            Ok(total) => total,
            Err(raised) => return Some(Err(raised)),
        };
        let bitmap = content.get(head + count * 8..)?;
        let plain = (HEAD + count * 8).next_multiple_of(MAX_ALIGN);
        let mut at = if start > 0 { start } else { plain };
        let mut members = Vec::new();
        for member in 0..total {
            if start > 0 && bitmap.get(member / 8)? & (1 << (member % 8)) == 0 {
                members.push(None);
                continue;
            }
            let (content, next) = next(content, at, form)?;
            members.push(Some(content.to_vec()));
            at = next;
        }
        Some(Ok(Self { dimensions, members }))
    }
}

/// The content of the value that lies at `at` or behind padding there, and where it ends; offsets
/// count the length word before `content`.
fn next(content: &[u8], at: usize, form: Form) -> Option<(&[u8], usize)> {
    let first = content.get(at.checked_sub(WORD)?..)?.first();
    // A short value of variable length is not aligned; padding before a long one is zero.
    let is_short = form.len == -1 && first.is_some_and(|&first| first != 0);
    let at = if is_short { at } else { at.next_multiple_of(form.align) };
    let rest = content.get(at - WORD..)?;
    let (skip, len, end) = match usize::try_from(form.len) {
        Ok(len) => (0, len, len),
        Err(_) if form.len == -2 => {
            let len = rest.iter().position(|&byte| byte == 0)?;
            (0, len, len + 1)
        }
        Err(_) if rest.first()? & 1 == 1 => {
            let size = usize::from(rest.first()? >> 1);
            (1, size.checked_sub(1)?, size)
        }
        Err(_) => {
            let word = u32::from_ne_bytes(rest.get(..WORD)?.try_into().ok()?);
            let size = usize::try_from(word >> 2).ok()?;
            (WORD, size.checked_sub(WORD)?, size)
        }
    };
    Some((rest.get(skip..skip + len)?, at + end))
}

fn broken() -> Report {
    Report::error(SqlState::INTERNAL_ERROR, "an array that is none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_survive_the_way_there_and_back() {
        let four = Form { len: 4, by_value: true, align: 4 };
        let text = Form::VARIABLE;
        let member = |bytes: &[u8]| Some(bytes.to_vec());
        for (parts, form) in [
            (Parts::default(), four),
            (
                Parts {
                    dimensions: vec![(3, 1)],
                    members: vec![member(&[1; 4]), None, member(&[2; 4])],
                },
                four,
            ),
            (
                Parts {
                    dimensions: vec![(1, -1), (2, 5)],
                    members: vec![member(b"a"), member(b"four and more")],
                },
                text,
            ),
        ] {
            let content = parts.pack(23, form).unwrap_or_default();
            assert_eq!(Parts::unpack(&content, form).ok(), Some(parts));
        }
        assert!(Parts::unpack(&[1, 0, 0, 0], four).is_err());
        assert!(
            Parts::unpack(&[1, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0], four)
                .is_err()
        );
    }
}
