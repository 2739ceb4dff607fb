//! Hooks of the server that nothing here calls: the module loads, and is told so.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::path::Path;

use common::host::pgbgw;
use common::probe::Probe;
use common::{cc, needs};
use serde_json::Value;

const SENTENCE: &str =
    "The library sets hooks that never run here: what it does in them is not done.\n";
const HOOKS: [&str; 4] =
    ["ClientAuthentication_hook", "ExecutorEnd_hook", "ProcessUtility_hook", "planner_hook"];

/// What `check` says of a library in words, and which hooks it names.
fn check(library: &Path) -> (String, Vec<String>) {
    let output = pgbgw(["check".as_ref(), library]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let output = pgbgw(["check".as_ref(), "--json".as_ref(), library]).output().unwrap();
    let facts: Value = serde_json::from_slice(&output.stdout).unwrap();
    let hooks = facts[0]["never_run"].as_array().unwrap().iter();
    (text, hooks.map(|hook| hook.as_str().unwrap().to_owned()).collect())
}

#[test]
fn a_module_that_sets_them_loads_and_is_told() {
    for include in cc::includes() {
        let (probe, facts) = Probe::run("unheard", &include, "");
        assert_eq!(facts, ["hooks 1 1 1 1", "done"]);
        let library = probe.modules().join("unheard.so");
        let (text, hooks) = check(&library);
        assert_eq!(hooks, HOOKS);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(&format!(" never run 4: {} ", HOOKS.join(", "))), "{text}");
        assert!(text.ends_with(SENTENCE), "{text}");
        let start =
            format!("LOG:  library \"{}\" sets hooks that never run here: ", library.display());
        let log = probe.log();
        let line = log.lines().find_map(|line| line.strip_prefix(&start)).expect(&log);
        let mut named: Vec<&str> = line.split(", ").collect();
        named.sort_unstable();
        assert_eq!(named, HOOKS);
    }
}

#[test]
fn a_module_that_sets_others_is_told_nothing() {
    let (probe, _facts) = Probe::run("locks", &cc::includes()[0], "");
    let (text, hooks) = check(&probe.modules().join("locks.so"));
    assert_eq!(hooks, [""; 0]);
    assert!(!text.contains("never run"), "{text}");
}

#[test]
fn postgresqls_own_modules_are_told() {
    let Some(installed) = needs::postgres17() else { return };
    for (module, loadable, hooks) in [
        ("auth_delay", true, &["ClientAuthentication_hook"][..]),
        (
            "auto_explain",
            true,
            &["ExecutorEnd_hook", "ExecutorFinish_hook", "ExecutorRun_hook", "ExecutorStart_hook"],
        ),
        ("passwordcheck", true, &["check_password_hook"]),
        (
            "pg_stat_statements",
            false,
            &[
                "ExecutorEnd_hook",
                "ExecutorFinish_hook",
                "ExecutorRun_hook",
                "ExecutorStart_hook",
                "ProcessUtility_hook",
                "planner_hook",
                "post_parse_analyze_hook",
            ],
        ),
    ] {
        let (text, found) = check(&installed.join(format!("lib/postgresql/{module}.so")));
        assert_eq!(found, hooks, "{module}");
        assert!(text.ends_with(SENTENCE), "{text}");
        assert_eq!(text.contains("can be loaded"), loadable, "{text}");
    }
}
