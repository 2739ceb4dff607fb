//! Reports in the log, and errors that are raised, caught and passed on, in C and through the
//! library.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::path::Path;

use common::cc;
use common::probe::{Probe, of};
use nix::sys::signal::Signal;

const REFUSED: &str =
    "background worker \"bad\": background workers without shared memory access are not supported";

/// Runs a scenario to its end; the facts, and what the worker logged.
fn run(include: &Path, scenario: &str, conf: &str) -> (Vec<String>, Vec<String>) {
    let mut probe = Probe::start("errors", include, scenario, conf);
    probe.wait_for_lines(&["DEBUG:  unregistering background worker \"worker\""]);
    let facts = probe.facts();
    assert_eq!(probe.stop(Signal::SIGINT), Some(0));
    let log = probe.log();
    let after = log.split_once("starting background worker process \"worker\"\n").unwrap().1;
    let own = after.split_once("DEBUG:  unregistering background worker").unwrap().0;
    (facts, own.lines().map(str::to_owned).collect())
}

#[test]
fn every_level_has_its_word() {
    for include in cc::includes() {
        let (_facts, log) = run(&include, "levels", "log_min_messages = debug5");
        let expected = [
            "DEBUG:  at debug5",
            "DEBUG:  at debug4",
            "DEBUG:  at debug3",
            "DEBUG:  at debug2",
            "DEBUG:  at debug1",
            "LOG:  at log",
            "LOG:  at commerror",
            "INFO:  at info",
            "NOTICE:  at notice",
            "WARNING:  at warning",
            "ERROR:  at error",
        ];
        assert_eq!(log, expected);
    }
}

#[test]
fn log_min_messages_holds_back_what_is_milder_with_log_above_error() {
    for include in cc::includes() {
        for (min, first) in [
            ("debug1", "DEBUG:  at debug1"),
            ("notice", "NOTICE:  at notice"),
            ("error", "ERROR:  at error"),
            ("log", "LOG:  at log"),
            ("fatal", ""),
        ] {
            let probe =
                Probe::start("errors", &include, "levels", &format!("log_min_messages = {min}"));
            common::host::wait_for("the worker's end", || probe.ps().is_empty().then_some(()));
            let log = probe.log();
            let mut own = log.lines().filter(|line| line.contains(":  at "));
            let log_is_shown = !["fatal"].contains(&min);
            assert_eq!(log.contains("LOG:  at log\n"), log_is_shown, "{min}:\n{log}");
            let without_log =
                own.find(|line| !line.starts_with("LOG") || min == "log").unwrap_or_default();
            assert_eq!(without_log, first, "{min}:\n{log}");
        }
    }
}

#[test]
fn a_report_is_written_with_its_detail_and_hint() {
    for include in cc::includes() {
        let (facts, log) = run(&include, "parts", "");
        let expected = [
            "LOG:  99% of \"disk\"",
            "\tis full",
            "DETAIL:  a detail",
            "\tof two lines",
            "HINT:  a hint !",
            "LOG:  told apart",
            "DETAIL:  for the log",
            "LOG:  1 row",
            "LOG:  2 rows",
            "LOG:  first before second",
            "LOG:  ",
            "LOG:  could not open: No such file or directory",
        ];
        assert_eq!(log, expected);
        assert_eq!(facts, ["evaluated 0", "done"], "nothing is made for a report nobody sees");
    }
}

#[test]
fn log_line_prefix_knows_type_and_sqlstate() {
    for include in cc::includes() {
        let probe = Probe::start("errors", &include, "parts", "log_line_prefix = '<%b|%e|%p> '");
        probe.wait_for_lines(&[
            "<postmaster|00000|*> DEBUG:  starting background worker process \"worker\"",
            "<type|53100|*> LOG:  99% of \"disk\"",
            "\tis full",
            "<type|53100|*> DETAIL:  a detail",
            "<type|53100|*> HINT:  a hint !",
            "<type|00000|*> LOG:  1 row",
            "<type|58P01|*> LOG:  could not open: No such file or directory",
            "<postmaster|00000|*> DEBUG:  background worker \"type\" (PID *) exited with exit \
             code 0",
        ]);
    }
}

#[test]
fn log_error_verbosity_leaves_out_or_adds() {
    for include in cc::includes() {
        let (_facts, log) = run(&include, "parts", "log_error_verbosity = terse");
        assert_eq!(log[..3], ["LOG:  99% of \"disk\"", "\tis full", "LOG:  told apart"]);
        let probe = Probe::start("errors", &include, "parts", "log_error_verbosity = verbose");
        probe.wait_for_lines(&[
            "LOG:  53100: 99% of \"disk\"",
            "\tis full",
            "DETAIL:  a detail",
            "HINT:  a hint !",
            "LOCATION:  parts, errors.c:*",
            "LOG:  00000: told apart",
        ]);
        // Also where nobody catches it.
        let probe = Probe::start("errors", &include, "levels", "log_error_verbosity = verbose");
        probe.wait_for_lines(&["ERROR:  XX000: at error", "LOCATION:  levels, errors.c:*"]);
    }
}

#[test]
fn percent_m_is_the_errno_from_before_the_report() {
    for include in cc::includes() {
        let (facts, log) = run(&include, "saved errno", "");
        let expected = ["LOG:  disturbed: Permission denied", "DETAIL:  still: Permission denied"];
        assert_eq!(log, expected);
        assert_eq!(facts, ["errno kept", "done"]);
    }
}

#[test]
fn errors_are_caught_passed_on_and_replaced() {
    for include in cc::includes() {
        let (facts, log) = run(&include, "caught", "");
        let raised = |place: &str| format!("{place}: 22023 {REFUSED}");
        let expected = [
            "own: XX001 mine | a detail | a hint".to_owned(),
            "code 1".to_owned(),
            raised("of the server"),
            "inner handler".to_owned(),
            raised("outer"),
            raised("replaced"),
            raised("past finally"),
            "no error".to_owned(),
            "finally 2, handler restored".to_owned(),
            "done".to_owned(),
        ];
        assert_eq!(facts, expected);
        assert!(log.is_empty(), "what is caught is not logged: {log:?}");
    }
}

#[test]
fn a_copied_error_can_be_thrown_again() {
    for include in cc::includes() {
        let (facts, log) = run(&include, "thrown again", "");
        assert_eq!(facts, ["thrown again: XX001 kept | a hint", "caught many", "done"]);
        assert!(log.is_empty(), "{log:?}");
    }
}

#[test]
fn context_callbacks_add_their_lines_innermost_first() {
    for include in cc::includes() {
        let (facts, log) = run(&include, "context", "");
        let expected = [
            "LOG:  with context",
            "HINT:  a hint",
            "CONTEXT:  while inner",
            "\twhile outer",
            "LOG:  without context",
        ];
        assert_eq!(log, expected);
        assert_eq!(facts, ["context: while inner", "while outer", "stack restored", "done"]);
    }
}

#[test]
fn memory_outlives_errors_and_errors_come_out_of_callbacks() {
    for include in cc::includes() {
        let (facts, _log) = run(&include, "memory", "");
        assert_eq!(
            facts,
            [
                "a text in its context 1",
                "reset: XX000 raised by a callback of the server's",
                "palloc: XX000 invalid memory alloc request size 1099511627776",
                "done",
            ]
        );
    }
}

#[test]
fn a_server_function_that_is_not_here_is_an_error_0a000_that_names_it() {
    for include in cc::includes() {
        let (facts, log) = run(&include, "refusal", "");
        let refused = "server function \"has_rolreplication\" is not available outside PostgreSQL";
        assert_eq!(of(&facts, "refused:"), [format!("0A000 {refused}")]);
        assert_eq!(facts.len(), 1, "the second call ends the worker");
        assert_eq!(log, [format!("ERROR:  {refused}")]);
    }
}

#[test]
fn no_handler_sees_a_fatal_error() {
    for include in cc::includes() {
        let (facts, log) = run(&include, "fatal", "");
        assert_eq!(log, ["FATAL:  fatal", "DETAIL:  a detail"]);
        assert!(facts.is_empty(), "{facts:?}");
    }
}

#[test]
fn an_error_in_a_critical_section_is_a_panic() {
    for include in cc::includes() {
        let probe = Probe::start("errors", &include, "critical", "");
        probe.wait_for_lines(&[
            "PANIC:  in a critical section",
            "LOG:  background worker \"type\" (PID *) was terminated by signal 6: Aborted",
        ]);
    }
}

#[test]
fn emit_log_hook_sees_what_is_logged_and_may_hide_it() {
    for include in cc::includes() {
        let (facts, log) = run(&include, "hook", "");
        assert_eq!(facts, ["seen 15: shown", "seen 15: hidden", &format!("seen 21: {REFUSED}")]);
        assert_eq!(log, ["LOG:  shown", &format!("ERROR:  {REFUSED}")]);
    }
}

#[test]
fn an_error_in_pg_init_is_fatal_and_the_start_fails() {
    for include in cc::includes() {
        let mut probe = Probe::new("errors", &include, "_PG_init", "");
        probe.spawn();
        assert_eq!(probe.wait().code(), Some(1));
        probe.wait_for_lines(&["FATAL:  an error in _PG_init", "HINT:  a hint"]);
        assert!(!probe.log().contains("ready"), "{}", probe.log());
    }
}

#[test]
fn an_error_that_pg_init_catches_does_no_harm() {
    for include in cc::includes() {
        let (facts, _log) = run(&include, "caught in _PG_init", "");
        assert_eq!(facts, ["done"]);
    }
}

#[test]
fn a_fatal_error_of_pg_init_in_a_worker_ends_that_worker() {
    for include in cc::includes() {
        let mut probe = Probe::new("runs", &include, "errors errors_main", "");
        probe.add_module("errors", &include);
        probe.start();
        probe.wait_for_lines(&[
            "DEBUG:  starting background worker process \"worker\"",
            "FATAL:  cannot create PGC_POSTMASTER variables after startup",
            "LOG:  background worker \"worker\" (PID *) exited with exit code 1",
        ]);
        assert_eq!(probe.stop(Signal::SIGINT), Some(0));
    }
}
