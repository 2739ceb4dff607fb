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
