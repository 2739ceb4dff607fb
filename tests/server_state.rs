//! Start times follow the state of the database server, which a monitor watches.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::path::Path;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use common::host::{Host, wait_for};
use common::server::Server;
use common::{cc, needs};

const READY: &str = "LOG:  database server is ready to accept connections";
const READ_ONLY: &str = "LOG:  database server is ready to accept read-only connections";
const UNREACHABLE: &str = "LOG:  database server is unreachable";

/// A postmaster, not started yet, with a worker for each start time.
fn host(server: &Server, include: &Path, conf: &str) -> Host {
    let socket = server.socket();
    let host = Host::new(&format!(
        "shared_preload_libraries = 'starts'\nlog_line_prefix = ''\n\
         pgbgw.conninfo = 'host={} user=postgres'\npgbgw.server_check_interval = 1s\n{conf}",
        socket.display()
    ));
    host.add_module("starts", include);
    host
}

/// The row of `pgbgw status --json` on the server.
fn server(host: &Host) -> serde_json::Value {
    let output = host.command("status", &["--json"]);
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    all["database"].clone()
}

fn monitor(host: &Host) -> Pid {
    wait_for("a monitor", || {
        let pid = server(host)["monitor_pid"].as_i64()?;
        Some(Pid::from_raw(i32::try_from(pid).unwrap()))
    })
}

#[test]
fn workers_start_as_the_server_comes_up_and_is_promoted() {
    let Some(installed) = needs::postgres17() else { return };
    for include in cc::includes() {
        let mut postgres = Server::prepare(&installed);
        let mut host = host(&postgres, &include, "");
        host.start();
        host.wait_for_log("starts: first runs, in recovery: yes");
        let log = host.wait_for_log(
            "LOG:  background worker \"finished\" waits for the database server to accept connections",
        );
        assert!(log.contains(UNREACHABLE), "{log}");
        assert!(log.contains("DETAIL:  connection to server on socket"), "{log}");
        for name in ["consistent", "finished"] {
            let row = host.worker(name).unwrap();
            assert_eq!(row["state"], "waiting");
            assert_eq!(row["waits_for"], "the database server to accept connections");
        }
        postgres.write("standby.signal", "");
        postgres.run(&["hot_standby=off".to_owned()]);
        let log = host.wait_for_log("LOG:  database server does not accept connections yet");
        assert!(!log.contains("starts: consistent runs"), "{log}");
        postgres.stop(Signal::SIGINT);
        postgres.run(&[]);
        host.wait_for_log("starts: consistent runs, in recovery: yes");
        let log = host.wait_for_log(
            "LOG:  background worker \"finished\" waits for the end of the database server's recovery",
        );
        assert!(log.contains(READ_ONLY) && !log.contains("starts: finished runs"), "{log}");
        assert_eq!(server(&host)["state"], "in recovery");
        postgres.promote();
        let log = host.wait_for_log("starts: finished runs, in recovery: no");
        assert!(log.contains(READY), "{log}");
        assert_eq!(server(&host)["state"], "read-write");
        for text in ["\"finished\" waits for the database server to accept", READY, READ_ONLY] {
            assert_eq!(log.matches(text).count(), 1, "told once: {log}");
        }
    }
}

#[test]
fn a_server_that_goes_away_leaves_running_workers_alone_and_new_ones_wait() {
    let Some(installed) = needs::postgres17() else { return };
    let mut postgres = Server::start(&installed, &[]);
    let mut host = host(&postgres, &cc::includes()[0], "pgbgw.server_check_interval = 1h");
    host.start();
    let finished = host.running("finished");
    host.running("consistent");
    assert_eq!(host.log().matches(" waits for ").count(), 0, "{}", host.log());
    postgres.stop(Signal::SIGQUIT);
    host.wait_for_log(UNREACHABLE);
    assert_eq!(host.running("finished"), finished);
    kill(finished, Signal::SIGTERM).unwrap();
    host.wait_for_log("background worker \"finished\" waits for the database server");
    host.running("consistent");
    host.running("first");
    postgres.run(&[]);
    let log = host.wait_for_log_count("starts: finished runs, in recovery: no", 2);
    assert_eq!(log.matches(READY).count(), 2, "{log}");
    assert_eq!(log.matches("starts: consistent runs").count(), 1, "{log}");
}

#[test]
fn the_monitor_is_no_worker_and_is_replaced_when_it_dies() {
    let Some(installed) = needs::postgres17() else { return };
    let postgres = Server::start(&installed, &[]);
    let mut host = host(&postgres, &cc::includes()[0], "");
    host.start();
    let worker = host.running("finished");
    let before = monitor(&host);
    assert_eq!(host.ps().len(), 3);
    kill(before, Signal::SIGKILL).unwrap();
    wait_for("another monitor", || (monitor(&host) != before).then_some(()));
    let log = host.wait_for_log_count(READY, 2);
    let end = format!("database monitor process (PID {before}) was terminated by signal 9: Killed");
    assert!(log.contains(&end), "{log}");
    assert!(!log.contains("terminating any other active server processes"), "{log}");
    assert_eq!(host.running("finished"), worker);
    let now = monitor(&host);
    assert_eq!(host.stop(Signal::SIGTERM), Some(0));
    assert!(!Path::new(&format!("/proc/{now}")).exists());
}

#[test]
fn a_crash_passes_the_monitor_by() {
    let Some(installed) = needs::postgres17() else { return };
    let postgres = Server::start(&installed, &[]);
    let mut host = host(&postgres, &cc::includes()[0], "");
    host.start();
    let (worker, before) = (host.running("finished"), monitor(&host));
    kill(worker, Signal::SIGKILL).unwrap();
    host.wait_for_log_count("starts: finished runs, in recovery: no", 2);
    assert_eq!(monitor(&host), before);
    assert_eq!(server(&host)["state"], "read-write");
}

#[test]
fn a_monitor_that_is_not_let_in_keeps_nobody_waiting() {
    let Some(installed) = needs::postgres17() else { return };
    let postgres = Server::start(&installed, &[]);
    let conf = format!("pgbgw.conninfo = 'host={} user=nobody'", postgres.socket().display());
    let mut host = host(&postgres, &cc::includes()[0], &conf);
    host.start();
    let log = host.wait_for_log("starts: finished runs, in recovery: no");
    assert!(log.contains("LOG:  the state of the database server cannot be looked at"), "{log}");
    assert!(log.contains("DETAIL:  role \"nobody\" does not exist"), "{log}");
}

#[test]
fn the_interval_is_reloaded() {
    let Some(installed) = needs::postgres17() else { return };
    let mut postgres = Server::prepare(&installed);
    postgres.write("standby.signal", "");
    postgres.run(&[]);
    postgres.wait_until_ready();
    let mut host = host(&postgres, &cc::includes()[0], "pgbgw.server_check_interval = 1h");
    host.start();
    host.running("consistent");
    postgres.promote();
    postgres.wait_for_log_count("database system is ready to accept connections", 1);
    assert_eq!(server(&host)["state"], "in recovery");
    host.append_conf("pgbgw.server_check_interval = 100ms");
    host.signal(Signal::SIGHUP);
    host.wait_for_log("starts: finished runs, in recovery: no");
}

#[test]
fn a_standby_that_lets_nobody_in_any_more_is_still_one() {
    let (Some(installed), Some(())) = (needs::postgres17(), needs::psql()) else { return };
    let mut postgres = Server::prepare(&installed);
    postgres.write("standby.signal", "");
    postgres.run(&[]);
    postgres.wait_until_ready();
    let conf = "pgbgw.server_check_interval = 100ms";
    let mut host = host(&postgres, &cc::includes()[0], conf);
    host.start();
    host.wait_for_log(READ_ONLY);
    postgres.write("pg_hba.conf", "local all all reject\n");
    kill(postgres.pid(), Signal::SIGHUP).unwrap();
    postgres.wait_for_log_count("received SIGHUP, reloading configuration files", 1);
    // The session of the monitor is not asked again: it has to be a new one.
    kill(monitor(&host), Signal::SIGKILL).unwrap();
    let log = host.wait_for_log("LOG:  the state of the database server cannot be looked at");
    assert!(log.contains("DETAIL:  pg_hba.conf rejects connection"), "{log}");
    postgres.wait_for_log_count("pg_hba.conf rejects connection", 4);
    assert!(!host.log().contains("starts: finished runs"), "{}", host.log());
}

#[test]
fn without_a_server_there_is_nothing_to_watch() {
    let mut host = Host::new("shared_preload_libraries = 'starts'\nlog_line_prefix = ''");
    host.add_module("starts", &cc::includes()[0]);
    host.start();
    host.wait_for_log("starts: finished runs, in recovery: no");
    host.wait_for_log("starts: consistent runs, in recovery: no");
    assert_eq!(server(&host)["state"], "none");
    assert!(server(&host)["monitor_pid"].is_null());
}

#[test]
fn the_postmaster_takes_the_monitor_along() {
    let Some(installed) = needs::postgres17() else { return };
    let postgres = Server::start(&installed, &[]);
    let mut host = host(&postgres, &cc::includes()[0], "");
    host.start();
    let monitor = monitor(&host);
    host.kill();
    wait_for("the monitor's end", || {
        (!Path::new(&format!("/proc/{monitor}")).exists()).then_some(())
    });
}
