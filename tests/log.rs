//! The log: prefixes, JSON, a file that is moved away, a disk that is full.
//! Runs in: tests.
//!
//! What lines look like is what PostgreSQL 17 wrote with the same module and settings.
#![cfg(test)]

mod common;

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use common::command::{self, Site};
use common::host::{self, give, wait_for};
use common::probe::Probe;
use common::{cc, needs};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// A site that preloads `levels`, which logs something and ends, and `idle`, which stays.
fn site(modules: &str, conf: &str) -> Site {
    let site = Site::new(conf);
    for module in modules.split(", ") {
        let source = cc::root().join(format!("c_tests/modules/{module}.c"));
        let library = site.home().join(format!("{module}.so"));
        cc::compile_module(&source, &library, &cc::our_include()).unwrap();
    }
    let home = site.home();
    let lines = format!(
        "dynamic_library_path = '{}'\nshared_preload_libraries = '{modules}'",
        home.display()
    );
    site.set_conf(&format!("{}\n{lines}\n", site.conf()));
    site
}

/// Digits as `9`, so that lines of different runs can be compared; hex digits too.
fn shape(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_hexdigit() && !c.is_ascii_uppercase() && !c.is_alphabetic() {
                '9'
            } else {
                c
            }
        })
        .collect()
}

#[test]
fn a_prefix_shows_what_it_shows_in_postgresql() {
    if needs::time_zones().is_none() {
        return;
    }
    let conf = "log_timezone = 'Europe/Berlin'\nlog_line_prefix = \
                '%a|%u|%d|%r|%h|%b|%P|%i|%e|%l|%s|%v|%x|%Q|%5a|%-20b|%z|%%|%q quit> '";
    let probe = Probe::start("levels", &cc::our_include(), "", conf);
    probe.wait_for_fact("done");
    let log = probe.log();
    let line = log.lines().find(|line| line.contains("skipping missing")).unwrap();
    let (prefix, _text) = line.split_once("LOG:  ").unwrap();
    let number = prefix.split('|').nth(9).unwrap();
    assert!(number.parse::<u32>().unwrap() > 0, "{line}");
    let summer = if prefix.contains("CEST") { "CEST" } else { "CET" };
    let expected = format!(
        "|||||levels|||99999|9|9999-99-99 99:99:99 {summer}|9/9|9|9|     |levels              ||%|"
    );
    assert_eq!(shape(&prefix.replace(&format!("|{number}|"), "|1|")), expected, "{line}");
}

/// PostgreSQL's keys for a worker's report, in its order.
const KEYS: [&str; 10] = [
    "timestamp",
    "pid",
    "session_id",
    "line_num",
    "session_start",
    "vxid",
    "txid",
    "error_severity",
    "state_code",
    "message",
];

#[test]
fn json_has_postgresqls_keys_in_postgresqls_order() {
    let conf = "log_destination = 'jsonlog'\nlog_error_verbosity = verbose";
    let mut probe = Probe::start("levels", &cc::our_include(), "", conf);
    probe.wait_for_fact("done");
    assert_eq!(probe.stop(Signal::SIGINT), Some(0));
    let log = probe.log();
    let objects: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let is_syntax = |object: &&Value| object["message"].as_str().unwrap().starts_with("syntax");
    let error = objects.iter().find(is_syntax).unwrap().as_object().unwrap();
    let keys: Vec<&str> = error.keys().map(String::as_str).collect();
    // Where in whose source the error is made is no business of ours: no func_name and the like.
    assert_eq!(keys, [&KEYS[..], &["backend_type", "query_id"]].concat());
    assert_eq!(error["error_severity"], "LOG");
    assert_eq!(error["state_code"], "42601");
    assert_eq!(error["backend_type"], "levels");
    assert_eq!(error["txid"], 0);
    let session = error["session_id"].as_str().unwrap();
    assert!(session.ends_with(&format!(".{:x}", error["pid"].as_u64().unwrap())), "{session}");
    let first = objects.iter().find(|object| object["backend_type"] == "postmaster").unwrap();
    let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    let without = ["vxid", "state_code"];
    let expected: Vec<&str> = KEYS
        .into_iter()
        .filter(|key| !without.contains(key))
        .chain(["backend_type", "query_id"])
        .collect();
    assert_eq!(keys, expected);
}

#[test]
fn both_destinations_have_their_files_and_a_termination_is_in_both() {
    let site = site("idle", "log_destination = 'stderr, jsonlog'\npgbgw.log_file = 'server.log'");
    let data = site.data();
    let done = site.pgbgw(&["start"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(!done.stderr.contains("LOG:"), "{done:?}");
    wait_for("a worker", || site.pgbgw(&["ps"]).succeeded().contains("running").then_some(()));
    let name = ps_name(&site);
    site.pgbgw(&["terminate", &name]).succeeded();
    let message = "due to administrator command";
    for file in ["server.log", "server.json"] {
        let text = wait_for(file, || {
            fs::read_to_string(data.join(file)).ok().filter(|text| text.contains(message))
        });
        if file.ends_with("json") {
            let fatal = text.lines().find(|line| line.contains(message)).unwrap();
            let fatal: Value = serde_json::from_str(fatal).unwrap();
            assert_eq!(fatal["error_severity"], "FATAL");
            assert_eq!(fatal["state_code"], "57P01");
            assert!(fatal["timestamp"].as_str().unwrap().len() > 20, "{fatal}");
        }
    }
    site.stop("fast");
}

fn ps_name(site: &Site) -> String {
    let all: Value = serde_json::from_str(&site.pgbgw(&["ps", "--json"]).succeeded()).unwrap();
    all[0]["name"].as_str().unwrap().to_owned()
}

#[test]
fn a_log_that_was_moved_away_is_begun_anew_by_everybody() {
    let site = site("reloads", "log_line_prefix = '%b: '");
    site.start(&[]);
    site.wait_for_log("reloads: 1 none\n");
    let said = site.pgbgw(&["logrotate"]).succeeded();
    let aside = said.split('"').nth(1).unwrap().to_owned();
    assert!(aside.starts_with(site.log_path().to_str().unwrap()), "{said}");
    site.pgbgw(&["reload"]).succeeded();
    let log = wait_for("the worker's line in the new file", || {
        Some(site.log()).filter(|log| log.contains("reloads: LOG:  reloads: 1 none\n"))
    });
    assert!(log.starts_with("postmaster: LOG:  received SIGHUP"), "{log}");
    assert!(!fs::read_to_string(&aside).unwrap().contains("SIGHUP"));
    // Taken away altogether.
    fs::remove_file(site.log_path()).unwrap();
    site.pgbgw(&["reload"]).succeeded();
    site.wait_for_log("reloads: LOG:  reloads: 1 none\n");
    site.stop("fast");
    assert!(site.log().ends_with("postmaster: LOG:  pgbgw is shut down\n"), "{}", site.log());
}

#[test]
fn a_log_to_standard_error_cannot_be_moved() {
    let site = Site::new("");
    assert_eq!(site.pgbgw(&["start"]).code, Some(0));
    let said = site.pgbgw(&["logrotate"]).failed(1);
    assert!(said.contains("goes to standard error, not to a file"), "{said}");
    assert!(said.contains("pgbgw.log_file"), "{said}");
    site.stop("fast");
}

#[test]
fn what_is_wrong_is_said_in_postgresqls_words() {
    for (line, expected) in [
        (
            "log_destination = 'stderr, foo'",
            "LOG:  invalid value for parameter \"log_destination\": \"stderr, foo\"\n\
             DETAIL:  Unrecognized key word: \"foo\".\n",
        ),
        (
            "log_destination = 'stderr,,'",
            "LOG:  invalid value for parameter \"log_destination\": \"stderr,,\"\n\
             DETAIL:  List syntax is invalid.\n",
        ),
        (
            "log_timezone = 'Foo/Bar'",
            "LOG:  invalid value for parameter \"log_timezone\": \"Foo/Bar\"\nFATAL:  configuration file",
        ),
        (
            "pgbgw.log_file = '/nosuch/file'",
            "FATAL:  could not open log file \"/nosuch/file\": No such file or directory\n",
        ),
    ] {
        let site = Site::new(&format!("log_line_prefix = ''\n{line}"));
        let said = site.pgbgw(&["run"]).failed(1);
        assert!(said.contains(expected), "{line}: {said}");
    }
}

/// Runs a postmaster whose log cannot be written; a worker works all the same.
fn works_without_a_log(site: &Site, mut command: Command) {
    let data = site.data();
    let mut child = command.spawn().unwrap();
    let pid = wait_for("a postmaster", || site.pid().filter(|_| data.join(".s.pgbgw").exists()));
    wait_for("a worker", || {
        let done = site.pgbgw(&["ps"]);
        done.stdout.contains("running").then_some(())
    });
    // Each has to write now.
    site.pgbgw(&["reload"]).succeeded();
    let name = ps_name(site);
    site.pgbgw(&["terminate", &name]).succeeded();
    wait_for("no worker", || (!site.pgbgw(&["ps"]).succeeded().contains("running")).then_some(()));
    kill(Pid::from_raw(pid), Signal::SIGINT).unwrap();
    let status = command::wait(&mut child);
    assert_eq!((status.code(), status.signal()), (Some(0), None));
}

#[test]
fn a_full_disk_stops_nobody() {
    let site = site("reloads", "log_min_messages = debug1");
    let data = site.data();
    let mut run = host::pgbgw(["run", "-D", data.to_str().unwrap()]);
    run.stderr(File::options().write(true).open("/dev/full").unwrap());
    works_without_a_log(&site, run);
}

/// Bytes of a file.
const LIMIT: u64 = 256 << 20;

#[test]
fn a_limit_on_the_size_of_files_stops_nobody() {
    let site = site("reloads", "log_min_messages = debug1");
    let log = site.home().join("limited");
    // Shared memory is a file as well: the limit leaves room for it, the log is near it.
    File::create(&log).unwrap().set_len(LIMIT - 600).unwrap();
    give(&log);
    let data = site.data();
    let setting = format!("pgbgw.log_file={}", log.display());
    let run = host::pgbgw(["run", "-D", data.to_str().unwrap(), "-c", &setting]);
    let mut limited = Command::new("prlimit");
    limited.arg(format!("--fsize={LIMIT}")).arg(run.get_program()).args(run.get_args());
    host::as_the_user(&mut limited);
    works_without_a_log(&site, limited);
    assert_eq!(fs::metadata(&log).unwrap().len(), LIMIT);
}
