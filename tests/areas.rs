//! Memory of dynamic segments in pieces, and hash tables in it: the same facts as in PostgreSQL, and
//! many processes at once.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::path::Path;

use common::cc;
use common::facts::the_same_as_in_postgresql;
use common::host::wait_for;
use common::probe::Probe;
use nix::sys::signal::{Signal, kill};

/// Seconds that many processes work on one thing: a few, or as many as `PGBGW_HAMMER_SECONDS` says.
fn seconds() -> u32 {
    std::env::var("PGBGW_HAMMER_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(2)
}

/// A postmaster with room for the processes of a module that is to show `scenario`.
fn start(module: &str, include: &Path, scenario: &str) -> Probe {
    Probe::start(module, include, scenario, "max_worker_processes = 40")
}

/// Its facts, for which it is waited longer than for others.
fn hammered(module: &str) -> Vec<(Probe, Vec<String>)> {
    let run = |include: &std::path::PathBuf| {
        let probe = start(module, include, &seconds().to_string());
        std::thread::sleep(std::time::Duration::from_secs(seconds().into()));
        let facts = probe.wait_for_fact("done");
        (probe, facts)
    };
    cc::includes().iter().map(run).collect()
}

#[test]
fn areas_are_as_in_the_server() {
    // The segment of a large object goes with it.
    the_same_as_in_postgresql("areas", "", &[("as before 4059136", "as before 1048576")]);
}

#[test]
fn many_processes_work_in_one_area() {
    for (probe, facts) in hammered("areas_storm") {
        let wanted = "peers 8, wrong 0, left wrong 0, turns 1, total 1048576";
        assert_eq!(facts, [wanted, "done"], "{}", probe.log());
    }
}

#[test]
fn tables_are_as_in_the_server() {
    the_same_as_in_postgresql("shared_tables", "", &[]);
}

#[test]
fn many_processes_work_in_one_table() {
    for (probe, facts) in hammered("tables_storm") {
        assert_eq!(facts, ["peers 8, wrong 0, lost 0, turns 1", "done"], "{}", probe.log());
    }
}

#[test]
fn named_segments_are_as_in_the_server() {
    let wanted = fs::read_to_string(cc::root().join("c_tests/facts/named.txt")).unwrap();
    for include in cc::includes() {
        let facts = start("named", &include, "").wait_for_fact("done");
        let facts: Vec<&str> = facts.iter().map(String::as_str).filter(|f| *f != "done").collect();
        assert_eq!(facts, wanted.lines().collect::<Vec<_>>());
    }
}

/// Files of the postmaster's segments.
fn segments(probe: &Probe) -> usize {
    let note = fs::read_to_string(probe.data().join("pg_dynshmem/run")).unwrap();
    let begin = format!("pgbgw.{}.", note.split(' ').next().unwrap());
    let names = fs::read_dir("/dev/shm").unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_str().is_some_and(|name| name.starts_with(&begin))).count()
}

#[test]
fn after_a_crash_in_the_middle_of_it_all_works_anew() {
    let include = &cc::includes()[0];
    for (module, wanted) in [
        ("areas_storm", "peers 8, wrong 0, left wrong 0, turns 1, total 1048576"),
        ("tables_storm", "peers 8, wrong 0, lost 0, turns 1"),
    ] {
        let probe = start(module, include, "3");
        wait_for("segments", || (segments(&probe) > 0).then_some(()));
        kill(probe.running("peer"), Signal::SIGKILL).unwrap();
        probe.wait_for_log("all server processes terminated; reinitializing");
        wait_for("no segments", || (segments(&probe) == 0).then_some(()));
        assert!(probe.facts().is_empty(), "{:?}", probe.facts());
        let revived = probe.command("revive", &[module]);
        assert!(revived.status.success(), "{revived:?}");
        assert_eq!(probe.wait_for_fact("done"), [wanted, "done"], "{}", probe.log());
    }
}
