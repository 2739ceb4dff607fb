#![forbid(unsafe_code)]
//! The form of `jsonb` in memory (utils/jsonb.h).
//! Runs in: any process.
//!
//! A container has a word that counts its members, an entry for each member (for an object the
//! keys' entries first), and the members' data. Entries have a length, every 32nd the offset of
//! its end; numbers and containers begin at multiples of four.

use crate::error::{Report, Result, SqlState};

use super::json::{self, Value};
use super::numeric::Numeric;

const COUNT: u32 = 0x0fff_ffff;
const SCALAR: u32 = 0x1000_0000;
const OBJECT: u32 = 0x2000_0000;
const ARRAY: u32 = 0x4000_0000;

const LENGTH: u32 = 0x0fff_ffff;
const KIND: u32 = 0x7000_0000;
const HAS_OFFSET: u32 = 0x8000_0000;
const IS_STRING: u32 = 0;
const IS_NUMERIC: u32 = 0x1000_0000;
const IS_FALSE: u32 = 0x2000_0000;
const IS_TRUE: u32 = 0x3000_0000;
const IS_NULL: u32 = 0x4000_0000;
const IS_CONTAINER: u32 = 0x5000_0000;
const STRIDE: usize = 32;

/// Bytes of a word.
const WORD: usize = 4;

/// The content of the value that a text stands for.
///
/// # Errors
/// It is no JSON, or too large.
pub(super) fn read(text: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    container(&mut out, &json::read(text)?)?;
    Ok(out)
}

fn too_large(what: &str) -> Report {
    let message = format!("total size of jsonb {what} exceeds the maximum of {COUNT} bytes");
    Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message)
}

fn align(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(WORD), 0);
}

/// A container; what is none is the only member of one.
fn container(out: &mut Vec<u8>, value: &Value) -> Result<()> {
    match value {
        Value::Object(members) => object(out, members),
        Value::Array(members) => array(out, members, 0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            array(out, core::slice::from_ref(value), SCALAR)
        }
    }
}

fn array(out: &mut Vec<u8>, members: &[Value], flags: u32) -> Result<()> {
    align(out);
    let count = count(members.len())?;
    out.extend_from_slice(&(count | ARRAY | flags).to_ne_bytes());
    let mut entries = Entries::reserve(out, members.len(), "array elements");
    for member in members {
        entries.add(out, member)?;
    }
    Ok(())
}

fn object(out: &mut Vec<u8>, members: &[(Vec<u8>, Value)]) -> Result<()> {
    let mut sorted: Vec<&(Vec<u8>, Value)> = members.iter().collect();
    // Stable: of two with one key the last comes last, and is the one that stays.
    sorted.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
    let mut kept: Vec<&(Vec<u8>, Value)> = Vec::with_capacity(sorted.len());
    for member in sorted {
        match kept.last_mut().filter(|last| last.0 == member.0) {
            Some(last) => *last = member,
            None => kept.push(member),
        }
    }
    align(out);
    let count = count(kept.len())?;
    out.extend_from_slice(&(count | OBJECT).to_ne_bytes());
    let mut entries = Entries::reserve(out, kept.len() * 2, "object elements");
    for (key, _) in &kept {
        entries.note(out, IS_STRING, |out| {
            out.extend_from_slice(key);
            Ok(())
        })?;
    }
    for (_, value) in &kept {
        entries.add(out, value)?;
    }
    Ok(())
}

fn count(len: usize) -> Result<u32> {
    let count = u32::try_from(len).ok().filter(|count| *count <= COUNT);
    Ok(count.ok_or_else(|| too_large("array elements"))?)
}

/// The entries of a container that is being written.
struct Entries {
    /// Where the next one goes.
    at: usize,
    number: usize,
    /// Bytes of data so far.
    total: usize,
    what: &'static str,
}

impl Entries {
    fn reserve(out: &mut Vec<u8>, count: usize, what: &'static str) -> Self {
        let at = out.len();
        out.resize(at + count * WORD, 0);
        Self { at, number: 0, total: 0, what }
    }

    fn add(&mut self, out: &mut Vec<u8>, value: &Value) -> Result<()> {
        let kind = match value {
            Value::Null => IS_NULL,
            Value::Bool(true) => IS_TRUE,
            Value::Bool(false) => IS_FALSE,
            Value::Number(_) => IS_NUMERIC,
            Value::String(_) => IS_STRING,
            Value::Array(_) | Value::Object(_) => IS_CONTAINER,
        };
        self.note(out, kind, |out| match value {
            Value::Null | Value::Bool(_) => Ok(()),
            Value::String(text) => {
                out.extend_from_slice(text);
                Ok(())
            }
            Value::Number(number) => {
                align(out);
                let content = number.pack()?;
                let word = u32::try_from(content.len() + WORD).unwrap_or(0) << 2;
                out.extend_from_slice(&word.to_ne_bytes());
                out.extend_from_slice(&content);
                Ok(())
            }
            Value::Array(_) | Value::Object(_) => container(out, value),
        })
    }

    /// Writes data and their entry.
    fn note(
        &mut self,
        out: &mut Vec<u8>,
        kind: u32,
        write: impl FnOnce(&mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        let before = out.len();
        write(out)?;
        let len = out.len() - before;
        self.total += len;
        let is_marked = self.number.is_multiple_of(STRIDE);
        let number = if is_marked { self.total } else { len };
        let total = u32::try_from(self.total).ok().filter(|total| *total <= LENGTH);
        total.ok_or_else(|| too_large(self.what))?;
        let entry = u32::try_from(number).unwrap_or(0) | kind;
        let entry = if is_marked { entry | HAS_OFFSET } else { entry };
        if let Some(place) = out.get_mut(self.at..self.at + WORD) {
            place.copy_from_slice(&entry.to_ne_bytes());
        }
        self.at += WORD;
        self.number += 1;
        Ok(())
    }
}

/// The text of a value.
pub(super) fn write(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    json::write(&mut out, &value(content).unwrap_or(Value::Null));
    out
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + WORD)?.try_into().ok()?))
}

/// The value that a container is.
fn value(bytes: &[u8]) -> Option<Value> {
    let head = word(bytes, 0)?;
    let count = usize::try_from(head & COUNT).ok()?;
    if head & OBJECT != 0 {
        let mut all = members(bytes, count * 2)?;
        let values = all.split_off(count);
        let keys = all.into_iter().map(|key| match key {
            Value::String(text) => Some(text),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        });
        let keys = keys.collect::<Option<Vec<_>>>()?;
        return Some(Value::Object(keys.into_iter().zip(values).collect()));
    }
    let mut all = members(bytes, count)?;
    if head & SCALAR != 0 { all.pop() } else { Some(Value::Array(all)) }
}

fn members(bytes: &[u8], count: usize) -> Option<Vec<Value>> {
    let data = bytes.get(WORD + count * WORD..)?;
    let mut found = Vec::new();
    let mut start = 0;
    for i in 0..count {
        let entry = word(bytes, WORD + i * WORD)?;
        let number = usize::try_from(entry & LENGTH).ok()?;
        let end = if entry & HAS_OFFSET != 0 { number } else { start + number };
        let aligned = start.next_multiple_of(WORD);
        found.push(match entry & KIND {
            IS_STRING => Value::String(data.get(start..end)?.to_vec()),
            IS_NUMERIC => Value::Number(Numeric::unpack(data.get(aligned + WORD..end)?)),
            IS_FALSE => Value::Bool(false),
            IS_TRUE => Value::Bool(true),
            IS_NULL => Value::Null,
            IS_CONTAINER => value(data.get(aligned..end)?)?,
            _ => return None,
        });
        start = end;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_the_way_there_and_back() {
        let many: Vec<String> = (0..100).map(|i| format!("\"k{i:03}\": {i}")).collect();
        for text in [
            "null",
            "true",
            "\"text\"",
            "12.50",
            "[]",
            "{}",
            "[1, \"two\", [3, {\"four\": null}], false]",
            "{\"a\": 1, \"b\": {\"c\": [1, 2]}, \"long key\": \"x\"}",
            &format!("{{{}}}", many.join(", ")),
        ] {
            let content = read(text.as_bytes()).unwrap_or_default();
            assert_eq!(String::from_utf8_lossy(&write(&content)), text);
        }
        let content = read(b"{\"bb\":1,\"a\":2,\"bb\":3}").unwrap_or_default();
        assert_eq!(write(&content), b"{\"a\": 2, \"bb\": 3}");
    }
}
