//! Timeouts: the same facts as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::facts::the_same_as_in_postgresql;
use common::probe::Probe;

#[test]
fn timeouts_are_called_as_in_the_server() {
    the_same_as_in_postgresql("timeouts", "", &[]);
}

#[test]
fn there_are_ten_reasons_for_modules() {
    for include in cc::includes() {
        let probe = Probe::start("timeouts", &include, "many", "log_error_verbosity = verbose");
        probe.wait_for_lines(&["FATAL:  53400: cannot add more timeout reasons"]);
        let all: Vec<String> = (13..23).map(|id: i32| id.to_string()).collect();
        assert_eq!(probe.facts(), all);
    }
}
