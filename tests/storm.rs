//! Many workers, many deaths, and one that writes where it must not.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::host::{Host, wait_for};
use common::puppet::{Stage, state, wait_until_gone, with_each_header_set};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// What a postmaster has that must not grow: descriptors, children that are dead, files.
fn belongings(host: &Host) -> (usize, usize, BTreeSet<String>) {
    let count = |path: String| fs::read_dir(path).unwrap().count();
    let pid = host.pid();
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    let pids = children.split_whitespace().map(|pid| Pid::from_raw(pid.parse().unwrap()));
    let zombies = pids.filter(|pid| state(*pid) == Some('Z')).count();
    let names = |dir: &Path| {
        let entries = fs::read_dir(dir).unwrap();
        entries.map(|e| e.unwrap().path().display().to_string()).collect::<BTreeSet<_>>()
    };
    let mut files = names(&host.data());
    files.extend(names(&host.scratch()));
    (count(format!("/proc/{pid}/fd")), zombies, files)
}

#[test]
fn a_thousand_idle_and_ten_thousand_brief_workers_leave_nothing_behind() {
    // Twice as many processes at once say nothing more.
    for (include, idle, brief) in headers_and_numbers() {
        let mut host = Host::new(&format!(
            "shared_preload_libraries = 'storm'\nmax_worker_processes = 1100\n\
             storm.idle = {idle}\nstorm.brief = {brief}\nlog_line_prefix = ''"
        ));
        host.add_module("storm", &include);
        host.start();
        host.wait_for_log("LOG:  the captain is here\n");
        let before = belongings(&host);
        assert_eq!(before.1, 0, "zombies");
        let captain = host.running("captain 0");
        let tell = |until: &str| {
            kill(captain, Signal::SIGUSR2).unwrap();
            host.wait_for_log(until)
        };
        tell("LOG:  idlers are here\n");
        let rows = host.ps();
        let running: BTreeSet<&str> = rows
            .iter()
            .filter(|row| row["state"] == "running")
            .map(|row| row["name"].as_str().unwrap())
            .collect();
        let expected = (0..idle).map(|i| format!("idler {i}")).chain(["captain 0".to_owned()]);
        assert_eq!(running.len(), idle + 1);
        assert!(expected.into_iter().all(|name| running.contains(&*name)));
        tell("LOG:  idlers are gone\n");
        assert_eq!(host.ps().len(), 1);
        tell("LOG:  brief ones came and went\n");
        assert_eq!(host.ps().len(), 1);
        tell("LOG:  room for 1099\n");
        assert_eq!(belongings(&host), before);
        assert_eq!(host.stop(Signal::SIGINT), Some(0));
    }
}

/// Where many go on, the postmaster is told of one only, and has to find the others.
#[test]
fn of_many_workers_those_that_end_together_are_all_found() {
    let mut host = Host::new(
        "shared_preload_libraries = 'storm'\nmax_worker_processes = 601\nstorm.idle = 600\n\
         log_line_prefix = ''",
    );
    host.add_module("storm", &common::cc::includes()[0]);
    host.start();
    host.wait_for_log("LOG:  the captain is here\n");
    kill(host.running("captain 0"), Signal::SIGUSR2).unwrap();
    host.wait_for_log("LOG:  idlers are here\n");
    let running = host.ps().into_iter().filter(|row| row["name"] != "captain 0");
    let pids: Vec<Pid> = running
        .map(|row| Pid::from_raw(row["pid"].as_i64().unwrap().try_into().unwrap()))
        .collect();
    // Some of these pairs end right after all children have been looked at, and not again at once.
    for pair in pids.chunks(2).take(50) {
        host.signal(Signal::SIGSTOP);
        pair.iter().for_each(|&pid| kill(pid, Signal::SIGTERM).unwrap());
        pair.iter().copied().for_each(wait_until_gone);
        host.signal(Signal::SIGCONT);
        for &pid in pair {
            wait_for("it to be reaped", || state(pid).is_none().then_some(()));
        }
    }
    assert_eq!(host.ps().len(), 501);
    assert_eq!(belongings(&host).1, 0, "zombies");
    assert_eq!(host.stop(Signal::SIGINT), Some(0));
}

/// With each set of headers: idle workers, brief workers.
fn headers_and_numbers() -> Vec<(std::path::PathBuf, usize, usize)> {
    let numbers = [(1000, 10_000)].into_iter().chain(std::iter::repeat((100, 1000)));
    let includes = common::cc::includes().into_iter();
    includes.zip(numbers).map(|(include, (idle, brief))| (include, idle, brief)).collect()
}

/// How many kills: PGBGW_STORM_KILLS for the long form.
fn kills_wanted() -> usize {
    std::env::var("PGBGW_STORM_KILLS").map_or(200, |kills| kills.parse().unwrap())
}

#[test]
fn two_hundred_kills_leave_all_running_that_are_to_be() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "s0 0; s1 1; s60 60; once -1; boss 0", "");
        for new in ["d0 0", "d1 1", "d60 60", "donce -1"] {
            stage.register("boss", new);
        }
        let names = ["s0", "s1", "s60", "boss", "d0", "d1", "d60"];
        let before = belongings(&stage);
        let mut dice = Dice(7);
        let mut kills = 0;
        let mut rounds = 1;
        while kills < kills_wanted() {
            // One to three die before the postmaster can look: that is one crash.
            stage.signal(Signal::SIGSTOP);
            let mut victims = BTreeSet::new();
            for _ in 0..=dice.below(3) {
                let victim = names[dice.below(names.len())];
                victims.insert(stage.starts(victim).last().unwrap().as_raw());
            }
            for &victim in &victims {
                kill(Pid::from_raw(victim), Signal::SIGKILL).unwrap();
            }
            kills += victims.len();
            rounds += 1;
            stage.signal(Signal::SIGCONT);
            for name in names {
                stage.wait_for_start(name, rounds);
            }
        }
        let running = |name| {
            let row = stage.worker(name).unwrap();
            (row["state"].clone(), row["pid"].clone())
        };
        for name in names {
            let pid = stage.starts(name).last().unwrap().as_raw();
            assert_eq!(running(name), ("running".into(), pid.into()), "{name}");
            assert_eq!(stage.starts(name).len(), rounds, "{name}");
        }
        assert_eq!(stage.ps().len(), names.len());
        assert_eq!(stage.starts("once").len() + stage.starts("donce").len(), 2);
        assert_eq!(belongings(&stage), before);
    });
}

#[test]
fn random_bytes_over_all_slots_do_not_harm_the_postmaster() {
    with_each_header_set(|include| {
        let stage =
            Stage::start(include, "rogue 0; boss 0; other 60", "max_worker_processes = 200");
        let postmaster = stage.pid();
        for seed in 0..30 {
            let rogues = stage.starts("rogue").len();
            stage.ask("rogue", &format!("scribble {seed}"));
            // It goes on: it answers, and obeys what still makes sense.
            stage.ps();
            stage.signal(Signal::SIGHUP);
            stage.wait_for_log_count("received SIGHUP", seed + 1);
            // After a crash all is as it was.
            kill(*stage.starts("rogue").last().unwrap(), Signal::SIGKILL).unwrap();
            for name in ["rogue", "boss", "other"] {
                stage.wait_for_start(name, rogues + 1);
            }
            let (handle, pid) = stage.register("boss", "d -1");
            assert_eq!(stage.ask("boss", &format!("status {handle}")), format!("STARTED {pid}"));
            stage.ask("boss", &format!("terminate {handle}"));
            assert_eq!(stage.ask("boss", &format!("shutdown {handle}")), "STOPPED");
        }
        assert_eq!(stage.pid(), postmaster);
    });
}

#[test]
fn a_forged_registration_is_refused() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "rogue 0; boss 0", "");
        stage.signal(Signal::SIGSTOP);
        let handle = stage.ask("boss", "register forged_one 60");
        stage.ask("rogue", "forge forged_one");
        let answer = stage.tell("boss", &format!("startup {handle}"));
        stage.signal(Signal::SIGCONT);
        assert_eq!(answer.get(), "STOPPED");
        assert_eq!(stage.ps().len(), 2);
        // Its slot is free again.
        stage.register("boss", "d -1");
    });
}
