//! The performance probe runs all its scenarios to the end, and what it sees is what PostgreSQL 17
//! showed it. Times are not looked at here.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::path::Path;
use std::thread;

use common::cc;
use common::host::{Host, wait_for};
use common::puppet::with_each_header_set;

/// A postmaster that runs scenarios of `benches/bgbench.c`.
fn bench(include: &Path, scenario: &str, settings: &str) -> Host {
    bench_of("bgbench", include, scenario, settings)
}

/// A postmaster that runs scenarios of a probe of `benches/`.
fn bench_of(module: &str, include: &Path, scenario: &str, settings: &str) -> Host {
    let mut host = Host::new(&format!(
        "shared_preload_libraries = '{module}'\n{module}.scenario = '{scenario}'\n\
         max_worker_processes = 64\n{settings}"
    ));
    let output = host.scratch().join("out");
    host.append_conf(&format!("{module}.output = '{}'", output.display()));
    let source = cc::root().join(format!("benches/{module}.c"));
    cc::compile_module(&source, &host.modules().join(format!("{module}.so")), include).unwrap();
    host.start();
    host
}

/// The lines written so far.
fn lines(host: &Host) -> Vec<String> {
    let text = fs::read_to_string(host.scratch().join("out")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Waits until the scenarios are done; the lines then.
fn results(host: &Host) -> Vec<String> {
    wait_for("the end of the scenarios", || {
        Some(lines(host)).filter(|lines| lines.last().is_some_and(|line| line == "done"))
    })
}

/// The value of `key=value` in the line that starts with `metric`.
fn value<'a>(lines: &'a [String], metric: &str, key: &str) -> &'a str {
    let line = lines.iter().find(|line| line.split(' ').next() == Some(metric));
    let line = line.unwrap_or_else(|| panic!("no {metric} in {lines:#?}"));
    word(line, key)
}

fn word<'a>(line: &'a str, key: &str) -> &'a str {
    let found = line.split(' ').find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
    found.unwrap_or_else(|| panic!("no {key} in {line}"))
}

#[test]
fn launch_latency_churn_and_pingpong() {
    with_each_header_set(|include| {
        let settings = "bgbench.repeat = 200\nbgbench.in_flight = 8";
        let host = bench(include, "launch_latency,churn,pingpong", settings);
        let results = results(&host);
        let started = |key| value(&results, "launch_latency.startup_said_started", key);
        assert_eq!((started("count"), started("n")), ("200", "200"));
        for metric in ["register_to_main", "register_to_startup", "register_to_shutdown"] {
            assert_eq!(value(&results, &format!("launch_latency.{metric}"), "n"), "200");
        }
        assert_eq!(value(&results, "churn.rate", "n"), "200");
        assert_eq!(value(&results, "pingpong.rate", "n"), "20000");
        assert!(host.ps().is_empty());
    });
}

#[test]
fn fanout_and_idle() {
    with_each_header_set(|include| {
        let host = bench(include, "fanout,idle", "bgbench.workers = 50\nbgbench.observe_s = 2");
        let results = results(&host);
        assert_eq!(value(&results, "fanout.time", "workers"), "50");
        for key in ["parent_voluntary", "workers_voluntary_total"] {
            assert_eq!(value(&results, "idle.switches", key), "0", "{key}");
        }
    });
}

#[test]
fn full_has_a_slot_more_than_postgresql() {
    with_each_header_set(|include| {
        // The driver has one of the 64; there is no launcher of logical replication.
        let results = results(&bench(include, "full", ""));
        for (metric, key, expected) in [
            ("full.count", "accepted", "63"),
            ("full.count", "refused_again", "1"),
            ("full.after_termination", "accepted", "1"),
        ] {
            assert_eq!(value(&results, metric, key), expected, "{metric} {key}");
        }
    });
}

#[test]
fn restart_waits_its_interval() {
    with_each_header_set(|include| {
        let results = results(&bench(include, "restart", "bgbench.observe_s = 5"));
        let cases: Vec<&String> =
            results.iter().filter(|line| line.starts_with("restart.case ")).collect();
        // restart_time, exit_code, exit0_from_start, the fewest and the most starts, the shortest gap
        let expected = [
            ("1", "1", "0", 3..=5, 1000.0),
            ("2", "1", "0", 2..=3, 2000.0),
            ("0", "1", "20", 20..=20, 0.0),
            ("1", "0", "0", 1..=1, 0.0),
            ("-1", "1", "0", 1..=1, 0.0),
        ];
        assert_eq!(cases.len(), expected.len());
        for (line, (restart, code, last, starts, shortest)) in cases.into_iter().zip(expected) {
            assert_eq!(word(line, "restart_time"), restart);
            assert_eq!(word(line, "exit_code"), code);
            assert_eq!(word(line, "exit0_from_start"), last);
            assert!(starts.contains(&word(line, "starts").parse().unwrap()), "{line}");
            // Who comes back each second or two may be there just now.
            let last = word(line, "final");
            assert!(last == "STOPPED" || shortest > 0.0, "{line}");
            let gaps = word(line, "exit_to_start_ms").split(',').filter(|gap| !gap.is_empty());
            for gap in gaps {
                assert!(gap.parse::<f64>().unwrap() >= shortest, "{line}");
            }
        }
        let terminated = results.iter().filter(|line| line.starts_with("restart.terminated "));
        let waits: Vec<&str> = terminated.map(|line| word(line, "wait")).collect();
        assert_eq!(waits, ["STOPPED"; 5]);
    });
}

#[test]
fn crash_brings_all_back_but_those_that_are_never_restarted() {
    with_each_header_set(|include| {
        thread::scope(|scope| {
            for mode in ["abort", "kill", "exit3", "proc_exit2", "exit1_raw"] {
                scope.spawn(move || crash(include, mode));
            }
        });
    });
}

fn crash(include: &Path, mode: &str) {
    let settings = format!(
        "bgbench.crash_mode = '{mode}'\nbgbench.driver_restart_s = 1\nbgbench.observe_s = 1"
    );
    let host = bench(include, "crash", &settings);
    let results = results(&host);
    let drivers: Vec<&String> =
        results.iter().filter(|line| line.starts_with("crash.driver ")).collect();
    assert_eq!(drivers.len(), 2, "{results:#?}");
    let of_both = |key| [word(drivers[0], key), word(drivers[1], key)];
    assert_eq!(of_both("after_crash"), ["no", "yes"]);
    assert_eq!(of_both("marker"), ["reset", "reset"]);
    assert_eq!(of_both("shmem_found"), ["0", "0"]);
    assert_eq!(of_both("startup_hook_calls"), ["1", "2"]);
    let postmaster = host.pid().to_string();
    assert_eq!(of_both("parent"), [&*postmaster, &*postmaster]);
    for (bystander, starts) in [(1, 1), (2, 2), (3, 2), (10, 1), (11, 2), (12, 2), (13, 2)] {
        let name = format!("crash.start worker=\"bgbench_bystander {bystander}\" ");
        let count = results.iter().filter(|line| line.starts_with(&name)).count();
        assert_eq!(count, starts, "{bystander}: {results:#?}");
        let name = format!("crash.signal worker=\"bgbench_bystander {bystander}\" ");
        let told: Vec<&str> = results
            .iter()
            .filter(|line| line.starts_with(&name))
            .map(|line| word(line, "signal"))
            .collect();
        assert_eq!(told, [libc::SIGQUIT.to_string()], "{bystander}: {results:#?}");
    }
}

#[test]
fn what_processes_share() {
    with_each_header_set(|include| {
        let scenarios =
            "queue_64,queue_8k,queue_lazy_64,queue_lazy_8k,lock,lock_contended,table,dshash";
        let host = bench_of("bgshared", include, scenarios, "bgshared.ms = 20");
        let results = results(&host);
        for scenario in scenarios.split(',') {
            assert!(results.iter().any(|line| line.starts_with(&format!("{scenario}."))));
        }
    });
}
