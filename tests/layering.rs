//! The rules of the source tree that a compiler does not know: who may import whom, who may be
//! unsafe, what each file says first, how long it may be.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use common::cc::root;

/// Lines a file may have.
const MAX_LINES: usize = 500;

/// Folders and files of src/ that may contain unsafe code.
const UNSAFE: [&str; 33] = [
    "database/connection/answer.rs",
    "database/transaction/callbacks.rs",
    "database/spi/parameters.rs",
    "database/transaction/snapshots.rs",
    "database/spi/cursors.rs",
    "database/spi/fetching.rs",
    "database/connection/libpq.rs",
    "database/connection/libpq/",
    "database/spi/portals.rs",
    "database/rows/receiver.rs",
    "database/rows/records.rs",
    "database/rows/tuples.rs",
    "loader/program.rs",
    "backend/call.rs",
    "backend/table.rs",
    "database/rows/stores.rs",
    "datum/",
    "dynamic/",
    "abi/",
    "embed/",
    "error/",
    "exports/",
    "guc/variable.rs",
    "loader/library.rs",
    "loader/rendezvous.rs",
    "containers/",
    "queues/",
    "memory/",
    "shmem/",
    "sigsafe/",
    "sys/",
    "worker/",
    "bin/",
];

fn sources(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "nothing in {folder}");
    found
}

fn relative(path: &Path, to: &str) -> String {
    path.strip_prefix(root().join(to)).unwrap().to_str().unwrap().to_owned()
}

/// The code of a file without its comments and without its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// What a file names with `crate::`: `a` and `a::b`.
fn imports(text: &str) -> BTreeSet<(String, Option<String>)> {
    let word = |s: &str| -> String {
        s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut found = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        let module = word(rest);
        let after = &rest[module.len()..];
        let parts: Vec<String> = match after.strip_prefix("::") {
            Some(group) if group.starts_with('{') => {
                let inside = group[1..].split('}').next().unwrap_or_default();
                inside.split(',').map(|part| word(part.trim())).filter(|p| !p.is_empty()).collect()
            }
            Some(path) => vec![word(path)],
            None => Vec::new(),
        };
        if parts.is_empty() {
            found.insert((module, None));
        } else {
            for part in parts {
                let part = (part != "self").then_some(part);
                found.insert((module.clone(), part));
            }
        }
    }
    found
}

fn rules() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("layering.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let (folder, allowed) = line.split_once(':').unwrap();
            (folder.to_owned(), allowed.split_whitespace().map(str::to_owned).collect())
        })
        .collect()
}

#[test]
fn folders_import_only_what_the_layering_allows() {
    let rules = rules();
    let mut wrong = Vec::new();
    for path in sources("src", "rs") {
        let name = relative(&path, "src");
        let Some((folder, _)) = name.split_once('/') else { continue };
        if folder == "bin" {
            continue;
        }
        let allowed = rules.get(folder).unwrap_or_else(|| panic!("{folder} has no rule"));
        for (module, part) in imports(&code(&path)) {
            let whole = allowed.contains(&module) || module == folder;
            let exact = part.as_ref().map(|part| format!("{module}::{part}"));
            let own =
                part.is_none() && allowed.iter().any(|a| a.starts_with(&format!("{module}::")));
            if !whole && !own && !exact.is_some_and(|exact| allowed.contains(&exact)) {
                wrong.push(format!("{name}: {module}::{}", part.unwrap_or_default()));
            }
        }
    }
    assert!(wrong.is_empty(), "not allowed by layering.txt:\n{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_stays_where_it_may_be() {
    for path in sources("src", "rs") {
        let name = relative(&path, "src");
        let may = name.ends_with("tests.rs")
            || name.contains("/tests/")
            || UNSAFE.iter().any(|place| name.starts_with(place));
        let has = code(&path).contains("unsafe {") || code(&path).contains("unsafe fn");
        assert!(may || !has, "{name} has unsafe code");
    }
}

#[test]
fn each_file_says_what_it_is_and_who_runs_it() {
    for (folder, at) in [("src", "Runs in: "), ("tests", "Runs in: tests.")] {
        for path in sources(folder, "rs") {
            let name = relative(&path, folder);
            if folder == "src" && name == "lib.rs" {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let mut lines = text.lines().skip_while(|line| line.starts_with("#!"));
            let first = lines.next().unwrap_or_default();
            assert!(first.starts_with("//! "), "{name} does not start with what it is");
            let doc: Vec<&str> = lines.take_while(|line| line.starts_with("//!")).collect();
            let says = |line: &&str| line.starts_with(&format!("//! {at}"));
            assert!(doc.iter().any(says), "{name} does not say who runs it");
        }
    }
}

#[test]
fn files_are_not_too_long() {
    for (folder, extension) in
        [("src", "rs"), ("tests", "rs"), ("src", "c"), ("c_tests", "c"), ("include", "h")]
    {
        for path in sources(folder, extension) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= MAX_LINES, "{} has {lines} lines", relative(&path, "."));
        }
    }
}

#[test]
fn the_command_reaches_the_library_through_its_c_api_alone() {
    for path in sources("src/bin", "rs") {
        let code = code(&path);
        assert!(!code.contains("pgbgw::"), "{} uses the library", relative(&path, "src"));
    }
}

#[test]
fn the_library_stays_lean() {
    for path in sources("src", "rs") {
        let name = relative(&path, "src");
        let code = code(&path);
        let used = |package: &&str| code.contains(&format!("{package}::"));
        let found = ["clap", "clap_mangen", "serde_json", "tempfile", "cbindgen"]
            .iter()
            .find(|package| used(package));
        let may = ["bin/", "loader/testing.rs"].iter().any(|place| name.starts_with(place));
        let may = may || name.ends_with("tests.rs") || name.contains("/tests/");
        assert!(may || found.is_none(), "{name} uses {found:?}");
    }
}
