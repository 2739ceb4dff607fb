//! All that a report can say, soft errors, errors while an error is reported, reports without
//! memory: the same facts and the same log as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::facts::the_same_as_in_postgresql;
use common::probe::Probe;

#[test]
fn reports_say_what_they_say_in_the_server() {
    the_same_as_in_postgresql("reports", "", &[]);
}

#[test]
fn the_log_has_the_lines_of_the_server() {
    for include in cc::includes() {
        let (probe, _facts) = Probe::run("reports", &include, "");
        let number = format!("{:0500}", 5);
        let log = probe.wait_for_lines(&[
            "LOG:  returned",
            "HINT:  thrown as it is",
            "LOG:  at a position at character 5",
            "CONTEXT:  note outer",
            "STATEMENT:  the statement",
            "LOG:  inside at character 6",
            "QUERY:  SELECT inside",
            "CONTEXT:  note outer",
            "STATEMENT:  the statement",
            "LOG:  without context",
            "STATEMENT:  the statement",
            "ERROR:  with its statement",
            "CONTEXT:  note outer",
            "STATEMENT:  the statement",
            "ERROR:  without it",
            "CONTEXT:  note outer",
            "to stderr: text 5: No such file or directory",
            "LOG:  written without memory: 5",
            "DETAIL:  a detail",
            "HINT:  a hint",
            &format!("LOG:  a longer text without memory: {number}"),
            "DETAIL:  of many words",
        ]);
        assert!(log.contains("LOG:  without context\nSTATEMENT:"), "{log}");
        assert!(log.contains("CONTEXT:  note outer\nto stderr:"), "{log}");
    }
}
