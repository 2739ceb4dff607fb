//! Libraries that cannot be loaded at the start (`pgbgw.on_library_error`).
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::host::Host;

fn host(conf: &str) -> Host {
    let host = Host::new(&format!("shared_preload_libraries = 'nosuch, broken, idle'\n{conf}"));
    for module in ["broken", "idle"] {
        host.add_module(module, &cc::our_include());
    }
    host
}

#[test]
fn the_start_stops_at_the_first_as_in_postgresql() {
    let mut host = host("");
    host.spawn();
    assert_eq!(host.wait().code(), Some(1));
    let log = host.log();
    let line = "FATAL:  could not access file \"nosuch\": No such file or directory";
    assert!(log.contains(line), "{log}");
    assert!(!log.contains("broken"), "{log}");
}

#[test]
fn or_they_are_skipped_with_what_they_registered() {
    let mut host = host("pgbgw.on_library_error = skip");
    host.start();
    host.running("idle");
    let log = host.log();
    for line in [
        "WARNING:  could not access file \"nosuch\": No such file or directory",
        "WARNING:  library \"nosuch\" is skipped",
        "WARNING:  broken on purpose",
        "WARNING:  library \"broken\" is skipped",
    ] {
        assert_eq!(log.matches(line).count(), 1, "{line} in\n{log}");
    }
    assert_eq!(host.ps().len(), 1);
}
