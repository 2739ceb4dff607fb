//! What a C module gets from the headers is what was measured.
//! Runs in: tests.
//!
//! `c_tests/layout/layout.c` prints sizes, offsets and constants. Compiled against `include/` it
//! must print what `src/abi/pg17-x86_64.json` says; compiled against PostgreSQL's own headers
//! (`PGBGW_GENUINE_INCLUDE`) it must print the very same text.
#![cfg(test)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use common::{cc, needs};
use serde_json::Value;

/// What the program prints, compiled against a set of headers.
fn printed(include: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("layout");
    let source = cc::root().join("c_tests/layout/layout.c");
    cc::compile_program(&source, &program, include).unwrap();
    cc::run(&mut Command::new(program)).unwrap()
}

/// What macros and inline functions make of values, with a set of headers.
fn computed(include: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("inlines");
    let source = cc::root().join("c_tests/layout/inlines.c");
    // Not all functions of the server that inline functions name are called.
    let mut command = Command::new(cc::compiler());
    command.args(["-std=gnu11", "-O1", "-w", "-fno-pie", "-no-pie", "-D_GNU_SOURCE"]);
    command.arg("-Wl,--unresolved-symbols=ignore-all").arg("-I").arg(include);
    command.arg(source).arg("-o").arg(&program);
    cc::run(&mut command).unwrap();
    cc::run(&mut Command::new(program)).unwrap()
}

#[test]
fn macros_and_inline_functions_give_what_those_of_postgresql_give() {
    let ours = computed(&cc::our_include());
    assert!(ours.lines().count() > 400, "{ours}");
    let Some(genuine) = needs::genuine_include() else { return };
    let theirs = computed(&genuine);
    let pairs = ours.lines().zip(theirs.lines()).filter(|(our, their)| our != their);
    let wrong: Vec<_> = pairs.take(20).collect();
    assert!(wrong.is_empty(), "(ours, PostgreSQL's): {wrong:#?}");
    assert_eq!(ours, theirs);
}

fn measured() -> Value {
    serde_json::from_str(include_str!("../src/abi/pg17-x86_64.json")).unwrap()
}

fn number(text: &str) -> i64 {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// One printed type.
#[derive(Default)]
struct Printed {
    size: i64,
    align: i64,
    fields: BTreeMap<String, (i64, i64)>,
}

/// Splits the output; the words of a name may be two (`struct pg_tm`).
fn parse(text: &str) -> (BTreeMap<String, Printed>, BTreeMap<String, i64>, BTreeMap<String, i64>) {
    let (mut types, mut sizes, mut values) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for line in text.lines() {
        let (kind, rest) = line.split_once(' ').unwrap();
        let (rest, last) = rest.rsplit_once(' ').unwrap();
        let last = number(last);
        match kind {
            "type" => {
                let (name, size) = rest.rsplit_once(' ').unwrap();
                let row = Printed { size: number(size), align: last, fields: BTreeMap::new() };
                types.insert(name.to_owned(), row);
            }
            "field" => {
                let (path, offset) = rest.rsplit_once(' ').unwrap();
                let (name, field) = path.split_once('.').unwrap();
                let row: &mut Printed = types.get_mut(name).unwrap();
                row.fields.insert(field.to_owned(), (number(offset), last));
            }
            "size" => {
                sizes.insert(rest.to_owned(), last);
            }
            "value" => {
                values.insert(rest.to_owned(), last);
            }
            other => panic!("{other}?"),
        }
    }
    (types, sizes, values)
}

#[test]
fn headers_give_the_measured_layouts() {
    let ours = printed(&cc::our_include());
    for include in cc::includes() {
        assert_eq!(ours, printed(&include), "{}", include.display());
    }
    let (types, sizes, values) = parse(&ours);
    let measured = measured();

    let mut compared = 0;
    for (name, row) in &types {
        let Some(was) = measured["types"].get(name) else { continue };
        assert_eq!(was["size"], row.size, "size of {name}");
        assert_eq!(was["align"], row.align, "alignment of {name}");
        for (field, was) in was["fields"].as_object().unwrap() {
            let at = row.fields.get(field).unwrap_or_else(|| panic!("{name}.{field} not printed"));
            assert_eq!(
                (&was["offset"], &was["size"]),
                (&at.0.into(), &at.1.into()),
                "{name}.{field}"
            );
            compared += 1;
        }
    }
    assert!(compared > 220, "only {compared} fields were compared");

    for (name, bytes) in &sizes {
        assert_eq!(measured["values"]["plain type sizes"][name], *bytes, "size of {name}");
    }

    let groups = measured["values"].as_object().unwrap();
    let mut compared = 0;
    for (name, value) in &values {
        if let Some(was) = groups.values().find_map(|group| group.get(name)) {
            assert_eq!(was, value, "{name}");
            compared += 1;
        }
    }
    assert!(compared > 200, "only {compared} constants were compared");
}
