//! The command and workers: ps, terminate, revive.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::command::Site;
use common::host::wait_for;
use serde_json::Value;

/// A postmaster with the module `idle`, as the help of `pgbgw start` says.
fn site() -> Site {
    let site = Site::new("");
    let module = site.home().join("idle.so");
    let source = cc::root().join("c_tests/modules/idle.c");
    cc::compile_module(&source, &module, &cc::our_include()).unwrap();
    let path = format!("dynamic_library_path={}", site.home().display());
    site.start(&["-c", &path, "-c", "shared_preload_libraries=idle"]);
    site
}

fn workers(site: &Site) -> Vec<Value> {
    serde_json::from_str(&site.pgbgw(&["ps", "--json"]).succeeded()).unwrap()
}

/// Waits until the one worker runs.
fn running(site: &Site) -> Value {
    wait_for("a running worker", || {
        workers(site).pop().filter(|worker| worker["state"] == "running")
    })
}

#[test]
fn ps_tells_what_is_known() {
    let site = site();
    let worker = running(&site);
    for (key, value) in [
        ("name", "idle"),
        ("type", "idle"),
        ("library", "idle"),
        ("function", "idle_main"),
        ("registered_by", "idle"),
        ("start_time", "RecoveryFinished"),
    ] {
        assert_eq!(worker[key], value, "{worker}");
    }
    assert_eq!((&worker["restart_time"], &worker["starts"]), (&1.into(), &1.into()));
    assert_eq!((&worker["last_exit"], &worker["restart_in_s"]), (&Value::Null, &Value::Null));

    // The moment in which it started, as RFC 3339 has it.
    let since = worker["since"].as_str().unwrap();
    let shape = since.chars().map(|c| if c.is_ascii_digit() { '0' } else { c });
    assert_eq!(shape.collect::<String>(), "0000-00-00T00:00:00.000000Z");

    let table = site.pgbgw(&["ps"]).succeeded();
    let row: Vec<&str> = table.lines().nth(1).unwrap().split_whitespace().collect();
    let pid = worker["pid"].to_string();
    assert_eq!(row[..6], ["idle", "idle", &pid, "running", "1", "-"], "{table}");
    // How long ago that was.
    let seconds: u32 = row[6].strip_suffix('s').unwrap().parse().unwrap();
    assert!(seconds < 60, "{table}");
}

#[test]
fn a_terminated_worker_comes_back_when_revived() {
    let site = site();
    let first = running(&site);
    let said = site.pgbgw(&["revive", "idle"]).failed(1);
    assert!(said.starts_with("ERROR:  background worker \"idle\" "), "{said}");

    let pid = first["pid"].to_string();
    assert_eq!(site.pgbgw(&["terminate", &pid]).succeeded(), "worker signaled\n");
    wait_for("its end", || workers(&site).is_empty().then_some(()));

    assert_eq!(site.pgbgw(&["revive", "idle"]).succeeded(), "worker revived\n");
    assert_ne!(running(&site)["pid"], first["pid"]);
}

#[test]
fn config_says_where_each_value_comes_from() {
    let site = Site::new("log_line_prefix = '%p '\nmax_worker_processes = 5");
    site.start(&["-c", "work_mem=1MB"]);
    let conf = site.conf().replace("max_worker_processes = 5", "max_worker_processes = 6");
    site.set_conf(&conf);
    site.pgbgw(&["reload"]).succeeded();
    let setting = |name: &str| -> Value {
        let listed = site.pgbgw(&["config", "--json", name]).succeeded();
        serde_json::from_str::<Vec<Value>>(&listed).unwrap().pop().unwrap()
    };
    wait_for("the reload", || {
        (setting("max_worker_processes")["pending_restart"] == true).then_some(())
    });
    let prefix = setting("LOG_LINE_PREFIX");
    assert_eq!(
        (&prefix["value"], &prefix["source"]),
        (&"%p ".into(), &"configuration file".into())
    );
    assert!(prefix["file"].as_str().is_some_and(|file| file.ends_with("pgbgw.conf")), "{prefix}");
    assert!(prefix["line"].as_u64().is_some_and(|line| line > 0), "{prefix}");
    let memory = setting("work_mem");
    assert_eq!((&memory["value"], &memory["source"]), (&"1MB".into(), &"command line".into()));
    assert_eq!(memory["file"], Value::Null);
    assert_eq!(setting("restart_after_crash")["source"], "default");

    let table = site.pgbgw(&["config"]).succeeded();
    assert!(
        table.lines().any(|line| line.starts_with("max_worker_processes") && line.contains(" 5* ")),
        "{table}"
    );
    assert!(table.lines().any(|line| line.ends_with("  restart: 6")), "{table}");

    // What the file says by now, and what would come of it.
    let conf = conf.replace("log_line_prefix = '%p '", "");
    site.set_conf(&format!("{conf}\nwork_mem = 2MB\nother.word = 'new'\nstart_limit = x\n"));
    let done = site.pgbgw(&["config"]);
    assert_eq!(done.code, Some(1), "{done:?}");
    let unknown = "unrecognized configuration parameter \"start_limit\"";
    assert!(done.stderr.contains(unknown), "{done:?}");
    let pending = |name: &str| {
        let line = done.stdout.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.rsplit_once("  ").map(|(_, last)| last.to_owned()).unwrap_or_default()
    };
    assert_eq!(pending("log_line_prefix"), "reload: '%m [%p] '");
    assert_eq!(pending("other.word"), "reload: new");
    assert_eq!(pending("max_worker_processes"), "restart: 6");
    // The command line is stronger.
    assert_eq!(pending("work_mem"), "command line");
    site.set_conf(&conf);
    let unknown = site.pgbgw(&["config", "nosuch"]).failed(1);
    assert_eq!(unknown, "ERROR:  unrecognized configuration parameter \"nosuch\"\n");
}

#[test]
fn config_of_a_stopped_postmaster_is_what_it_would_start_with() {
    let site = Site::new("work_mem = 8MB\nother.word = 'some'\nrestart_after_crash = off");
    let setting = |name: &str| -> Value {
        let listed = site.pgbgw(&["config", "--json", name]).succeeded();
        serde_json::from_str::<Vec<Value>>(&listed).unwrap().pop().unwrap()
    };
    let memory = setting("work_mem");
    for (key, expected) in [
        ("value", "8MB"),
        ("source", "configuration file"),
        ("context", "user"),
        ("type", "integer"),
        ("unit", "kB"),
        ("min", "64"),
        ("boot_value", "4MB"),
        ("reset_value", "8MB"),
    ] {
        assert_eq!(memory[key], expected, "{memory}");
    }
    assert!(memory["line"].as_u64().is_some_and(|line| line > 0), "{memory}");
    assert_eq!(memory["pending"], Value::Null);
    assert_eq!(setting("other.word")["value"], "some");
    assert_eq!(setting("restart_after_crash")["value"], "off");
    let levels = setting("log_min_messages")["words"].as_str().unwrap().to_owned();
    assert!(levels.starts_with("debug5, debug4") && !levels.contains("debug,"), "{levels}");

    site.set_conf("work_mem = 1\nwork_mem = = 2\ninclude 'none'\n");
    let done = site.pgbgw(&["config"]);
    assert_eq!(done.code, Some(1), "{done:?}");
    for text in ["line 2, near token \"=\"", "/none\": No such file or directory"] {
        assert!(done.stderr.contains(text), "{text} {done:?}");
    }
    site.set_conf("work_mem = 1\n");
    let done = site.pgbgw(&["config", "work_mem"]);
    assert!(
        done.stderr.contains("1 kB is outside the valid range for parameter \"work_mem\""),
        "{done:?}"
    );
    assert!(done.stdout.contains("4MB"), "{done:?}");
}
