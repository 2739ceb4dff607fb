#![forbid(unsafe_code)]
//! A target for fuzzers: the bytes of a library.
//! Runs in: tests.

use crate::abi::major::PG_MAGIC_VERSION;

use super::elf::{Elf, Symbol};
use super::inspect::MAGIC_FUNCTION;
use super::{magic, magic_code};

/// Reads bytes as a library, down to its magic block, and as such a block.
pub fn library(bytes: &[u8]) {
    block(bytes);
    let Ok(elf) = Elf::parse(bytes) else { return };
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    for name in elf.needed().chain(elf.rpath()).chain(elf.runpath()) {
        assert!(!name.contains(&0));
    }
    assert!(elf.needed_versions().iter().all(|version| !version.version.contains(&0)));
    let symbols = elf.symbols().unwrap_or_default();
    for symbol in &symbols {
        assert!(!symbol.name.contains(&0));
        assert!(elf.mapped(symbol.address).is_none_or(|rest| rest.len() <= size));
    }
    if let Ok(Some(function)) = elf.definition(MAGIC_FUNCTION) {
        assert!(function.defined);
        magic_function(&elf, &function);
    }
    // Any symbol may be said to be that function.
    symbols.iter().take(50).for_each(|symbol| magic_function(&elf, symbol));
}

fn magic_function(elf: &Elf<'_>, function: &Symbol<'_>) {
    if let Some(found) = magic_code::block(elf, function) {
        assert!(magic::plausible(found) && magic::version(found).is_some());
        block(found);
    }
}

fn block(bytes: &[u8]) {
    if magic::check(b"x", bytes).is_ok() {
        assert_eq!(magic::version(bytes), Some(PG_MAGIC_VERSION));
        assert!(bytes.len() >= magic::SIZE && magic::plausible(bytes));
    }
}
