//! Every way in which a worker can end: what is logged, what follows (semantics 3).
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::path::Path;

use common::cc;
use common::probe::{Probe, of};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const UNREGISTERING: &str = "DEBUG:  unregistering background worker \"name\"";
const STARTING: &str = "DEBUG:  starting background worker process \"name\"";
const CRASH: [&str; 3] = [
    "LOG:  terminating any other active server processes",
    "LOG:  all server processes terminated; reinitializing",
    UNREGISTERING,
];
const ADMINISTRATOR: &str =
    "FATAL:  terminating background worker \"type\" due to administrator command";

/// How the end of the one worker is logged: its type, its pid, and `how`.
fn ended(level: &str, pid: &str, how: &str) -> String {
    format!("{level}:  background worker \"type\" (PID {pid}) {how}")
}

/// A postmaster whose one worker ends in this way, and the worker's pid.
fn start(include: &Path, way: &str, restart_time: i32) -> (Probe, String) {
    let probe = Probe::start("exits", include, &format!("{way} {restart_time}"), "");
    let pid = pid(&probe, 1);
    (probe, pid)
}

/// The pid of the worker's `n`-th start.
fn pid(probe: &Probe, n: usize) -> String {
    let facts = probe.wait_for_facts("a pid", |facts| of(facts, "pid").len() >= n);
    of(&facts, "pid")[n - 1].to_owned()
}

fn signal(pid: &str, signal: Signal) {
    kill(Pid::from_raw(pid.parse().unwrap()), signal).unwrap();
}

/// Exit code 0: unregistered, logged at DEBUG1 alone, whatever bgw_restart_time.
fn done(ways: &[&str]) {
    for include in cc::includes() {
        for way in ways {
            for restart_time in [0, -1] {
                let (probe, pid) = start(&include, way, restart_time);
                let end = ended("DEBUG", &pid, "exited with exit code 0");
                let log = probe.wait_for_lines(&[STARTING, UNREGISTERING, &end]);
                assert!(!log.contains("terminating any other"), "{way}: no crash");
                assert_eq!(probe.ps().len(), 0, "{way} is gone for good");
            }
        }
    }
}

/// Exit code 1 after `said`: restarted after bgw_restart_time, or unregistered.
fn failed(ways: &[&str], said: Option<&str>, stop: impl Fn(&str)) {
    for include in cc::includes() {
        for way in ways {
            let (probe, first) = start(&include, way, 0);
            stop(&first);
            let end = ended("LOG", &first, "exited with exit code 1");
            let expected: Vec<&str> =
                [STARTING].into_iter().chain(said).chain([&*end, STARTING]).collect();
            let log = probe.wait_for_lines(&expected);
            assert_ne!(pid(&probe, 2), first, "{way} is started again");
            assert!(!log.contains("unregistering") && !log.contains("terminating any other"));

            let (probe, first) = start(&include, way, -1);
            stop(&first);
            let end = ended("LOG", &first, "exited with exit code 1");
            let log = probe.wait_for_lines(&[UNREGISTERING, &end]);
            assert_eq!(log.matches("starting background worker process").count(), 1, "{log}");
            assert_eq!(probe.ps().len(), 0, "{way} with NEVER_RESTART is gone");
        }
    }
}

/// A crash, logged as `how`; NEVER_RESTART, so the worker is forgotten, and all goes on.
fn crashed(way: &str, said: Option<&str>, how: &str) {
    for include in cc::includes() {
        let (mut probe, pid) = start(&include, way, -1);
        let end = ended("LOG", &pid, how);
        let expected: Vec<&str> =
            [STARTING].into_iter().chain(said).chain([&*end]).chain(CRASH).collect();
        probe.wait_for_lines(&expected);
        assert_eq!(probe.ps().len(), 0);
        assert_eq!(probe.stop(Signal::SIGINT), Some(0), "the postmaster goes on");
    }
}

#[test]
fn main_returns() {
    done(&["return"]);
}

#[test]
fn exit_code_0_through_proc_exit_or_exit() {
    done(&["proc_exit_0", "exit_0"]);
}

#[test]
fn exit_code_1_through_proc_exit_or_exit() {
    failed(&["proc_exit_1", "exit_1"], None, |_pid| {});
}

#[test]
fn elog_fatal() {
    failed(&["fatal"], Some("FATAL:  a fatal error"), |_pid| {});
}

#[test]
fn elog_error_without_a_handler_stays_an_error() {
    failed(&["error", "early_error"], Some("ERROR:  an error"), |_pid| {});
}

#[test]
fn sigterm_with_the_default_handler_while_waiting_for_the_latch() {
    failed(&["default_waiting"], Some(ADMINISTRATOR), |pid| signal(pid, Signal::SIGTERM));
}

#[test]
fn sigterm_with_the_default_handler_while_busy() {
    failed(&["default_busy"], Some(ADMINISTRATOR), |pid| signal(pid, Signal::SIGTERM));
}

#[test]
fn sigterm_with_the_default_handler_that_came_while_blocked() {
    failed(&["default_blocked"], Some(ADMINISTRATOR), |_pid| {});
    for include in cc::includes() {
        let (probe, _pid) = start(&include, "default_blocked", -1);
        probe.wait_for_lines(&[UNREGISTERING]);
        assert!(!probe.facts().contains(&"went on".to_owned()));
    }
}

#[test]
fn sigterm_with_die_and_check_for_interrupts() {
    failed(&["die", "die_busy"], Some(ADMINISTRATOR), |pid| signal(pid, Signal::SIGTERM));
}

#[test]
fn underscore_exit_0_is_a_crash_and_for_good() {
    crashed("_exit_0", None, "exited with exit code 0");
    for include in cc::includes() {
        // Nor is it started again where it could be.
        let (probe, pid) = start(&include, "_exit_0", 0);
        let end = ended("LOG", &pid, "exited with exit code 0");
        let log = probe.wait_for_lines(&[&*end, CRASH[0], CRASH[1], CRASH[2]]);
        assert_eq!(log.matches("starting background worker process").count(), 1, "{log}");
        assert_eq!(probe.ps().len(), 0);
    }
}

#[test]
fn underscore_exit_1_is_a_crash() {
    crashed("_exit_1", None, "exited with exit code 1");
}

#[test]
fn exit_code_2_or_more_is_a_crash() {
    crashed("proc_exit_2", None, "exited with exit code 2");
    crashed("exit_3", None, "exited with exit code 3");
}

#[test]
fn sigquit_is_a_crash_with_exit_code_2() {
    crashed("quit", None, "exited with exit code 2");
}

#[test]
fn elog_panic_aborts() {
    crashed("panic", Some("PANIC:  a panic"), "was terminated by signal 6: Aborted");
}

#[test]
fn abort_is_a_crash() {
    crashed("abort", None, "was terminated by signal 6: Aborted");
}

#[test]
fn sigsegv_is_a_crash() {
    crashed("segv", None, "was terminated by signal 11: Segmentation fault");
}

#[test]
fn a_stack_overflow_is_a_sigsegv() {
    for include in cc::includes() {
        let probe = Probe::start("exits", &include, "overflow -1", "");
        probe.wait_for_lines(&[
            "LOG:  background worker \"type\" (PID *) was terminated by signal 11: \
             Segmentation fault",
            CRASH[0],
        ]);
    }
}

#[test]
fn sigkill_is_a_crash() {
    crashed("kill", None, "was terminated by signal 9: Killed");
}

#[test]
fn sigint_and_sigfpe_without_a_database_connection_are_ignored() {
    done(&["interrupted", "fpe"]);
    for include in cc::includes() {
        for way in ["interrupted", "fpe"] {
            let (probe, _pid) = start(&include, way, -1);
            probe.wait_for_fact("not interrupted");
        }
    }
}

#[test]
fn sigint_and_sigfpe_with_the_database_flag_are_errors() {
    for include in cc::includes() {
        for (way, said) in [
            ("interrupted", "ERROR:  canceling statement due to user request"),
            ("fpe", "ERROR:  floating-point exception"),
        ] {
            let probe = Probe::start("exits", &include, &format!("{way} -1 2"), "");
            probe.wait_for_lines(&[
                said,
                UNREGISTERING,
                "LOG:  background worker \"type\" (PID *) exited with exit code 1",
            ]);
            assert!(!probe.facts().contains(&"not interrupted".to_owned()));
        }
    }
}

#[test]
fn exit_callbacks_run_last_in_first_out_in_three_lists() {
    for include in cc::includes() {
        for (way, code, end) in [
            ("callbacks", 0, "DEBUG:  background worker \"type\" (PID *) exited with exit code 0"),
            // exit() by the extension: nobody knows the code in time.
            (
                "callbacks_exit",
                -1,
                "LOG:  background worker \"type\" (PID *) exited with exit code 1",
            ),
            (
                "callbacks_error",
                1,
                "LOG:  background worker \"type\" (PID *) exited with exit code 1",
            ),
        ] {
            let (probe, _pid) = start(&include, way, -1);
            probe.wait_for_lines(&[end]);
            // The module's exit handler is called last where proc_exit has run the callbacks.
            let mut expected = callbacks(code);
            let handler = if way == "callbacks_exit" { 0 } else { expected.len() };
            expected.insert(handler, "exit handler".to_owned());
            assert_eq!(probe.facts()[1..], expected, "{way}");
        }
    }
}

#[test]
fn exit_callbacks_run_when_the_default_sigterm_handler_ends_a_worker() {
    for include in cc::includes() {
        let (probe, pid) = start(&include, "callbacks_terminated", -1);
        signal(&pid, Signal::SIGTERM);
        probe.wait_for_lines(&[ADMINISTRATOR, &ended("LOG", &pid, "exited with exit code 1")]);
        let mut expected = callbacks(1);
        expected.push("exit handler".to_owned());
        assert_eq!(probe.facts()[1..], expected);
    }
}

fn callbacks(code: i32) -> Vec<String> {
    ["before_shmem_exit", "on_shmem_exit", "on_proc_exit"]
        .iter()
        .flat_map(|list| [2, 1].map(|n| format!("{list} {n} code={code}")))
        .collect()
}

#[test]
fn an_error_in_an_exit_callback_is_fatal_and_the_next_callback_runs() {
    for include in cc::includes() {
        let (probe, pid) = start(&include, "callback_raises", -1);
        probe.wait_for_lines(&[
            "FATAL:  an error in an exit callback",
            UNREGISTERING,
            &ended("LOG", &pid, "exited with exit code 1"),
        ]);
        assert_eq!(probe.facts()[1..], ["raises code=0", "after the error code=1"]);
    }
}

#[test]
fn a_lock_held_at_exit_is_released() {
    for include in cc::includes() {
        let (probe, _pid) = start(&include, "lock_held", 0);
        // Its next start would wait for ever.
        probe.wait_for_facts("the lock taken three times", |facts| {
            facts.iter().filter(|fact| *fact == "locked").count() >= 3
        });
    }
}
