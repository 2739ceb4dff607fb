//! What a handle tells of its worker in every state, and what terminating does (semantics 4).
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::host::wait_for;
use common::probe::Probe;
use nix::sys::signal::Signal;

/// The facts of a scenario, with every set of headers the same.
fn shows(scenario: &str, expected: &[&str]) {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("handles", &include, scenario);
        assert_eq!(facts[..facts.len() - 1], *expected);
    }
}

#[test]
fn registered_but_not_looked_at_is_not_yet_started_and_both_waits_wait() {
    shows(
        "not looked at",
        &[
            "held: get NOT_YET_STARTED untouched",
            "held: startup STARTED its after a while",
            "held: shutdown STOPPED after a while",
        ],
    );
}

#[test]
fn terminated_before_the_start_is_stopped_once_the_postmaster_looks() {
    for include in cc::includes() {
        let (probe, facts) = Probe::run("handles", &include, "terminated before");
        assert_eq!(
            facts,
            [
                "held: get NOT_YET_STARTED untouched",
                "released: startup STOPPED untouched after a while",
                "released: get STOPPED untouched",
                "released: shutdown STOPPED",
                "done",
            ]
        );
        let log = probe.log();
        assert!(!log.contains("\"worker\""), "main is never entered:\n{log}");
    }
}

#[test]
fn running_is_started_every_time_and_shutdown_waits() {
    shows(
        "running",
        &[
            "first: startup STARTED its",
            "second: startup STARTED its",
            "running: get STARTED its",
            "type worker",
            "running: shutdown STOPPED after a while",
            "type unknown",
        ],
    );
}

#[test]
fn terminated_but_not_dead_yet_is_started_and_nothing_escalates() {
    shows(
        "not dead yet",
        &[
            "running: startup STARTED its",
            "terminated: get STARTED its",
            "terminated: startup STARTED its",
            "released: shutdown STOPPED",
        ],
    );
}

#[test]
fn ended_is_stopped_and_terminating_it_does_nothing() {
    shows(
        "ended",
        &[
            "ended: get STOPPED untouched",
            "ended: startup STOPPED untouched",
            "ended: shutdown STOPPED",
            "terminated too late: get STOPPED untouched",
        ],
    );
}

#[test]
fn a_stale_handle_is_stopped_and_does_not_touch_the_new_tenant() {
    for include in cc::includes() {
        let probe = Probe::start("handles", &include, "stale", "max_worker_processes = 2");
        let facts = probe.wait_for_fact("done");
        assert_eq!(
            facts,
            [
                "new: startup STARTED its",
                "stale: get STOPPED untouched",
                "stale: startup STOPPED untouched",
                "stale: shutdown STOPPED",
                "new: get STARTED its",
                "done",
            ]
        );
    }
}

#[test]
fn terminating_a_running_worker_is_for_good_whatever_its_restart_time() {
    for include in cc::includes() {
        let (probe, facts) = Probe::run("handles", &include, "never again");
        let expected = ["running: startup STARTED its", "terminated: get STOPPED untouched"];
        assert_eq!(facts[..2], expected);
        probe.wait_for_lines(&[
            "FATAL:  terminating background worker \"worker\" due to administrator command",
            "DEBUG:  unregistering background worker \"worker\"",
            "LOG:  background worker \"worker\" (PID *) exited with exit code 1",
        ]);
        assert!(probe.worker("worker").is_none());
    }
}

/// PostgreSQL says STOPPED here (docs/FIDELITY.md).
#[test]
fn a_worker_that_was_over_while_it_was_waited_for_counts_as_started() {
    shows(
        "over while waited for",
        &[
            "held: get NOT_YET_STARTED untouched",
            "waited: startup STARTED other after a while",
            "again: startup STOPPED untouched",
        ],
    );
}

/// PostgreSQL says STOPPED here (docs/FIDELITY.md).
#[test]
fn a_worker_that_was_over_before_the_first_question_counts_as_started_once() {
    shows(
        "over before the first question",
        &["first: startup STARTED other", "second: startup STOPPED untouched"],
    );
}

/// PostgreSQL hangs here (docs/FIDELITY.md).
#[test]
fn waits_return_where_sigusr1_is_ignored_notified_or_not() {
    shows(
        "deaf",
        &[
            "startup STARTED",
            "shutdown STOPPED",
            "startup STARTED",
            "shutdown STOPPED",
            "startup STARTED",
            "shutdown STOPPED",
            "latch 0",
        ],
    );
}

/// The postmaster is killed by its worker. Waits for the end of both.
fn bereaved(scenario: &str, expected: &[&str]) {
    for include in cc::includes() {
        let (mut probe, facts) = Probe::run("handles", &include, scenario);
        assert_eq!(facts[..facts.len() - 1], *expected);
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&probe.wait()), Some(9));
        wait_for("the end of the workers", || (!left_behind(&probe)).then_some(()));
    }
}

/// Does a worker still run in this data directory?
fn left_behind(probe: &Probe) -> bool {
    let data = std::fs::canonicalize(probe.data()).unwrap();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .map(|entry| entry.path().join("cwd"))
        .any(|cwd| std::fs::read_link(cwd).is_ok_and(|folder| folder == data))
}

#[test]
fn when_the_postmaster_dies_a_wait_for_the_start_says_so() {
    bereaved(
        "postmaster dies",
        &[
            "running: startup STARTED its",
            "late: startup POSTMASTER_DIED untouched after a while",
            "late: get NOT_YET_STARTED untouched",
            "late: get NOT_YET_STARTED untouched",
            "late: shutdown POSTMASTER_DIED",
            "later: accepted",
            "later: startup POSTMASTER_DIED untouched",
        ],
    );
}

#[test]
fn when_the_postmaster_dies_a_wait_for_the_end_says_so() {
    bereaved(
        "postmaster dies, shutdown",
        &[
            "running: startup STARTED its",
            "running: shutdown POSTMASTER_DIED after a while",
            "get STARTED",
            "known: startup STARTED its",
        ],
    );
}

#[test]
fn a_registration_during_a_shutdown_is_accepted_and_stopped() {
    for include in cc::includes() {
        let mut probe = Probe::start("handles", &include, "shutting down", "");
        probe.wait_for_fact("ready");
        assert_eq!(probe.stop(Signal::SIGINT), Some(0));
        assert_eq!(
            probe.facts(),
            [
                "ready",
                "registered: accepted",
                "registered: startup STOPPED untouched",
                "registered: shutdown STOPPED",
                "done",
            ]
        );
        let log = probe.log();
        assert!(!log.contains("starting background worker process \"worker\""), "{log}");
    }
}
