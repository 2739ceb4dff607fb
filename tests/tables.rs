//! Tables of contents, hash functions, hash tables: the same facts as in PostgreSQL.
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
fn hash_tables_are_as_in_the_server() {
    the_same_as_in_postgresql("tables", "", &[]);
}

#[test]
fn scans_that_are_left_open_are_told_of_at_the_end_of_transactions() {
    for include in cc::includes() {
        let (probe, facts) = Probe::run("tables", &include, "leaks");
        let nothing = "no scan: XX000 no hash_seq_search scan for hash table \"leaks\"";
        assert_eq!(facts[..2], [nothing, nothing]);
        assert_eq!(facts[3], "shared: XX000 cannot destroy shared hashtable \"plain\"");
        let table = facts[2].strip_prefix("table ").unwrap();
        let warning = format!("WARNING:  leaked hash_seq_search scan for hash table {table}");
        let log = probe.log();
        // Of the subtransaction and of the transaction that were committed.
        assert_eq!(log.lines().filter(|line| *line == warning).count(), 2, "{log}");
        assert_eq!(log.matches("leaked").count(), 2, "{log}");
    }
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
