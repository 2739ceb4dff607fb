//! Files and folders: the same facts as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use common::cc;
use common::facts::the_same_as_in_postgresql;
use common::host::{Host, wait_for};
use common::probe::Probe;

#[test]
fn files_are_handled_as_the_server_does() {
    the_same_as_in_postgresql("files", "", &[]);
}

#[test]
fn files_with_numbers_of_their_own_are_the_servers() {
    the_same_as_in_postgresql("virtual", "", &[]);
}

#[test]
fn a_temporary_file_goes_with_its_process() {
    for include in cc::includes() {
        for scenario in ["end", "error", "crash"] {
            let probe = Probe::start("virtual", &include, scenario, "");
            let facts = probe.wait_for_facts("a file", |facts| !facts.is_empty());
            let name = facts[0].strip_prefix("left ").expect("a name");
            assert!(name.starts_with("base/pgsql_tmp/pgsql_tmp"), "{name}");
            let path = probe.data().join(name);
            wait_for("the file to go", || (!path.exists()).then_some(()));
        }
    }
}

#[test]
fn a_start_removes_temporary_files_that_were_left_and_no_others() {
    let mut host = Host::new("");
    let folder = host.data().join("base/pgsql_tmp");
    fs::create_dir_all(&folder).unwrap();
    // The postmaster may run as somebody else.
    fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
    for name in ["pgsql_tmp12.3", "other"] {
        fs::write(folder.join(name), "").unwrap();
    }
    host.start();
    assert!(!folder.join("pgsql_tmp12.3").exists());
    assert!(folder.join("other").exists());
}
