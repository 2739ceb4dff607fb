//! The shared library exports what `src/exports/symbols.tsv` lists, and nothing else that could
//! stand in an extension's way.
//! Runs in: tests.

#![cfg(test)]

use std::collections::BTreeMap;
use std::process::Command;

/// Name, kind letter and size of each symbol that the library exports, as `nm` tells them.
fn exported() -> BTreeMap<String, (String, u64)> {
    let tests = std::env::current_exe().expect("a path");
    let library = tests.parent().expect("a folder").join("libpgbgw.so");
    let output = Command::new("nm")
        .args(["--dynamic", "--defined-only", "--print-size"])
        .arg(library)
        .output()
        .expect("nm, which comes with the C compiler");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let symbols = text.lines().map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // A function made of assembly alone has no size.
        let (size, kind, name) = match fields[..] {
            [_, size, kind, name] => (u64::from_str_radix(size, 16).expect("a size"), kind, name),
            [_, kind, name] => (0, kind, name),
            _ => panic!("unexpected line {line}"),
        };
        (name.to_owned(), (kind.to_owned(), size))
    });
    symbols.collect()
}

/// Name, kind and size of each line of the list.
fn listed() -> impl Iterator<Item = (&'static str, &'static str, u64)> {
    let lines = include_str!("../src/exports/symbols.tsv").lines().skip(1);
    lines.map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        (fields[0], fields[1], fields[2].parse().unwrap_or(0))
    })
}

#[test]
fn every_listed_name_is_exported_with_its_kind_and_size() {
    let exported = exported();
    let mut count = 0;
    for (name, kind, size) in listed() {
        let (letter, exported_size) = exported.get(name).unwrap_or_else(|| panic!("no {name}"));
        match kind {
            "func" => assert_eq!(letter, "T", "{name} is no function"),
            _ => {
                assert!(["B", "D", "R"].contains(&letter.as_str()), "{name} is no datum: {letter}");
                assert_eq!(*exported_size, size, "size of {name}");
            }
        }
        count += 1;
    }
    assert!(count >= 1152, "only {count} names");
}

#[test]
fn no_other_name_is_exported() {
    let listed: Vec<&str> = listed().map(|(name, ..)| name).collect();
    let others: Vec<String> = exported()
        .into_keys()
        .filter(|name| !listed.contains(&name.as_str()) && !name.starts_with("pgbgw_"))
        .filter(|name| name != "rust_eh_personality")
        .collect();
    assert_eq!(others, [] as [String; 0]);
}
