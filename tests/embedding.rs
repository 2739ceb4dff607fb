//! C programs that link the library: one runs a postmaster, one names the library's variables.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use common::cc;
use common::command;
use common::host::{self, Host};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

fn source(name: &str) -> PathBuf {
    cc::root().join(format!("c_tests/programs/{name}.c"))
}

/// A program that embeds a postmaster, ended with the test.
struct Embedding(Child);

impl Embedding {
    /// The program, its postmaster ready; the lines it said so far, and its further output.
    fn start(host: &Host, settings: &[&str]) -> (Self, Vec<String>, impl BufRead) {
        let program = host.scratch().join("embed");
        cc::compile_embedding(&source("embed"), &program, &cc::our_include()).unwrap();
        // Where the library is, the user who runs postmasters may not be allowed to look.
        let copy = host.scratch().join("libpgbgw.so");
        std::fs::copy(cc::library_dir().join("libpgbgw.so"), copy).unwrap();
        let mut command = Command::new(program);
        command.arg(host.data()).args(settings).env("LD_LIBRARY_PATH", host.scratch());
        let log = std::fs::File::create(host.log_path()).unwrap();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        host::as_the_user(&mut command);
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let this = Self(child);
        let lines = (0..2).map(|_| line(&mut output)).collect();
        (this, lines, output)
    }

    /// Tells it to stop its postmaster and waits for its end.
    fn stop(mut self) {
        self.0.stdin.take().unwrap().write_all(b"\n").unwrap();
        assert!(command::wait(&mut self.0).success());
    }
}

impl Drop for Embedding {
    fn drop(&mut self) {
        // Its postmaster gets SIGQUIT with it.
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

fn line(output: &mut impl BufRead) -> String {
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

#[test]
fn a_c_program_runs_a_postmaster_in_a_child() {
    for include in cc::includes() {
        let host = Host::new("shared_preload_libraries = 'idle'");
        host.add_module("idle", &include);
        let (program, lines, mut output) = Embedding::start(&host, &["log_line_prefix=embedded: "]);
        let version = concat!("version ", env!("CARGO_PKG_VERSION"), " (PostgreSQL 17)");
        assert_eq!(lines[0], version);
        let postmaster: i32 = lines[1].strip_prefix("ready ").unwrap().parse().unwrap();
        let worker = host.running("idle");
        assert_eq!(parent(worker), postmaster);
        // It comes back, as under the command.
        kill(worker, Signal::SIGKILL).unwrap();
        host::wait_for("another", || (host.running("idle") != worker).then_some(()));
        program.stop();
        assert_eq!(line(&mut output), "exit code 0");
        assert_eq!(line(&mut output), "", "and nothing twice");
        let log = host.log();
        assert!(log.lines().all(|line| line.starts_with("embedded: ")), "{log}");
        assert!(log.contains("LOG:  received fast shutdown request"), "{log}");
        assert!(!host.data().join("postmaster.pid").exists());
    }
}

#[test]
fn a_program_that_dies_takes_its_postmaster_along() {
    let host = Host::new("shared_preload_libraries = 'idle'");
    host.add_module("idle", &cc::our_include());
    let (program, _, _) = Embedding::start(&host, &[]);
    let worker = host.running("idle");
    drop(program);
    host::wait_for("the worker's end", || kill(worker, None).is_err().then_some(()));
}

fn parent(pid: Pid) -> i32 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit_once(") ").unwrap().1.split(' ').nth(1).unwrap().parse().unwrap()
}

/// The relocations of a program that copy a variable of the library into it.
fn copied(program: &Path) -> Vec<String> {
    let said = cc::run(Command::new("readelf").arg("--relocs").arg("--wide").arg(program)).unwrap();
    let lines = said.lines().filter(|line| line.contains("_COPY"));
    lines.filter_map(|line| line.split_whitespace().nth(4)).map(str::to_owned).collect()
}

#[test]
fn variables_are_the_same_on_both_sides_however_the_program_is_compiled() {
    for include in cc::includes() {
        for (flags, copies) in
            [(&["-fPIE", "-pie"][..], true), (&["-fno-pie", "-no-pie"], true), (&["-fPIC"], false)]
        {
            let folder = tempfile::tempdir().unwrap();
            let program = folder.path().join("variables");
            cc::compile_linked(&source("variables"), &program, &include, flags).unwrap();
            let said = cc::run(&mut Command::new(&program)).unwrap();
            assert_eq!(said.lines().count(), 13, "{said}");
            assert!(said.lines().all(|line| line.ends_with(": the same")), "{flags:?}: {said}");
            let copied = copied(&program);
            for name in ["MyProcPid", "MyLatch", "CurrentMemoryContext", "work_mem"] {
                assert_eq!(copied.iter().any(|copy| copy == name), copies, "{flags:?}: {copied:?}");
            }
        }
    }
}
