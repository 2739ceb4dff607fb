#![forbid(unsafe_code)]
//! What a library imports, and what stands behind each import here.
//! Runs in: any process.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use super::dependencies::Search;
use super::elf::{Elf, NeededVersion, Problem, Symbol};
use super::names::{self, State};

/// A version of glibc.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Glibc([u32; 3]);

impl Glibc {
    /// Reads `2.34` or `2.2.5`.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let mut numbers = [0; 3];
        let mut parts = text.split(|&byte| byte == b'.');
        for number in &mut numbers {
            if let Some(part) = parts.next() {
                *number = std::str::from_utf8(part).ok()?.parse().ok()?;
            }
        }
        parts.next().is_none().then_some(Self(numbers))
    }

    /// The version behind a symbol version such as `GLIBC_2.34`.
    fn of_symbols(version: &[u8]) -> Option<Self> {
        Self::parse(version.strip_prefix(b"GLIBC_")?)
    }
}

impl fmt::Display for Glibc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}")?;
        if patch > 0 { write!(f, ".{patch}") } else { Ok(()) }
    }
}

/// What imports are looked for in, beside the library's own needs.
pub(crate) struct Surroundings<'a> {
    /// Whether a library that is open in this process gives the name to all.
    pub(crate) is_open: &'a dyn Fn(&[u8]) -> bool,
    /// The glibc of this process.
    pub(crate) glibc: Glibc,
    pub(crate) search: &'a Search,
}

/// The imports of one library. Names are in the order of its symbol table.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    /// Server functions and variables that work.
    pub(crate) implemented: Vec<&'static str>,
    /// Server functions that raise an ERROR.
    pub(crate) refused: Vec<&'static str>,
    /// Server variables with nothing behind them.
    pub(crate) inert: Vec<&'static str>,
    /// The hooks among the server variables.
    pub(crate) hooks: Vec<&'static str>,
    /// Those of the hooks that nothing here calls.
    pub(crate) never_run: Vec<&'static str>,
    /// Names that nothing here defines.
    pub(crate) unknown: Vec<Vec<u8>>,
    /// Names that only a newer glibc defines.
    pub(crate) newer: Vec<Vec<u8>>,
    /// The oldest glibc that has everything.
    pub(crate) needs_glibc: Option<Glibc>,
    /// Libraries that are needed and not found: what they define cannot be told.
    pub(crate) missing: Vec<Vec<u8>>,
}

/// Looks at each undefined symbol of the library in the folder `origin`.
///
/// # Errors
/// A symbol table that does not lie in the file.
pub(crate) fn classify(
    elf: &Elf<'_>,
    origin: &Path,
    around: &Surroundings<'_>,
) -> Result<Imports, Problem> {
    let versions = elf.needed_versions();
    let needed = versions.iter().filter_map(|version| Glibc::of_symbols(version.version)).max();
    let mut imports = Imports { needs_glibc: needed, ..Imports::default() };
    let mut open: Vec<&[u8]> = Vec::new();
    for symbol in elf.symbols()?.iter().filter(|symbol| !symbol.defined) {
        if !imports.note_server_name(symbol.name)
            && !symbol.weak
            && !imports.note_newer(symbol, &versions, around.glibc)
            && !(around.is_open)(symbol.name)
        {
            open.push(symbol.name);
        }
    }
    imports.note_needs(elf, origin, around.search, open);
    Ok(imports)
}

impl Imports {
    /// Whether `name` is one that the library exports for extensions; notes it.
    fn note_server_name(&mut self, name: &[u8]) -> bool {
        let Some(entry) = names::find(name) else {
            return false;
        };
        match entry.state {
            State::Implemented | State::Variable => self.implemented.push(entry.name),
            State::Refused => self.refused.push(entry.name),
            State::Inert => self.inert.push(entry.name),
        }
        if entry.size > 0 && entry.name.contains("_hook") {
            self.hooks.push(entry.name);
            if matches!(entry.state, State::Inert) {
                self.never_run.push(entry.name);
            }
        }
        true
    }

    /// Whether the symbol is glibc's and newer than `here`; notes it.
    fn note_newer(
        &mut self,
        symbol: &Symbol<'_>,
        versions: &[NeededVersion<'_>],
        here: Glibc,
    ) -> bool {
        let version = versions
            .iter()
            .find(|version| symbol.version > 1 && version.index == symbol.version)
            .and_then(|version| Glibc::of_symbols(version.version));
        let newer = version.is_some_and(|version| version > here);
        if newer {
            self.newer.push(symbol.name.to_vec());
        }
        newer
    }

    /// Looks for the names still `open` in the libraries that are needed, those that they need, and
    /// so on; notes what is found nowhere.
    fn note_needs(&mut self, elf: &Elf<'_>, origin: &Path, search: &Search, open: Vec<&[u8]>) {
        let mut open: BTreeSet<&[u8]> = open.into_iter().collect();
        let mut seen: BTreeSet<Vec<u8>> = BTreeSet::new();
        // Always one level, to know whether the library itself can be opened; deeper ones only for
        // the sake of names.
        let mut level = self.read_needed(elf, origin, search, &mut seen);
        while !level.is_empty() {
            let mut next = Vec::new();
            for file in &level {
                let Ok(library) = Elf::parse(file) else {
                    continue;
                };
                for symbol in library.symbols().unwrap_or_default() {
                    if symbol.defined {
                        open.remove(symbol.name);
                    }
                }
                if !open.is_empty() {
                    next.extend(self.read_needed(&library, origin, search, &mut seen));
                }
            }
            level = next;
        }
        if self.missing.is_empty() {
            self.unknown = open.into_iter().map(<[u8]>::to_vec).collect();
        }
    }

    /// The files of the libraries that `elf` needs and that were not `seen`; notes missing ones.
    fn read_needed(
        &mut self,
        elf: &Elf<'_>,
        origin: &Path,
        search: &Search,
        seen: &mut BTreeSet<Vec<u8>>,
    ) -> Vec<Vec<u8>> {
        let mut files = Vec::new();
        for name in elf.needed() {
            if !seen.insert(name.to_vec()) {
                continue;
            }
            match search.read(name, elf, origin) {
                Some(file) => files.push(file),
                None => self.missing.push(name.to_vec()),
            }
        }
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::testing::{Built, compile};

    const SOURCE: &str = "
        extern int MyProcPid, work_mem, planner_hook, emit_log_hook, NBuffers;
        extern int ReplicationSlotPersist(void), here(void), nowhere(void), elsewhere(void);
        extern int lost(void) __attribute__((weak)), sin(void), puts(void), dlerror(void);
        int f(void) {
            return MyProcPid + work_mem + planner_hook + emit_log_hook + NBuffers
                + ReplicationSlotPersist() + here() + nowhere() + elsewhere()
                + lost() + puts();
        }";

    fn classified(module: &Built, glibc: &str) -> Imports {
        let file = std::fs::read(&module.path).expect("readable");
        let elf = Elf::parse(&file).expect("a library");
        let search = Search::of_this_process();
        let glibc = Glibc::parse(glibc.as_bytes()).expect("a version");
        let is_open = |name: &[u8]| name == b"here" || name == b"puts";
        let around = Surroundings { is_open: &is_open, glibc, search: &search };
        classify(&elf, module.folder.path(), &around).expect("symbols")
    }

    fn texts(names: &[Vec<u8>]) -> Vec<String> {
        names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect()
    }

    #[test]
    fn sorts_imports_by_what_stands_behind_them() {
        let imports = classified(&compile("imports", SOURCE, &[]), "2.99");
        assert!(imports.implemented.contains(&"MyProcPid"));
        assert!(imports.implemented.contains(&"emit_log_hook"));
        assert_eq!(imports.refused, ["ReplicationSlotPersist"]);
        let mut inert = imports.inert.clone();
        inert.sort_unstable();
        assert_eq!(inert, ["NBuffers", "planner_hook"]);
        let mut hooks = imports.hooks.clone();
        hooks.sort_unstable();
        assert_eq!(hooks, ["emit_log_hook", "planner_hook"]);
        assert_eq!(texts(&imports.unknown), ["elsewhere", "nowhere"]);
        assert!(imports.newer.is_empty() && imports.missing.is_empty());
    }

    #[test]
    fn a_needed_library_defines_names_and_a_missing_one_hides_them() {
        let needed = compile("libneeded", "int elsewhere(void) { return 1; }", &[]);
        let folder = needed.folder.path().display();
        let (link, run) = (format!("-L{folder}"), format!("-Wl,-rpath,{folder}"));
        let module = compile("user", SOURCE, &["-Wl,--no-as-needed", &link, "-lneeded", &run]);
        assert_eq!(texts(&classified(&module, "2.99").unknown), ["nowhere"]);

        drop(needed);
        let imports = classified(&module, "2.99");
        assert_eq!(texts(&imports.missing), ["libneeded.so"]);
        assert!(imports.unknown.is_empty());
    }

    #[test]
    fn names_what_a_newer_glibc_has() {
        let imports = classified(&compile("old", SOURCE, &[]), "2.0");
        assert!(texts(&imports.newer).contains(&"puts".to_owned()));
        assert_eq!(texts(&imports.unknown), ["elsewhere", "nowhere"]);
        assert!(imports.needs_glibc >= Glibc::parse(b"2.2.5"));
    }

    #[test]
    fn versions_compare_by_number() {
        let version = |text: &str| Glibc::parse(text.as_bytes());
        assert!(version("2.38") > version("2.4") && version("2.2.5") < version("2.3"));
        assert_eq!(version("2.38").expect("a version").to_string(), "2.38");
        assert_eq!(version("2.2.5").expect("a version").to_string(), "2.2.5");
        assert_eq!([version("2.x"), version("1.2.3.4"), version("")], [None; 3]);
        assert_eq!(Glibc::of_symbols(b"GLIBC_PRIVATE"), None);
    }
}
