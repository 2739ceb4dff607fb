//! A fork that fails is visible and is tried again, for every kind of worker.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::os::unix::process::CommandExt;
use std::process::Command;

use common::cc;
use common::host::{Host, as_the_user, wait_for};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::Pid;

/// Lifts the soft limit on processes of a postmaster to the hard one.
fn let_it_fork(pid: Pid) {
    let mut command = Command::new("prlimit");
    let (_, hard) = getrlimit(Resource::RLIMIT_NPROC).unwrap();
    let soft = if hard == libc::RLIM_INFINITY { "unlimited".to_owned() } else { hard.to_string() };
    command.arg(format!("--pid={pid}")).arg(format!("--nproc={soft}:"));
    as_the_user(&mut command);
    cc::run(&mut command).unwrap();
}

#[test]
fn workers_that_could_not_be_forked_are_shown_and_come_later() {
    let mut host = Host::new("shared_preload_libraries = 'idle, never'");
    for module in ["idle", "never"] {
        host.add_module(module, &cc::our_include());
    }
    let (_, hard) = getrlimit(Resource::RLIMIT_NPROC).unwrap();
    host.spawn_with(|command| {
        // SAFETY: setrlimit is async-signal-safe.
        unsafe {
            command.pre_exec(move || {
                setrlimit(Resource::RLIMIT_NPROC, 0, hard).map_err(std::io::Error::from)
            });
        }
    });
    host.wait_until_ready();
    let line = "LOG:  could not fork background worker process: Resource temporarily unavailable";
    host.wait_for_log_count(line, 4);
    for name in ["idle", "never"] {
        let row = host.worker(name).expect("still on the roster");
        assert_eq!((&row["state"], &row["starts"]), (&"delayed".into(), &0.into()), "{row}");
        assert_eq!(row["last_exit"], "could not be forked: Resource temporarily unavailable");
        assert!(row["restart_in_s"].as_f64().is_some_and(|s| s <= 1.0), "{row}");
    }
    let_it_fork(host.pid());
    for name in ["idle", "never"] {
        wait_for("the worker", || host.worker(name).filter(|row| row["state"] == "running"));
    }
}
