#![forbid(unsafe_code)]
//! The versions that a library needs of others.
//! Runs in: any process.

use super::{Bytes, DT_VERNEED, DT_VERNEEDNUM, Elf};

/// More versions than indexes of 15 bits can tell apart are nonsense.
const MOST_VERSIONS: usize = 0x7fff;

/// A version of another library's symbols that this one was linked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NeededVersion<'a> {
    /// The library that has it.
    pub(crate) file: &'a [u8],
    /// Its name, such as `GLIBC_2.34`.
    pub(crate) version: &'a [u8],
    /// What a symbol's version refers to it by.
    pub(crate) index: u16,
}

impl<'a> Elf<'a> {
    /// All versions needed; ends early where the file contradicts itself.
    pub(crate) fn needed_versions(&self) -> Vec<NeededVersion<'a>> {
        let mut found = Vec::new();
        let _end = self.collect_needed(&mut found);
        found
    }

    fn collect_needed(&self, found: &mut Vec<NeededVersion<'a>>) -> Option<()> {
        let mut record = self.mapped(self.tag(DT_VERNEED)?)?;
        for _ in 0..self.tag(DT_VERNEEDNUM)? {
            let file = self.strings.string(record.u32(4)?.into())?;
            let mut entry = record.from(record.u32(8)?.into())?;
            for _ in 0..record.u16(2)? {
                let version = self.strings.string(entry.u32(8)?.into())?;
                found.push(NeededVersion { file, version, index: entry.u16(6)? });
                if found.len() >= MOST_VERSIONS {
                    return None;
                }
                entry = entry.from(entry.u32(12)?.into())?;
            }
            record = next(record, record.u32(12)?)?;
        }
        Some(())
    }
}

/// The record `distance` bytes further on; 0 ends a list.
fn next(record: Bytes<'_>, distance: u32) -> Option<Bytes<'_>> {
    if distance == 0 { None } else { record.from(distance.into()) }
}
