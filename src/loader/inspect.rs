#![forbid(unsafe_code)]
//! What can be said about a library before it is opened, and whether it may be.
//! Runs in: any process.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::abi::major::PG_MAJORVERSION;
use crate::error::{Level, Report, SqlState};

use super::elf::{Elf, HOST_MACHINE, Problem, machine_name};
use super::imports::{Imports, Surroundings, classify};
use super::{magic, magic_code};

/// The function whose presence makes a library an extension's.
pub(crate) const MAGIC_FUNCTION: &[u8] = b"Pg_magic_func";

/// The facts about a file.
#[derive(Debug, Default)]
pub(crate) struct Inspection {
    /// The version in its magic block, `PG_VERSION_NUM / 100`, if it can be told without running it.
    pub(crate) version: Option<i32>,
    /// Empty if the file is no library for this machine.
    pub(crate) imports: Imports,
    /// Why it must not be opened.
    pub(crate) refusal: Option<Report>,
}

/// Inspects the `file` found at `path`.
pub(crate) fn inspect(path: &[u8], file: &[u8], around: &Surroundings<'_>) -> Inspection {
    let mut inspection = Inspection::default();
    if let Err(problem) = inspection.look(path, file, around) {
        inspection.refusal = Some(unreadable(path, problem));
    }
    inspection
}

impl Inspection {
    fn look(&mut self, path: &[u8], file: &[u8], around: &Surroundings<'_>) -> Result<(), Problem> {
        let elf = Elf::parse(file)?;
        let origin = Path::new(OsStr::from_bytes(path)).parent().unwrap_or(Path::new("."));
        self.imports = classify(&elf, origin, around)?;
        let foreign = match elf.definition(MAGIC_FUNCTION)? {
            None => Some(magic::missing(path)),
            Some(function) => magic_code::block(&elf, &function).and_then(|block| {
                self.version = magic::version(block);
                magic::check(path, block).err().map(|raised| raised.into_report())
            }),
        };
        self.refusal = foreign.or_else(|| unresolved(path, &self.imports, around));
        Ok(())
    }
}

/// The server's text for a library that cannot be opened, for the reason `why`. Its SQLSTATE there
/// is what the dynamic linker left in `errno`, nearly always ENOENT, whatever the reason.
pub(crate) fn could_not_load(path: &[u8], why: &[u8]) -> Report {
    let message = [b"could not load library \"", path, b"\": ", why].concat();
    Report::error(SqlState::UNDEFINED_FILE, message)
}

/// The refusal of a file that is no library for this machine.
fn unreadable(path: &[u8], problem: Problem) -> Report {
    let refuse = |why: &str| could_not_load(path, why.as_bytes());
    let here = machine_name(HOST_MACHINE);
    let expected = format!("Expected a 64-bit little-endian ELF shared library for {here}.");
    match problem {
        Problem::NotElf => refuse("file is not an ELF file").with_detail(expected),
        Problem::Truncated { size, needed } => refuse("file is truncated").with_detail(format!(
            "The file has {size} bytes, its headers describe at least {needed}."
        )),
        Problem::NotElf64 => refuse("library is not 64-bit").with_detail(expected),
        Problem::BigEndian => refuse("library is not little-endian").with_detail(expected),
        Problem::Machine(machine) => {
            refuse(&format!("library is for {}, this is {here}", machine_name(machine)))
        }
        Problem::NotShared => refuse("file is not a shared library").with_detail(expected),
        Problem::Damaged(what) => refuse("file is damaged")
            .with_detail(format!("The ELF {what} of the file cannot be read.")),
    }
}

/// The refusal of a library that would lack something.
fn unresolved(path: &[u8], imports: &Imports, around: &Surroundings<'_>) -> Option<Report> {
    if let Some(first) = imports.missing.first() {
        let why = b": cannot open shared object file: No such file or directory";
        let report = could_not_load(path, &[first, why.as_slice()].concat());
        return Some(report.with_detail(listed("Needed libraries not found", &imports.missing)));
    }
    if let (false, Some(needed)) = (imports.newer.is_empty(), imports.needs_glibc) {
        let why = format!("library needs glibc {needed}, this is glibc {}", around.glibc);
        return Some(
            could_not_load(path, why.as_bytes())
                .with_detail(listed("Not in this glibc", &imports.newer))
                .with_hint("Use a build of the library for this version of the system."),
        );
    }
    if imports.unknown.is_empty() {
        return None;
    }
    let plural = if imports.unknown.len() == 1 { "" } else { "s" };
    let why = format!("{} undefined symbol{plural}", imports.unknown.len());
    Some(
        could_not_load(path, why.as_bytes())
            .with_detail(listed("Undefined", &imports.unknown))
            .with_hint(format!(
                "The library must have been built for PostgreSQL {PG_MAJORVERSION}, and libraries that it \
                 relies on without saying so must be loaded before it."
            )),
    )
}

/// `What: a, b, c.`
fn listed(what: &str, names: &[Vec<u8>]) -> Vec<u8> {
    [what.as_bytes(), b": ", &names.join(b", ".as_slice()), b"."].concat()
}

/// The LOG lines about variables that the library at `path` imports and that mean nothing here, and
/// about its hooks that nothing here calls.
pub(crate) fn inert_notes(path: &[u8], imports: &Imports) -> Vec<Report> {
    let is_hook = |name: &&&str| imports.never_run.contains(*name);
    let others = imports.inert.iter().filter(|name| !is_hook(name)).copied().collect::<Vec<_>>();
    let note = |what: &str, names: &[&str]| {
        let names = names.join(", ");
        let parts = [b"library \"".as_slice(), path, b"\" ", what.as_bytes(), names.as_bytes()];
        (!names.is_empty()).then(|| Report::new(Level::Log, parts.concat()))
    };
    let hooks = note("sets hooks that never run here: ", &imports.never_run);
    let others = note("uses server variables that have no function here: ", &others);
    hooks.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::dependencies::Search;
    use crate::loader::imports::Glibc;
    use crate::loader::testing::{compile, magic_source};

    /// Inspects bytes as `/lib/x.so` in a process with this glibc.
    fn inspected(file: &[u8], glibc: &str) -> Inspection {
        let search = Search::of_this_process();
        let glibc = Glibc::parse(glibc.as_bytes()).expect("a version");
        let is_open = |name: &[u8]| name == b"puts";
        inspect(b"/lib/x.so", file, &Surroundings { is_open: &is_open, glibc, search: &search })
    }

    fn built(source: &str, arguments: &[&str]) -> Vec<u8> {
        std::fs::read(compile("x", source, arguments).path).expect("readable")
    }

    /// Message behind `could not load library "/lib/x.so": ` and detail.
    fn refused(file: &[u8], glibc: &str) -> (String, String) {
        let report = inspected(file, glibc).refusal.expect("a refusal");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("ASCII");
        let message = text(&report.message);
        let why = message.strip_prefix("could not load library \"/lib/x.so\": ");
        let detail = report.detail.as_deref().map(text);
        (why.unwrap_or(&message).into(), detail.unwrap_or_default())
    }

    fn expect(file: &[u8], why: &str, detail: &str) {
        assert_eq!(refused(file, "2.99"), (why.into(), detail.into()));
    }

    #[test]
    fn a_sound_library_is_not_refused() {
        let file = built(&(magic_source(1700) + "int f(void) { return puts(\"x\"); }"), &[]);
        let inspection = inspected(&file, "2.99");
        assert!(inspection.refusal.is_none(), "{:?}", inspection.refusal);
        assert_eq!(inspection.version, Some(1700));
    }

    #[test]
    fn each_defect_has_its_text() {
        let here = machine_name(HOST_MACHINE);
        let expected = format!("Expected a 64-bit little-endian ELF shared library for {here}.");
        expect(b"#!/bin/sh\n", "file is not an ELF file", &expected);
        let library = built(&magic_source(1700), &[]);
        let (why, detail) = refused(&library[..900], "2.99");
        assert_eq!(why, "file is truncated");
        assert!(detail.starts_with("The file has 900 bytes, its headers describe at least "));
        let mut other = library.clone();
        other[18..20].copy_from_slice(&[40, 0]);
        expect(&other, &format!("library is for arm, this is {here}"), "");
        let mut object = library.clone();
        object[16] = 1;
        expect(&object, "file is not a shared library", &expected);
        expect(
            &built("int x;", &[]),
            "incompatible library \"/lib/x.so\": missing magic block",
            "",
        );
        expect(
            &built(&magic_source(1500), &[]),
            "incompatible library \"/lib/x.so\": version mismatch",
            "Server is version 17, library is version 15.",
        );
        let source =
            magic_source(1700) + "int two(void), one(void); int f(void) { return one() + two(); }";
        expect(&built(&source, &[]), "2 undefined symbols", "Undefined: one, two.");
    }

    #[test]
    fn a_newer_glibc_is_named_with_the_one_here() {
        let file = built(&(magic_source(1700) + "int f(void) { return puts(\"x\"); }"), &[]);
        let (why, detail) = refused(&file, "2.1");
        assert!(why.starts_with("library needs glibc 2."), "{why}");
        assert!(why.ends_with(", this is glibc 2.1"), "{why}");
        assert_eq!(detail, "Not in this glibc: puts.");
    }

    #[test]
    fn inert_variables_are_named_once_loaded() {
        let source = magic_source(1700)
            + "extern int NBuffers, wal_level; int f(void) { return NBuffers + wal_level; }";
        let inspection = inspected(&built(&source, &[]), "2.99");
        assert!(inspection.refusal.is_none());
        let notes = inert_notes(b"/lib/x.so", &inspection.imports);
        let [note] = <[Report; 1]>::try_from(notes).expect("a note");
        let message = String::from_utf8(note.message).expect("ASCII");
        let start = "library \"/lib/x.so\" uses server variables that have no function here: ";
        let names = message.strip_prefix(start).expect("the text");
        assert!(matches!(names, "NBuffers, wal_level" | "wal_level, NBuffers"), "{names}");
    }

    #[test]
    fn hooks_that_nothing_calls_have_a_line_of_their_own() {
        let source = magic_source(1700)
            + "extern void *planner_hook, *shmem_startup_hook; extern int NBuffers;
               void *f(void) { return NBuffers ? planner_hook : shmem_startup_hook; }";
        let notes = inert_notes(b"/x", &inspected(&built(&source, &[]), "2.99").imports);
        let texts: Vec<_> =
            notes.iter().map(|note| String::from_utf8_lossy(&note.message)).collect();
        let expected = [
            "library \"/x\" sets hooks that never run here: planner_hook",
            "library \"/x\" uses server variables that have no function here: NBuffers",
        ];
        assert_eq!(texts, expected);
    }
}
