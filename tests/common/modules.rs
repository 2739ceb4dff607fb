//! The sources of PostgreSQL's own test modules, and what their majors need with the headers of 17.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::path::{Path, PathBuf};
use std::process::Command;

use super::cc;

/// Two spellings that PostgreSQL 18 has and 17 has not.
const SPELLINGS_OF_18: [&str; 2] =
    ["-Dpg_noreturn=__attribute__((noreturn))", "-DPG_MODULE_MAGIC_EXT(...)=PG_MODULE_MAGIC"];

/// The sources of `file` (below src/test/modules) that there are, PostgreSQL 17's first.
pub(crate) fn sources(folder: &Path, file: &str) -> Vec<PathBuf> {
    let of = |major: &str| folder.join(major).join("src/test/modules").join(file);
    ["17", "18", "15"].map(of).into_iter().filter(|path| path.exists()).collect()
}

/// What a source needs on the command line with the headers of 17.
pub(crate) fn spellings(source: &Path) -> &'static [&'static str] {
    if source.iter().any(|part| part == "18") { &SPELLINGS_OF_18 } else { &[] }
}

/// Makes a module of the first of `sources` that compiles with these headers.
pub(crate) fn module(sources: &[PathBuf], out: &Path, include: &Path) {
    let mut said = String::from("there is no source");
    for source in sources {
        let mut command = Command::new(cc::compiler());
        command.args(["-std=gnu11", "-O2", "-fPIC", "-shared", "-D_GNU_SOURCE"]);
        command.args(["-Werror=implicit-function-declaration"]).args(spellings(source));
        command.arg("-I").arg(include).arg(source).arg("-o").arg(out);
        match cc::run(&mut command) {
            Ok(_) => return,
            Err(error) => said = error,
        }
    }
    panic!("{said}");
}
