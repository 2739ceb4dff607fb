//! What some tests need and not every machine has. Without it a test says loudly that it was left
//! out; where `CI` is `true` it fails.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of Debian's modules for PostgreSQL 17, as `PGBGW_DEBIAN_MODULES` names it.
pub(crate) fn debian_modules() -> Option<PathBuf> {
    let folder = env::var_os("PGBGW_DEBIAN_MODULES").filter(|path| !path.is_empty());
    let missing = "PGBGW_DEBIAN_MODULES does not name the folder of Debian's modules";
    or_leave_out(folder.map(PathBuf::from), missing)
}

/// PostgreSQL's own server headers, as `PGBGW_GENUINE_INCLUDE` names them, for tests that compare.
pub(crate) fn genuine_include() -> Option<PathBuf> {
    let missing = "PGBGW_GENUINE_INCLUDE does not name PostgreSQL's server headers";
    or_leave_out(super::cc::genuine_include(), missing)
}

/// The sources of PostgreSQL's test modules, as `.ci/postgresql-source` lays them out.
pub(crate) fn postgres_source() -> Option<PathBuf> {
    let folder = env::var_os("PGBGW_POSTGRES_SOURCE").filter(|path| !path.is_empty());
    let missing = "PGBGW_POSTGRES_SOURCE does not name the sources of PostgreSQL's test modules";
    or_leave_out(folder.map(PathBuf::from), missing)
}

/// Whether valgrind can be run.
pub(crate) fn valgrind() -> Option<()> {
    or_leave_out(runs("valgrind").then_some(()), "there is no valgrind")
}

/// Whether psql can be run (Debian's package postgresql-client).
pub(crate) fn psql() -> Option<()> {
    or_leave_out(runs("psql").then_some(()), "there is no psql")
}

/// Whether a file is there.
pub(crate) fn file(path: &Path, missing: &str) -> Option<()> {
    or_leave_out(path.exists().then_some(()), missing)
}

fn runs(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok()
}

/// Whether the system has a database of time zones (Debian's package tzdata).
pub(crate) fn time_zones() -> Option<()> {
    let found = Path::new("/usr/share/zoneinfo/Europe/Berlin").exists().then_some(());
    or_leave_out(found, "there is no database of time zones in /usr/share/zoneinfo")
}

/// Whether what installing takes is there: make, pkg-config, readelf, groff.
pub(crate) fn installing() -> Option<()> {
    let all = ["make", "pkg-config", "readelf", "groff"].into_iter().all(runs);
    or_leave_out(all.then_some(()), "make, pkg-config, readelf or groff is missing")
}

fn or_leave_out<T>(found: Option<T>, missing: &str) -> Option<T> {
    if found.is_none() {
        assert_ne!(env::var("CI").as_deref(), Ok("true"), "{missing}");
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test");
        // Not eprintln!, which is only shown when a test fails.
        let text = format!("*** LEFT OUT: {test}: {missing} ***\n");
        std::io::stderr().write_all(text.as_bytes()).unwrap();
    }
    found
}

/// A PostgreSQL 17 to run, the folder with `bin` in it, as `PGBGW_POSTGRES17` names it.
pub(crate) fn postgres17() -> Option<PathBuf> {
    let folder = env::var_os("PGBGW_POSTGRES17").filter(|path| !path.is_empty());
    let missing = "PGBGW_POSTGRES17 does not name a PostgreSQL 17 (.ci/postgresql17 fetches one)";
    or_leave_out(folder.map(PathBuf::from), missing)
}
