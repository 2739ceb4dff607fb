//! A worker that waits for a lock can be ended where PostgreSQL's can.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::host::wait_for;
use common::probe::Probe;
use nix::sys::signal::Signal;

#[test]
fn the_default_sigterm_handler_ends_a_wait_for_a_lock() {
    for include in cc::includes() {
        let mut probe = Probe::start("locked", &include, "", "");
        probe.wait_for_fact("waits");
        let pid = probe.running("waiter");
        // Asleep for the lock, or just about to be: it must end either way.
        assert!(probe.command("terminate", &["waiter"]).status.success());
        wait_for("the waiter's end", || probe.worker("waiter").is_none().then_some(()));
        let log = probe.log();
        let text = "terminating background worker \"waiter\" due to administrator command";
        assert!(log.contains(&format!("FATAL:  {text}")), "{log}");
        let end = format!("LOG:  background worker \"waiter\" (PID {pid}) exited with exit code 1");
        assert!(log.contains(&end), "{log}");
        assert!(!probe.facts().iter().any(|fact| fact == "taken"));
        probe.stop(Signal::SIGQUIT);
    }
}
