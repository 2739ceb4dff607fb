//! What workers do when the postmaster is killed (semantics: "postmaster dies").
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::host::{Host, wait_for};
use nix::sys::signal::{Signal, kill};

#[test]
fn a_worker_that_waits_with_exit_on_death_is_gone() {
    for include in cc::includes() {
        let mut host = Host::new("shared_preload_libraries = 'idle'");
        host.add_module("idle", &include);
        host.start();
        let worker = host.running("idle");
        host.signal(Signal::SIGKILL);
        host.wait();
        wait_for("the worker's end", || kill(worker, None).is_err().then_some(()));
    }
}
