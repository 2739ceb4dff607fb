//! Processes that wait for one another, their locks, their stack: the same facts as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::facts::the_same_as_in_postgresql;

#[test]
fn processes_wait_for_one_another_as_in_the_server() {
    the_same_as_in_postgresql("others", "", &[]);
}
