//! The headers of `include/` compile, and give modules the imports that PostgreSQL's own give.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::{cc, headers};

/// Checks every header, included twice and nothing before it.
fn check_each(compiler: &str, args: &[&str], extension: &str) {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("alone").with_extension(extension);
    for header in headers::all().into_iter().filter(|name| !headers::LISTS.contains(&name.as_str()))
    {
        let text = format!("#include \"{header}\"\n#include \"{header}\"\nint no_such_variable;\n");
        fs::write(&source, text).unwrap();
        if let Err(said) = cc::check(compiler, args, &source, &cc::our_include()) {
            panic!("{header} as {extension}: {said}");
        }
    }
}

#[test]
fn every_header_compiles_alone_and_twice() {
    check_each(&cc::compiler(), &["-std=gnu99", "-pedantic"], "c");
}

#[test]
fn every_header_compiles_as_cpp() {
    if let Some(compiler) = cc::cxx() {
        check_each(&compiler, &["-std=gnu++11"], "cc");
    }
}

/// Names that a module takes from the server: those without a version, which all others have.
fn imports(module: &Path) -> BTreeSet<String> {
    let said = cc::run(Command::new("nm").args(["-D", "--undefined-only"]).arg(module)).unwrap();
    said.lines()
        .filter_map(|line| line.trim().strip_prefix("U "))
        .filter(|name| !name.contains('@'))
        .map(str::to_owned)
        .collect()
}

/// The names that the library exports.
fn exported() -> BTreeSet<&'static str> {
    include_str!("../src/exports/symbols.tsv")
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next())
        .collect()
}

#[test]
fn a_usual_module_imports_what_the_library_exports() {
    let folder = tempfile::tempdir().unwrap();
    let source = cc::root().join("c_tests/header/usual.c");
    let exported = exported();
    let mut of_ours = None;
    for include in cc::includes() {
        let module = folder.path().join("usual.so");
        cc::compile_module(&source, &module, &include).unwrap();
        let imports = imports(&module);
        assert!(imports.len() > 80, "only {} imports: {imports:?}", imports.len());
        for name in &imports {
            assert!(exported.contains(name.as_str()), "{name} is imported, but not exported");
        }
        assert_eq!(of_ours.get_or_insert_with(|| imports.clone()), &imports, "{include:?}");
    }
}

#[test]
fn a_cpp_module_is_a_module() {
    let Some(compiler) = cc::cxx() else { return };
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("plus.so");
    let source = cc::root().join("c_tests/header/plus.cc");
    cc::compile_cpp_module(&compiler, &source, &module, &cc::our_include()).unwrap();
    let said = cc::run(Command::new("nm").args(["-D", "--defined-only"]).arg(&module)).unwrap();
    for name in ["Pg_magic_func", "_PG_init", "plus_main", "plus_launch", "pg_finfo_plus_launch"] {
        assert!(said.lines().any(|line| line.ends_with(&format!(" {name}"))), "{name}: {said}");
    }
    for name in imports(&module) {
        assert!(exported().contains(name.as_str()), "{name} is imported, but not exported");
    }
}

/// The names that a header declares.
fn declared(text: &str) -> impl Iterator<Item = &str> {
    headers::declarations(text).into_iter().map(|declaration| declaration.name)
}

#[test]
fn headers_declare_only_what_is_exported() {
    let exported = exported();
    let mut count = 0;
    for header in headers::all().into_iter().filter(|header| header != "pgbgw.h") {
        let text = fs::read_to_string(cc::our_include().join(&header)).unwrap();
        // The module defines it itself.
        for name in declared(&text).filter(|name| *name != "_PG_init") {
            assert!(exported.contains(name), "{header} declares {name}");
            count += 1;
        }
    }
    assert!(count > 1500, "only {count} declarations were found");
}

#[test]
fn headers_declare_what_is_implemented() {
    let texts: Vec<String> = headers::all()
        .iter()
        .map(|header| fs::read_to_string(cc::our_include().join(header)).unwrap())
        .collect();
    let declared: BTreeSet<&str> = texts.iter().flat_map(|text| declared(text)).collect();
    let lines = include_str!("../src/exports/symbols.tsv").lines().skip(1);
    let rows = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    for row in rows.filter(|row| row[4] == "implemented") {
        assert!(declared.contains(row[0]), "no header declares {}", row[0]);
    }
}
