//! Tests of the reader: a real library, and damaged ones.
//! Runs in: tests.

use super::*;
use crate::loader::testing::{Random, compile};

const SOURCE: &str = "
    #include <stdio.h>
    extern int not_here(void);
    extern int perhaps(void) __attribute__((weak));
    int number = 7;
    int _PG_init(void) { return not_here() + (perhaps ? perhaps() : 0) + printf(\"x\"); }
";

fn library() -> Vec<u8> {
    let built = compile("elf", SOURCE, &["-Wl,-rpath,/some/where"]);
    std::fs::read(&built.path).expect("readable")
}

fn symbol<'a>(elf: &Elf<'a>, name: &str) -> Symbol<'a> {
    let symbols = elf.symbols().expect("a symbol table");
    *symbols.iter().find(|s| s.name == name.as_bytes()).expect("the symbol")
}

#[test]
fn reads_symbols_needs_and_versions() {
    let file = library();
    let elf = Elf::parse(&file).expect("a library");
    assert!(elf.needed().any(|name| name == b"libc.so.6"));
    assert_eq!(elf.runpath().or(elf.rpath()), Some(b"/some/where".as_slice()));
    assert!(!symbol(&elf, "not_here").defined && !symbol(&elf, "not_here").weak);
    assert!(symbol(&elf, "perhaps").weak);
    let number = symbol(&elf, "number");
    assert_eq!((number.defined, number.size), (true, 4));
    let value = elf.mapped(number.address).and_then(|bytes| bytes.u32(0));
    assert_eq!(value, Some(7));
    let printf = symbol(&elf, "printf");
    let versions = elf.needed_versions();
    let version = versions.iter().find(|v| v.index == printf.version).expect("a version");
    assert_eq!(version.file, b"libc.so.6");
    assert!(version.version.starts_with(b"GLIBC_2."));
    assert_eq!(elf.definition(b"absent"), Ok(None));
}

#[test]
fn counts_symbols_of_a_library_that_defines_none() {
    let built = compile(
        "none",
        "static int unused; extern int x(void);\
        static __attribute__((constructor)) void f(void) { unused = x(); }",
        &[],
    );
    let file = std::fs::read(&built.path).expect("readable");
    let elf = Elf::parse(&file).expect("a library");
    assert!(!symbol(&elf, "x").defined);
}

fn problem(file: &[u8]) -> Option<Problem> {
    Elf::parse(file).err()
}

#[test]
fn tells_problems_apart() {
    let file = library();
    let with = |at: usize, byte: u8| {
        let mut copy = file.clone();
        copy[at] = byte;
        problem(&copy)
    };
    assert_eq!(problem(b""), Some(Problem::Truncated { size: 0, needed: 64 }));
    assert_eq!(problem(b"hello, world\n"), Some(Problem::NotElf));
    assert_eq!(problem(&file[..40]), Some(Problem::Truncated { size: 40, needed: 64 }));
    assert!(matches!(problem(&file[..1000]), Some(Problem::Truncated { size: 1000, .. })));
    assert_eq!(with(4, 1), Some(Problem::NotElf64));
    assert_eq!(with(5, 2), Some(Problem::BigEndian));
    assert_eq!(with(16, 2), Some(Problem::NotShared));
    assert_eq!(with(18, 40), Some(Problem::Machine(40)));
    assert_eq!(machine_name(183), "aarch64");
    assert_eq!(machine_name(9999), "machine 9999");
}

/// Walks over everything that a file says.
fn read_all(file: &[u8]) -> usize {
    let Ok(elf) = Elf::parse(file) else {
        return 0;
    };
    let symbols = elf.symbols().unwrap_or_default();
    let data = symbols.iter().filter_map(|s| elf.mapped(s.address)).count();
    let names = elf.needed().count() + [elf.rpath(), elf.runpath()].len();
    data + names + elf.needed_versions().len()
}

#[test]
fn survives_any_damage() {
    let file = library();
    let mut random = Random::new(17);
    let mut readable = 0;
    for _ in 0..4000 {
        let mut copy = file.clone();
        for _ in 0..=random.below(12) {
            // Half of the damage goes where the tables are found: headers and dynamic section.
            let range = if random.below(2) == 0 { 1024.min(copy.len()) } else { copy.len() };
            let at = random.below(range);
            copy[at] = match random.below(3) {
                0 => 0xff,
                1 => 0,
                _ => u8::try_from(random.below(256)).expect("a byte"),
            };
        }
        if random.below(4) == 0 {
            copy.truncate(random.below(copy.len()));
        }
        readable += usize::from(read_all(&copy) > 0);
    }
    assert!(readable > 400, "most damage left nothing to read: {readable}");
    for length in 0..200 {
        let noise: Vec<u8> =
            (0..length).map(|_| u8::try_from(random.below(256)).expect("a byte")).collect();
        assert_eq!(read_all(&[b"\x7fELF\x02\x01", noise.as_slice()].concat()), 0);
    }
}

#[test]
fn survives_damage_of_each_byte_of_the_dynamic_section() {
    let file = library();
    let bytes = Bytes(&file);
    let (start, size) = (0..bytes.u16(56).expect("a count").into())
        .filter_map(|index| bytes.slice(bytes.u64(32)? + index * 56, 56))
        .find(|header| header.u32(0) == Some(PT_DYNAMIC))
        .and_then(|header| Some((header.u64(8)?, header.u64(32)?)))
        .expect("a dynamic section");
    let start = usize::try_from(start).expect("small");
    for at in start..start + usize::try_from(size).expect("small") {
        for value in [0, 1, 0x7f, 0xff] {
            let mut copy = file.clone();
            copy[at] = value;
            read_all(&copy);
        }
    }
}
