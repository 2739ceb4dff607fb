//! What workers do when the postmaster is killed (semantics: "postmaster dies").
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::path::Path;

use common::cc;
use common::host::{Host, wait_for};
use common::puppet::{Stage, state, wait_until_gone, with_each_header_set};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// WL_LATCH_SET, WL_SOCKET_READABLE, WL_POSTMASTER_DEATH and WL_EXIT_ON_PM_DEATH of `latch.h`.
const LATCH: i32 = 1;
const READABLE: i32 = 1 << 1;
const DEATH: i32 = 1 << 4;
const EXIT: i32 = 1 << 5;

/// How a worker waits: without a socket, and with one that never becomes readable.
const WAITS: [(&str, i32); 2] = [("wait", 0), ("wait_socket", READABLE)];

/// A postmaster with `w`, which outlives it unless told otherwise, with signals unblocked as most
/// workers have them, still blocked as at entry to main, or blocked later by somebody else; runs
/// `test` on each.
fn with_a_survivor(include: &Path, test: impl Fn(&mut Stage, Pid)) {
    for (options, mask) in [("orphan", false), ("orphan+blocked", false), ("orphan", true)] {
        let mut stage = Stage::start(include, &format!("w 0 {options}; boss 0 {options}"), "");
        let w = stage.wait_for_start("w", 1);
        if mask {
            assert_eq!(stage.ask("w", "mask"), "ok");
            assert_eq!(stage.ask("boss", "mask"), "ok");
        }
        test(&mut stage, w);
    }
}

fn kill_postmaster(stage: &mut Stage) {
    stage.stop(Signal::SIGKILL);
}

/// User and system time that a process has used, in clock ticks.
fn ticks(pid: Pid) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[test]
fn an_idle_worker_of_another_library_is_gone() {
    for include in cc::includes() {
        let mut host = Host::new("shared_preload_libraries = 'idle'");
        host.add_module("idle", &include);
        host.start();
        let worker = host.running("idle");
        host.stop(Signal::SIGKILL);
        wait_until_gone(worker);
    }
}

#[test]
fn a_wait_with_exit_on_death_ends_the_worker() {
    with_each_header_set(|include| {
        for (how, more) in WAITS {
            with_a_survivor(include, |stage, w| {
                stage.tell("w", &format!("{how} {:x} -1", LATCH | EXIT | more));
                stage.wait_until_asleep("w", 1);
                kill_postmaster(stage);
                wait_until_gone(w);
            });
        }
    });
}

#[test]
fn a_wait_for_the_death_says_so_again_and_again() {
    with_each_header_set(|include| {
        for (how, more) in WAITS {
            with_a_survivor(include, |stage, w| {
                let question = format!("{how} {:x} -1", LATCH | DEATH | more);
                let answer = stage.tell("w", &question);
                stage.wait_until_asleep("w", 1);
                kill_postmaster(stage);
                assert_eq!(answer.get(), "10");
                for _ in 0..3 {
                    assert_eq!(stage.ask("w", &question), "10");
                }
                assert!(state(w).is_some());
            });
        }
    });
}

#[test]
fn a_wait_for_neither_sleeps_on_until_it_is_woken() {
    with_each_header_set(|include| {
        for (how, more) in WAITS {
            let mut stage = Stage::start(include, "w 0 orphan", "");
            let w = stage.wait_for_start("w", 1);
            let question = format!("{how} {:x} -1", LATCH | more);
            let answer = stage.tell("w", &question);
            stage.wait_until_asleep("w", 1);
            kill_postmaster(&mut stage);
            let before = ticks(w);
            std::thread::sleep(std::time::Duration::from_millis(500));
            assert_eq!(answer.poll(), None, "not woken");
            assert!(ticks(w) - before <= 5, "it sleeps and does not spin");
            kill(w, Signal::SIGUSR1).unwrap();
            assert_eq!(answer.get(), "1");
            kill(w, Signal::SIGTERM).unwrap();
            wait_until_gone(w);
        }
    });
}

#[test]
fn a_busy_worker_lives_on_until_sigterm() {
    with_each_header_set(|include| {
        let mut stage = Stage::start(include, "w 0", "");
        let w = stage.wait_for_start("w", 1);
        stage.tell("w", "busy");
        stage.wait_for_event("waiting", "w", 0, 1);
        kill_postmaster(&mut stage);
        let before = ticks(w);
        wait_for("it to be busy on", || (ticks(w) > before + 10).then_some(()));
        kill(w, Signal::SIGTERM).unwrap();
        wait_until_gone(w);
        stage.wait_for_log("FATAL:  terminating background worker \"puppet\"");
    });
}

#[test]
fn a_wait_for_the_end_of_a_worker_says_that_the_postmaster_died() {
    with_each_header_set(|include| {
        with_a_survivor(include, |stage, _| {
            let (handle, d) = stage.register("boss", "d -1 orphan");
            let answer = stage.tell("boss", &format!("shutdown {handle}"));
            stage.wait_until_asleep("boss", 1);
            kill_postmaster(stage);
            assert_eq!(answer.get(), "POSTMASTER_DIED");
            assert_eq!(stage.ask("boss", &format!("status {handle}")), format!("STARTED {d}"));
            // The state is looked at first.
            assert_eq!(stage.ask("boss", &format!("startup {handle}")), "STARTED");
            assert_eq!(stage.ask("boss", &format!("shutdown {handle}")), "POSTMASTER_DIED");
        });
    });
}

#[test]
fn a_wait_for_the_start_of_a_worker_says_that_the_postmaster_died() {
    with_each_header_set(|include| {
        with_a_survivor(include, |stage, _| {
            stage.signal(Signal::SIGSTOP);
            let handle = stage.ask("boss", "register d 0");
            let answer = stage.tell("boss", &format!("startup {handle}"));
            stage.wait_until_asleep("boss", 1);
            kill_postmaster(stage);
            assert_eq!(answer.get(), "POSTMASTER_DIED");
            assert_eq!(stage.ask("boss", &format!("status {handle}")), "NOT_YET_STARTED -1");
        });
    });
}

#[test]
fn registrations_afterwards_are_true_and_never_started() {
    with_each_header_set(|include| {
        with_a_survivor(include, |stage, _| {
            kill_postmaster(stage);
            let handle = stage.ask("boss", "register d 0");
            assert_ne!(handle, "full");
            let status = format!("status {handle}");
            assert_eq!(stage.ask("boss", &status), "NOT_YET_STARTED -1");
            for wait in ["startup", "shutdown"] {
                let answer = stage.ask("boss", &format!("{wait} {handle}"));
                assert_eq!(answer, "POSTMASTER_DIED", "{wait}");
            }
            assert_eq!(stage.ask("boss", &format!("terminate {handle}")), "ok");
            assert_eq!(stage.ask("boss", &status), "NOT_YET_STARTED -1");
            assert_eq!(stage.starts("d").len(), 0);
        });
    });
}

#[test]
fn reports_afterwards_are_still_written() {
    with_each_header_set(|include| {
        with_a_survivor(include, |stage, _| {
            kill_postmaster(stage);
            stage.ask("w", "log still here");
            stage.wait_for_lines(&["LOG:  still here"]);
        });
    });
}
