#![forbid(unsafe_code)]
//! Finds a library's magic block without running the library.
//! Runs in: any process.
//!
//! `Pg_magic_func` returns the address of a constant in its own library. In position-independent
//! code compilers can make that address in few ways only (`lea rax, [rip + x]`; `adrp` and `add`,
//! or `adr`), whatever else instrumentation puts into the function. An address made that way which
//! leads to a plausible block is the one; a function without any is left to be called after
//! opening.

use super::elf::{Bytes, Elf, HOST_MACHINE, Symbol};
use super::magic;

/// Bytes that are looked at where the function's size is not given, and at most.
const LONGEST_FUNCTION: u64 = 256;
const X86_64: u16 = 62;
const AARCH64: u16 = 183;

/// The block that `function`, the library's `Pg_magic_func`, returns: as many of its bytes as it
/// says it has.
pub(crate) fn block<'a>(elf: &Elf<'a>, function: &Symbol<'_>) -> Option<&'a [u8]> {
    let size = match function.size {
        0 => LONGEST_FUNCTION,
        size => size.min(LONGEST_FUNCTION),
    };
    let rest = elf.mapped(function.address)?;
    let code = rest.slice(0, size).unwrap_or(rest);
    let addresses = match HOST_MACHINE {
        X86_64 => x86_64(code, function.address),
        AARCH64 => aarch64(code, function.address),
        _ => Vec::new(),
    };
    addresses.into_iter().find_map(|address| {
        let rest = elf.mapped(address)?;
        let length = u64::try_from(rest.i32(0)?).ok()?;
        let block = rest.slice(0, length)?.0;
        magic::plausible(block).then_some(block)
    })
}

/// Addresses that `lea rax, [rip + x]` makes, wherever it may stand.
fn x86_64(code: Bytes<'_>, address: u64) -> Vec<u64> {
    const LEA_RAX_RIP: &[u8] = &[0x48, 0x8d, 0x05];
    const LENGTH: u64 = 7;
    let places = (0..code.len()).filter_map(|at| {
        let instruction = code.slice(at, LENGTH)?;
        if !instruction.0.starts_with(LEA_RAX_RIP) {
            return None;
        }
        let next = address.wrapping_add(at + LENGTH);
        Some(next.wrapping_add_signed(instruction.i32(3)?.into()))
    });
    places.collect()
}

/// Addresses that `adr`, or `adrp` and an `add` to the same register, make.
fn aarch64(code: Bytes<'_>, address: u64) -> Vec<u64> {
    let mut pages: [Option<u64>; 32] = [None; 32];
    let mut found = Vec::new();
    for index in 0..code.len() / 4 {
        let Some(instruction) = code.u32(index * 4) else {
            break;
        };
        let here = address.wrapping_add(index * 4);
        let target = register(instruction);
        if instruction & 0x9f00_0000 == 0x1000_0000 {
            found.push(here.wrapping_add_signed(relative(instruction)));
        } else if instruction & 0x9f00_0000 == 0x9000_0000 {
            let page = (here & !0xfff).wrapping_add_signed(relative(instruction) << 12);
            if let Some(slot) = pages.get_mut(target) {
                *slot = Some(page);
            }
        } else if instruction & 0xffc0_0000 == 0x9100_0000
            && let Some(Some(page)) = pages.get(register(instruction >> 5))
        {
            found.push(page.wrapping_add(u64::from((instruction >> 10) & 0xfff)));
        }
    }
    found
}

/// The register in the lowest five bits.
fn register(bits: u32) -> usize {
    usize::try_from(bits & 31).unwrap_or(0)
}

/// The signed 21-bit distance in an `adr` or `adrp`.
fn relative(instruction: u32) -> i64 {
    let bits = ((instruction >> 5) & 0x7_ffff) << 2 | (instruction >> 29) & 3;
    let distance = i64::from(bits);
    if bits & 0x10_0000 == 0 { distance } else { distance - 0x20_0000 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::testing::{compile, magic_source};

    #[test]
    fn finds_addresses_in_machine_code() {
        let plain = [0xf3, 0x0f, 0x1e, 0xfa, 0x48, 0x8d, 0x05, 0x10, 0, 0, 0, 0xc3];
        assert_eq!(x86_64(Bytes(&plain), 0x1000), [0x101b]);
        let backwards = [0x48, 0x8d, 0x05, 0xf9, 0xff, 0xff, 0xff];
        assert_eq!(x86_64(Bytes(&backwards), 0x1000), [0x1000]);
        assert_eq!(x86_64(Bytes(&plain[..9]), 0x1000), [] as [u64; 0]);

        // adrp x0, +0x2000; add x0, x0, #0x18; ret
        let pair = [0x9000_0000_u32 | 2 << 3, 0x9100_6000, 0xd65f_03c0];
        let bytes: Vec<u8> = pair.iter().flat_map(|word| word.to_le_bytes()).collect();
        // 2 << 3 sets immhi to 0 and Rd to 16: not the register that is added to.
        assert_eq!(aarch64(Bytes(&bytes), 0x1004), [] as [u64; 0]);
        let pair = [0xd000_0000_u32, 0x9100_6000, 0xd65f_03c0];
        let bytes: Vec<u8> = pair.iter().flat_map(|word| word.to_le_bytes()).collect();
        assert_eq!(aarch64(Bytes(&bytes), 0x1004), [0x3018]);
        // adr x0, -4
        assert_eq!(aarch64(Bytes(&0x10ff_ffe0_u32.to_le_bytes()), 0x1004), [0x1000]);
    }

    #[test]
    fn finds_the_block_however_it_is_compiled() {
        for arguments in [
            &["-O2"][..],
            &["-O0"],
            &["-O2", "-fcf-protection=full"],
            &["-O0", "-g", "-fstack-protector-all"],
        ] {
            let built = compile("magic", &magic_source(1500), arguments);
            let file = std::fs::read(&built.path).expect("readable");
            let elf = Elf::parse(&file).expect("a library");
            let function = elf.definition(b"Pg_magic_func").expect("symbols").expect("defined");
            let found = block(&elf, &function).expect("a block");
            assert_eq!((found.len(), magic::version(found)), (56, Some(1500)), "{arguments:?}");
        }
    }

    #[test]
    fn finds_nothing_where_nothing_is() {
        let built = compile("magic", "void *Pg_magic_func(void) { return 0; }", &[]);
        let file = std::fs::read(&built.path).expect("readable");
        let elf = Elf::parse(&file).expect("a library");
        let function = elf.definition(b"Pg_magic_func").expect("symbols").expect("defined");
        assert_eq!(block(&elf, &function), None);
    }
}
