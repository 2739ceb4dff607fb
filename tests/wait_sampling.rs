//! Debian's own pg_wait_sampling, unchanged: its collector sees what workers wait for, and
//! `pgbgw call` reads what it has collected.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use common::host::{readable_dir, wait_for};
use common::probe::Probe;
use common::server::{Server, module_for_server};
use common::{cc, needs};
use nix::sys::signal::{Signal, kill};

const MODULE: &str = "pg_wait_sampling";
const COLLECTOR: &str = "pg_wait_sampling collector";
/// A worker that waits for a lock, and others.
const WORKERS: &str = "heavy_ends";

const CURRENT: &str = "SETOF (pid int4, event_type text, event text, queryid int8)";
const HISTORY: &str = "SETOF (pid int4, ts timestamptz, event_type text, event text, queryid int8)";
const PROFILE: &str = "SETOF (pid int4, event_type text, event text, queryid int8, count int8)";

/// A postmaster with the module and with workers to look at, who wait already.
fn started(module: &Path, conf: &str) -> Probe {
    let include = &cc::includes()[0];
    let conf = format!("shared_preload_libraries = '{MODULE}, {WORKERS}'\n{conf}");
    let mut probe = Probe::new(WORKERS, include, "hang", &conf);
    fs::copy(module, probe.modules().join("pg_wait_sampling.so")).unwrap();
    probe.start();
    probe.wait_for_fact("B waits: Lock advisory");
    probe
}

fn module() -> Option<std::path::PathBuf> {
    Some(needs::debian_modules()?.join("pg_wait_sampling.so"))
}

/// The rows that one of the module's functions gives.
fn rows(probe: &Probe, function: &str, arguments: &[&str]) -> Vec<Vec<String>> {
    let function = format!("{MODULE}_{function}");
    let all: Vec<&str> = [MODULE, &function].iter().chain(arguments).copied().collect();
    let output = probe.command("call", &all);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((said.as_str(), output.status.code()), ("", Some(0)), "{function}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
}

fn history(probe: &Probe) -> Vec<Vec<String>> {
    rows(probe, "get_history", &["--returns", HISTORY])
}

fn pid(probe: &Probe, worker: &str) -> String {
    probe.running(worker).to_string()
}

/// How often the profile has a process waiting for that.
fn count(probe: &Probe, pid: &str, class: &str, event: &str) -> u64 {
    let profile = rows(probe, "get_profile", &["--returns", PROFILE]);
    let row = profile.iter().find(|row| row[..3] == [pid, class, event]);
    row.map_or(0, |row| row[4].parse().unwrap())
}

#[test]
fn it_samples_what_workers_wait_for() {
    let Some(module) = module() else { return };
    let probe = started(&module, "");
    probe.wait_for_log("LOG:  pg_wait_sampling collector started\n");
    let waiting = pid(&probe, "puppet B");
    let idle = [pid(&probe, "puppet A"), pid(&probe, "heavy")];

    // What is now: one process, or all.
    let argument = format!("int4:{waiting}");
    let one = rows(&probe, "get_current", &["--arg", &argument, "--returns", CURRENT]);
    assert_eq!(one, [[&*waiting, "Lock", "advisory", "0"]]);
    let all = rows(&probe, "get_current", &["--arg", "int4", "--returns", CURRENT]);
    let collector = pid(&probe, COLLECTOR);
    for pid in [&idle[0], &idle[1], &collector] {
        let found = all.iter().find(|row| row[0] == **pid);
        let row = found.unwrap_or_else(|| panic!("{pid} is missing in {all:?}"));
        assert_eq!(row[1..], ["Extension", "Extension", "0"]);
    }

    // What was: the lock's row for each look, 10 ms apart.
    let seen = wait_for("a history of all", || {
        let rows = history(&probe);
        let of_the_lock = rows.iter().filter(|row| row[0] == waiting && row[2] == "Lock").count();
        let has_all = idle.iter().all(|pid| rows.iter().any(|row| row[0] == *pid));
        (of_the_lock > 50 && has_all).then_some(rows)
    });
    let (mut last, mut has_lock) = (String::new(), false);
    for row in &seen {
        let is_lock = row[2..] == ["Lock", "advisory", "0"];
        // The collector looks whether a process waits, and then for what: it may be over by then.
        let is_other = row[2..] == ["Extension", "Extension", "0"] || row[2..] == ["", "", "0"];
        if row[0] == waiting {
            // Before it was told to take the lock it waited for that.
            assert!(is_lock || (is_other && !has_lock), "{row:?}");
            has_lock = is_lock;
        } else if idle.contains(&row[0]) {
            assert!(is_other, "{row:?}");
        } else {
            // Callers, who wait for the collector.
            assert!(!is_lock, "{row:?}");
        }
        assert!(row[1] >= last, "{row:?} comes after {last}");
        row[1].clone_into(&mut last);
    }

    // How often: more and more, and again from nothing.
    let seconds = env::var("PGBGW_WAIT_SAMPLING_SECONDS").map_or(2, |text| text.parse().unwrap());
    let (before, start) = (count(&probe, &waiting, "Lock", "advisory"), Instant::now());
    let end = start + Duration::from_secs(seconds);
    wait_for_long(end);
    let after = count(&probe, &waiting, "Lock", "advisory");
    let passed = start.elapsed().as_millis();
    let most = u64::try_from(passed / 10 + 10).unwrap();
    let looked = after - before;
    // A machine may be slow, but no more is looked than was asked for.
    assert!(looked >= most / 20 && looked <= most, "{looked} looks in {passed} ms");
    wait_for("a new profile", || {
        assert!(rows(&probe, "reset_profile", &[]).is_empty());
        (count(&probe, &waiting, "Lock", "advisory") < after / 2).then_some(())
    });
}

/// Waits for a moment that may be far away.
fn wait_for_long(moment: Instant) {
    while let Some(left) = moment.checked_duration_since(Instant::now()) {
        std::thread::sleep(left);
    }
}

#[test]
fn it_survives_reloads_and_crashes_and_ends_for_good() {
    let Some(module) = module() else { return };
    let mut probe = started(&module, "");
    wait_for("a history", || (!history(&probe).is_empty()).then_some(()));

    // A reload is heard of: looks become rarer, 1 s apart.
    probe.append_conf("pg_wait_sampling.history_period = 1000");
    probe.signal(Signal::SIGHUP);
    let before = pid(&probe, COLLECTOR);
    wait_for("a history with less in it", || {
        let rows = history(&probe);
        let waiting = pid(&probe, "puppet B");
        let mut moments: Vec<&str> =
            rows.iter().filter(|row| row[0] == waiting).map(|row| &*row[1]).collect();
        moments.sort_unstable();
        let seconds: Vec<f64> = moments.iter().map(|text| seconds_of(text)).collect();
        let apart = seconds.windows(2).next_back().map(|pair| pair[1] - pair[0]);
        // A minute may have begun meanwhile.
        apart.is_some_and(|apart| apart.rem_euclid(60.0) > 0.9).then_some(())
    });
    assert_eq!(pid(&probe, COLLECTOR), before);

    // A crash empties what it had, and it collects again.
    kill(probe.running("puppet B"), Signal::SIGKILL).unwrap();
    probe.wait_for_log("LOG:  all server processes terminated; reinitializing\n");
    let after = wait_for("another collector", || {
        let row = probe.worker(COLLECTOR).filter(|row| row["state"] == "running")?;
        let pid = row["pid"].to_string();
        (pid != before).then_some(pid)
    });
    assert_ne!(after, before);
    let all = rows(&probe, "get_current", &["--arg", "int4", "--returns", CURRENT]);
    assert!(all.iter().any(|row| row[0] == after), "{all:?}");

    // SIGTERM ends it, and nobody answers for it any more.
    kill(probe.running(COLLECTOR), Signal::SIGTERM).unwrap();
    probe.wait_for_log("LOG:  pg_wait_sampling collector shutting down\n");
    wait_for("its end", || probe.worker(COLLECTOR).is_none().then_some(()));
    assert_eq!(probe.stop(Signal::SIGINT), Some(0));

    // A restart brings it back.
    probe.start();
    wait_for("a history after a restart", || (!history(&probe).is_empty()).then_some(()));
    assert_eq!(probe.stop(Signal::SIGINT), Some(0));
    assert!(!probe.log().contains("ERROR"), "{}", probe.log());
}

/// The seconds within a minute of a moment.
fn seconds_of(text: &str) -> f64 {
    let seconds = text.rsplit(':').next().unwrap();
    let end = seconds.find(['+', '-']).unwrap_or(seconds.len());
    seconds[..end].parse().unwrap()
}

/// What a moment of waiting is called, but for who waits.
fn events<'a>(rows: impl Iterator<Item = &'a [String]>) -> BTreeSet<(String, String)> {
    rows.map(|row| (row[0].clone(), row[1].clone())).collect()
}

#[test]
fn its_rows_are_those_that_it_gives_in_postgresql() {
    let (Some(module), Some(installed)) = (module(), needs::postgres17()) else { return };
    let folder = module.parent().unwrap().join("../../../../share/postgresql/17/extension");
    let script = folder.join("pg_wait_sampling--1.1.sql");
    let Some(()) = needs::file(&script, "pg_wait_sampling's SQL part is not beside it") else {
        return;
    };
    assert!(needs::psql().is_some());
    let dir = readable_dir();
    let workers = module_for_server(WORKERS, &cc::includes()[0], dir.path());
    let library = dir.path().join("pg_wait_sampling.so");
    fs::copy(&module, &library).unwrap();
    let mut server = Server::prepare(&installed);
    let facts = server.socket().join("facts");
    server.run(&[
        format!("shared_preload_libraries={},{}", library.display(), workers.display()),
        format!("dynamic_library_path={}:$libdir", dir.path().display()),
        format!("{WORKERS}.scenario=hang"),
        format!("{WORKERS}.output={}", facts.display()),
    ]);
    server.wait_until_ready();
    wait_for("a worker that waits inside", || {
        fs::read_to_string(&facts).ok().filter(|facts| facts.contains("B waits")).map(drop)
    });
    let script = fs::read_to_string(script).unwrap();
    let script = script.replace("MODULE_PATHNAME", library.to_str().unwrap());
    let statements: Vec<&str> = script.lines().filter(|line| !line.starts_with('\\')).collect();
    server.sql("postgres", &statements.join("\n"));

    let probe = started(&module, "");
    for (function, arguments) in
        [("get_current", &["--arg", "int4"][..]), ("get_history", &[]), ("get_profile", &[])]
    {
        // The columns as the extension itself declares them.
        let columns = server.sql(
            "postgres",
            &format!(
                "SELECT string_agg(name || ' ' || type::regtype, ', ' ORDER BY place) FROM pg_proc, \
                 unnest(proargnames, proallargtypes, proargmodes) WITH ORDINALITY AS all_(name, type, mode, place) \
                 WHERE proname = 'pg_wait_sampling_{function}' AND mode = 'o'"
            ),
        );
        let returns = format!("SETOF ({columns})");
        let arguments = [arguments, &["--returns", &returns]].concat();
        // What PostgreSQL's own processes wait for, nobody here does.
        let shown = wait_for("as much inside", || {
            let from = format!("pg_wait_sampling_{}", function.trim_start_matches("get_"));
            let sql = format!(
                "SELECT DISTINCT event_type, event FROM {from} WHERE event_type IN ('Lock', 'Extension')"
            );
            let text = server.sql("postgres", &sql);
            let rows: Vec<Vec<String>> =
                text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect();
            (rows.len() == 2).then(|| events(rows.iter().map(Vec::as_slice)))
        });
        let at = if function == "get_history" { 2 } else { 1 };
        let found = wait_for("as much outside", || {
            let rows = rows(&probe, function, &arguments);
            let waits = rows.iter().filter(|row| ["Lock", "Extension"].contains(&&*row[at]));
            let found = events(waits.map(|row| &row[at..]));
            (found.len() == 2).then_some(found)
        });
        assert_eq!(found, shown, "{function}");
    }
}
