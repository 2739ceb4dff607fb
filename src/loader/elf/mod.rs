#![forbid(unsafe_code)]
//! What an ELF shared library says about itself: machine, needs, symbols, versions.
//! Runs in: any process.
//!
//! Reads what the dynamic linker reads (program headers and the dynamic section), so that a
//! stripped file is no obstacle. Any bytes may come in: what does not fit is an error, never a
//! panic, and no loop runs longer than the file.

mod bytes;
mod symbols;
mod versions;

pub(crate) use bytes::Bytes;
pub(crate) use symbols::Symbol;
pub(crate) use versions::NeededVersion;

const HEADER_SIZE: u64 = 64;
const PROGRAM_HEADER_SIZE: u64 = 56;
const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const ET_DYN: u16 = 3;

const DT_NEEDED: u64 = 1;
const DT_HASH: u64 = 4;
const DT_STRTAB: u64 = 5;
const DT_SYMTAB: u64 = 6;
const DT_STRSZ: u64 = 10;
const DT_RPATH: u64 = 15;
const DT_RUNPATH: u64 = 29;
const DT_GNU_HASH: u64 = 0x6fff_fef5;
const DT_VERSYM: u64 = 0x6fff_fff0;
const DT_VERNEED: u64 = 0x6fff_fffe;
const DT_VERNEEDNUM: u64 = 0x6fff_ffff;

/// `e_machine` of the machine that this is compiled for.
pub(crate) const HOST_MACHINE: u16 = if cfg!(target_arch = "x86_64") {
    62
} else if cfg!(target_arch = "aarch64") {
    183
} else if cfg!(target_arch = "riscv64") {
    243
} else if cfg!(target_arch = "powerpc64") {
    21
} else {
    0
};

/// Why bytes are no shared library that this machine could load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The first bytes are not ELF's.
    NotElf,
    /// The file ends before byte `needed`.
    Truncated { size: u64, needed: u64 },
    /// 32-bit.
    NotElf64,
    /// Big-endian.
    BigEndian,
    /// Made for another machine, an `e_machine`.
    Machine(u16),
    /// A program, an object file, a core dump.
    NotShared,
    /// A table or an offset contradicts the rest; says which.
    Damaged(&'static str),
}

/// A part of the file that is mapped.
#[derive(Clone, Copy)]
struct Segment {
    address: u64,
    offset: u64,
    size: u64,
}

/// A shared library for this machine.
pub(crate) struct Elf<'a> {
    bytes: Bytes<'a>,
    segments: Vec<Segment>,
    /// Tag and value of each entry of the dynamic section.
    dynamic: Vec<(u64, u64)>,
    strings: Bytes<'a>,
}

impl<'a> Elf<'a> {
    /// Checks the header against this machine and reads the dynamic section.
    ///
    /// # Errors
    /// The first [`Problem`] found, in the order of the enumeration.
    pub(crate) fn parse(file: &'a [u8]) -> Result<Self, Problem> {
        Self::parse_for(file, HOST_MACHINE)
    }

    fn parse_for(file: &'a [u8], machine: u16) -> Result<Self, Problem> {
        let bytes = Bytes(file);
        check_header(bytes, machine)?;
        let (segments, dynamic) = program_headers(bytes)?;
        let dynamic = dynamic.ok_or(Problem::NotShared)?;
        let mut elf = Self { bytes, segments, dynamic: entries(dynamic), strings: Bytes(&[]) };
        elf.strings = elf.string_table().ok_or(Problem::Damaged("string table"))?;
        Ok(elf)
    }

    fn string_table(&self) -> Option<Bytes<'a>> {
        let size = self.tag(DT_STRSZ)?;
        self.mapped(self.tag(DT_STRTAB)?)?.slice(0, size)
    }

    /// The names of the libraries that this one needs, in order.
    pub(crate) fn needed(&self) -> impl Iterator<Item = &'a [u8]> {
        let wanted = self.dynamic.iter().filter(|(tag, _)| *tag == DT_NEEDED);
        wanted.filter_map(|&(_, offset)| self.strings.string(offset))
    }

    /// Folders to be searched before `LD_LIBRARY_PATH`; void beside [`Self::runpath`].
    pub(crate) fn rpath(&self) -> Option<&'a [u8]> {
        self.strings.string(self.tag(DT_RPATH)?)
    }

    /// Folders to be searched after `LD_LIBRARY_PATH`.
    pub(crate) fn runpath(&self) -> Option<&'a [u8]> {
        self.strings.string(self.tag(DT_RUNPATH)?)
    }

    /// What the file has for memory from `address`, to the end of the segment's bytes.
    pub(crate) fn mapped(&self, address: u64) -> Option<Bytes<'a>> {
        let segment = self
            .segments
            .iter()
            .find(|s| address.checked_sub(s.address).is_some_and(|offset| offset < s.size))?;
        self.bytes.slice(segment.offset, segment.size)?.from(address - segment.address)
    }

    /// The value of the first entry with this tag.
    fn tag(&self, wanted: u64) -> Option<u64> {
        self.dynamic.iter().find(|(tag, _)| *tag == wanted).map(|&(_, value)| value)
    }
}

fn check_header(bytes: Bytes<'_>, machine: u16) -> Result<(), Problem> {
    const MAGIC: &[u8] = b"\x7fELF";
    if bytes.0.is_empty() {
        return Err(Problem::Truncated { size: 0, needed: HEADER_SIZE });
    }
    if !bytes.0.starts_with(MAGIC) {
        return Err(Problem::NotElf);
    }
    let short = Problem::Truncated { size: bytes.len(), needed: HEADER_SIZE };
    let header = bytes.slice(0, HEADER_SIZE).ok_or(short)?;
    if header.u8(4) != Some(2) {
        return Err(Problem::NotElf64);
    }
    if header.u8(5) != Some(1) {
        return Err(Problem::BigEndian);
    }
    match header.u16(18) {
        Some(found) if found == machine => {}
        found => return Err(Problem::Machine(found.unwrap_or(0))),
    }
    if header.u16(16) != Some(ET_DYN) {
        return Err(Problem::NotShared);
    }
    Ok(())
}

/// The mapped segments, all of them inside the file, and the dynamic section.
fn program_headers(bytes: Bytes<'_>) -> Result<(Vec<Segment>, Option<Bytes<'_>>), Problem> {
    let damaged = Problem::Damaged("program headers");
    let start = bytes.u64(32).ok_or(damaged)?;
    let entry = u64::from(bytes.u16(54).ok_or(damaged)?);
    let count = u64::from(bytes.u16(56).ok_or(damaged)?);
    if entry != PROGRAM_HEADER_SIZE {
        return Err(damaged);
    }
    inside(bytes, start, count * entry)?;
    let mut segments = Vec::new();
    let mut dynamic = None;
    for index in 0..count {
        let header = bytes.slice(start + index * entry, entry).ok_or(damaged)?;
        let kind = header.u32(0).ok_or(damaged)?;
        if kind != PT_LOAD && kind != PT_DYNAMIC {
            continue;
        }
        let segment = Segment {
            offset: header.u64(8).ok_or(damaged)?,
            address: header.u64(16).ok_or(damaged)?,
            size: header.u64(32).ok_or(damaged)?,
        };
        inside(bytes, segment.offset, segment.size)?;
        if kind == PT_LOAD {
            segments.push(segment);
        } else {
            dynamic = bytes.slice(segment.offset, segment.size);
        }
    }
    Ok((segments, dynamic))
}

/// Whether the file has the bytes that its headers speak of.
fn inside(bytes: Bytes<'_>, offset: u64, size: u64) -> Result<(), Problem> {
    let needed = offset.saturating_add(size);
    if needed > bytes.len() {
        return Err(Problem::Truncated { size: bytes.len(), needed });
    }
    Ok(())
}

/// The dynamic section up to its end mark.
fn entries(section: Bytes<'_>) -> Vec<(u64, u64)> {
    let pairs = (0..section.len() / 16).map_while(|index| {
        let tag = section.u64(index * 16)?;
        (tag != 0).then_some((tag, section.u64(index * 16 + 8)?))
    });
    pairs.collect()
}

/// The name of an `e_machine`.
pub(crate) fn machine_name(machine: u16) -> String {
    let name = match machine {
        3 => "i386",
        8 => "mips",
        20 => "ppc",
        21 => "ppc64",
        22 => "s390x",
        40 => "arm",
        62 => "x86_64",
        183 => "aarch64",
        243 => "riscv",
        258 => "loongarch",
        other => return format!("machine {other}"),
    };
    name.into()
}

#[cfg(test)]
mod tests;
