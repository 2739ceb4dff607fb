//! Queues of messages, barriers: the same facts as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::facts::the_same_as_in_postgresql;

#[test]
fn queues_are_as_in_the_server() {
    the_same_as_in_postgresql("queues", "", &[]);
}

#[test]
fn barriers_are_as_in_the_server() {
    the_same_as_in_postgresql("barriers", "", &[]);
}
