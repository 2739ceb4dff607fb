//! A database server of pgbgw's own: `pgbgw.database = managed`.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use common::host::{Host, as_the_user, give, readable_dir, wait_for};
use common::{cc, command, needs};

const READY: &str = "LOG:  database server is ready to accept connections";

/// A postmaster with a managed server, and a worker for each start time.
fn host(installed: &Path, conf: &str) -> Host {
    let bin = installed.join("bin");
    let host = Host::new(&format!(
        "shared_preload_libraries = 'starts'\nlog_line_prefix = ''\n\
         pgbgw.database = managed\npgbgw.postgres_bindir = '{}'\n{conf}",
        bin.display()
    ));
    host.add_module("starts", &cc::includes()[0]);
    host
}

fn server(host: &Host) -> Value {
    let output = host.command("status", &["--json"]);
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    all["database"].clone()
}

fn pid(row: &Value) -> Pid {
    Pid::from_raw(i32::try_from(row.as_i64().unwrap()).unwrap())
}

/// The server, once it is there.
fn running(host: &Host) -> Pid {
    wait_for("a managed server", || {
        let row = server(host);
        (row["state"] == "read-write" && row["pid"].is_i64()).then(|| pid(&row["pid"]))
    })
}

fn is_gone(pid: Pid) -> Option<()> {
    // What nobody has reaped yet works nowhere.
    fs::read_link(format!("/proc/{pid}/cwd")).is_err().then_some(())
}

fn log_of_server(host: &Host) -> String {
    fs::read_to_string(host.data().join("postgresql.log")).unwrap_or_default()
}

#[test]
fn a_server_is_made_once_started_before_the_workers_and_stopped_after_them() {
    let Some(installed) = needs::postgres17() else { return };
    let mut host = host(&installed, "");
    host.start();
    host.wait_for_log("starts: finished runs, in recovery: no");
    let log = host.wait_for_log("starts: consistent runs, in recovery: no");
    assert!(log.contains("LOG:  making a database cluster in"), "{log}");
    assert!(log.find(READY) < log.find("starts: consistent runs"), "{log}");
    assert!(log.find("starts: first runs, in recovery: yes") < log.find(READY), "{log}");
    let server = running(&host);
    let cluster = host.data().join("postgresql");
    assert_eq!(fs::metadata(&cluster).unwrap().mode() & 0o7777, 0o700);
    assert_eq!(fs::metadata(host.data().join("postgresql.log")).unwrap().mode() & 0o777, 0o600);
    assert!(host.data().join(".s.PGSQL.5432").exists());
    let text = host.command("status", &[]).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains(&format!("database: read-write, managed (PID: {server})\n")), "{text}");
    let conninfo = format!(
        "conninfo: host={} port=5432 user=postgres dbname=postgres\n",
        host.data().display()
    );
    assert!(text.contains(&conninfo), "{text}");
    let ps = String::from_utf8(host.command("ps", &[]).stdout).unwrap();
    assert!(ps.ends_with(&format!("database: read-write, managed (PID: {server})\n")), "{ps}");
    if needs::psql().is_some() {
        let shown = host.command("psql", &["--", "-XAtc", "SELECT current_user, 1 + 1"]);
        assert_eq!(String::from_utf8_lossy(&shown.stdout), "postgres|2\n");
    }
    assert_eq!(host.stop(Signal::SIGINT), Some(0));
    assert_eq!(is_gone(server), Some(()));
    let told = log_of_server(&host);
    assert!(told.contains("received fast shutdown request"), "{told}");
    assert!(told.contains("database system is shut down"), "{told}");
    assert!(!told.contains("automatic recovery"), "{told}");
    host.start();
    let log = host.wait_for_log_count(READY, 2);
    assert_eq!(log.matches("making a database cluster").count(), 1, "{log}");
    let server = running(&host);
    assert_eq!(host.stop(Signal::SIGQUIT), Some(0));
    assert_eq!(is_gone(server), Some(()));
    let told = log_of_server(&host);
    assert!(told.contains("received immediate shutdown request"), "{told}");
}

#[test]
fn a_server_that_crashes_is_started_again_and_workers_wait() {
    let Some(installed) = needs::postgres17() else { return };
    let mut host = host(&installed, "");
    host.start();
    let (before, worker) = (running(&host), host.running("finished"));
    kill(before, Signal::SIGKILL).unwrap();
    let end = format!("LOG:  database server process (PID {before}) was terminated by signal 9");
    let log = host.wait_for_log(&end);
    assert!(log.contains("/postgresql.log\".\n"), "{log}");
    host.wait_for_log("LOG:  connection to the database server was lost");
    let log = host.wait_for_log_count(READY, 2);
    assert!(log.contains("LOG:  database server is unreachable"), "{log}");
    assert!(!log.contains("terminating any other active server processes"), "{log}");
    assert_eq!(host.running("finished"), worker);
    assert_ne!(running(&host), before);
}

#[test]
fn a_crash_of_a_worker_does_not_touch_the_server() {
    let Some(installed) = needs::postgres17() else { return };
    let mut host = host(&installed, "");
    host.start();
    host.wait_for_log("starts: finished runs");
    let (server, worker) = (running(&host), host.running("finished"));
    kill(worker, Signal::SIGKILL).unwrap();
    host.wait_for_log_count("starts: finished runs, in recovery: no", 2);
    assert_eq!(running(&host), server);
    let told = log_of_server(&host);
    assert_eq!(told.matches("ready to accept connections").count(), 1, "{told}");
}

#[test]
fn a_killed_postmaster_takes_the_server_along() {
    let Some(installed) = needs::postgres17() else { return };
    let mut host = host(&installed, "");
    host.start();
    let server = running(&host);
    host.kill();
    // The next start comes while it may still be shutting down.
    host.wait();
    host.start();
    let log = host.wait_for_log_count(READY, 2);
    assert_eq!(is_gone(server), Some(()));
    assert!(!log.contains("FATAL"), "{log}");
    let told = log_of_server(&host);
    assert!(told.contains("received fast shutdown request"), "{told}");
    assert!(!told.contains("automatic recovery"), "{told}");
}

/// Processes with the data directory on their command line, but for the postmaster.
fn left(host: &Host) -> Vec<String> {
    let data = host.data().display().to_string();
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(&data) && !line.contains("pgbgw run")).collect()
}

#[test]
fn the_making_of_a_cluster_can_be_broken_off_and_begins_anew() {
    let Some(installed) = needs::postgres17() else { return };
    let mut host = host(&installed, "");
    let making = "LOG:  making a database cluster in";
    let initdb = |host: &Host| {
        wait_for("initdb", || left(host).iter().any(|line| line.contains("initdb")).then_some(()));
    };
    host.start();
    initdb(&host);
    host.kill();
    host.wait();
    host.start();
    host.wait_for_log_count(making, 2);
    initdb(&host);
    assert_eq!(host.stop(Signal::SIGINT), Some(0));
    wait_for("nothing to be left", || left(&host).is_empty().then_some(()));
    // The last thing that initdb makes is the database postgres, with this number.
    assert!(!host.data().join("postgresql.new/base/5").exists(), "initdb went on");
    host.start();
    let log = host.wait_for_log(READY);
    assert_eq!(log.matches(making).count(), 3, "{log}");
    assert!(!host.data().join("postgresql.new").exists());
}

#[test]
fn settings_of_ones_own_are_reloaded_with_the_rest() {
    let (Some(installed), Some(())) = (needs::postgres17(), needs::psql()) else { return };
    let mut host = host(&installed, "");
    host.start();
    running(&host);
    let file = host.data().join("postgresql/postgresql.conf");
    let conf = fs::read_to_string(&file).unwrap();
    assert!(conf.ends_with("\ninclude = 'pgbgw.conf'\n"), "{conf}");
    fs::write(file, format!("{conf}work_mem = '5MB'\n")).unwrap();
    host.signal(Signal::SIGHUP);
    wait_for("the setting", || {
        let shown = host.command("psql", &["--", "-XAtc", "SHOW work_mem"]);
        (shown.stdout == b"5MB\n").then_some(())
    });
}

#[test]
fn a_program_with_a_manager_can_have_a_server_too() {
    let Some(installed) = needs::postgres17() else { return };
    let dir = readable_dir();
    let at = |name: &str| dir.path().join(name);
    fs::create_dir(at("include")).unwrap();
    // PostgreSQL's headers lack this one.
    fs::copy(cc::our_include().join("pgbgw.h"), at("include/pgbgw.h")).unwrap();
    fs::copy(cc::library_dir().join("libpgbgw.so"), at("libpgbgw.so")).unwrap();
    fs::create_dir(at("tmp")).unwrap();
    fs::set_permissions(at("tmp"), fs::Permissions::from_mode(0o777)).unwrap();
    let source = cc::root().join("c_tests/programs/database.c");
    let ours = format!("-I{}", at("include").display());
    for include in cc::includes() {
        cc::compile_linked(&source, &at("program"), &include, &["-rdynamic", &ours]).unwrap();
        let mut command = Command::new(at("program"));
        let bin = format!("pgbgw.postgres_bindir={}/bin", installed.display());
        command.args(["pgbgw.database=managed", &bin]).current_dir("/");
        command.env("LD_LIBRARY_PATH", dir.path()).env("TMPDIR", at("tmp")).env("LC_ALL", "C");
        as_the_user(&mut command);
        let done = command::run(&mut command);
        assert_eq!(done.code, Some(0), "{done:?}");
        assert!(done.stderr.contains("LOG:  database: 42\n"), "{done:?}");
        assert_eq!(fs::read_dir(at("tmp")).unwrap().count(), 0, "its data directory is gone");
        let works = |entry: &fs::DirEntry| {
            let cwd = fs::read_link(entry.path().join("cwd"));
            cwd.is_ok_and(|cwd| cwd.starts_with(dir.path()))
        };
        let left = fs::read_dir("/proc").unwrap().flatten().filter(works).count();
        assert_eq!(left, 0, "processes are left");
    }
}

#[test]
fn what_does_not_go_together_is_refused() {
    let Some(installed) = needs::postgres17() else { return };
    let empty = readable_dir();
    let nowhere = format!("pgbgw.postgres_bindir = '{}'", empty.path().display());
    for (conf, message, hint) in [
        (
            "pgbgw.conninfo = ''",
            "FATAL:  \"pgbgw.conninfo\" cannot be set when \"pgbgw.database\" is \"managed\"",
            "HINT:  Remove one of the two from the configuration.",
        ),
        (
            &nowhere,
            "FATAL:  could not find the programs of PostgreSQL 14 or later",
            "HINT:  Install the PostgreSQL server (on Debian and Ubuntu the package postgresql-17",
        ),
    ] {
        let mut host = host(&installed, conf);
        host.spawn();
        assert_eq!(host.wait().code(), Some(1));
        let log = host.log();
        assert!(log.contains(message) && log.contains(hint), "{log}");
    }
}

#[test]
fn a_cluster_of_another_version_is_not_touched() {
    let Some(installed) = needs::postgres17() else { return };
    let mut host = host(&installed, "");
    let cluster = host.data().join("postgresql");
    fs::create_dir(&cluster).unwrap();
    fs::write(cluster.join("PG_VERSION"), "15\n").unwrap();
    give(&cluster);
    host.spawn();
    assert_eq!(host.wait().code(), Some(1));
    let log = host.log();
    let message = "FATAL:  could not find the programs of PostgreSQL 15, which has made";
    assert!(log.contains(message), "{log}");
}

#[test]
fn a_data_directory_with_a_long_path_has_its_socket_elsewhere() {
    let Some(installed) = needs::postgres17() else { return };
    let mut host = host(&installed, "");
    let short = host.data();
    let long = short.parent().unwrap().join("d".repeat(100));
    fs::rename(&short, &long).unwrap();
    std::os::unix::fs::symlink(&long, &short).unwrap();
    host.start();
    running(&host);
    let conninfo = server(&host)["conninfo"].as_str().unwrap().to_owned();
    let folder = conninfo.strip_prefix("host=").and_then(|rest| rest.split(' ').next()).unwrap();
    let folder = PathBuf::from(folder);
    assert!(!folder.starts_with(&long), "{conninfo}");
    assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
    assert_eq!(host.stop(Signal::SIGINT), Some(0));
    assert!(!folder.exists(), "it is gone with the server");
}
