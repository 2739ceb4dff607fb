//! Tables of contents, hash functions: the same facts as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::facts::the_same_as_in_postgresql;
use common::probe::Probe;

#[test]
fn tables_of_contents_are_as_in_the_server() {
    the_same_as_in_postgresql("toc", "", &[]);
}

#[test]
fn hashes_are_those_of_the_server() {
    the_same_as_in_postgresql("hashes", "", &[]);
}

#[test]
fn sizes_that_cannot_be_rounded_up_are_an_error() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("toc", &include, "huge");
        assert_eq!(
            facts,
            [
                "piece: 53200 out of shared memory",
                "estimate: 54000 invalid memory allocation request size 18446744073709551610 + 31",
                "done",
            ]
        );
    }
}
