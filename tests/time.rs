//! Points in time and time zones: the same facts as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::facts::the_same_as_in_postgresql;
use common::needs;

#[test]
fn times_and_zones_are_the_servers() {
    if needs::time_zones().is_some() {
        the_same_as_in_postgresql("times", "", &[]);
    }
}

#[test]
fn dates_weeks_and_spans_are_those_of_postgresql() {
    the_same_as_in_postgresql("dates", "", &[]);
}
