//! The order in which workers start, and what each finds at entry to its main (semantics 2).
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::path::Path;

use common::cc;
use common::probe::{Probe, of};
use nix::sys::signal::Signal;
use nix::sys::signal::Signal::{
    SIGABRT, SIGALRM, SIGBUS, SIGCONT, SIGFPE, SIGHUP, SIGILL, SIGINT, SIGKILL, SIGPIPE, SIGPWR,
    SIGQUIT, SIGSEGV, SIGSTOP, SIGSYS, SIGTERM, SIGTRAP, SIGTTIN, SIGTTOU, SIGURG, SIGUSR1,
    SIGUSR2, SIGXFSZ,
};

/// A postmaster whose workers have all told what they found; and what they did.
fn entered(include: &Path) -> (Probe, Vec<String>) {
    let probe = Probe::start("entry", include, "", "");
    let facts = probe.wait_for_facts("four workers", |facts| {
        facts.iter().filter(|fact| fact.ends_with(" told")).count() == 4
            && facts.iter().any(|fact| fact.starts_with("driver "))
    });
    (probe, facts)
}

const WORKERS: [&str; 4] = ["plain", "database", "dynamic", "misnotified"];

/// The value of the fact that starts so.
fn value<'a>(facts: &'a [String], start: &str) -> &'a str {
    let found = facts.iter().find_map(|fact| fact.strip_prefix(start));
    found.unwrap_or_else(|| panic!("no {start:?} in {facts:#?}"))
}

/// A signal mask as /proc prints it. A program cannot change what 32 and 33 do: that is whatever
/// the one that started it had.
fn mask(facts: &[String], start: &str) -> u64 {
    u64::from_str_radix(value(facts, start).trim(), 16).unwrap() & ALL
}

fn mask_of(signals: &[Signal]) -> u64 {
    signals.iter().fold(0, |mask, &signal| mask | 1 << (signal as i32 - 1))
}

/// Every signal that there is, but 32 and 33, which glibc keeps for itself.
const ALL: u64 = !(0b11 << 31);

#[test]
fn the_newest_static_worker_starts_first() {
    for include in cc::includes() {
        let probe = Probe::start("order", &include, "", "");
        probe.wait_for_lines(&[
            "DEBUG:  starting background worker process \"b3\"",
            "DEBUG:  starting background worker process \"b2\"",
            "DEBUG:  starting background worker process \"b1\"",
            "DEBUG:  starting background worker process \"driver\"",
        ]);
    }
}

#[test]
fn of_a_batch_of_dynamic_workers_the_newest_starts_first() {
    for include in cc::includes() {
        let (probe, facts) = Probe::run("order", &include, "");
        probe.wait_for_lines(&[
            "DEBUG:  registering background worker \"d1\"",
            "DEBUG:  registering background worker \"d2\"",
            "DEBUG:  registering background worker \"d3\"",
            "DEBUG:  starting background worker process \"d3\"",
            "DEBUG:  starting background worker process \"d2\"",
            "DEBUG:  starting background worker process \"d1\"",
        ]);
        assert_eq!(facts, ["STARTED", "STARTED", "STARTED", "done"]);
    }
}

#[test]
fn a_worker_that_ends_is_unregistered_and_then_told() {
    for include in cc::includes() {
        let (probe, _facts) = entered(&include);
        probe.wait_for_lines(&[
            "DEBUG:  registering background worker \"plain\"",
            "DEBUG:  starting background worker process \"plain\"",
            "DEBUG:  unregistering background worker \"plain\"",
            "DEBUG:  background worker \"plain\" (PID *) exited with exit code 0",
        ]);
    }
}

#[test]
fn signals_are_blocked_at_entry() {
    for include in cc::includes() {
        let (_probe, facts) = entered(&include);
        let open = mask_of(&[
            SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, SIGQUIT, SIGCONT, SIGSYS, SIGKILL,
            SIGSTOP,
        ]);
        for worker in WORKERS {
            let blocked = mask(&facts, &format!("{worker} SigBlk:"));
            assert_eq!(blocked, ALL & !open, "{worker}: {blocked:x}");
        }
    }
}

#[test]
fn unblocking_leaves_sigurg_blocked_and_blocking_restores() {
    for include in cc::includes() {
        let (_probe, facts) = entered(&include);
        for worker in WORKERS {
            let unblocked = mask(&facts, &format!("{worker} unblocked SigBlk:"));
            assert_eq!(unblocked, mask_of(&[SIGURG]), "{worker}: {unblocked:x}");
            let again = mask(&facts, &format!("{worker} blocked again SigBlk:"));
            assert_eq!(again, mask(&facts, &format!("{worker} SigBlk:")));
        }
    }
}

#[test]
fn dispositions_without_a_database_connection() {
    for include in cc::includes() {
        let (_probe, facts) = entered(&include);
        for worker in ["plain", "dynamic"] {
            let ignored = mask(&facts, &format!("{worker} SigIgn:"));
            let expected = mask_of(&[
                SIGHUP, SIGINT, SIGFPE, SIGUSR1, SIGUSR2, SIGPIPE, SIGTTIN, SIGTTOU, SIGXFSZ,
            ]);
            assert_eq!(ignored, expected, "{worker} ignores {ignored:x}");
            let handled = mask(&facts, &format!("{worker} SigCgt:"));
            let expected = mask_of(&[SIGQUIT, SIGALRM, SIGTERM, SIGPWR]);
            assert_eq!(handled, expected, "{worker} handles {handled:x}");
        }
    }
}

#[test]
fn dispositions_with_a_database_connection() {
    for include in cc::includes() {
        let (_probe, facts) = entered(&include);
        let ignored = mask(&facts, "database SigIgn:");
        let expected = mask_of(&[SIGHUP, SIGUSR2, SIGPIPE, SIGTTIN, SIGTTOU, SIGXFSZ]);
        assert_eq!(ignored, expected, "ignores {ignored:x}");
        let handled = mask(&facts, "database SigCgt:");
        let expected = mask_of(&[SIGQUIT, SIGALRM, SIGTERM, SIGPWR, SIGINT, SIGUSR1, SIGFPE]);
        assert_eq!(handled, expected, "handles {handled:x}");
    }
}

#[test]
fn a_worker_leads_a_session_below_the_postmaster() {
    for include in cc::includes() {
        let (probe, facts) = entered(&include);
        let postmaster = probe.pid();
        for worker in WORKERS {
            let found = value(&facts, &format!("{worker} pid="));
            let (pid, _) = found.split_once(' ').unwrap();
            let expected = format!("{pid} own={pid} group={pid} session={pid} parent={postmaster}");
            assert_eq!(found, expected);
        }
    }
}

#[test]
fn a_worker_has_umask_077_the_data_directory_and_no_input() {
    for include in cc::includes() {
        let (probe, facts) = entered(&include);
        let data = std::fs::canonicalize(probe.data()).unwrap();
        for worker in WORKERS {
            assert_eq!(value(&facts, &format!("{worker} Umask:\t")), "0077");
            assert_eq!(Path::new(value(&facts, &format!("{worker} folder="))), data);
            assert_eq!(value(&facts, &format!("{worker} input=")), "/dev/null");
        }
    }
}

#[test]
fn ps_shows_the_name() {
    for include in cc::includes() {
        let (_probe, facts) = entered(&include);
        for worker in WORKERS {
            let title = value(&facts, &format!("{worker} title="));
            assert_eq!(title.trim_end(), format!("postgres: {worker}"));
        }
    }
}

#[test]
fn a_worker_is_attached_and_its_latch_is_set() {
    for include in cc::includes() {
        let (_probe, facts) = entered(&include);
        for worker in WORKERS {
            let of_process = of(&facts, &format!("{worker} process:"));
            assert_eq!(of_process, ["attached=1 pid=1 worker=1 latch=1 set=1"]);
        }
    }
}

#[test]
fn server_variables_say_background_worker() {
    for include in cc::includes() {
        let (_probe, facts) = entered(&include);
        for worker in WORKERS {
            let server = of(&facts, &format!("{worker} server:"));
            let expected = "type=4 under=1 environment=1 preloading=0 database=0 output=0";
            assert_eq!(server, [expected]);
            let state = of(&facts, &format!("{worker} state:"));
            assert_eq!(state, ["top=1 owner=0 handler=1 context=0"]);
        }
    }
}

#[test]
fn my_bgworker_entry_is_a_copy_of_the_registration() {
    for include in cc::includes() {
        let (_probe, facts) = entered(&include);
        let driver = value(&facts, "driver ");
        for (worker, arg, notify) in
            [("plain", 1, "0"), ("database", 2, "0"), ("dynamic", 3, driver)]
        {
            let entry = of(&facts, &format!("{worker} entry:"));
            let expected = format!("extra=extra of {worker} arg={arg},{arg} notify={notify}");
            assert_eq!(entry, [expected]);
        }
    }
}

#[test]
fn a_notify_pid_that_is_no_child_is_zeroed() {
    for include in cc::includes() {
        let (probe, facts) = entered(&include);
        let entry = of(&facts, "misnotified entry:");
        assert_eq!(entry, ["extra=extra of misnotified arg=4,4 notify=0"]);
        assert!(probe.has_line("DEBUG:  worker notification PID 1 is not valid"));
    }
}
