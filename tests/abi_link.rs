//! Every name that extensions import is exported by the shared library.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use common::cc;

/// A line of the list of exports.
struct Row {
    name: &'static str,
    is_data: bool,
    size: Option<u64>,
}

fn rows() -> Vec<Row> {
    include_str!("../src/exports/symbols.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let column: Vec<&str> = line.split('\t').collect();
            Row { name: column[0], is_data: column[1] == "data", size: column[2].parse().ok() }
        })
        .collect()
}

/// The table that `c_tests/link/link.c` includes.
fn table(rows: &[Row]) -> String {
    rows.iter().fold(String::new(), |mut text, row| {
        writeln!(text, "{}({})", if row.is_data { "DATA" } else { "FUNCTION" }, row.name).unwrap();
        text
    })
}

#[test]
fn a_program_can_take_the_address_of_every_name() {
    let rows = rows();
    assert!(rows.len() >= 1152, "only {} names", rows.len());
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("names.h"), table(&rows)).unwrap();
    let program = folder.path().join("link");
    cc::compile_embedding(&cc::root().join("c_tests/link/link.c"), &program, folder.path())
        .unwrap();

    let said = cc::run(&mut Command::new(program)).unwrap();
    let found: BTreeMap<&str, (&str, u64)> = said
        .lines()
        .map(|line| {
            let column: Vec<&str> = line.split(' ').collect();
            (column[0], (column[1], column[2].parse().unwrap()))
        })
        .collect();
    for Row { name, is_data, size } in rows {
        let (library, bytes) = found.get(name).unwrap_or_else(|| panic!("{name} not printed"));
        assert_eq!(*library, "libpgbgw.so", "{name} is somebody else's");
        if is_data {
            assert_eq!(Some(*bytes), size, "size of {name}");
        }
    }
}
