//! Settings that a module defines, from its side of the C interface.
//! Runs in: tests.
//!
//! `c_tests/modules/settings.c` is preloaded with one configuration after the other. What is
//! expected is what PostgreSQL 17 logged with the same module and the same configuration.
#![cfg(test)]

mod common;

use std::fs::{self, File};
use std::path::Path;

use common::command::{self, Site};
use common::{cc, host};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// What the module does at load, the lines of the file, arguments, and what is logged.
type Case = (&'static str, &'static str, &'static [&'static str], &'static str);

const CASES: [Case; 9] = [
    (
        "",
        "",
        &[],
        r#"
LOG:  settings: number 1, given 1, was 0
LOG:  settings: text "(null)"
LOG:  settings: number=1 fixed=7 flag=0 real=1.5 word=1 text=(null) inner=inner
LOG:  settings: shown in its own words, 7s, 7
"#,
    ),
    (
        "",
        "settings.number=13\nsettings.fixed=3min\nsettings.flag=on\nsettings.real=7\n\
         settings.word=two\nsettings.text=bad\nsettings.inner=x\nsettings.typo=1",
        &[],
        r#"
LOG:  settings: number 1, given 1, was 0
WARNING:  no 13 here
DETAIL:  It is unlucky.
HINT:  Take another.
WARNING:  invalid value for parameter "settings.flag": 1
WARNING:  invalid value for parameter "settings.real": 7
WARNING:  invalid value for parameter "settings.word": "Two"
LOG:  settings: text "(null)"
WARNING:  invalid value for parameter "settings.text": "bad"
WARNING:  parameter "settings.inner" cannot be changed
LOG:  settings: number=1 fixed=180 flag=0 real=1.5 word=1 text=(null) inner=inner
LOG:  settings: shown in its own words, 3min, 180
WARNING:  invalid configuration parameter name "settings.typo", removing it
DETAIL:  "settings" is now a reserved prefix.
"#,
    ),
    (
        "",
        "settings.number=14\nsettings.fixed=3h\nsettings.flag=5\nsettings.real=7000\n\
         settings.word=four\nsettings.text='change me'",
        &[],
        r#"
LOG:  settings: number 1, given 1, was 0
WARNING:  invalid value for parameter "settings.number": 14
WARNING:  10800 s is outside the valid range for parameter "settings.fixed" (0 s .. 500 s)
WARNING:  parameter "settings.flag" requires a Boolean value
WARNING:  7000 ms is outside the valid range for parameter "settings.real" (0 ms .. 500 ms)
WARNING:  invalid value for parameter "settings.word": "four"
HINT:  Available values: one, Two.
LOG:  settings: text "(null)"
LOG:  settings: text "changed"
LOG:  settings: number=1 fixed=7 flag=0 real=1.5 word=1 text=changed inner=inner
LOG:  settings: shown in its own words, 7s, 7
"#,
    ),
    (
        "",
        "settings.number=15",
        &[],
        "
LOG:  settings: number 1, given 1, was 0
FATAL:  raised by a check hook
",
    ),
    (
        "",
        "settings.number=16\nsettings.word=Three",
        &["-c", "Settings.number=17ms"],
        r#"
LOG:  settings: number 1, given 1, was 0
LOG:  settings: number 17, given 17, was 1
LOG:  settings: text "(null)"
LOG:  settings: number=17 fixed=7 flag=0 real=1.5 word=3 text=(null) inner=inner
LOG:  settings: shown in its own words, 7s, 7
"#,
    ),
    (
        "d",
        "",
        &[],
        "
LOG:  no 13 here
DETAIL:  It is unlucky.
HINT:  Take another.
FATAL:  failed to initialize settings.number to 13
",
    ),
    ("q", "", &[], "\nFATAL:  extensions cannot define GUC_LIST_QUOTE variables\n"),
    (
        "a",
        "",
        &[],
        r#"
LOG:  settings: number 1, given 1, was 0
LOG:  settings: text "(null)"
LOG:  settings: number=1 fixed=7 flag=0 real=1.5 word=1 text=(null) inner=inner
LOG:  settings: shown in its own words, 7s, 7
FATAL:  attempt to redefine parameter "SETTINGS.Number"
"#,
    ),
    (
        "s",
        "",
        &[],
        r#"
LOG:  settings: number 1, given 1, was 0
LOG:  settings: text "(null)"
LOG:  settings: number=1 fixed=7 flag=0 real=1.5 word=1 text=(null) inner=inner
LOG:  settings: shown in its own words, 7s, 7
LOG:  settings: word=3
FATAL:  unrecognized configuration parameter "nosuch"
"#,
    ),
];

/// The line with which a start ends well.
const READY: &str = "ready to start background workers";

/// A site whose configuration preloads the module, compiled with the headers of `include`.
fn site(include: &Path) -> Site {
    let site = Site::new("log_line_prefix = ''");
    let module = site.home().join("settings.so");
    let source = cc::root().join("c_tests/modules/settings.c");
    cc::compile_module(&source, &module, include).unwrap();
    site.set_conf(&format!("{}\nshared_preload_libraries = '{}'", site.conf(), module.display()));
    site
}

/// Starts a postmaster and stops it once it is ready; the part of the log that is about settings,
/// and whether it came to be ready.
fn log_of_start(site: &Site, wanted: &str, arguments: &[&str]) -> (String, bool) {
    let log = File::create(site.log_path()).unwrap();
    let data = site.data();
    let all = ["run", "-D", data.to_str().unwrap()];
    let mut command = host::pgbgw(all.iter().chain(arguments));
    let mut child = command.env("SETTINGS", wanted).stderr(log).spawn().unwrap();
    let status = host::wait_for("a ready postmaster, or none", || {
        if site.log().contains(READY) {
            let pid = i32::try_from(child.id()).unwrap();
            kill(Pid::from_raw(pid), Signal::SIGTERM).unwrap();
            return Some(command::wait(&mut child));
        }
        child.try_wait().unwrap()
    });
    let log = site.log();
    let lines = log.lines().take_while(|line| !line.contains(READY));
    let frame = ["starting pgbgw", "pgbgw is shut down"];
    let about_settings = |line: &&str| !frame.iter().any(|text| line.contains(text));
    let lines: Vec<&str> = lines.filter(about_settings).collect();
    (format!("\n{}\n", lines.join("\n")), status.success())
}

#[test]
fn a_module_sees_what_it_sees_in_postgresql() {
    for include in cc::includes() {
        let site = site(&include);
        let conf = site.conf();
        for (wanted, lines, arguments, expected) in CASES {
            site.set_conf(&format!("{conf}\n{lines}\n"));
            let (log, ready) = log_of_start(&site, wanted, arguments);
            assert_eq!(log, expected, "SETTINGS={wanted} {lines}");
            assert_eq!(ready, !expected.contains("FATAL:  "), "{log}");
        }
    }
}

#[test]
fn a_reload_asks_the_hooks() {
    let site = site(&cc::our_include());
    let conf = site.conf();
    let reload = |lines: &str, until: &str| {
        fs::write(site.log_path(), "").unwrap();
        site.set_conf(&format!("{conf}\n{lines}\n"));
        site.pgbgw(&["reload"]).succeeded();
        site.wait_for_log(until)
    };
    site.set_conf(&format!("{conf}\nsettings.number = 5\nsettings.fixed = 60"));
    site.start(&[]);
    let log = reload("settings.number = 6\nsettings.fixed = 1min\nsettings.word = two", "applied");
    for line in [
        "LOG:  settings: number 6, given 6, was 5\n",
        "LOG:  parameter \"settings.number\" changed to \"6\"\n",
        "LOG:  invalid value for parameter \"settings.word\": \"Two\"\n",
    ] {
        assert!(log.contains(line), "{line}{log}");
    }
    assert!(!log.contains("settings.fixed"), "{log}");

    // In PostgreSQL an error that a check hook raises here ends the server.
    let log =
        reload("settings.number = 15\nsettings.fixed = 60", "unaffected changes were applied");
    assert!(log.contains("LOG:  raised by a check hook\n"), "{log}");

    let log = reload("settings.number = 5 5", "no changes were applied");
    assert!(log.contains("near token \"5\"\n"), "{log}");

    let log = reload("", "unaffected changes were applied");
    for line in [
        "LOG:  settings: number 1, given 1, was 6\n",
        "LOG:  parameter \"settings.number\" removed from configuration file, reset to default\n",
        "LOG:  parameter \"settings.fixed\" cannot be changed without restarting the server\n",
    ] {
        assert!(log.contains(line), "{line}{log}");
    }
    site.stop("fast");
}

#[test]
fn a_worker_reads_the_file_again_and_keeps_quiet() {
    let site = Site::new("log_line_prefix = ''");
    let module = site.home().join("reloads.so");
    let source = cc::root().join("c_tests/modules/reloads.c");
    cc::compile_module(&source, &module, &cc::our_include()).unwrap();
    let (conf, home) = (site.conf(), site.home());
    let lines =
        format!("pgbgw.libdir = '{}'\nshared_preload_libraries = 'reloads'", home.display());
    let write = |more: &str| site.set_conf(&format!("{conf}\n{lines}\n{more}\n"));
    write("reloads.number = 2");
    site.start(&[]);
    site.wait_for_log("LOG:  reloads: 2 none\n");

    write("reloads.number = 3\nreloads.word = 'some'");
    site.pgbgw(&["reload"]).succeeded();
    site.wait_for_log("LOG:  reloads: 3 some\n");

    write("reloads.number = x\nreloads.word = 'other'");
    site.pgbgw(&["reload"]).succeeded();
    let log = site.wait_for_log("LOG:  reloads: 3 other\n");
    // The postmaster alone told of the changes and of the error.
    for line in [
        "LOG:  parameter \"reloads.word\" changed to \"some\"\n",
        "LOG:  parameter \"reloads.word\" changed to \"other\"\n",
        "LOG:  invalid value for parameter \"reloads.number\": \"x\"\n",
    ] {
        assert_eq!(log.matches(line).count(), 1, "{line}{log}");
    }
    site.stop("fast");
}
