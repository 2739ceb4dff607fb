//! Heavyweight locks do what they do in PostgreSQL, and show where workers wait for them.
//! Runs in: tests.
//!
//! `c_tests/expected/heavy.out` and `heavy_ends.out` are what the modules said in PostgreSQL 17.10.
#![cfg(test)]

mod common;

use common::cc;
use common::host::wait_for;
use common::probe::Probe;
use nix::sys::signal::kill;

const CONF: &str = "deadlock_timeout = 200ms\nlog_lock_waits = on\nmax_worker_processes = 20";

fn facts(module: &str, scenario: &str, conf: &str) -> Vec<(Probe, Vec<String>)> {
    let run = |include: std::path::PathBuf| {
        let probe = Probe::start(module, &include, scenario, &format!("{CONF}\n{conf}"));
        let facts = probe.wait_for_fact("done");
        (probe, facts)
    };
    cc::includes().into_iter().map(run).collect()
}

#[test]
fn heavyweight_locks_behave_as_in_postgresql() {
    let expected: Vec<&str> = include_str!("../c_tests/expected/heavy.out").lines().collect();
    for (probe, facts) in facts("heavy", "", "") {
        assert_eq!(facts, expected);
        probe.wait_for_lines(&[
            "LOG:  process * still waiting for ShareLock on advisory lock [*,*,*,*] after *.* ms",
            "DETAIL:  Process holding the lock: *. Wait queue: *.",
            "LOG:  process * detected deadlock while waiting for RowShareLock on object * of class * of database * after *.* ms",
            "DETAIL:  Processes holding the lock: *, *. Wait queue: .",
            "LOG:  process * acquired ShareLock on advisory lock [*,*,*,*] after *.* ms",
            "LOG:  process * still waiting for AccessExclusiveLock on object * of class * of database * after *.* ms",
            "DETAIL:  Process holding the lock: *. Wait queue: *, *.",
            "LOG:  process * avoided deadlock for ExclusiveLock on advisory lock [*,*,*,*] by rearranging queue order after *.* ms",
            "DETAIL:  Process holding the lock: *. Wait queue: *.",
            "LOG:  process * still waiting for ExclusiveLock on advisory lock [*,*,*,*] after *.* ms",
        ]);
    }
}

#[test]
fn transactions_and_processes_leave_the_locks_that_they_leave_in_postgresql() {
    let expected: Vec<&str> = include_str!("../c_tests/expected/heavy_ends.out").lines().collect();
    for (_probe, facts) in facts("heavy_ends", "", "") {
        assert_eq!(facts, expected);
    }
}

#[test]
fn nobody_is_where_a_lock_keeps_him_out() {
    for (_probe, facts) in facts("heavy_storm", "", "deadlock_timeout = 5ms\nlog_lock_waits = off")
    {
        let free = ["A: 1"; 8];
        let all = ["rounds 2400, violations 0, other errors 0", "deadlocks 1"];
        assert_eq!(facts, [&all[..], &free, &["left 0", "done"]].concat());
    }
}

#[test]
fn a_killed_holder_leaves_no_lock() {
    for (probe, facts) in facts("heavy_ends", "kill", "") {
        let once = ["requests 0", "A: 1", "B waits: Lock object"];
        let again = ["requests 0", "A: 1", "done"];
        assert_eq!(facts, [once, again].concat());
        assert!(probe.has_line("LOG:  all server processes terminated; reinitializing"));
    }
}

#[test]
fn a_full_table_is_an_error_and_locks_that_are_given_back_make_room() {
    for conf in ["", "max_locks_per_transaction = 10\nmax_connections = 1"] {
        for (_probe, facts) in facts("heavy_ends", "full", conf) {
            let expected = [
                "53200 out of shared memory You might need to increase \"max_locks_per_transaction\".",
                "at least as many as were promised 1",
                "room 1",
                "again 1",
                "all again",
                "done",
            ];
            assert_eq!(facts, expected);
        }
    }
}

#[test]
fn lock_timeout_ends_a_wait() {
    for (_probe, facts) in facts("heavy_ends", "timeout", "lock_timeout = 300ms") {
        let expected = [
            "A: 1",
            "B: 55P03 canceling statement due to lock timeout |  |  | ",
            "B: 0",
            "A: 1",
            "B: 1",
            "done",
        ];
        assert_eq!(facts, expected);
    }
}

#[test]
fn a_wait_for_a_lock_ends_with_the_postmaster() {
    for include in cc::includes() {
        let mut probe = Probe::start("heavy_ends", &include, "hang", CONF);
        probe.wait_for_fact("B waits: Lock advisory");
        let waiting = probe.running("puppet B");
        probe.kill();
        wait_for("the end of who waits", || kill(waiting, None).is_err().then_some(()));
    }
}

#[test]
fn ps_shows_who_waits_for_a_lock() {
    for include in cc::includes() {
        let probe = Probe::start("heavy_ends", &include, "hang", CONF);
        probe.wait_for_fact("B waits: Lock advisory");
        let waiting = probe.worker("puppet B").unwrap();
        assert_eq!(waiting["wait_event_type"], "Lock", "{waiting}");
        assert_eq!(waiting["wait_event"], "advisory", "{waiting}");
    }
}
