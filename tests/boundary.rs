//! Errors that cross between C and Rust, plainly and under valgrind, which sees what a jump over a
//! frame leaves behind.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::cc;
use common::command::Done;
use common::needs;
use common::puppet::Stage;
use nix::sys::signal::Signal;
use tempfile::TempDir;

/// The program `c_tests/boundary/boundary.c`, made with the headers in `include`.
fn program(folder: &TempDir, include: &Path) -> PathBuf {
    let out = folder.path().join("boundary");
    let source = cc::root().join("c_tests/boundary/boundary.c");
    cc::compile_embedding(&source, &out, include).unwrap_or_else(|error| panic!("{error}"));
    out
}

/// What it says when all is as it should be: exit callbacks that raise are followed by the others,
/// with the code of FATAL.
fn is_right(output: &Output, rounds: usize) {
    let done = Done {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    let expected = format!(
        "{rounds} rounds\nexit callback 4 with code 0\nexit callback 3 with code 1\n\
         exit callback 2 with code 1\nexit callback 1 with code 1\n"
    );
    assert_eq!((done.code, &*done.stdout), (Some(1), &*expected), "{done:?}");
    assert_eq!(done.stderr.matches("FATAL:  invalid memory alloc request size").count(), 3);
}

#[test]
fn errors_cross_in_both_directions() {
    for include in cc::includes() {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new(program(&folder, &include)).arg("2000").output().unwrap();
        is_right(&output, 2000);
    }
}

#[test]
fn errors_leave_nothing_behind_and_touch_nothing_that_is_gone() {
    if needs::valgrind().is_none() {
        return;
    }
    for include in cc::includes() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report");
        let output = Command::new("valgrind")
            .args(["--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite"])
            .arg(format!("--log-file={}", report.display()))
            .arg(program(&folder, &include))
            .arg("20")
            .output()
            .unwrap();
        let report = fs::read_to_string(report).unwrap();
        assert!(report.contains("ERROR SUMMARY: 0 errors"), "{report}");
        is_right(&output, 20);
    }
}

#[test]
fn a_postmaster_and_its_workers_do_nothing_that_valgrind_minds() {
    if needs::valgrind().is_none() {
        return;
    }
    // The slowest of all tests: once is enough.
    let mut stage = Stage::new(&cc::our_include(), "w 0; boss 0", "");
    let report = format!("--log-file={}/valgrind-%p", stage.scratch().display());
    stage.spawn_under(&[
        "valgrind",
        "--trace-children=yes",
        "--leak-check=full",
        "--errors-for-leak-kinds=definite",
        &report,
    ]);
    stage.wait_until_ready();
    for worker in ["w", "boss"] {
        stage.wait_for_start(worker, 1);
    }
    let (handle, _) = stage.register("boss", "d -1");
    stage.ask("boss", &format!("terminate {handle}"));
    assert_eq!(stage.ask("boss", &format!("shutdown {handle}")), "STOPPED");
    assert_eq!(stage.ask("w", "wait 9 10"), "8");
    assert_eq!(stage.ask("w", "wait_socket a 10 q"), "8");
    for (starts, end) in (2..).zip(["end error", "end proc_exit 1", "end exit 1", "end _exit 1"]) {
        stage.tell("w", end);
        stage.wait_for_start("w", starts);
    }
    stage.ask("w", "mark 7");
    stage.signal(Signal::SIGHUP);
    stage.wait_for_event("signal", "w", libc::SIGHUP, 1);
    stage.ps();
    assert_eq!(stage.stop(Signal::SIGINT), Some(0));
    let mut reports = 0;
    for entry in fs::read_dir(stage.scratch()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("valgrind-")) {
            let report = fs::read_to_string(path).unwrap();
            if !report.contains("ERROR SUMMARY: ") {
                // A process that waited for a worker, and was killed.
                assert!(!report.contains(" at 0x"), "{report}");
                continue;
            }
            assert!(report.contains("ERROR SUMMARY: 0 errors"), "{report}");
            reports += 1;
        }
    }
    // The postmaster, three workers, four that were restarted, and boss again after the crash.
    assert_eq!(reports, 9);
}
