#![forbid(unsafe_code)]
//! The dynamic symbols of a library.
//! Runs in: any process.

use super::{Bytes, DT_GNU_HASH, DT_HASH, DT_SYMTAB, DT_VERSYM, Elf, HEADER_SIZE, Problem};

const SYMBOL_SIZE: u64 = 24;
const SHT_DYNSYM: u32 = 11;
const SHN_UNDEF: u16 = 0;
const STB_LOCAL: u8 = 0;
const STB_WEAK: u8 = 2;
/// Marks a version that is not the default one.
const VERSYM_HIDDEN: u16 = 0x8000;

/// A global or weak dynamic symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Symbol<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) defined: bool,
    pub(crate) weak: bool,
    /// Its address in the library, if defined.
    pub(crate) address: u64,
    /// Bytes of the function or datum; may be 0 where the compiler did not say.
    pub(crate) size: u64,
    /// Index of its version (see [`super::NeededVersion::index`]), 0 and 1 meaning none.
    pub(crate) version: u16,
}

impl<'a> Elf<'a> {
    /// The symbols that the dynamic linker sees, in the order of the table.
    ///
    /// # Errors
    /// A symbol table that does not lie in the file.
    pub(crate) fn symbols(&self) -> Result<Vec<Symbol<'a>>, Problem> {
        let damaged = Problem::Damaged("symbol table");
        let Some(address) = self.tag(DT_SYMTAB) else {
            return Ok(Vec::new());
        };
        let count = self.symbol_count(address).ok_or(damaged)?;
        let size = count.checked_mul(SYMBOL_SIZE).ok_or(damaged)?;
        let table = self.mapped(address).and_then(|bytes| bytes.slice(0, size)).ok_or(damaged)?;
        let versions = self.tag(DT_VERSYM).and_then(|address| self.mapped(address));
        // The first entry is always empty.
        let symbols = (1..count).filter_map(|index| {
            let entry = table.slice(index * SYMBOL_SIZE, SYMBOL_SIZE)?;
            let version = versions.and_then(|table| table.u16(index * 2)).unwrap_or(0);
            self.symbol(entry, version & !VERSYM_HIDDEN)
        });
        Ok(symbols.collect())
    }

    /// The definition of `name`.
    pub(crate) fn definition(&self, name: &[u8]) -> Result<Option<Symbol<'a>>, Problem> {
        Ok(self.symbols()?.into_iter().find(|symbol| symbol.defined && symbol.name == name))
    }

    fn symbol(&self, entry: Bytes<'a>, version: u16) -> Option<Symbol<'a>> {
        let binding = entry.u8(4)? >> 4;
        if binding == STB_LOCAL {
            return None;
        }
        Some(Symbol {
            name: self.strings.string(entry.u32(0)?.into())?,
            defined: entry.u16(6)? != SHN_UNDEF,
            weak: binding == STB_WEAK,
            address: entry.u64(8)?,
            size: entry.u64(16)?,
            version,
        })
    }

    /// How many entries the symbol table has. No tag says so: the hash tables do, but GNU's covers
    /// definitions only, so a library without any is counted by its section header.
    fn symbol_count(&self, table: u64) -> Option<u64> {
        if let Some(address) = self.tag(DT_HASH) {
            return self.mapped(address)?.u32(4).map(u64::from);
        }
        let hashed = match self.tag(DT_GNU_HASH) {
            Some(address) => gnu_hash_end(self.mapped(address)?)?,
            None => 0,
        };
        Some(hashed.max(self.section_count(table).unwrap_or(0)))
    }

    fn section_count(&self, table: u64) -> Option<u64> {
        let start = self.bytes.u64(40)?;
        let entry = u64::from(self.bytes.u16(58)?);
        let count = u64::from(self.bytes.u16(60)?);
        if entry < HEADER_SIZE {
            return None;
        }
        let headers = self.bytes.slice(start, count * entry)?;
        (0..count)
            .filter_map(|index| headers.slice(index * entry, entry))
            .find(|header| header.u32(4) == Some(SHT_DYNSYM) && header.u64(16) == Some(table))
            .and_then(|header| header.u64(32))
            .map(|size| size / SYMBOL_SIZE)
    }
}

/// One past the last symbol that a GNU hash table covers: the longest reach of its buckets, and
/// the chain from there to its end mark.
fn gnu_hash_end(table: Bytes<'_>) -> Option<u64> {
    let buckets = u64::from(table.u32(0)?);
    let first = u64::from(table.u32(4)?);
    let bloom = u64::from(table.u32(8)?);
    let heads = table.from(16 + bloom * 8)?;
    let chains = heads.from(buckets * 4)?;
    let last = (0..buckets).map_while(|index| heads.u32(index * 4)).max().map_or(0, u64::from);
    if last < first {
        return Some(first);
    }
    let mut index = last - first;
    while chains.u32(index * 4)? & 1 == 0 {
        index += 1;
    }
    Some(first + index + 1)
}
