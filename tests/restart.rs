//! When a worker that failed is started again, and what is known of it until then (semantics 3).
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::path::Path;

use common::cc;
use common::host::wait_for;
use common::probe::{Probe, of};

/// Milliseconds between the first starts of a worker with this bgw_restart_time.
fn intervals(include: &Path, restart_time: i32, starts: usize) -> Vec<u64> {
    let probe = Probe::start("restart", include, &restart_time.to_string(), "");
    let facts = probe.wait_for_facts("starts", |facts| of(facts, "start").len() >= starts);
    let times: Vec<u64> = of(&facts, "start").iter().map(|at| at.parse().unwrap()).collect();
    times.windows(2).take(starts - 1).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn restart_time_0_is_at_once_without_limit_or_back_off() {
    for include in cc::includes() {
        let between = intervals(&include, 0, 20);
        assert!(between.iter().sum::<u64>() < 19 * 1000, "{between:?} ms");
    }
}

#[test]
fn restart_time_1_is_a_second() {
    for include in cc::includes() {
        for ms in intervals(&include, 1, 3) {
            assert!((1000..6000).contains(&ms), "{ms} ms");
        }
    }
}

#[test]
fn restart_time_2_is_two_seconds() {
    for include in cc::includes() {
        for ms in intervals(&include, 2, 2) {
            assert!((2000..7000).contains(&ms), "{ms} ms");
        }
    }
}

#[test]
fn never_restart_is_never() {
    for include in cc::includes() {
        let probe = Probe::start("restart", &include, "-1", "");
        probe.wait_for_lines(&[
            "DEBUG:  unregistering background worker \"name\"",
            "LOG:  background worker \"name\" (PID *) exited with exit code 1",
        ]);
        assert_eq!(probe.ps().len(), 0);
        assert_eq!(of(&probe.facts(), "start").len(), 1);
    }
}

#[test]
fn a_worker_in_its_delay_keeps_its_slot_and_is_listed() {
    for include in cc::includes() {
        let probe = Probe::start("restart", &include, "600", "");
        let row =
            wait_for("the delay", || probe.worker("name").filter(|row| row["state"] == "delayed"));
        let left = row["restart_in_s"].as_f64().unwrap_or_default();
        assert!(left > 500.0 && left <= 600.0, "{row}");
        assert!(row["pid"].is_null(), "{row}");
        assert_eq!(row["last_exit"], "exited with exit code 1");
        assert!(!probe.log().contains("unregistering"), "{}", probe.log());
    }
}

#[test]
fn a_handle_says_stopped_in_the_delay_and_started_after_it() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("restart", &include, "delay");
        assert_eq!(
            facts,
            [
                "delayed: STOPPED STOPPED STOPPED untouched",
                "again: STARTED STARTED - pid",
                "terminated: STOPPED",
                "done",
            ]
        );
    }
}

#[test]
fn terminating_in_the_delay_unregisters_at_once() {
    for include in cc::includes() {
        let (probe, facts) = Probe::run("restart", &include, "terminate");
        assert_eq!(
            facts,
            ["delayed: STOPPED STOPPED STOPPED untouched", "terminated: STOPPED", "done",]
        );
        probe.wait_for_lines(&[
            "LOG:  background worker \"name\" (PID *) exited with exit code 1",
            "DEBUG:  unregistering background worker \"name\"",
        ]);
        assert!(probe.worker("name").is_none());
    }
}
