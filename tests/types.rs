//! Values of all types: the same modules inside PostgreSQL 17 and outside.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::host::Host;
use common::server::Server;
use common::{both, cc, needs};

#[test]
fn values_are_outside_what_they_are_inside() {
    both::same("types", 1000);
}

#[test]
fn rows_are_made_and_changed_outside_as_inside() {
    both::same("tuples", 60);
}

#[test]
fn functions_of_sql_do_outside_what_they_do_inside() {
    both::same("functions", 100);
}

#[test]
fn what_has_no_form_is_refused_by_name() {
    let Some(installed) = needs::postgres17() else { return };
    let server = Server::start(&installed, &[]);
    let mut host = Host::new(&both::conf("types", &server));
    host.add_module("types", &cc::includes()[0]);
    host.start();
    let log = host.wait_for_log("types: done\n");
    for refused in ["point", "record"] {
        let text = format!("0A000 values of type {refused} are not available outside PostgreSQL");
        assert!(log.contains(&text), "{text}");
    }
}

#[test]
fn catalogs_say_outside_what_they_say_inside() {
    both::same("catalogs", 70);
}

#[test]
fn arrays_are_built_and_changed_outside_as_inside() {
    both::same("arrays", 50);
}

#[test]
fn rows_are_values_outside_as_inside() {
    both::same("records", 30);
}

#[test]
fn times_are_computed_with_outside_as_inside() {
    both::same("spans", 1000);
}
