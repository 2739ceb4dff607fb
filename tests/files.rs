//! Files and folders: the same facts as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::facts::the_same_as_in_postgresql;

#[test]
fn files_are_handled_as_the_server_does() {
    the_same_as_in_postgresql("files", "", &[]);
}
