//! SIGUSR1 to bgw_notify_pid: how often, and what it does (semantics 4).
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::sync::OnceLock;

use common::cc;
use common::probe::{Probe, of};

/// What the driver counted, once for each set of headers.
fn counted() -> &'static [Vec<String>] {
    static FACTS: OnceLock<Vec<Vec<String>>> = OnceLock::new();
    FACTS.get_or_init(|| {
        cc::includes().iter().map(|include| Probe::run("notify", include, "").1).collect()
    })
}

/// How often SIGUSR1 came for `what`, each time that it happened.
fn counts(facts: &[String], what: &str) -> Vec<u32> {
    let numbers = of(facts, what).into_iter().filter_map(|count| count.parse().ok());
    numbers.collect()
}

#[test]
fn once_for_a_start_and_once_for_each_exit() {
    for facts in counted() {
        assert_eq!(counts(facts, "start"), [1, 1]);
        assert_eq!(counts(facts, "exit"), [1, 1]);
    }
}

#[test]
fn once_for_a_termination_before_the_start() {
    for facts in counted() {
        assert_eq!(counts(facts, "terminated before the start"), [1]);
    }
}

#[test]
fn once_for_a_termination_in_the_restart_delay() {
    for facts in counted() {
        assert_eq!(counts(facts, "terminated in the delay"), [1]);
    }
}

#[test]
fn signals_in_quick_succession_may_be_seen_as_one() {
    for facts in counted() {
        for what in ["start and failure", "exit and restart"] {
            let counts = counts(facts, what);
            assert!(matches!(counts[..], [1 | 2]), "{what}: {counts:?}");
        }
    }
}

#[test]
fn with_the_database_flag_a_notification_sets_the_latch_without_a_handler() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("notify", &include, "flagged");
        assert!(facts.contains(&"woken".to_owned()), "{facts:?}");
    }
}

/// Else a worker that waits for others in a loop would go round it without a pause.
#[test]
fn a_notification_that_a_wait_has_heard_of_does_not_cut_the_next_sleep_short() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("rounds", &include, "");
        assert_eq!(facts[0], "slept 40 of 40");
    }
}
