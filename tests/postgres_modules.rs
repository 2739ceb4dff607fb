//! PostgreSQL's own test modules compile with the headers of `include/` as with PostgreSQL's.
//! Runs in: tests.
//!
//! Needs PostgreSQL's headers (`PGBGW_GENUINE_INCLUDE`) and the sources of the modules
//! (`PGBGW_POSTGRES_SOURCE`, as `.ci/postgresql-source` lays them out). What compiles with the
//! headers of PostgreSQL, unchanged, must compile with ours: with no warning more, and to an object
//! that takes the same names from the server.
#![cfg(test)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{cc, modules, needs};

/// PostgreSQL's flags, and `-Wextra`; a function that nothing declares is no way to compile.
const FLAGS: &[&str] = &[
    "-std=gnu11",
    "-O2",
    "-fPIC",
    "-D_GNU_SOURCE",
    "-Wall",
    "-Wextra",
    "-Wmissing-prototypes",
    "-Wpointer-arith",
    "-Wdeclaration-after-statement",
    "-Werror=vla",
    "-Wendif-labels",
    "-Wmissing-format-attribute",
    "-Wimplicit-fallthrough=3",
    "-Wcast-function-type",
    "-Wshadow=compatible-local",
    "-Wformat-security",
    "-fno-strict-aliasing",
    "-fwrapv",
    "-fexcess-precision=standard",
    "-Wno-format-truncation",
    "-Wno-stringop-truncation",
    "-Werror=implicit-function-declaration",
];

/// Files of src/test/modules.
const FILES: &[&str] = &[
    "worker_spi/worker_spi.c",
    "test_shm_mq/setup.c",
    "test_shm_mq/test.c",
    "test_shm_mq/worker.c",
    "test_dsa/test_dsa.c",
    "test_dsm_registry/test_dsm_registry.c",
    "delay_execution/delay_execution.c",
    "dummy_seclabel/dummy_seclabel.c",
    "plsample/plsample.c",
    "test_parser/test_parser.c",
];

/// An object: what the compiler warned of, and the names it does not define.
struct Compiled {
    warnings: BTreeSet<String>,
    imports: String,
}

fn compile(source: &Path, include: &Path, more: &[&str]) -> Result<Compiled, String> {
    let folder = tempfile::tempdir().unwrap();
    let object = folder.path().join("module.o");
    let mut command = Command::new(cc::compiler());
    command.env("LC_ALL", "C").args(FLAGS).args(more);
    command.arg("-I").arg(source.parent().unwrap()).arg("-I").arg(include);
    command.arg("-c").arg(source).arg("-o").arg(&object);
    let output = command.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{command:?}\n{said}"));
    }
    let warning = |line: &str| line.split_once(" warning: ").map(|(_, what)| what.to_owned());
    Ok(Compiled {
        warnings: said.lines().filter_map(warning).collect(),
        imports: cc::run(Command::new("nm").args(["-u", "--format=just-symbols"]).arg(&object))?,
    })
}

/// The source of the major next to 17 that compiles with the headers of 17.
fn usable(folder: &Path, file: &str, genuine: &Path) -> Result<(PathBuf, Compiled), String> {
    let mut said = format!("{file} is in none of 17, 18 and 15");
    for source in modules::sources(folder, file) {
        match compile(&source, genuine, modules::spellings(&source)) {
            Ok(compiled) => return Ok((source, compiled)),
            Err(error) => said = error,
        }
    }
    Err(said)
}

/// Ours must do what theirs did.
fn compare(source: &Path, theirs: &Compiled) -> Result<(), String> {
    let ours = compile(source, &cc::our_include(), modules::spellings(source))?;
    let more: Vec<_> = ours.warnings.difference(&theirs.warnings).collect();
    if !more.is_empty() {
        return Err(format!("{}: more warnings: {more:#?}", source.display()));
    }
    if ours.imports != theirs.imports {
        let (ours, theirs) = (&ours.imports, &theirs.imports);
        return Err(format!("{}: imports\n{ours}instead of\n{theirs}", source.display()));
    }
    Ok(())
}

#[test]
fn modules_of_postgresql_compile_as_with_its_own_headers() {
    let Some(folder) = needs::postgres_source() else { return };
    let Some(genuine) = needs::genuine_include() else { return };
    let mut wrong = Vec::new();
    for file in FILES {
        match usable(&folder, file, &genuine) {
            Ok((source, theirs)) => wrong.extend(compare(&source, &theirs).err()),
            Err(said) => wrong.push(format!("not with PostgreSQL's own headers: {said}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_benchmark_compiles_as_with_postgresqls_headers() {
    let Some(genuine) = needs::genuine_include() else { return };
    let source = cc::root().join("benches/bgbench.c");
    let theirs = compile(&source, &genuine, &[]).unwrap();
    compare(&source, &theirs).unwrap();
}
