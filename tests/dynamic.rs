//! Dynamic shared memory: the same facts as in PostgreSQL, and nothing left of it.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;

use common::cc;
use common::facts::the_same_as_in_postgresql;
use common::host::wait_for;
use common::probe::Probe;
use nix::sys::signal::{Signal, kill};

#[test]
fn segments_are_as_in_the_server() {
    the_same_as_in_postgresql("dynamic", "", &[]);
}

#[test]
fn what_an_owner_still_has_at_its_end_is_told() {
    for include in cc::includes() {
        let (probe, _facts) = Probe::run("dynamic", &include, "");
        let log = probe.log();
        let warning = "WARNING:  resource was not closed: dynamic shared memory segment ";
        assert_eq!(log.matches(warning).count(), 1, "{log}");
        // Each of three workers went on with what was left when a callback had raised an ERROR.
        assert_eq!(log.matches("FATAL:  cannot detach 43\n").count(), 3, "{log}");
    }
}

#[test]
fn there_are_only_so_many_segments() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("dynamic", &include, "full");
        let wanted = [
            "some 1",
            "one more: 53000 too many dynamic shared memory segments",
            "again 1",
            "null 1",
            "left 0",
            "done",
        ];
        assert_eq!(facts, wanted);
    }
}

#[test]
fn memory_that_was_set_aside_is_used_first() {
    let wanted = fs::read_to_string(cc::root().join("c_tests/facts/dynamic_aside.txt")).unwrap();
    for include in cc::includes() {
        let conf = "min_dynamic_shared_memory = 1MB";
        let probe = Probe::start("dynamic", &include, "set aside", conf);
        let facts = probe.wait_for_fact("done");
        let wanted: Vec<&str> = wanted.lines().collect();
        assert_eq!(facts, wanted);
    }
}

/// The number in the names of the postmaster's segments.
fn run(probe: &Probe) -> String {
    let note = fs::read_to_string(probe.data().join("pg_dynshmem/run")).unwrap();
    note.split_once(' ').unwrap().0.to_owned()
}

/// Its segments, of both kinds.
fn segments(probe: &Probe, run: &str) -> Vec<String> {
    let begins = [format!("pgbgw.{run}."), "mmap.".to_owned()];
    let folders = ["/dev/shm".into(), probe.data().join("pg_dynshmem")];
    let names = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| begins.iter().any(|begin| name.starts_with(begin)))
        .collect()
}

/// With segments of a worker that sleeps, of each kind.
fn with_segments(test: impl Fn(Probe, &str)) {
    for include in cc::includes() {
        for kind in ["posix", "mmap"] {
            let conf = format!("dynamic_shared_memory_type = {kind}");
            let probe = Probe::start("dynamic", &include, "held", &conf);
            probe.wait_for_fact("done");
            let run = run(&probe);
            assert_eq!(segments(&probe, &run).len(), 3, "{kind}");
            test(probe, &run);
        }
    }
}

#[test]
fn nothing_is_left_after_a_stop() {
    with_segments(|mut probe, run| {
        assert_eq!(probe.stop(Signal::SIGINT), Some(0));
        assert_eq!(segments(&probe, run), [""; 0]);
        assert!(!probe.data().join("pg_dynshmem").exists());
    });
}

#[test]
fn a_pinned_segment_outlives_its_worker_and_others_do_not() {
    with_segments(|probe, run| {
        kill(probe.running("dynamic"), Signal::SIGTERM).unwrap();
        wait_for("the worker's end", || (segments(&probe, run).len() == 1).then_some(()));
    });
}

#[test]
fn a_crash_removes_all_segments() {
    with_segments(|probe, run| {
        kill(probe.running("dynamic"), Signal::SIGKILL).unwrap();
        probe.wait_for_log("all server processes terminated; reinitializing");
        wait_for("no segment", || segments(&probe, run).is_empty().then_some(()));
    });
}

#[test]
fn what_a_killed_postmaster_left_is_removed_by_the_next_one() {
    with_segments(|mut probe, run| {
        probe.stop(Signal::SIGKILL);
        // The worker's end takes those along that are not pinned.
        let left = segments(&probe, run);
        assert!(!left.is_empty());
        probe.start();
        wait_for("no segment of old", || {
            let now = segments(&probe, run);
            (!now.iter().any(|name| left.contains(name))).then_some(())
        });
    });
}

#[test]
fn a_kind_of_memory_that_is_not_there_is_refused() {
    for include in cc::includes() {
        let mut probe = Probe::new("dynamic", &include, "", "dynamic_shared_memory_type = sysv");
        probe.spawn();
        assert_eq!(probe.wait().code(), Some(1));
        let log = probe.log();
        let refusal = "invalid value for parameter \"dynamic_shared_memory_type\": \"sysv\"";
        assert!(log.contains(refusal), "{log}");
        assert!(log.contains("HINT:  Available values: posix, mmap."), "{log}");
    }
}
