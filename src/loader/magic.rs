#![forbid(unsafe_code)]
//! The magic block: which server a library was compiled for.
//! Runs in: any process.
//!
//! A block is handled as its bytes, because the blocks of other major versions have other lengths:
//! length and version come first in all of them.

use crate::abi::fmgr::Pg_magic_struct;
use crate::abi::major::{
    FLOAT8PASSBYVAL, FMGR_ABI_EXTRA, FUNC_MAX_ARGS, INDEX_MAX_KEYS, NAMEDATALEN, PG_MAGIC_VERSION,
};
use crate::error::{Report, Result, SqlState};

use super::elf::Bytes;

/// Bytes of this server's block.
pub(crate) const SIZE: usize = size_of::<Pg_magic_struct>();
/// Where the last field, `abi_extra`, lies, and so the number fields end.
const ABI_EXTRA: u64 = core::mem::offset_of!(Pg_magic_struct, abi_extra) as u64;
/// Bytes of length and version.
pub(crate) const START: usize = 8;

/// The number fields behind length and version: how the server calls each, its offset, our value.
fn numbers() -> [(&'static str, u64, i32); 3] {
    [
        ("FUNC_MAX_ARGS", 8, FUNC_MAX_ARGS),
        ("INDEX_MAX_KEYS", 12, INDEX_MAX_KEYS),
        ("NAMEDATALEN", 16, i32::try_from(NAMEDATALEN).unwrap_or(i32::MAX)),
    ]
}
const FLOAT8_OFFSET: u64 = 20;

/// A version as `PG_VERSION_NUM / 100` has it, the way people write it.
pub(crate) fn version_text(version: i32) -> String {
    if version >= 1000 {
        (version / 100).to_string()
    } else {
        format!("{}.{}", version / 100, version % 100)
    }
}

/// The version that a block names.
pub(crate) fn version(block: &[u8]) -> Option<i32> {
    Bytes(block).i32(4)
}

/// Whether bytes look like the block of any version that ever was or may come.
pub(crate) fn plausible(block: &[u8]) -> bool {
    let block = Bytes(block);
    let sane =
        |offset, low, high| block.i32(offset).is_some_and(|value| (low..=high).contains(&value));
    sane(0, 24, 256)
        && sane(4, 802, 9999)
        && numbers().iter().all(|&(_, offset, _)| sane(offset, 1, 65_536))
        && sane(FLOAT8_OFFSET, 0, 1)
}

/// Compares the block of `library` with the server's, field by field where they differ.
///
/// # Errors
/// The server's texts for another version, another kind of server, and any other difference.
pub(crate) fn check(library: &[u8], block: &[u8]) -> Result<()> {
    let bytes = Bytes(block);
    let length_fits = bytes.i32(0) == i32::try_from(SIZE).ok() && block.len() >= SIZE;
    let theirs = version(block).unwrap_or(0);
    if theirs != PG_MAGIC_VERSION {
        let detail = format!(
            "Server is version {}, library is version {}.",
            version_text(PG_MAGIC_VERSION),
            version_text(theirs)
        );
        return Err(incompatible(library, "version mismatch").with_detail(detail).into());
    }
    if length_fits {
        let extra = bytes.from(ABI_EXTRA).map_or(b"".as_slice(), |rest| rest.0);
        let extra = extra.split(|&byte| byte == 0).next().unwrap_or(b"");
        if extra != FMGR_ABI_EXTRA.as_bytes() {
            let detail = format!("Server has ABI \"{FMGR_ABI_EXTRA}\", library has \"");
            return Err(incompatible(library, "ABI mismatch")
                .with_detail([detail.as_bytes(), extra, b"\"."].concat())
                .into());
        }
    }
    let details = differences(bytes);
    if length_fits && details.is_empty() {
        return Ok(());
    }
    let detail = if details.is_empty() {
        "Magic block has unexpected length or padding difference.".into()
    } else {
        details.join("\n")
    };
    Err(incompatible(library, "magic block mismatch").with_detail(detail).into())
}

/// One line for each number that differs.
fn differences(block: Bytes<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, offset, ours) in numbers() {
        if let Some(theirs) = block.i32(offset)
            && theirs != ours
        {
            lines.push(format!("Server has {name} = {ours}, library has {theirs}."));
        }
    }
    if let Some(theirs) = block.i32(FLOAT8_OFFSET)
        && (theirs != 0) != (FLOAT8PASSBYVAL != 0)
    {
        let word = |value| if value { "true" } else { "false" };
        lines.push(format!(
            "Server has FLOAT8PASSBYVAL = {}, library has {}.",
            word(FLOAT8PASSBYVAL != 0),
            word(theirs != 0)
        ));
    }
    lines
}

/// The refusal of a library without a block.
pub(crate) fn missing(library: &[u8]) -> Report {
    incompatible(library, "missing magic block")
        .with_hint("Extension libraries are required to use the PG_MODULE_MAGIC macro.")
}

fn incompatible(library: &[u8], what: &str) -> Report {
    let message = [b"incompatible library \"", library, b"\": ", what.as_bytes()].concat();
    Report::error(SqlState::INTERNAL_ERROR, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block of six numbers and `abi_extra`.
    fn block(numbers: [i32; 6], extra: &str) -> Vec<u8> {
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        bytes.extend(extra.as_bytes());
        bytes.resize(SIZE, 0);
        bytes
    }

    fn refusal(block: &[u8]) -> Option<(String, String)> {
        let report = check(b"/lib/x.so", block).err()?.into_report();
        let text = |bytes| String::from_utf8(bytes).expect("ASCII");
        Some((text(report.message), text(report.detail.expect("a detail"))))
    }

    fn expect(block: &[u8], message: &str, detail: &str) {
        let message = format!("incompatible library \"/lib/x.so\": {message}");
        assert_eq!(refusal(block), Some((message, detail.into())));
    }

    #[test]
    fn accepts_the_servers_own() {
        assert_eq!(SIZE, 56);
        let own = block([56, 1700, 100, 32, 64, 1], "PostgreSQL");
        assert_eq!(refusal(&own), None);
        assert!(plausible(&own));
    }

    #[test]
    fn names_both_versions() {
        for (version, text) in [(1500, "15"), (1800, "18"), (906, "9.6")] {
            let other = block([56, version, 100, 32, 64, 1], "PostgreSQL");
            let detail = format!("Server is version 17, library is version {text}.");
            expect(&other, "version mismatch", &detail);
            assert!(plausible(&other));
        }
        // Blocks before 15 end before `abi_extra`.
        let old = block([24, 1400, 100, 32, 64, 1], "");
        expect(&old[..24], "version mismatch", "Server is version 17, library is version 14.");
        expect(b"", "version mismatch", "Server is version 17, library is version 0.0.");
    }

    #[test]
    fn names_other_differences() {
        expect(
            &block([56, 1700, 100, 32, 64, 1], "Fork"),
            "ABI mismatch",
            "Server has ABI \"PostgreSQL\", library has \"Fork\".",
        );
        expect(
            &block([56, 1700, 200, 32, 128, 0], "PostgreSQL"),
            "magic block mismatch",
            "Server has FUNC_MAX_ARGS = 100, library has 200.\n\
             Server has NAMEDATALEN = 64, library has 128.\n\
             Server has FLOAT8PASSBYVAL = true, library has false.",
        );
        expect(
            &block([72, 1700, 100, 32, 64, 1], "PostgreSQL"),
            "magic block mismatch",
            "Magic block has unexpected length or padding difference.",
        );
    }

    #[test]
    fn noise_is_not_plausible() {
        assert!(!plausible(&[0; 56]));
        assert!(!plausible(&[0xff; 56]));
        assert!(!plausible(&block([56, 1700, 100, 32, 64, 1], "")[..20]));
        assert!(!plausible(&block([56, 17, 100, 32, 64, 1], "")));
    }
}
