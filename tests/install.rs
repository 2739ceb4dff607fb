//! Installing: what `make install` puts where, and that it works from there.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use common::command::{self, Done};
use common::host::{self, give, wait_for};
use common::{cc, needs};

/// A prefix with everything in it, and a folder of the user's.
struct Installed {
    root: tempfile::TempDir,
}

impl Installed {
    fn new() -> Self {
        let this = Self { root: host::readable_dir() };
        fs::create_dir(this.home()).unwrap();
        give(&this.home());
        for goal in ["all", "install"] {
            this.make(goal);
        }
        this
    }

    fn make(&self, goal: &str) {
        let mut make = Command::new("make");
        make.current_dir(cc::root()).arg("-s").arg(goal);
        make.arg(format!("PREFIX={}", self.prefix().display()));
        // Without optimization; in a folder that is kept from run to run.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("install");
        make.arg(format!("TARGET_DIR={}", target.display())).arg("PROFILE=dev");
        make.env_remove("LD_LIBRARY_PATH").env_remove("CARGO_TARGET_DIR");
        cc::run(&mut make).unwrap();
    }

    fn prefix(&self) -> PathBuf {
        self.root.path().join("usr")
    }

    fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// A command as a user has it who knows nothing of this project's folder.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var("PATH").unwrap();
        let bin = self.prefix().join("bin");
        command.current_dir(self.home()).env("PATH", format!("{}:{path}", bin.display()));
        command.env("PKG_CONFIG_PATH", self.prefix().join("lib/pkgconfig"));
        command.env_remove("LD_LIBRARY_PATH").env_remove("PGBGW_DATA").env("LC_ALL", "C");
        command
    }

    fn pgbgw(&self, arguments: &[&str]) -> Done {
        let mut command = self.command(self.prefix().join("bin/pgbgw"));
        host::as_the_user(&mut command);
        command::run(command.args(arguments))
    }

    fn pkg_config(&self, what: &str) -> Vec<String> {
        let text = cc::run(self.command("pkg-config").args([what, "pgbgw"])).unwrap();
        text.split_whitespace().map(str::to_owned).collect()
    }
}

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _status = self.0.wait();
    }
}

#[test]
fn what_is_installed_works() {
    if needs::installing().is_none() {
        return;
    }
    let installed = Installed::new();
    everything_is_in_its_place(&installed);
    an_extension_is_made_and_runs(&installed);
    a_program_is_made_and_runs(&installed);
    manual_pages_are_right(&installed);
    moved_away_it_works_as_well(&installed);
    installed.make("uninstall");
    let left = cc::run(Command::new("find").arg(installed.prefix()).args(["-not", "-type", "d"]));
    assert_eq!(left.unwrap(), "");
}

fn everything_is_in_its_place(installed: &Installed) {
    let version = env!("CARGO_PKG_VERSION");
    let library = installed.prefix().join("lib/libpgbgw.so");
    let real = fs::canonicalize(&library).unwrap();
    assert!(real.ends_with(format!("libpgbgw.so.{version}")), "{real:?}");
    let dynamic = cc::run(Command::new("readelf").arg("-d").arg(&real)).unwrap();
    assert!(dynamic.contains("Library soname: [libpgbgw.so.0]"), "{dynamic}");
    let command = installed.prefix().join("bin/pgbgw");
    let dynamic = cc::run(Command::new("readelf").arg("-d").arg(&command)).unwrap();
    assert!(dynamic.contains("Shared library: [libpgbgw.so.0]"), "{dynamic}");
    assert!(dynamic.contains("[$ORIGIN/../lib]"), "{dynamic}");
    assert_eq!(installed.pkg_config("--modversion"), [version]);
    let include = installed.prefix().join("include/pgbgw");
    assert_eq!(installed.pkg_config("--cflags"), [format!("-I{}", include.display())]);
    for header in ["postgres.h", "postmaster/bgworker.h", "pgbgw.h"] {
        let ours = fs::read(cc::our_include().join(header)).unwrap();
        assert_eq!(fs::read(include.join(header)).unwrap(), ours, "{header}");
    }
}

fn an_extension_is_made_and_runs(installed: &Installed) {
    let examples = installed.home().join("extension");
    fs::create_dir(&examples).unwrap();
    for name in ["Makefile", "heartbeat.c", "launcher.c", "totals.c"] {
        fs::copy(cc::root().join("examples").join(name), examples.join(name)).unwrap();
    }
    let mut make = installed.command("make");
    cc::run(make.arg("-s").arg("-C").arg(&examples).arg("CFLAGS=-O2 -Wall -Werror")).unwrap();
    installed.pgbgw(&["check", "extension/heartbeat.so"]).succeeded();
    installed.pgbgw(&["init", "-D", "data"]).succeeded();
    let path = format!("dynamic_library_path={}", examples.display());
    let libraries = "shared_preload_libraries=heartbeat,launcher";
    installed
        .pgbgw(&["start", "-D", "data", "-l", "log", "-c", &path, "-c", libraries])
        .succeeded();
    wait_for("a heartbeat", || {
        installed.pgbgw(&["ps", "-D", "data"]).succeeded().contains("heartbeat").then_some(())
    });
    installed.pgbgw(&["logrotate", "-D", "data"]).succeeded();
    installed.pgbgw(&["stop", "-D", "data"]).succeeded();
}

fn a_program_is_made_and_runs(installed: &Installed) {
    let program = installed.home().join("embed");
    let mut compiler = installed.command(cc::compiler());
    compiler.args(installed.pkg_config("--cflags")).arg("-o").arg(&program);
    compiler.arg(cc::root().join("c_tests/programs/embed.c"));
    compiler.args(installed.pkg_config("--libs"));
    let lib = installed.prefix().join("lib");
    cc::run(compiler.arg(format!("-Wl,-rpath,{}", lib.display()))).unwrap();
    let mut command = installed.command(&program);
    host::as_the_user(&mut command);
    let output = fs::File::create(installed.home().join("said")).unwrap();
    command.arg("data").stdin(Stdio::piped()).stdout(output).stderr(Stdio::null());
    let mut running = Running(command.spawn().unwrap());
    let said = || fs::read_to_string(installed.home().join("said")).unwrap();
    wait_for("a postmaster", || said().contains("ready ").then_some(()));
    drop(running.0.stdin.take());
    assert!(command::wait(&mut running.0).success());
    assert!(said().contains("exit code 0"), "{}", said());
}

/// Every page is there, and groff has nothing to say against it.
fn manual_pages_are_right(installed: &Installed) {
    let man = installed.prefix().join("share/man");
    let mut names = Vec::new();
    for section in ["man1", "man5"] {
        for entry in fs::read_dir(man.join(section)).unwrap() {
            let path = entry.unwrap().path();
            let mut groff = Command::new("groff");
            groff.args(["-man", "-Tutf8", "-ww", "-z"]).arg(&path);
            let output = groff.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.is_empty(), "{path:?}: {said}");
            names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    for name in ["pgbgw.1", "pgbgw-start.1", "pgbgw-logrotate.1", "pgbgw.conf.5"] {
        assert!(names.iter().any(|there| there == name), "{name} in {names:?}");
    }
    assert!(!names.iter().any(|name| name == "pgbgw-man.1" || name == "pgbgw-help.1"), "{names:?}");
}

fn moved_away_it_works_as_well(installed: &Installed) {
    let elsewhere = installed.root.path().join("elsewhere");
    fs::rename(installed.prefix(), &elsewhere).unwrap();
    let mut command = installed.command(elsewhere.join("bin/pgbgw"));
    host::as_the_user(&mut command);
    let version = command::run(command.arg("--version")).succeeded();
    assert!(version.starts_with("pgbgw "), "{version}");
    fs::rename(elsewhere, installed.prefix()).unwrap();
}
