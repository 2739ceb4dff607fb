//! The processes that wait for the next workers: they become those workers, and are nothing before.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;

use common::cc;
use common::host::wait_for;
use common::puppet::{Stage, state, wait_until_gone};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpgid, getsid};

/// The processes that wait and are ready.
fn spares(stage: &Stage) -> Vec<Pid> {
    let postmaster = stage.pid();
    let children = fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children"));
    let pids = children.unwrap();
    let pids = pids.split_whitespace().map(|pid| Pid::from_raw(pid.parse().unwrap()));
    let title = |pid| fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let waits = |&pid: &Pid| title(pid).starts_with(b"postgres: spare ") && state(pid) == Some('S');
    pids.filter(waits).collect()
}

fn wait_for_spares(stage: &Stage) -> [Pid; 2] {
    wait_for("two processes that wait for workers", || spares(stage).try_into().ok())
}

fn each(pids: [Pid; 2], does: impl Fn(Pid)) {
    pids.into_iter().for_each(does);
}

/// It takes nothing from here on.
fn stop(pid: Pid) {
    kill(pid, Signal::SIGSTOP).unwrap();
    wait_for("it to stop", || (state(pid) == Some('T')).then_some(()));
}

/// A postmaster with a worker "boss", which has started a first worker.
fn stage() -> Stage {
    let stage = Stage::start(&cc::includes()[0], "boss 0", "");
    assert_eq!(spares(&stage), [], "static workers alone need none");
    stage.register("boss", "first -1");
    stage
}

#[test]
fn they_become_the_next_workers() {
    let stage = stage();
    for name in ["second", "third", "fourth"] {
        let waiting = wait_for_spares(&stage);
        let (handle, pid) = stage.register("boss", &format!("{name} -1"));
        assert!(waiting.contains(&pid));
        assert_eq!(stage.ask(name, "pid"), pid.to_string());
        assert_eq!((getpgid(Some(pid)), getsid(Some(pid))), (Ok(pid), Ok(pid)));
        let title = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap();
        assert!(title.starts_with(&format!("postgres: {name} ")), "{title:?}");
        let fds = |pid| fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count();
        assert_eq!(fds(pid), fds(stage.running("first")), "no descriptor more than others");
        stage.tell(name, "end proc_exit 0");
        wait_for("its end", || {
            stage.ask("boss", &format!("status {handle}")).starts_with("STOPPED").then_some(())
        });
    }
}

#[test]
fn their_end_is_nobodys_crash() {
    let stage = stage();
    for round in 0..3 {
        let waiting = wait_for_spares(&stage);
        let before = stage.log();
        each(waiting, |pid| kill(pid, Signal::SIGKILL).unwrap());
        each(waiting, wait_until_gone);
        assert_eq!(stage.log(), before, "nothing is told");
        let (_, pid) = stage.register("boss", &format!("worker{round} -1"));
        assert!(!waiting.contains(&pid));
    }
    assert!(!stage.log().contains("terminating any other active server processes"));
}

#[test]
fn a_worker_that_was_not_taken_is_started_by_another() {
    let stage = stage();
    let waiting = wait_for_spares(&stage);
    each(waiting, stop);
    let handle = stage.ask("boss", "register late -1");
    let given = wait_for("the postmaster to give one the worker", || {
        let status = stage.ask("boss", &format!("status {handle}"));
        waiting.into_iter().find(|pid| status == format!("STARTED {pid}"))
    });
    each(waiting, |pid| kill(pid, Signal::SIGKILL).unwrap());
    let pid = stage.wait_for_start("late", 1);
    assert_ne!(pid, given);
    assert_eq!(stage.ask("late", "pid"), pid.to_string());
    assert!(!stage.log().contains("was terminated"), "{}", stage.log());
}

#[test]
fn a_worker_that_was_not_taken_and_is_to_end_is_not_started() {
    let stage = stage();
    let waiting = wait_for_spares(&stage);
    each(waiting, stop);
    let handle = stage.ask("boss", "register late -1");
    let given = wait_for("the postmaster to give one the worker", || {
        let status = stage.ask("boss", &format!("status {handle}"));
        waiting.into_iter().find(|pid| status == format!("STARTED {pid}"))
    });
    stage.ask("boss", &format!("terminate {handle}"));
    wait_for("the postmaster to tell it", || {
        let status = fs::read_to_string(format!("/proc/{given}/status")).unwrap();
        let pending = status.lines().find_map(|line| line.strip_prefix("ShdPnd:")).unwrap();
        let pending = u64::from_str_radix(pending.trim(), 16).unwrap();
        (pending & (1 << (libc::SIGTERM - 1)) != 0).then_some(())
    });
    each(waiting, |pid| kill(pid, Signal::SIGKILL).unwrap());
    wait_for("its end", || {
        stage.ask("boss", &format!("status {handle}")).starts_with("STOPPED").then_some(())
    });
    assert_eq!(stage.starts("late"), []);
}

#[test]
fn a_reload_and_a_crash_cycle_want_new_ones() {
    let stage = stage();
    let old = wait_for_spares(&stage);
    stage.append_conf("log_line_prefix = 'new '");
    stage.signal(Signal::SIGHUP);
    each(old, wait_until_gone);
    let waiting = wait_for_spares(&stage);
    assert!(waiting.contains(&stage.register("boss", "second -1").1));
    stage.ask("second", "log told");
    stage.wait_for_log("new LOG:  told");

    let old = wait_for_spares(&stage);
    stage.tell("second", "end abort");
    stage.wait_for_start("boss", 2);
    each(old, wait_until_gone);
    let waiting = wait_for_spares(&stage);
    assert!(waiting.contains(&stage.register("boss", "third -1").1));
    assert_eq!(stage.ask("third", "memory"), stage.ask("boss", "memory"));
}

#[test]
fn they_go_with_the_postmaster_and_at_a_setting() {
    let mut stopped = stage();
    let waiting = wait_for_spares(&stopped);
    assert_eq!(stopped.stop(Signal::SIGTERM), Some(0));
    assert_eq!(waiting.map(state), [None; 2], "gone before their postmaster");

    let mut killed = stage();
    let waiting = wait_for_spares(&killed);
    killed.kill();
    each(waiting, wait_until_gone);

    let without = stage();
    let waiting = wait_for_spares(&without);
    without.append_conf("pgbgw.spare_processes = off");
    without.signal(Signal::SIGHUP);
    each(waiting, wait_until_gone);
    without.register("boss", "second -1");
    assert_eq!(spares(&without), []);
}
