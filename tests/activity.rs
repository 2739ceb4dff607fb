//! What processes say that they do and wait for: the same facts as in PostgreSQL, and `pgbgw ps`.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::facts::the_same_as_in_postgresql;
use common::host::{pgbgw, wait_for};
use common::probe::Probe;
use serde_json::Value;

#[test]
fn events_have_the_servers_names() {
    the_same_as_in_postgresql("waits", "", &[]);
}

#[test]
fn rows_and_titles_are_as_in_the_server() {
    the_same_as_in_postgresql("shows", "", &[]);
}

/// What `pgbgw ps` prints.
fn ps(probe: &Probe, more: &[&str]) -> String {
    let data = probe.data();
    let mut args = vec!["ps", "-D", data.to_str().unwrap()];
    args.extend(more);
    let output = pgbgw(args).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn ps_shows_what_workers_do() {
    for include in cc::includes() {
        let probe = Probe::start("shows", &include, "stay", "");
        probe.wait_for_fact("there");
        let worker = wait_for("the wait to be shown", || {
            let all: Value = serde_json::from_str(&ps(&probe, &["--json"])).unwrap();
            (all[0]["wait_event"] == "the end").then(|| all[0].clone())
        });
        assert_eq!(worker["wait_event_type"], "Extension");
        assert_eq!(worker["application_name"], "the \t one");
        assert_eq!(worker["activity"], "waits for its end");
        assert!(ps(&probe, &[]).contains("  waits for its end\n"));
    }
}

#[test]
fn with_track_activities_off_nobody_sees_what_workers_do() {
    let include = cc::our_include();
    let probe = Probe::start("shows", &include, "stay", "track_activities = off");
    probe.wait_for_fact("there");
    let all: Value = serde_json::from_str(&ps(&probe, &["--json"])).unwrap();
    assert_eq!(all[0]["state"], "running");
    assert!([Value::Null, "".into()].contains(&all[0]["activity"]), "{}", all[0]);
}
