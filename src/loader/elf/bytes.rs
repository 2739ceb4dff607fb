#![forbid(unsafe_code)]
//! Reading little-endian numbers and strings out of bytes that nobody vouches for.
//! Runs in: any process.

/// No name is longer; keeps a search for a missing NUL short.
const LONGEST_STRING: usize = 1 << 16;

/// Bytes of a file, read at offsets that the file itself gives: whatever lies outside is `None`.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    /// `len` bytes from `offset`.
    pub(crate) fn slice(self, offset: u64, len: u64) -> Option<Self> {
        let start = usize::try_from(offset).ok()?;
        let end = start.checked_add(usize::try_from(len).ok()?)?;
        self.0.get(start..end).map(Self)
    }

    /// Everything from `offset`.
    pub(crate) fn from(self, offset: u64) -> Option<Self> {
        self.0.get(usize::try_from(offset).ok()?..).map(Self)
    }

    pub(crate) fn u8(self, offset: u64) -> Option<u8> {
        self.array::<1>(offset).map(u8::from_le_bytes)
    }

    pub(crate) fn u16(self, offset: u64) -> Option<u16> {
        self.array(offset).map(u16::from_le_bytes)
    }

    pub(crate) fn u32(self, offset: u64) -> Option<u32> {
        self.array(offset).map(u32::from_le_bytes)
    }

    pub(crate) fn u64(self, offset: u64) -> Option<u64> {
        self.array(offset).map(u64::from_le_bytes)
    }

    pub(crate) fn i32(self, offset: u64) -> Option<i32> {
        self.array(offset).map(i32::from_le_bytes)
    }

    /// The string at `offset`, without the NUL that must end it.
    pub(crate) fn string(self, offset: u64) -> Option<&'a [u8]> {
        let rest = self.from(offset)?.0;
        let rest = rest.get(..LONGEST_STRING).unwrap_or(rest);
        rest.get(..rest.iter().position(|&byte| byte == 0)?)
    }

    /// How many bytes there are.
    pub(crate) fn len(self) -> u64 {
        u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }

    fn array<const N: usize>(self, offset: u64) -> Option<[u8; N]> {
        self.from(offset)?.0.first_chunk().copied()
    }
}
