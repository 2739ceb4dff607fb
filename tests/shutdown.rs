//! The three ways to shut down (semantics: "shutdown").
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::thread::sleep;
use std::time::{Duration, Instant};

use common::host::wait_for;
use common::puppet::{Stage, state, wait_until_gone, with_each_header_set};
use nix::sys::signal::Signal;
use nix::unistd::Pid;

const SMART: &str = "LOG:  received smart shutdown request";
const FAST: &str = "LOG:  received fast shutdown request";
const IMMEDIATE: &str = "LOG:  received immediate shutdown request";
const ABORTING: &str = "LOG:  aborting any active transactions";
const DOWN: &str = "LOG:  pgbgw is shut down";

/// The signals that workers saw, but for the notifications.
fn signals(stage: &Stage) -> Vec<(String, i32)> {
    let events = stage.events().into_iter();
    let events = events.filter(|e| e.what == "signal" && e.number != libc::SIGUSR1);
    let mut signals: Vec<_> = events.map(|e| (e.worker, e.number)).collect();
    signals.sort();
    signals
}

/// What is true of every orderly end.
fn is_down(stage: &Stage) {
    assert!(stage.log().ends_with(&format!("{DOWN}\n")), "{}", stage.log());
    assert!(!stage.data().join("postmaster.pid").exists());
    for name in ["s", "d"] {
        let starts = stage.starts(name);
        assert_eq!(starts.len(), 1, "{name} was not started again");
        assert_eq!(state(starts[0]), None, "{name} is gone");
    }
}

#[test]
fn smart_and_fast_send_sigterm_to_all() {
    with_each_header_set(|include| {
        let modes: [(Signal, &[&str]); 2] =
            [(Signal::SIGTERM, &[SMART]), (Signal::SIGINT, &[FAST, ABORTING])];
        for (signal, first) in modes {
            let mut stage = Stage::start(include, "s 0; polite 0 polite; boss 0", "");
            stage.register("boss", "d 0");
            let s = stage.wait_for_start("s", 1);
            let polite = stage.wait_for_start("polite", 1);
            assert_eq!(stage.stop(signal), Some(0));
            // Who is polite keeps it to itself.
            let term = |name: &str| (name.to_owned(), libc::SIGTERM);
            assert_eq!(signals(&stage), ["boss", "d", "s"].map(term));
            is_down(&stage);
            // Ends are told as usual: code 0 at DEBUG1, code 1 at LOG.
            let ends = [
                format!("LOG:  background worker \"puppet\" (PID {s}) exited with exit code 1"),
                format!(
                    "DEBUG:  background worker \"puppet\" (PID {polite}) exited with exit code 0"
                ),
                "DEBUG:  unregistering background worker \"s\"".to_owned(),
                "DEBUG:  unregistering background worker \"polite\"".to_owned(),
                "DEBUG:  unregistering background worker \"boss\"".to_owned(),
                "DEBUG:  unregistering background worker \"d\"".to_owned(),
            ];
            for end in ends {
                stage.wait_for_lines(&[first, &[&end, DOWN]].concat());
            }
            assert_eq!(stage.log().matches(ABORTING).count(), first.len() - 1);
        }
    });
}

#[test]
fn immediate_sends_sigquit_and_tells_no_exit_codes() {
    with_each_header_set(|include| {
        let mut stage = Stage::start(include, "s 0 tell-quit; boss 0 tell-quit", "");
        stage.register("boss", "d 0 tell-quit");
        assert_eq!(stage.stop(Signal::SIGQUIT), Some(0));
        let quit = |name: &str| (name.to_owned(), libc::SIGQUIT);
        assert_eq!(signals(&stage), ["boss", "d", "s"].map(quit));
        is_down(&stage);
        stage.wait_for_lines(&[IMMEDIATE, DOWN]);
        assert!(!stage.log().contains("exit code"), "{}", stage.log());
    });
}

#[test]
fn each_request_may_only_be_more_urgent() {
    with_each_header_set(|include| {
        let mut stage = Stage::start(include, "deaf 0 deaf-term; other 0", "");
        for (signal, line) in [(Signal::SIGTERM, SMART), (Signal::SIGINT, FAST)] {
            stage.signal(signal);
            stage.wait_for_event("signal", "deaf", libc::SIGTERM, 1);
            stage.wait_for_lines(&[line]);
        }
        // Too late for these, which are read before what ends the worker.
        stage.signal(Signal::SIGTERM);
        stage.signal(Signal::SIGINT);
        assert_eq!(stage.stop(Signal::SIGQUIT), Some(0));
        let log = stage.wait_for_lines(&[SMART, FAST, IMMEDIATE, DOWN]);
        for line in [SMART, FAST, IMMEDIATE] {
            assert_eq!(log.matches(line).count(), 1, "{log}");
        }
        assert!(!log.contains(ABORTING), "nobody runs any more: {log}");
        assert_eq!(signals(&stage).iter().filter(|(name, _)| name == "deaf").count(), 1);
    });
}

#[test]
fn processes_that_workers_started_get_the_signals_too() {
    with_each_header_set(|include| {
        for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGQUIT] {
            let mut stage = Stage::start(include, "w 0", "");
            let pid = stage.ask("w", "spawn").parse().map(Pid::from_raw).unwrap();
            assert_eq!(stage.stop(signal), Some(0));
            wait_until_gone(pid);
        }
    });
}

#[test]
fn a_fast_shutdown_reads_no_settings_any_more() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "deaf 0 deaf-term", "");
        stage.signal(Signal::SIGTERM);
        stage.wait_for_event("signal", "deaf", libc::SIGTERM, 1);
        stage.signal(Signal::SIGHUP);
        stage.wait_for_event("signal", "deaf", libc::SIGHUP, 1);
        stage.signal(Signal::SIGINT);
        stage.wait_for_lines(&["LOG:  received SIGHUP, reloading configuration files", FAST]);
        stage.signal(Signal::SIGHUP);
        // Once this is answered, the signal was looked at.
        stage.ps();
        assert_eq!(stage.log().matches("received SIGHUP").count(), 1);
        assert_eq!(stage.ask("deaf", &format!("seen {}", libc::SIGHUP)), "1");
    });
}

#[test]
fn a_fast_shutdown_waits_without_limit_and_an_immediate_one_ends_it() {
    with_each_header_set(|include| {
        let mut stage = Stage::start(include, "deaf 0 deaf-term; other 0", "");
        let deaf = stage.wait_for_start("deaf", 1);
        stage.signal(Signal::SIGINT);
        stage.wait_for_lines(&[FAST, "DEBUG:  unregistering background worker \"other\""]);
        // Longer than any other patience of the postmaster.
        sleep(Duration::from_secs(6));
        assert_eq!(stage.ask("deaf", "pid"), deaf.to_string());
        assert_eq!(stage.ps().len(), 1);
        assert!(!stage.log().contains("SIGKILL"), "{}", stage.log());
        assert_eq!(stage.stop(Signal::SIGQUIT), Some(0));
        stage.wait_for_lines(&[FAST, IMMEDIATE, DOWN]);
    });
}

#[test]
fn who_ignores_sigquit_is_killed_after_five_seconds() {
    with_each_header_set(|include| {
        let mut stage = Stage::start(include, "deaf 0 deaf-quit; other 0", "");
        let begin = Instant::now();
        assert_eq!(stage.stop(Signal::SIGQUIT), Some(0));
        assert!(begin.elapsed() >= Duration::from_secs(4), "{:?}", begin.elapsed());
        let log = stage.wait_for_lines(&[
            IMMEDIATE,
            "LOG:  issuing SIGKILL to recalcitrant children",
            DOWN,
        ]);
        assert_eq!(log.matches("issuing SIGKILL").count(), 1, "{log}");
    });
}

#[test]
fn who_waits_for_a_start_is_unregistered() {
    with_each_header_set(|include| {
        for signal in [Signal::SIGTERM, Signal::SIGINT] {
            let stage = Stage::start(include, "deaf 0 deaf-term; delayed 3600", "");
            stage.tell("delayed", "end proc_exit 1");
            wait_for("the delay", || stage.worker("delayed").filter(|r| r["state"] == "delayed"));
            stage.ask("deaf", "register w 0 never-start");
            wait_for("its place", || stage.worker("w").filter(|row| row["state"] == "waiting"));
            stage.signal(signal);
            stage.wait_for_lines(&[
                "DEBUG:  unregistering background worker \"w\"",
                "DEBUG:  unregistering background worker \"delayed\"",
            ]);
            let names: Vec<_> = stage.ps().iter().map(|row| row["name"].clone()).collect();
            assert_eq!(names, ["deaf"]);
        }
    });
}

#[test]
fn a_registration_during_a_fast_shutdown_is_true_and_stopped() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "boss 0 deaf-term", "");
        stage.signal(Signal::SIGINT);
        stage.wait_for_event("signal", "boss", libc::SIGTERM, 1);
        for (name, wait) in [("d", "startup"), ("e", "shutdown")] {
            let handle = stage.ask("boss", &format!("register {name} 0"));
            assert_ne!(handle, "full");
            assert_eq!(stage.ask("boss", &format!("{wait} {handle}")), "STOPPED");
            assert_eq!(stage.ask("boss", &format!("status {handle}")), "STOPPED -1");
            assert_eq!(stage.starts(name).len(), 0);
        }
    });
}

#[test]
fn a_request_before_the_first_launch_is_obeyed() {
    with_each_header_set(|include| {
        for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGQUIT] {
            let mut stage = Stage::new(include, "s 0; d 0", "");
            stage.spawn();
            // Its signals are blocked by now, and read later.
            wait_for("the pid file", || stage.data().join("postmaster.pid").exists().then_some(()));
            assert_eq!(stage.stop(signal), Some(0), "{}", stage.log());
            assert!(stage.log().ends_with(&format!("{DOWN}\n")), "{}", stage.log());
        }
    });
}
