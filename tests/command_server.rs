//! The command and a postmaster: start, status, ps, reload, restart, stop.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use common::command::{self, Site};
use common::{cc, host};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

#[test]
fn start_status_reload_stop() {
    let site = Site::new("");
    site.start(&[]);
    let pid = site.pid().unwrap();
    let status = site.pgbgw(&["status"]).succeeded();
    assert_eq!(status, format!("pgbgw: server is running (PID: {pid})\n"));
    assert_eq!(site.pgbgw(&["ps", "--json"]).succeeded(), "[]\n");
    let table = site.pgbgw(&["ps"]).succeeded();
    assert!(table.starts_with("NAME"), "{table}");

    let said = site.pgbgw(&["start"]).failed(1);
    assert!(said.contains("another server is running"), "{said}");

    assert_eq!(site.pgbgw(&["reload"]).succeeded(), "server signaled\n");
    site.wait_for_log("received SIGHUP, reloading configuration files");

    let done = site.pgbgw(&["stop"]);
    let text = "waiting for server to shut down... done\nserver stopped\n";
    assert_eq!(done.succeeded(), text);
    site.wait_for_log("received fast shutdown request");
    assert_eq!(site.pgbgw(&["status"]).code, Some(3));
}

#[test]
fn each_mode_stops() {
    let site = Site::new("");
    for mode in ["smart", "fast", "immediate"] {
        site.start(&[]);
        site.stop(mode);
        site.wait_for_log(&format!("received {mode} shutdown request"));
    }
}

#[test]
fn a_failing_start_says_where_to_look() {
    let site = Site::new("nosuch = 1\nmax_worker_processes = x");
    let log = site.log_path();
    let done = site.pgbgw(&["start", "-l", log.to_str().unwrap()]);
    assert!(done.stdout.ends_with(" stopped waiting\n"), "{done:?}");
    let said = done.failed(1);
    let examine = format!("Examine the log output in \"{}\".\n", log.display());
    assert!(said.starts_with("pgbgw: could not start server"), "{said}");
    assert!(said.ends_with(&examine), "{said}");
    let log = site.log();
    assert!(log.contains("LOG:  unrecognized configuration parameter \"nosuch\""), "{log}");
    assert!(log.contains("FATAL:  configuration file \""), "{log}");
}

#[test]
fn a_log_file_that_cannot_be_opened_is_named() {
    let site = Site::new("");
    let log = site.home().join("nosuch/log");
    let said = site.pgbgw(&["start", "-l", log.to_str().unwrap()]).failed(1);
    let text = format!(
        "pgbgw: could not open log file \"{}\": No such file or directory\n",
        log.display()
    );
    assert_eq!(said, text);
}

#[test]
fn settings_of_the_command_line_beat_the_file() {
    let site = Site::new("log_line_prefix = 'file: '");
    site.start(&["-c", "log-line-prefix=argv: "]);
    site.stop("fast");
    let log = site.log();
    assert!(log.lines().all(|line| line.starts_with("argv: ")), "{log}");
    for (setting, text) in [
        ("nosuch=1", "FATAL:  unrecognized configuration parameter \"nosuch\""),
        ("work_mem=1xB", "FATAL:  invalid value for parameter \"work_mem\": \"1xB\""),
        ("work_mem", "FATAL:  -c work_mem requires a value"),
        ("pgbgw.nosuch=1", "FATAL:  invalid configuration parameter name \"pgbgw.nosuch\""),
    ] {
        let said = site.pgbgw(&["run", "-c", setting]).failed(1);
        assert!(said.contains(text), "{setting}: {said}");
    }
}

#[test]
fn a_restart_repeats_how_it_was_started() {
    let site = Site::new("");
    site.start(&["-c", "log_line_prefix=kept %p: "]);
    let first = site.pid().unwrap();
    site.pgbgw(&["restart"]).succeeded();
    let second = site.pid().unwrap();
    assert_ne!(first, second);
    site.wait_for_log(&format!("kept {second}: LOG:  starting pgbgw"));
    site.stop("fast");
    let done = site.pgbgw(&["restart", "-c", "log_line_prefix=new: "]);
    assert!(done.stderr.contains("no server running\ntrying to start server anyway"), "{done:?}");
    done.succeeded();
    site.wait_for_log("new: LOG:  starting pgbgw");
}

#[test]
fn a_reload_takes_the_good_and_tells_the_bad() {
    let site = Site::new("log_line_prefix = 'one: '\nmax_worker_processes = 9\nwork_mem = 5MB\n");
    site.start(&[]);
    let conf = site.conf().replace("'one: '", "'two: '").replace("= 9", "= 10");
    site.set_conf(&conf.replace("work_mem = 5MB", "restart_after_crash = perhaps"));
    site.pgbgw(&["reload"]).succeeded();
    site.wait_for_log("contains errors; unaffected changes were applied");
    let log = site.log();
    for line in [
        "two: LOG:  parameter \"log_line_prefix\" changed to \"two: \"",
        "two: LOG:  parameter \"max_worker_processes\" cannot be changed without restarting the server",
        "two: LOG:  parameter \"restart_after_crash\" requires a Boolean value",
        "LOG:  parameter \"work_mem\" removed from configuration file, reset to default",
    ] {
        assert!(log.contains(line), "{line}\n{log}");
    }
    site.set_conf("oops oops oops\n");
    site.pgbgw(&["reload"]).succeeded();
    site.wait_for_log("line 1, near token \"oops\"");
    site.wait_for_log("contains errors; no changes were applied");
    site.stop("fast");
}

#[test]
fn a_killed_postmaster_leaves_nothing_that_hinders() {
    let site = Site::new("");
    site.start(&[]);
    kill(Pid::from_raw(site.pid().unwrap()), Signal::SIGKILL).unwrap();
    host::wait_for("its end", || (site.pgbgw(&["status"]).code == Some(3)).then_some(()));
    site.start(&[]);
    site.stop("fast");
}

#[test]
fn a_data_directory_open_to_others_is_refused() {
    let site = Site::new("");
    fs::set_permissions(site.data(), fs::Permissions::from_mode(0o755)).unwrap();
    let said = site.pgbgw(&["run"]).failed(1);
    assert!(said.contains("has invalid permissions"), "{said}");
}

#[test]
fn run_stays_in_the_foreground() {
    let site = Site::new("");
    let log = fs::File::create(site.log_path()).unwrap();
    let mut run = host::pgbgw(["run".as_ref(), "-D".as_ref(), site.data().as_os_str()]);
    let mut child = run.stderr(log).spawn().unwrap();
    site.wait_for_log("ready to start background workers");
    let pid = i32::try_from(child.id()).unwrap();
    assert_eq!(site.pid(), Some(pid));
    kill(Pid::from_raw(pid), Signal::SIGTERM).unwrap();
    assert_eq!(command::wait(&mut child).code(), Some(0));
}

#[test]
fn workers_are_listed_terminated_and_revived() {
    let site = Site::new("");
    let module = site.home().join("idle.so");
    let source = cc::root().join("c_tests/modules/idle.c");
    cc::compile_module(&source, &module, &cc::our_include()).unwrap();
    site.set_conf(&format!(
        "{}\npgbgw.libdir = '{}'\nshared_preload_libraries = 'idle'\n",
        site.conf(),
        site.home().display()
    ));
    site.start(&[]);
    let row = || -> Option<Value> {
        let all: Value = serde_json::from_str(&site.pgbgw(&["ps", "--json"]).succeeded()).unwrap();
        all.as_array().unwrap().first().cloned()
    };
    let running = |not: &Value| {
        host::wait_for("a running worker", || {
            row().filter(|row| row["state"] == "running" && row["pid"] != *not)
        })
    };
    let first = running(&Value::Null);
    for (key, value) in [
        ("name", Value::from("idle")),
        ("type", "idle".into()),
        ("library", "idle".into()),
        ("function", "idle_main".into()),
        ("flags", 1.into()),
        ("start_time", "RecoveryFinished".into()),
        ("restart_time", 1.into()),
        ("starts", 1.into()),
        ("last_exit", Value::Null),
        ("restart_in_s", Value::Null),
    ] {
        assert_eq!(first[key], value, "{key}: {first}");
    }
    let since = first["since"].as_str().unwrap();
    assert!(since.starts_with("20") && since.ends_with('Z'), "{since}");
    let table = site.pgbgw(&["ps"]).succeeded();
    let cells: Vec<Vec<&str>> =
        table.lines().map(|line| line.split_whitespace().collect()).collect();
    let pid = first["pid"].to_string();
    assert_eq!(cells[0], ["NAME", "TYPE", "PID", "STATE", "STARTS", "LAST", "EXIT", "SINCE"]);
    assert_eq!(cells[1][..6], ["idle", "idle", &pid, "running", "1", "-"]);

    let said = site.pgbgw(&["revive", "idle"]).failed(1);
    assert!(said.starts_with("ERROR:  "), "{said}");
    assert_eq!(site.pgbgw(&["terminate", &pid]).succeeded(), "worker signaled\n");
    host::wait_for("no worker", || row().is_none().then_some(()));
    assert_eq!(site.pgbgw(&["revive", "idle"]).succeeded(), "worker revived\n");
    let second = running(&first["pid"]);
    site.pgbgw(&["terminate", second["name"].as_str().unwrap()]).succeeded();
    host::wait_for("no worker", || row().is_none().then_some(()));
    site.stop("fast");
}

#[test]
fn unknown_workers_are_told() {
    let site = Site::new("");
    site.start(&[]);
    for operation in ["terminate", "revive"] {
        let said = site.pgbgw(&[operation, "no\tsuch"]).failed(1);
        assert!(said.starts_with("ERROR:  "), "{said}");
        assert!(said.contains("does not exist"), "{said}");
    }
}
