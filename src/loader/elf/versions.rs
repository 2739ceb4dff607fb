#![forbid(unsafe_code)]
//! The versions that a library needs of others and defines itself.
//! Runs in: any process.

use super::{Bytes, DT_VERDEF, DT_VERDEFNUM, DT_VERNEED, DT_VERNEEDNUM, Elf};

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

    /// Whether it defines a version of this name.
    pub(crate) fn defines_version(&self, name: &[u8]) -> bool {
        self.find_version(name).is_some()
    }

    fn find_version(&self, name: &[u8]) -> Option<()> {
        let mut record = self.mapped(self.tag(DT_VERDEF)?)?;
        for _ in 0..self.tag(DT_VERDEFNUM)? {
            // The first of a definition's names is its own, the others its ancestors'.
            let own = record.from(record.u32(12)?.into())?;
            if self.strings.string(own.u32(0)?.into())? == name {
                return Some(());
            }
            record = next(record, record.u32(16)?)?;
        }
        None
    }
}

/// The record `distance` bytes further on; 0 ends a list.
fn next(record: Bytes<'_>, distance: u32) -> Option<Bytes<'_>> {
    if distance == 0 { None } else { record.from(distance.into()) }
}
