//! Latches: who wakes whom, timeouts, sockets, and nobody without a reason.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::host::{Host, wait_for};
use common::puppet::{Stage, wait_until_gone, with_each_header_set};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The wake-up events of `latch.h`.
const LATCH: i32 = 1;
const READABLE: i32 = 1 << 1;
const WRITEABLE: i32 = 1 << 2;
const TIMEOUT: i32 = 1 << 3;
const CLOSED: i32 = 1 << 7;

/// How a worker waits for its latch: without a socket, and with one that never becomes readable.
const WAITS: [(&str, i32); 2] = [("wait", LATCH), ("wait_socket", LATCH | READABLE)];

fn hex(events: i32) -> String {
    format!("{events:x}")
}

#[test]
fn another_process_wakes_the_owner() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "sleeper 0; other 0", "");
        let slot = stage.worker("sleeper").unwrap()["slot"].to_string();
        for (round, (how, events)) in (1..).zip(WAITS) {
            let answer = stage.tell("sleeper", &format!("{how} {events:x} -1"));
            stage.wait_until_asleep("sleeper", round);
            assert_eq!(answer.poll(), None);
            assert_eq!(stage.ask("other", &format!("poke {slot}")), "ok");
            assert_eq!(answer.get(), hex(LATCH));
        }
    });
}

#[test]
fn a_handler_of_the_owner_wakes_it() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "sleeper 0", "");
        let pid = stage.wait_for_start("sleeper", 1);
        for (round, (how, events)) in (1..).zip(WAITS) {
            let answer = stage.tell("sleeper", &format!("{how} {events:x} -1"));
            stage.wait_until_asleep("sleeper", round);
            kill(pid, Signal::SIGUSR1).unwrap();
            assert_eq!(answer.get(), hex(LATCH));
        }
    });
}

#[test]
fn a_latch_that_is_set_is_seen_at_once_and_before_anything_else() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "w 0", "");
        let events = hex(LATCH | TIMEOUT);
        assert_eq!(stage.ask("w", &format!("wait {events} 0 l")), hex(LATCH));
        let events = hex(LATCH | TIMEOUT | WRITEABLE);
        assert_eq!(stage.ask("w", &format!("wait_socket {events} 0 l")), hex(LATCH));
    });
}

#[test]
fn a_timeout_is_waited_for_and_told() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "w 0", "");
        for (how, events) in WAITS {
            for millis in [0, 1, 300] {
                let begin = Instant::now();
                let answer = stage.ask("w", &format!("{how} {:x} {millis}", events | TIMEOUT));
                assert_eq!(answer, hex(TIMEOUT), "{how} {millis}");
                assert!(begin.elapsed() >= Duration::from_millis(millis), "{how} {millis}");
            }
        }
        // Without a latch too.
        assert_eq!(stage.ask("w", &format!("wait {TIMEOUT:x} 10 l")), hex(TIMEOUT));
    });
}

#[test]
fn sockets_are_told_readable_writeable_and_closed() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "w 0", "");
        let all = READABLE | WRITEABLE | CLOSED;
        for (events, scene, expected) in [
            (READABLE, "q", TIMEOUT),
            (READABLE, "r", READABLE),
            (WRITEABLE, "q", WRITEABLE),
            (WRITEABLE, "f", TIMEOUT),
            (READABLE, "c", READABLE),
            (WRITEABLE, "c", WRITEABLE),
            (CLOSED, "q", TIMEOUT),
            (CLOSED, "r", TIMEOUT),
            (CLOSED, "c", CLOSED),
            (READABLE | WRITEABLE, "r", READABLE | WRITEABLE),
            (READABLE | WRITEABLE, "q", WRITEABLE),
            (all, "r", READABLE | WRITEABLE),
            (all, "c", all),
        ] {
            let question = format!("wait_socket {:x} 100 {scene}", events | LATCH | TIMEOUT);
            assert_eq!(stage.ask("w", &question), hex(expected), "{question}");
        }
    });
}

#[test]
fn a_socket_that_is_not_open_is_an_error() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "w 0", "");
        stage.tell("w", &format!("wait_socket {:x} -1 b", LATCH | READABLE));
        stage.wait_for_lines(&["ERROR:  epoll_ctl() failed: Bad file descriptor"]);
        stage.wait_for_start("w", 2);
    });
}

#[test]
fn no_wake_up_is_lost_in_a_hundred_thousand() {
    with_each_header_set(|include| {
        let trips = 50_000;
        let mut host = Host::new(&format!(
            "shared_preload_libraries = 'volley'\nvolley.trips = {trips}\nlog_line_prefix = ''"
        ));
        host.add_module("volley", include);
        host.start();
        for player in 0..2 {
            host.wait_for_log(&format!("LOG:  player {player}: {trips} trips\n"));
        }
    });
}

#[test]
fn nobody_wakes_up_without_a_reason() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "boss 0; in_futex 0; in_epoll 0", "");
        let (handle, _) = stage.register("boss", "d -1");
        let _waits = stage.tell("boss", &format!("shutdown {handle}"));
        let _sleeps = stage.tell("in_futex", &format!("wait {LATCH:x} -1"));
        for name in ["boss", "in_futex"] {
            stage.wait_until_asleep(name, 1);
        }
        let mut pids: Vec<Pid> =
            ["boss", "in_futex", "in_epoll", "d"].map(|name| stage.starts(name)[0]).into();
        pids.push(stage.pid());
        let switches = || pids.iter().map(|&pid| voluntary_switches(pid)).collect::<Vec<_>>();
        // What went before comes to rest first.
        let mut before = switches();
        wait_for("rest", || {
            sleep(Duration::from_millis(50));
            let now = switches();
            (core::mem::replace(&mut before, now) == before).then_some(())
        });
        sleep(Duration::from_secs(2));
        assert_eq!(switches(), before);
    });
}

fn voluntary_switches(pid: Pid) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|l| l.strip_prefix("voluntary_ctxt_switches:"));
    line.unwrap().trim().parse().unwrap()
}

#[test]
fn a_handler_need_not_keep_errno() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "w 0", "");
        assert_eq!(stage.ask("w", "errno"), "kept");
        assert_eq!(stage.ask("w", &format!("seen {}", libc::SIGUSR1)), "1");
    });
}

#[test]
fn a_process_that_a_worker_forked_does_not_run_its_handlers() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "w 0", "");
        for signal in [Signal::SIGUSR1, Signal::SIGTERM] {
            let child = stage.ask("w", "fork").parse().map(Pid::from_raw).unwrap();
            kill(child, signal).unwrap();
            wait_until_gone(child);
        }
        let signals = stage.events().iter().filter(|e| e.what == "signal").count();
        assert_eq!(signals, 0);
        assert_eq!(stage.starts("w").len(), 1);
    });
}
