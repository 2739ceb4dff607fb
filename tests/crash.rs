//! What follows a crash (semantics: "crash").
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::path::Path;

use common::puppet::{Stage, wait_until_gone, with_each_header_set};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const TERMINATING: &str = "LOG:  terminating any other active server processes";
const REINITIALIZING: &str = "LOG:  all server processes terminated; reinitializing";

/// Every way to crash, what to tell the worker, and how its end is told.
const WAYS: [(&str, &str); 9] = [
    ("end abort", "was terminated by signal 6: Aborted"),
    ("end segv", "was terminated by signal 11: Segmentation fault"),
    ("end kill", "was terminated by signal 9: Killed"),
    ("end exit 3", "exited with exit code 3"),
    ("end proc_exit 2", "exited with exit code 2"),
    ("end _exit 1", "exited with exit code 1"),
    ("end panic", "was terminated by signal 6: Aborted"),
    ("end _exit 255", "exited with exit code 255"),
    // Last: after exit code 0 the worker does not come back.
    ("end _exit 0", "exited with exit code 0"),
];

#[test]
fn each_way_to_crash_is_told_and_everybody_else_gets_sigquit() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "bystander 60 tell-quit; victim 0", "");
        let postmaster = stage.pid();
        for (round, (command, how)) in (1..).zip(WAYS) {
            let victim = stage.wait_for_start("victim", round);
            let lines_before = stage.log().lines().count();
            stage.tell("victim", command);
            let bystander = stage.wait_for_start("bystander", round + 1);
            let expected = format!("LOG:  background worker \"puppet\" (PID {victim}) {how}");
            stage.wait_for_lines(&[&expected, TERMINATING, REINITIALIZING]);
            let log = stage.log();
            let told: Vec<&str> =
                log.lines().skip(lines_before).filter(|line| line.starts_with("LOG:  ")).collect();
            assert_eq!(told, [&*expected, TERMINATING, REINITIALIZING], "{command}");
            assert_eq!(stage.ask("bystander", "pid"), bystander.to_string());
        }
        // Nothing but SIGQUIT was sent to the other, and it once each time.
        let signals: Vec<i32> =
            stage.events().iter().filter(|e| e.what == "signal").map(|e| e.number).collect();
        assert_eq!(signals, [libc::SIGQUIT; WAYS.len()]);
        stage.wait_for_lines(&["DEBUG:  unregistering background worker \"victim\""]);
        assert!(stage.worker("victim").is_none(), "exit code 0 is for good");
        assert_eq!(stage.starts("victim").len(), WAYS.len());
        assert_eq!(stage.pid(), postmaster);
    });
}

#[test]
fn shared_memory_is_new_and_private_memory_kept() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "one 0", "");
        assert_eq!(stage.ask("one", "memory"), "marker 0 found 0 startups 1 requests 1 inits 1");
        stage.ask("one", "mark 42");
        for startups in 2..4 {
            stage.tell("one", "end abort");
            stage.wait_for_start("one", startups);
            let memory = format!("marker 0 found 0 startups {startups} requests 1 inits 1");
            assert_eq!(stage.ask("one", "memory"), memory);
            stage.ask("one", "mark 42");
        }
        let log = stage.log();
        assert_eq!(log.matches("registering background worker \"one\"").count(), 1, "{log}");
    });
}

#[test]
fn processes_that_workers_started_get_sigquit_too() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "parent 0; victim 0", "");
        let pid = stage.ask("parent", "spawn").parse().map(Pid::from_raw).unwrap();
        stage.tell("victim", "end abort");
        wait_until_gone(pid);
    });
}

#[test]
fn a_lock_held_in_the_crash_is_free_afterwards() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "waiter 0; holder 0", "");
        stage.ask("holder", "lock");
        let waiting = stage.tell("waiter", "lock");
        stage.wait_until_asleep("waiter", 1);
        assert_eq!(waiting.poll(), None, "the lock is taken");
        stage.tell("holder", "end kill");
        stage.wait_for_start("waiter", 2);
        assert_eq!(stage.ask("waiter", "lock"), "ok");
    });
}

/// Static and dynamic workers with several restart times; `boss` registers the dynamic ones.
fn company(include: &Path) -> Stage {
    let workers = "s0 0; s1 1; s60 60; snever -1; boss 0";
    let stage = Stage::start(include, workers, "");
    for new in ["d0 0", "d1 1", "d60 60", "dnever -1"] {
        stage.register("boss", new);
    }
    stage
}

#[test]
fn who_has_a_restart_time_comes_back_at_once_newest_first() {
    with_each_header_set(|include| {
        let stage = company(include);
        let places = |stage: &Stage, name: &str| {
            let row = stage.worker(name).unwrap();
            (row["slot"].clone(), row["generation"].clone())
        };
        let before: Vec<_> = ["d0", "d1", "d60"].map(|name| places(&stage, name)).into();
        stage.tell("d1", "end abort");
        for name in ["s0", "s1", "s60", "boss", "d0", "d1", "d60"] {
            stage.wait_for_start(name, 2);
        }
        let starting = |name| format!("DEBUG:  starting background worker process \"{name}\"");
        let log = stage.log();
        let (_, after) = log.split_once(REINITIALIZING).unwrap();
        let forgotten: Vec<&str> = after.lines().filter(|l| l.contains("unregistering")).collect();
        let unregistering = |name| format!("DEBUG:  unregistering background worker \"{name}\"");
        assert_eq!(forgotten, [unregistering("dnever"), unregistering("snever")]);
        let started: Vec<&str> = after.lines().filter(|l| l.contains("starting")).collect();
        assert_eq!(started, ["d60", "d1", "d0", "boss", "s60", "s1", "s0"].map(starting));
        let names: Vec<String> =
            stage.ps().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
        assert_eq!(names, ["s0", "s1", "s60", "boss", "d0", "d1", "d60"]);
        let after: Vec<_> = ["d0", "d1", "d60"].map(|name| places(&stage, name)).into();
        assert_eq!(before, after, "slot and generation are kept");
        for name in ["snever", "dnever"] {
            assert_eq!(stage.starts(name).len(), 1, "{name}");
        }
    });
}

#[test]
fn a_handle_from_before_the_crash_still_stands_for_the_worker_kept() {
    with_each_header_set(|include| {
        let stage = company(include);
        let adopt = |name: &str| {
            let row = stage.worker(name).unwrap();
            format!("adopt {} {}", row["slot"], row["generation"])
        };
        let (kept, forgotten) = (adopt("d60"), adopt("dnever"));
        stage.tell("boss", "end abort");
        let pid = stage.wait_for_start("d60", 2);
        stage.wait_for_start("boss", 2);
        let kept = stage.ask("boss", &kept);
        let forgotten = stage.ask("boss", &forgotten);
        assert_eq!(stage.ask("boss", &format!("status {kept}")), format!("STARTED {pid}"));
        assert_eq!(stage.ask("boss", &format!("status {forgotten}")), "STOPPED -1");
        // The slot of the one that was forgotten has a tenant again, whom the old handle is not.
        stage.register("boss", "newcomer -1");
        stage.ask("boss", &format!("terminate {forgotten}"));
        stage.ask("boss", &format!("terminate {kept}"));
        assert_eq!(stage.ask("boss", &format!("shutdown {kept}")), "STOPPED");
        assert_eq!(stage.ask("boss", &format!("shutdown {forgotten}")), "STOPPED");
        assert_eq!(stage.worker("newcomer").unwrap()["state"], "running");
        assert!(stage.worker("d60").is_none());
    });
}

#[test]
fn whom_to_notify_is_forgotten() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "boss 0; other 0", "");
        let boss = stage.wait_for_start("boss", 1);
        stage.register("boss", "d 0");
        stage.wait_for_event("signal", "boss", libc::SIGUSR1, 1);
        assert_eq!(stage.ask("d", "notify"), boss.to_string());
        stage.tell("other", "end abort");
        stage.wait_for_start("d", 2);
        stage.wait_for_start("boss", 2);
        assert_eq!(stage.ask("d", "notify"), "0");
        // Its end and its restart are told to nobody.
        stage.tell("d", "end proc_exit 1");
        stage.wait_for_start("d", 3);
        assert_eq!(stage.ask("boss", &format!("seen {}", libc::SIGUSR1)), "0");
    });
}

#[test]
fn who_sits_out_a_delay_is_started_at_once_too() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "boss 0; s 3600", "");
        stage.register("boss", "d 3600");
        for name in ["s", "d"] {
            stage.tell(name, "end proc_exit 1");
            common::host::wait_for("the delay", || {
                stage.worker(name).filter(|row| row["state"] == "delayed")
            });
        }
        stage.tell("boss", "end abort");
        for name in ["s", "d"] {
            stage.wait_for_start(name, 2);
        }
    });
}

#[test]
fn an_abort_in_the_sigquit_handler_is_not_another_crash() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "clumsy 0 bad-quit; victim 0", "");
        let victim = stage.wait_for_start("victim", 1);
        stage.tell("victim", "end abort");
        stage.wait_for_start("clumsy", 2);
        stage.wait_for_start("victim", 2);
        let log = stage.log();
        let ends = log.matches("was terminated by signal").count();
        assert_eq!(ends, 1, "{log}");
        assert!(log.contains(&format!("(PID {victim}) was terminated by signal 6")), "{log}");
        assert_eq!(log.matches(REINITIALIZING).count(), 1, "{log}");
    });
}

#[test]
fn a_registration_that_was_not_looked_at_before_the_crash_is_dropped() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "boss 0; other 0", "");
        stage.signal(Signal::SIGSTOP);
        stage.ask("boss", "register d 0");
        stage.tell("other", "end abort");
        let other = stage.wait_for_start("other", 1);
        wait_until_gone(other);
        stage.signal(Signal::SIGCONT);
        stage.wait_for_start("boss", 2);
        stage.wait_for_start("other", 2);
        stage.register("boss", "later -1");
        assert_eq!(stage.starts("d").len(), 0, "its registration lay in the old memory");
        assert!(stage.worker("d").is_none());
    });
}

#[test]
fn without_restart_after_crash_the_postmaster_ends() {
    with_each_header_set(|include| {
        let mut stage =
            Stage::start(include, "bystander 0 tell-quit; victim 0", "restart_after_crash = off");
        let victim = stage.wait_for_start("victim", 1);
        stage.tell("victim", "end abort");
        assert_eq!(stage.wait().code(), Some(1));
        let end = format!(
            "LOG:  background worker \"puppet\" (PID {victim}) was terminated by signal 6: Aborted"
        );
        stage.wait_for_lines(&[
            &end,
            TERMINATING,
            "LOG:  shutting down because \"restart_after_crash\" is off",
        ]);
        assert_eq!(stage.events().iter().filter(|e| e.number == libc::SIGQUIT).count(), 1);
        assert!(!stage.log().contains(REINITIALIZING));
        assert!(!stage.data().join("postmaster.pid").exists());
    });
}

#[test]
fn a_crash_during_a_fast_shutdown_is_abnormal() {
    with_each_header_set(|include| {
        let mut stage = Stage::start(include, "deaf 0 deaf-term; other 0", "");
        let deaf = stage.wait_for_start("deaf", 1);
        stage.signal(Signal::SIGINT);
        stage.wait_for_event("signal", "deaf", libc::SIGTERM, 1);
        kill(deaf, Signal::SIGSEGV).unwrap();
        assert_eq!(stage.wait().code(), Some(1));
        let end = format!(
            "LOG:  background worker \"puppet\" (PID {deaf}) was terminated by signal 11: \
             Segmentation fault"
        );
        stage.wait_for_lines(&[
            "LOG:  received fast shutdown request",
            &end,
            TERMINATING,
            "LOG:  abnormal database system shutdown",
        ]);
        assert!(!stage.log().contains(REINITIALIZING));
        assert_eq!(stage.starts("deaf").len(), 1);
    });
}

#[test]
fn who_is_deaf_to_sigquit_is_killed_after_five_seconds() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "deaf 60 deaf-quit; victim 0", "");
        let begin = std::time::Instant::now();
        stage.tell("victim", "end abort");
        stage.wait_for_lines(&[TERMINATING]);
        // Meanwhile it says who keeps it waiting.
        assert_eq!(stage.worker("deaf").unwrap()["state"], "running");
        stage.wait_for_start("deaf", 2);
        assert!(begin.elapsed() >= std::time::Duration::from_secs(4), "{:?}", begin.elapsed());
        stage.wait_for_start("victim", 2);
        let log = stage.wait_for_lines(&[
            TERMINATING,
            "LOG:  issuing SIGKILL to recalcitrant children",
            REINITIALIZING,
        ]);
        assert_eq!(log.matches("was terminated by signal").count(), 1, "{log}");
        assert_eq!(log.matches("issuing SIGKILL").count(), 1, "{log}");
    });
}

#[test]
fn an_endless_loop_of_crashes_can_be_stopped() {
    with_each_header_set(|include| {
        for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGQUIT] {
            let mut stage = Stage::start(include, "crasher 0 crash; other 0", "");
            stage.wait_for_start("crasher", 10);
            let code = stage.stop(signal);
            // 1 where the request came in the middle of a crash cycle.
            assert!([Some(0), Some(1)].contains(&code), "{code:?}: {}", stage.log());
            let abnormal = stage.log().contains("LOG:  abnormal database system shutdown\n");
            assert_eq!(code == Some(1), abnormal, "{}", stage.log());
        }
    });
}

#[test]
fn who_was_to_be_terminated_is_not_restarted() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "boss 0; other 0", "");
        let (handle, d) = stage.register("boss", "d 0 deaf-term");
        stage.ask("boss", &format!("terminate {handle}"));
        stage.wait_for_event("signal", "d", libc::SIGTERM, 1);
        assert_eq!(stage.ask("d", "pid"), d.to_string());
        stage.tell("other", "end abort");
        stage.wait_for_start("other", 2);
        stage.wait_for_start("boss", 2);
        assert!(stage.worker("d").is_none());
        assert_eq!(stage.starts("d").len(), 1);
    });
}
