#![forbid(unsafe_code)]
//! Reads a file of the database of time zones (RFC 9636, versions 1 to 4).
//! Runs in: any process.

use super::posix::Rule;
use super::zone::Kind;

/// What such a file says.
pub(super) struct Contents {
    /// When a kind begins, ascending, and which.
    pub(super) changes: Vec<(i64, usize)>,
    /// Never empty.
    pub(super) kinds: Vec<Kind>,
    /// What holds from the last change on, if not its kind.
    pub(super) rule: Option<Rule>,
}

/// Largest file that is read; the database's are below 4 kB.
pub(super) const MAX_BYTES: u64 = 1 << 20;

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, width: usize) -> Option<i64> {
        let bytes = self.take(width)?;
        let first = if bytes.first().is_some_and(|b| *b >= 0x80) { -1 } else { 0 };
        Some(bytes.iter().fold(first, |number, byte| number << 8 | i64::from(*byte)))
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number(4)?).ok()
    }
}

/// Reads a whole file; `None` if it is broken.
pub(super) fn parse(bytes: &[u8]) -> Option<Contents> {
    let mut reader = Reader(bytes);
    let (version, contents) = block(&mut reader, 4)?;
    if version == 0 {
        return Some(contents);
    }
    let (_, mut contents) = block(&mut reader, 8)?;
    let footer = reader.0.strip_prefix(b"\n")?;
    let end = footer.iter().position(|&b| b == b'\n')?;
    contents.rule = Rule::parse(footer.get(..end)?);
    Some(contents)
}

/// One header and what follows it, with times of `width` bytes.
fn block(reader: &mut Reader<'_>, width: usize) -> Option<(u8, Contents)> {
    if reader.take(4)? != b"TZif" {
        return None;
    }
    let version = *reader.take(16)?.first()?;
    let [is_ut, is_std, leaps, changes, kinds, chars] = [
        reader.count()?,
        reader.count()?,
        reader.count()?,
        reader.count()?,
        reader.count()?,
        reader.count()?,
    ];
    let mut times = Reader(reader.take(changes.checked_mul(width)?)?);
    let indices = reader.take(changes)?;
    let mut types = Reader(reader.take(kinds.checked_mul(6)?)?);
    let names = reader.take(chars)?;
    reader.take(leaps.checked_mul(width + 4)?)?;
    reader.take(is_std)?;
    reader.take(is_ut)?;
    let kinds = (0..kinds)
        .map(|_| {
            let east = types.number(4)?;
            let is_dst = types.number(1)? != 0;
            let at = usize::try_from(types.number(1)?).ok()?;
            let name = names.get(at..)?.split(|b| *b == 0).next()?;
            Some(Kind::new(east, is_dst, name))
        })
        .collect::<Option<Vec<_>>>()?;
    let changes = indices
        .iter()
        .map(|&index| Some((times.number(width)?, usize::from(index))))
        .collect::<Option<Vec<_>>>()?;
    let is_whole = !kinds.is_empty()
        && changes.iter().all(|(_, kind)| *kind < kinds.len())
        && changes.is_sorted_by(|(a, _), (b, _)| a < b);
    is_whole.then_some((version, Contents { changes, kinds, rule: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of version 1 with one change, at 256, from `AB` to `C`.
    fn small() -> Vec<u8> {
        let mut file = b"TZif".to_vec();
        file.extend([0; 16]);
        for count in [0u32, 0, 0, 1, 2, 5] {
            file.extend(count.to_be_bytes());
        }
        file.extend([0, 0, 1, 0, 1]);
        file.extend([0xff, 0xff, 0xff, 0xff, 0, 0]);
        file.extend([0, 0, 14, 16, 1, 3]);
        file.extend(b"AB\0C\0");
        file
    }

    #[test]
    fn a_file_is_read_and_a_broken_one_refused() {
        let contents = parse(&small()).expect("a file");
        assert_eq!(contents.changes, [(256, 1)]);
        let [first, second] = &contents.kinds[..] else { panic!("two kinds") };
        assert_eq!((first.east, first.is_dst, first.abbreviation.as_c_str()), (-1, false, c"AB"));
        assert_eq!(
            (second.east, second.is_dst, second.abbreviation.as_c_str()),
            (3600, true, c"C")
        );
        for length in 0..small().len() {
            assert!(parse(&small()[..length]).is_none(), "{length}");
        }
        let mut wrong = small();
        wrong[48] = 2;
        assert!(parse(&wrong).is_none());
    }
}
