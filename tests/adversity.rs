//! What may happen to a postmaster from outside: closed descriptors, a data directory that goes away,
//! a clock that jumps, signals in every phase, the fewest and the most workers. It goes on.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

use common::cc;
use common::host::{self, Host, wait_for};
use common::puppet::{Stage, with_each_header_set};
use nix::sys::signal::{Signal, kill};

#[test]
fn with_no_workers_allowed_none_is_registered() {
    for include in cc::includes() {
        let mut host = Host::new(
            "shared_preload_libraries = 'idle'\nmax_worker_processes = 0\nlog_line_prefix = ''",
        );
        host.add_module("idle", &include);
        host.add_module("called", &include);
        host.start();
        let log = host.log();
        let expected = "LOG:  too many background workers\n\
                        DETAIL:  Up to 0 background workers can be registered with the current \
                        settings.\n";
        assert!(log.contains(expected), "{log}");
        assert!(host.ps().is_empty());
        let launch = ["called", "called_launch", "--arg", "text:idle", "--arg", "text:idle_main"];
        let launch = [&launch[..], &["--arg", "bool:f", "--returns", "int4"]].concat();
        let done = host.command("call", &launch);
        assert_eq!((done.status.code(), &*done.stdout), (Some(0), &b"\n"[..]), "no room is NULL");
        assert_eq!(host.stop(Signal::SIGINT), Some(0));
    }
}

#[test]
fn the_most_workers_cost_addresses_not_memory() {
    for include in cc::includes() {
        let mut host =
            Host::new("shared_preload_libraries = 'idle'\nmax_worker_processes = 262143");
        host.add_module("idle", &include);
        host.start();
        let worker = host.running("idle");
        let status = fs::read_to_string(format!("/proc/{}/status", host.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let resident: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(resident < 100_000, "{resident} kB");
        kill(worker, Signal::SIGKILL).unwrap();
        wait_for("another", || (host.running("idle") != worker).then_some(()));
        assert_eq!(host.stop(Signal::SIGINT), Some(0));
    }
    // One more has no room in PostgreSQL's numbers of processes.
    let mut host = Host::new("max_worker_processes = 262144");
    host.spawn();
    assert_eq!(host.wait().code(), Some(1));
    let expected = "262144 is outside the valid range for parameter \"max_worker_processes\" \
                    (0 .. 262143)";
    assert!(host.log().contains(expected), "{}", host.log());
}

#[test]
fn closed_standard_descriptors_do_no_harm() {
    with_each_header_set(|include| {
        let mut stage = Stage::new(include, "w 0", "");
        stage.spawn_with(|command| {
            let close_all = || {
                for fd in 0..3 {
                    // SAFETY: what they are open for is lost on purpose.
                    unsafe { libc::close(fd) };
                }
                Ok(())
            };
            // SAFETY: close(2) is async-signal-safe.
            unsafe { command.pre_exec(close_all) };
        });
        stage.wait_until_ready();
        let worker = stage.wait_for_start("w", 1);
        let link = |fd: i32| fs::read_link(format!("/proc/{worker}/fd/{fd}")).unwrap();
        for fd in 0..3 {
            assert_eq!(link(fd), std::path::Path::new("/dev/null"));
        }
        kill(worker, Signal::SIGKILL).unwrap();
        stage.wait_for_start("w", 2);
        assert_eq!(stage.stop(Signal::SIGINT), Some(0));
    });
}

#[test]
fn a_data_directory_that_goes_away_is_survived() {
    with_each_header_set(|include| {
        let mut stage = Stage::start(include, "w 0; boss 0", "");
        fs::remove_dir_all(stage.data()).unwrap();
        // A crash cycle, a new worker, a reload: each as before.
        kill(stage.wait_for_start("w", 1), Signal::SIGKILL).unwrap();
        stage.wait_for_start("w", 2);
        stage.wait_for_start("boss", 2);
        let (handle, pid) = stage.register("boss", "d -1");
        assert_eq!(stage.ask("boss", &format!("status {handle}")), format!("STARTED {pid}"));
        stage.signal(Signal::SIGHUP);
        stage.wait_for_log("could not open configuration file");
        stage.wait_for_log("contains errors");
        assert_eq!(stage.stop(Signal::SIGINT), Some(0));
        assert!(!stage.data().exists());
    });
}

#[test]
fn a_clock_that_jumps_moves_no_deadline() {
    let folder = host::readable_dir();
    let library = folder.path().join("clock.so");
    let source = cc::root().join("c_tests/programs/clock.c");
    cc::compile_module(&source, &library, &cc::our_include()).unwrap();
    with_each_header_set(|include| {
        for jump in [86_400, -86_400] {
            let mut stage = Stage::new(include, "w 1; boss 0", "");
            let offset = stage.scratch().join("offset");
            stage.spawn_with(|command| {
                command.env("LD_PRELOAD", &library).env("CLOCK_OFFSET", &offset);
            });
            stage.wait_until_ready();
            stage.wait_for_start("w", 1);
            stage.wait_for_start("boss", 1);
            let since = || stage.worker("w").unwrap()["since"].as_str().unwrap().to_owned();
            let before = since();
            fs::write(&offset, jump.to_string()).unwrap();
            // The delay of a second is neither a day longer nor none at all.
            stage.tell("w", "end exit 1");
            stage.wait_for_log("LOG:  background worker \"puppet\"");
            let began = Instant::now();
            stage.wait_for_start("w", 2);
            assert!(began.elapsed() < Duration::from_secs(20));
            // The clock did jump: ps shows the new time.
            let after = since();
            let later = after > before;
            assert_eq!(later, jump > 0, "{before} {after}");
            let far = before.split('T').next() != after.split('T').next();
            assert!(far, "{before} {after}");
            let (handle, _) = stage.register("boss", "d -1");
            stage.ask("boss", &format!("terminate {handle}"));
            assert_eq!(stage.ask("boss", &format!("shutdown {handle}")), "STOPPED");
            assert_eq!(stage.stop(Signal::SIGINT), Some(0));
        }
    });
}

#[test]
fn signals_in_every_phase_of_a_workers_life_are_no_crash() {
    // Those that a worker may get from its postmaster or an administrator; puppets die of SIGALRM.
    const SIGNALS: [Signal; 8] = [
        Signal::SIGTERM,
        Signal::SIGINT,
        Signal::SIGHUP,
        Signal::SIGUSR1,
        Signal::SIGUSR2,
        Signal::SIGPIPE,
        Signal::SIGURG,
        Signal::SIGCHLD,
    ];
    with_each_header_set(|include| {
        let mut stage = Stage::start(include, "w 0; boss 0", "");
        let children = format!("/proc/{0}/task/{0}/children", stage.pid());
        let boss = stage.wait_for_start("boss", 1).to_string();
        let mut sent = 0;
        // Whatever child there is, however young, gets the next signal.
        while sent < 3000 {
            let pids = fs::read_to_string(&children).unwrap();
            for pid in pids.split_whitespace().filter(|pid| *pid != boss) {
                let signal = SIGNALS[sent % SIGNALS.len()];
                let _gone = kill(nix::unistd::Pid::from_raw(pid.parse().unwrap()), signal);
                sent += 1;
            }
        }
        let starts = stage.starts("w").len();
        stage.wait_for_start("w", starts);
        stage.register("boss", "d -1");
        let log = stage.log();
        assert!(!log.contains("terminated by signal"), "{log}");
        assert!(!log.contains("terminating any other"), "{log}");
        assert_eq!(stage.stop(Signal::SIGINT), Some(0));
    });
}

#[test]
fn signals_to_the_postmaster_itself_do_no_harm() {
    with_each_header_set(|include| {
        let mut stage = Stage::start(include, "w 0; boss 0", "");
        for round in 0..200 {
            for signal in [
                Signal::SIGUSR1,
                Signal::SIGUSR2,
                Signal::SIGCHLD,
                Signal::SIGALRM,
                Signal::SIGPIPE,
                Signal::SIGURG,
                Signal::SIGWINCH,
            ] {
                stage.signal(signal);
            }
            if round % 50 == 0 {
                let (handle, _) = stage.register("boss", "d -1");
                stage.ask("boss", &format!("terminate {handle}"));
            }
        }
        assert_eq!(stage.starts("w").len(), 1);
        assert_eq!(stage.stop(Signal::SIGINT), Some(0));
    });
}
