//! Points in time and time zones: the same facts as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::facts::the_same_as_in_postgresql;

#[test]
fn times_and_zones_are_the_servers() {
    the_same_as_in_postgresql("times", "", &[]);
}
