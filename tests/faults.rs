//! What may go wrong between a worker and its server, each with what the log says, how the worker
//! ends, and that it starts again: killing a worker, or the postmaster, never disturbs the server;
//! killing the server never ends the postmaster.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use common::host::{Host, wait_for};
use common::server::Server;
use common::{cc, needs};

/// What a test has a worker do for ever, in a transaction that has written.
const OPEN: &str = "INSERT INTO things VALUES (1)|SELECT pg_sleep(600)";
const SLEEPS: &str = "LOG:  00000: faults: runs SELECT pg_sleep(600)";
const TERMINATED: &str = "FATAL:  57P01: terminating connection due to administrator command";
const COMMITTED: &str = "LOG:  00000: faults: committed";
/// How each of these workers ends.
const ENDS: &str = "LOG:  00000: background worker \"faults\" (PID ";
const CODE: &str = ") exited with exit code 1";

fn installed() -> Option<PathBuf> {
    needs::psql()?;
    needs::postgres17()
}

/// A server with a table.
fn server(installed: &Path) -> Server {
    let server = Server::start(installed, &[]);
    server.sql("postgres", "CREATE TABLE things (id int)");
    server
}

/// A postmaster, not started yet, whose worker connects to the servers of these folders.
fn host_of(folders: &str, statements: &str, conf: &str) -> Host {
    host_with(folders, statements, conf, &cc::includes()[0])
}

fn host_with(folders: &str, statements: &str, conf: &str, include: &Path) -> Host {
    let host = Host::new(&format!(
        "shared_preload_libraries = 'faults'\nlog_line_prefix = ''\nlog_error_verbosity = verbose\n\
         pgbgw.conninfo = 'host={folders} user=postgres'\npgbgw.server_check_interval = 1s\n\
         faults.statements = '{statements}'\n{conf}"
    ));
    host.add_module("faults", include);
    host
}

fn host(server: &Server, statements: &str, conf: &str) -> Host {
    host_of(&server.socket().display().to_string(), statements, conf)
}

/// Starts the postmaster; the log once the worker has ended with this line twice, and so was
/// started again.
fn fails_again_and_again(host: &mut Host, line: &str) -> String {
    host.start();
    let log = host.wait_for_log_count(line, 2);
    assert!(log.contains(ENDS) && log.contains(CODE), "{log}");
    assert!(!log.contains("terminating any other active server processes"), "{log}");
    log
}

#[test]
fn a_server_that_is_killed_in_a_transaction_ends_the_worker_which_waits_for_it() {
    let Some(installed) = installed() else { return };
    let mut server = server(&installed);
    let mut host = host(&server, OPEN, "");
    host.start();
    host.wait_for_log(SLEEPS);
    server.stop(Signal::SIGQUIT);
    let log = host.wait_for_log(
        "LOG:  00000: background worker \"faults\" waits for the database server to accept connections",
    );
    assert!(
        log.contains("WARNING:  57P01: terminating connection due to immediate shutdown command"),
        "{log}"
    );
    assert!(log.contains("FATAL:  08006: server closed the connection unexpectedly"), "{log}");
    assert!(log.contains(ENDS) && log.contains(CODE), "{log}");
    server.run(&[]);
    server.wait_until_ready();
    host.wait_for_log_count(SLEEPS, 2);
    assert_eq!(server.sql("postgres", "SELECT count(*) FROM things"), "0");
    assert_eq!(host.stop(Signal::SIGINT), Some(0));
}

#[test]
fn a_server_that_was_restarted_is_noticed_with_the_next_statement() {
    let Some(installed) = installed() else { return };
    for include in cc::includes() {
        let mut server = server(&installed);
        let folder = server.socket().display().to_string();
        let mut host = host_with(&folder, "INSERT INTO things VALUES (1)", "", &include);
        host.start();
        host.wait_for_log(COMMITTED);
        let worker = host.running("faults");
        server.stop(Signal::SIGINT);
        server.run(&[]);
        server.wait_until_ready();
        assert_eq!(host.running("faults"), worker);
        host.signal(Signal::SIGHUP);
        let log = host.wait_for_log_count(COMMITTED, 2);
        assert!(log.contains(TERMINATED), "{log}");
        assert!(log.contains(ENDS) && log.contains(CODE), "{log}");
        assert_eq!(server.sql("postgres", "SELECT count(*) FROM things"), "2");
    }
}

#[test]
fn a_worker_follows_the_primary_to_a_promoted_standby() {
    let Some(installed) = installed() else { return };
    let mut primary = server(&installed);
    primary.stop(Signal::SIGINT);
    let mut standby = primary.copy();
    standby.write("standby.signal", "");
    primary.run(&[]);
    primary.wait_until_ready();
    let conninfo = format!("primary_conninfo=host={} user=postgres", primary.socket().display());
    standby.run(&[conninfo]);
    standby.wait_for_log_count("ready to accept read-only connections", 1);
    // The standby comes first in the list.
    let folders = format!("{},{}", standby.socket().display(), primary.socket().display());
    let folders = format!("{folders} target_session_attrs=read-write");
    let mut host = host_of(&folders, "INSERT INTO things VALUES (1)", "");
    host.start();
    host.wait_for_log(COMMITTED);
    let count = |server: &Server| server.sql("postgres", "SELECT count(*) FROM things");
    assert_eq!(count(&primary), "1");
    wait_for("the row in the standby", || (count(&standby) == "1").then_some(()));
    primary.stop(Signal::SIGQUIT);
    host.wait_for_log("LOG:  08001: database server is unreachable");
    host.signal(Signal::SIGHUP);
    host.wait_for_log("background worker \"faults\" waits for the database server");
    standby.promote();
    host.wait_for_log_count(COMMITTED, 2);
    assert_eq!(count(&standby), "2");
}

#[test]
fn a_refusal_is_a_fatal_error_in_the_servers_words() {
    let Some(installed) = installed() else { return };
    let mut server = Server::prepare(&installed);
    server.write("pg_hba.conf", "local all secure scram-sha-256\nlocal all all trust\n");
    server.run(&[]);
    server.wait_until_ready();
    let sql = "CREATE ROLE secure LOGIN PASSWORD 'right'; CREATE ROLE crowded LOGIN CONNECTION LIMIT 0; \
               CREATE ROLE outside NOLOGIN";
    server.sql("postgres", sql);
    for (conf, line) in [
        ("faults.user = crowded", "FATAL:  53300: too many connections for role \"crowded\""),
        ("faults.user = outside", "FATAL:  28000: role \"outside\" is not permitted to log in"),
        ("faults.database = nowhere", "FATAL:  3D000: database \"nowhere\" does not exist"),
    ] {
        fails_again_and_again(&mut host(&server, "SELECT 1", conf), line);
    }
    let wrong = format!("{} password=wrong", server.socket().display());
    let mut host = host_of(&wrong, "SELECT 1", "faults.user = secure");
    let line = "FATAL:  28P01: password authentication failed for user \"secure\"";
    let log = fails_again_and_again(&mut host, line);
    assert!(!log.contains("wrong"), "{log}");
    let right = format!("{} password=right", server.socket().display());
    let mut host = host_of(&right, "SELECT 1", "faults.user = secure");
    host.start();
    host.wait_for_log(COMMITTED);
}

#[test]
fn a_statement_that_fails_is_an_error_and_ends_the_worker() {
    let Some(installed) = installed() else { return };
    let server = server(&installed);
    server.sql("postgres", "CREATE ROLE simple LOGIN");
    let denied = "ERROR:  42501: permission denied for table things";
    fails_again_and_again(&mut host(&server, "DELETE FROM things", "faults.user = simple"), denied);
    let slow = "SET LOCAL statement_timeout = 50|SELECT pg_sleep(600)";
    let late = "ERROR:  57014: canceling statement due to statement timeout";
    fails_again_and_again(&mut host(&server, slow, ""), late);
}

#[test]
fn a_session_that_is_terminated_ends_its_worker() {
    let Some(installed) = installed() else { return };
    let server = server(&installed);
    let mut host = host(&server, OPEN, "");
    host.start();
    host.wait_for_log(SLEEPS);
    let text = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'faults'";
    assert_eq!(server.sql("postgres", text), "1");
    let log = host.wait_for_log_count(SLEEPS, 2);
    assert!(log.contains(TERMINATED), "{log}");
    assert!(log.contains(ENDS) && log.contains(CODE), "{log}");
}

#[test]
fn a_server_that_crashes_and_recovers_gets_its_workers_back() {
    let Some(installed) = installed() else { return };
    let server = server(&installed);
    let mut host = host(&server, OPEN, "");
    host.start();
    host.wait_for_log(SLEEPS);
    let text = "SELECT pid FROM pg_stat_activity WHERE application_name = 'faults'";
    let session = server.sql("postgres", text).parse().unwrap();
    kill(Pid::from_raw(session), Signal::SIGKILL).unwrap();
    let log = host.wait_for_log_count(SLEEPS, 2);
    assert!(log.contains("FATAL:  08006: server closed the connection unexpectedly"), "{log}");
    assert!(log.contains("LOG:  08006: connection to the database server was lost"), "{log}");
    assert!(log.contains(ENDS) && log.contains(CODE), "{log}");
    assert!(!log.contains("terminating any other active server processes"), "{log}");
    assert!(server.log().contains("all server processes terminated; reinitializing"));
}

/// The server has lost a session in a transaction, and nothing else.
fn is_undisturbed(server: &Server) {
    let text = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'faults'";
    wait_for("the session's end", || (server.sql("postgres", text) == "0").then_some(()));
    assert_eq!(server.sql("postgres", "SELECT count(*) FROM things"), "0");
    let log = server.log();
    assert!(!log.contains("terminated by signal") && !log.contains("PANIC"), "{log}");
    assert_eq!(log.matches("ready to accept connections").count(), 1, "{log}");
}

#[test]
fn a_worker_that_is_killed_in_a_transaction_leaves_nothing_in_the_server() {
    let Some(installed) = installed() else { return };
    let server = server(&installed);
    // A worker that is started again would write again.
    let mut host = host(&server, OPEN, "restart_after_crash = off");
    host.start();
    host.wait_for_log(SLEEPS);
    kill(host.running("faults"), Signal::SIGKILL).unwrap();
    assert_eq!(host.wait().code(), Some(1));
    let log = host.log();
    assert!(log.contains("was terminated by signal 9: Killed"), "{log}");
    // The statement that the server runs ends when it next looks at its client.
    server.sql("postgres", "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE application_name = 'faults'");
    is_undisturbed(&server);
}

#[test]
fn a_postmaster_that_is_killed_leaves_the_server_undisturbed() {
    let Some(installed) = installed() else { return };
    let server = server(&installed);
    let mut host = host(&server, OPEN, "");
    host.start();
    host.wait_for_log(SLEEPS);
    host.kill();
    host.wait();
    is_undisturbed(&server);
}

/// Has a worker that runs start again while its server accepts connections but answers none; the
/// monitor has its own. The worker's new process.
fn connecting(server: &Server, host: &mut Host) -> Pid {
    host.start();
    host.wait_for_log(COMMITTED);
    let before = host.running("faults");
    kill(server.pid(), Signal::SIGSTOP).unwrap();
    kill(before, Signal::SIGTERM).unwrap();
    wait_for("another worker", || {
        let row = host.worker("faults").filter(|row| row["state"] == "running")?;
        let pid = Pid::from_raw(i32::try_from(row["pid"].as_i64()?).ok()?);
        (pid != before).then_some(pid)
    })
}

#[test]
fn a_server_that_does_not_answer_costs_the_time_that_the_connection_string_gives_it() {
    let Some(installed) = installed() else { return };
    let server = server(&installed);
    let folders = format!("{} connect_timeout=2", server.socket().display());
    let mut host = host_of(&folders, "SELECT 1", "pgbgw.server_check_interval = 1h");
    connecting(&server, &mut host);
    let line = format!(
        "FATAL:  08001: connection to server on socket \"{}/.s.PGSQL.5432\" failed: timeout expired",
        server.socket().display()
    );
    host.wait_for_log_count(&line, 2);
    kill(server.pid(), Signal::SIGCONT).unwrap();
    host.wait_for_log_count(COMMITTED, 2);
}

#[test]
fn the_next_host_of_the_list_is_tried_when_the_first_does_not_answer() {
    let Some(installed) = installed() else { return };
    let server = server(&installed);
    // Connections to it are made, and never answered.
    let silent = common::host::readable_dir();
    let path = silent.path().join(".s.PGSQL.5432");
    let _listener = UnixListener::bind(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
    let folders = format!("{},{}", silent.path().display(), server.socket().display());
    let mut host = host_of(&format!("{folders} connect_timeout=2"), "SELECT 1", "");
    host.start();
    let log = host.wait_for_log(COMMITTED);
    assert!(!log.contains("FATAL"), "{log}");
}

#[test]
fn a_worker_that_connects_can_be_terminated() {
    let Some(installed) = installed() else { return };
    let server = server(&installed);
    let mut host = host(&server, "SELECT 1", "pgbgw.server_check_interval = 1h");
    let worker = connecting(&server, &mut host);
    kill(worker, Signal::SIGTERM).unwrap();
    let line =
        "FATAL:  57P01: terminating background worker \"faults\" due to administrator command";
    host.wait_for_log_count(line, 2);
    assert_eq!(host.stop(Signal::SIGINT), Some(0), "the next one, too");
    kill(server.pid(), Signal::SIGCONT).unwrap();
}

#[test]
fn a_worker_that_connects_goes_with_the_postmaster() {
    let Some(installed) = installed() else { return };
    let server = server(&installed);
    let mut host = host(&server, "SELECT 1", "pgbgw.server_check_interval = 1h");
    let worker = connecting(&server, &mut host);
    host.kill();
    host.wait();
    wait_for("the worker's end", || {
        fs::read_link(format!("/proc/{worker}/cwd")).is_err().then_some(())
    });
    kill(server.pid(), Signal::SIGCONT).unwrap();
}
