//! Shared memory for libraries, and the locks in it.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::path::Path;

use common::host::{Host, wait_for};
use common::puppet::{Stage, with_each_header_set};
use nix::sys::signal::{Signal, kill};

/// A postmaster that preloads `memory`, which is to show `scene`.
fn memory(include: &Path, scene: &str) -> Host {
    let host = Host::new(&format!(
        "shared_preload_libraries = 'memory'\nmemory.scene = '{scene}'\nlog_line_prefix = ''"
    ));
    host.add_module("memory", include);
    host
}

#[test]
fn wrong_requests_end_the_start() {
    with_each_header_set(|include| {
        let space = "cannot request additional shared memory outside shmem_request_hook";
        let locks = "cannot request additional LWLocks outside shmem_request_hook";
        let size = "ShmemIndex entry size is wrong for data structure \"made\": expected 999, \
                    actual 1000";
        for (scene, message) in [
            ("space in init", space),
            ("locks in init", locks),
            ("space in startup", space),
            ("locks in startup", locks),
            ("overflow", "invalid memory allocation request size 1000 + 18446744073709551615"),
            ("size in startup", size),
        ] {
            let mut host = memory(include, scene);
            host.spawn();
            assert_eq!(host.wait().code(), Some(1), "{scene}");
            let log = host.log();
            assert!(log.contains(&format!("FATAL:  {message}\n")), "{scene}: {log}");
            assert!(!host.data().join("postmaster.pid").exists());
        }
    });
}

#[test]
fn an_error_in_the_startup_hook_after_a_crash_ends_the_postmaster() {
    with_each_header_set(|include| {
        let mut host = memory(include, "second startup");
        host.append_conf("shared_preload_libraries = 'memory, idle'");
        host.add_module("idle", include);
        host.start();
        kill(host.running("idle"), Signal::SIGKILL).unwrap();
        assert_eq!(host.wait().code(), Some(1));
        let log = host.log();
        assert!(log.contains("FATAL:  not twice\n"), "{log}");
    });
}

#[test]
fn a_worker_finds_what_the_startup_hook_made() {
    with_each_header_set(|include| {
        let mut host = memory(include, "");
        host.start();
        let log = host.wait_for_log("LOG:  done\n");
        for line in [
            "LOG:  made: found 1, same place 1, text \"written by the postmaster\"",
            "LOG:  fresh: found 0, start 1",
            "LOG:  pieces: apart by 128, aligned 1",
            "LOG:  locks: 0 and 1, 3 apart",
            "LOG:  held: 1 1 1, not 0",
            "LOG:  held: 1 0 1",
            "LOG:  held: 0",
            "LOG:  conditionally: 1",
            "LOG:  held: 1",
        ] {
            assert!(log.lines().any(|l| l == line), "{line}: {log}");
        }
        // The next worker finds what this one made.
        host.command("revive", &["look"]);
        host.wait_for_log("LOG:  fresh: found 1, start 2\n");
    });
}

#[test]
fn wrong_requests_of_a_worker_are_errors() {
    with_each_header_set(|include| {
        let size = "ShmemIndex entry size is wrong for data structure \"made\": expected 1001, \
                    actual 1000";
        let room = "not enough shared memory for data structure \"large\" (1073741824 bytes \
                    requested)";
        for (scene, level, message) in [
            ("size", "ERROR", size),
            ("room", "ERROR", room),
            ("alloc", "ERROR", "out of shared memory (100000 bytes requested)"),
            (
                "names",
                "ERROR",
                "could not create ShmemIndex entry for data structure \"name 1023\"",
            ),
            ("tranche", "ERROR", "requested tranche is not registered"),
            ("release", "ERROR", "lock second is not held"),
            ("late", "FATAL", "cannot request additional shared memory outside shmem_request_hook"),
        ] {
            let mut host = memory(include, scene);
            host.start();
            let log = host.wait_for_log("exited with exit code 1");
            assert!(log.contains(&format!("{level}:  {message}\n")), "{scene}: {log}");
            assert!(!log.contains("LOG:  done"), "{scene}: {log}");
        }
    });
}

#[test]
fn a_lock_is_one_writers_or_many_readers() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "one 0; two 0; three 0", "");
        assert_eq!(stage.ask("one", "try s"), "ok");
        assert_eq!(stage.ask("two", "try s"), "ok");
        assert_eq!(stage.ask("three", "try x"), "taken");
        let writer = stage.tell("three", "lock x");
        stage.wait_until_asleep("three", 1);
        assert_eq!(stage.ask("one", "unlock"), "ok");
        assert_eq!(writer.poll(), None, "one reader is left");
        assert_eq!(stage.ask("two", "unlock"), "ok");
        assert_eq!(writer.get(), "ok");
        assert_eq!(stage.ask("one", "try s"), "taken");
        let readers = ["one", "two"].map(|name| stage.tell(name, "lock s"));
        for name in ["one", "two"] {
            stage.wait_until_asleep(name, 1);
        }
        assert!(readers.iter().all(|reader| reader.poll().is_none()));
        assert_eq!(stage.ask("three", "unlock"), "ok");
        for reader in readers {
            assert_eq!(reader.get(), "ok");
        }
    });
}

#[test]
fn a_lock_is_given_back_at_every_end() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "holder 0; other 0", "");
        for (round, end) in (1..).zip(["end error", "end proc_exit 1", "end exit 1"]) {
            stage.wait_for_start("holder", round);
            assert_eq!(stage.ask("holder", "try x"), "ok");
            assert_eq!(stage.ask("other", "try s"), "taken");
            let waiting = stage.tell("other", "lock s");
            stage.wait_until_asleep("other", round);
            stage.tell("holder", end);
            assert_eq!(waiting.get(), "ok", "{end}");
            assert_eq!(stage.ask("other", "unlock"), "ok");
        }
    });
}

#[test]
fn interrupts_are_held_off_while_a_lock_is_held() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "holder 0", "");
        let pid = stage.wait_for_start("holder", 1);
        assert_eq!(stage.ask("holder", "try x"), "ok");
        kill(pid, Signal::SIGTERM).unwrap();
        stage.wait_for_event("signal", "holder", libc::SIGTERM, 1);
        assert_eq!(stage.ask("holder", "pid"), pid.to_string());
        assert_eq!(stage.ask("holder", "unlock"), "ok");
        // Whatever wakes it lets it look at what is pending.
        stage.tell("holder", "pid");
        stage.wait_for_start("holder", 2);
    });
}

#[test]
fn nothing_is_lost_between_many_writers() {
    with_each_header_set(|include| {
        let mut host = Host::new(
            "shared_preload_libraries = 'counter'\ncounter.workers = 6\ncounter.rounds = 20000\n\
             log_line_prefix = ''",
        );
        host.add_module("counter", include);
        host.start();
        host.wait_for_log("LOG:  counted to 120000 and 120000\n");
        wait_for("their end", || host.ps().is_empty().then_some(()));
        assert!(!host.log().contains("PANIC"), "{}", host.log());
    });
}
