//! Queues of messages, barriers: the same facts as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use common::cc;
use common::facts::the_same_as_in_postgresql;
use common::probe::{Probe, of};

#[test]
fn queues_are_as_in_the_server() {
    the_same_as_in_postgresql("queues", "", &[]);
}

#[test]
fn barriers_are_as_in_the_server() {
    the_same_as_in_postgresql("barriers", "", &[]);
}

#[test]
fn reports_go_through_queues_as_in_the_server() {
    the_same_as_in_postgresql("posts", "", &[]);
}

/// The same, as often as an environment variable says.
fn times(few: usize) -> usize {
    let given = std::env::var("PGBGW_HAMMER").ok();
    given.and_then(|factor| factor.parse::<usize>().ok()).map_or(few, |factor| few * factor)
}

#[test]
fn a_worker_that_waits_at_a_barrier_can_be_terminated() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("barriers", &include, "terminated");
        assert_eq!(facts, ["stopped STOPPED", "done"]);
    }
}

#[test]
fn messages_of_all_kinds_come_whole_and_in_order() {
    for include in cc::includes() {
        let count = times(5000);
        let scenario = format!("hammer {count}");
        let probe = Probe::start("pairs", &include, &scenario, "max_worker_processes = 9");
        let facts = probe.wait_for_fact("done");
        let mut facts: Vec<&str> = facts.iter().map(String::as_str).collect();
        facts.sort_unstable();
        let of = |pair| if pair == 0 { count / 20 } else { count };
        let wanted: Vec<_> =
            (0..4).map(|pair| format!("pair {pair}: {} right, whole", of(pair))).collect();
        assert_eq!(facts[0], "done");
        assert_eq!(facts[1..], wanted);
    }
}

#[test]
fn who_is_terminated_leaves_its_queues() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("pairs", &include, &format!("terminated {}", times(40)));
        let facts: Vec<_> = facts.iter().filter(|f| !f.contains("DETACHED")).collect();
        assert_eq!(facts, ["messages came: 1", "broken 0", "done"]);
    }
}

#[test]
fn who_is_killed_has_left_its_queues() {
    for (victim, survivor) in
        [("sender", "receiver 0: DETACHED, whole"), ("receiver", "sender 0: DETACHED")]
    {
        for delay in 0..u64::try_from(times(3)).unwrap() {
            let probe = Probe::start("pairs", &cc::includes()[0], "killed", "");
            let facts = probe.wait_for_facts("two of each", |facts| facts.len() == 4);
            let pid = of(&facts, victim)[0].parse().unwrap();
            // At any instant: nothing is waited for here.
            std::thread::sleep(Duration::from_micros(delay * delay * 1700));
            kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
            probe.wait_for_fact(survivor);
        }
    }
}
