//! SIGHUP to the postmaster: everybody hears of it, and settings are read again (semantics:
//! "shutdown", last row).
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::path::Path;

use common::host::{Host, wait_for};
use common::puppet::{Stage, with_each_header_set};
use nix::sys::signal::{Signal, kill};

const RELOADING: &str = "LOG:  received SIGHUP, reloading configuration files";

/// A postmaster with workers that write their settings down.
struct Settings(Host);

impl Settings {
    fn start(include: &Path, settings: &str) -> Self {
        let mut host = Host::new("shared_preload_libraries = 'kinds'\nlog_line_prefix = '%b: '");
        let output = host.scratch().join("kinds");
        host.append_conf(&format!("kinds.output = '{}'\n{settings}", output.display()));
        host.add_module("kinds", include);
        host.start();
        Self(host)
    }

    /// Waits until a worker has written this.
    fn wait_for(&self, line: &str) {
        let path = self.0.scratch().join("kinds");
        wait_for(line, || {
            let text = fs::read_to_string(&path).unwrap_or_default();
            text.lines().any(|there| there == line).then_some(())
        });
    }

    /// Replaces texts of the configuration and has it read again.
    fn reload(&self, changes: &[(&str, &str)]) {
        let path = self.0.data().join("pgbgw.conf");
        let mut conf = fs::read_to_string(&path).unwrap();
        for (from, to) in changes {
            assert!(conf.contains(from), "{from}");
            conf = conf.replace(from, to);
        }
        fs::write(path, conf).unwrap();
        self.0.signal(Signal::SIGHUP);
    }
}

#[test]
fn sighup_reaches_every_worker_once() {
    with_each_header_set(|include| {
        let stage = Stage::start(include, "s 0; boss 0", "");
        stage.register("boss", "d 0");
        for round in 1..=2 {
            stage.signal(Signal::SIGHUP);
            for name in ["s", "boss", "d"] {
                stage.wait_for_event("signal", name, libc::SIGHUP, round);
                assert_eq!(stage.ask(name, &format!("seen {}", libc::SIGHUP)), round.to_string());
            }
        }
        assert_eq!(stage.log().matches(RELOADING).count(), 2);
    });
}

#[test]
fn a_worker_that_does_not_care_ignores_sighup() {
    with_each_header_set(|include| {
        let mut host = Host::new("shared_preload_libraries = 'idle'");
        host.add_module("idle", include);
        host.start();
        let worker = host.running("idle");
        host.signal(Signal::SIGHUP);
        host.wait_for_log("received SIGHUP");
        kill(worker, Signal::SIGHUP).unwrap();
        assert_eq!(host.running("idle"), worker);
        assert_eq!(host.worker("idle").unwrap()["starts"], 1);
    });
}

#[test]
fn settings_of_every_kind_are_read_again_by_who_asks() {
    with_each_header_set(|include| {
        let settings = Settings::start(
            include,
            "kinds.even = 4\nkinds.flag = off\nkinds.ratio = 0.25\n\
             kinds.text = 'before'\nkinds.colour = green",
        );
        for name in ["obedient", "stubborn"] {
            settings.wait_for(&format!("{name} 0: 4 off 0.25 'before' green assigned 40"));
        }
        settings.reload(&[
            ("even = 4", "even = 6"),
            ("flag = off", "flag = yes"),
            ("ratio = 0.25", "ratio = 0.75"),
            ("'before'", "'it''s after'"),
            ("= green", "= BLUE"),
        ]);
        settings.wait_for("obedient 1: 6 on 0.75 'it's after' blue assigned 60");
        settings.wait_for("stubborn 1: 4 off 0.25 'before' green assigned 40");
        // The postmaster, and only it, tells.
        let log = settings.0.log();
        for line in [
            RELOADING,
            "LOG:  parameter \"kinds.even\" changed to \"6\"",
            "LOG:  parameter \"kinds.flag\" changed to \"yes\"",
            "LOG:  parameter \"kinds.ratio\" changed to \"0.75\"",
            "LOG:  parameter \"kinds.text\" changed to \"it's after\"",
            "LOG:  parameter \"kinds.colour\" changed to \"BLUE\"",
        ] {
            assert_eq!(log.matches(line).count(), 1, "{line}: {log}");
        }
        // Who starts afterwards has the new values from the postmaster.
        kill(settings.0.running("stubborn"), Signal::SIGTERM).unwrap();
        settings.wait_for("stubborn 0: 6 on 0.75 'it's after' blue assigned 60");
        // What is taken out of the file goes back to its default.
        settings.reload(&[("kinds.even = 6", ""), ("kinds.colour = BLUE", "")]);
        settings.wait_for("obedient 2: 2 on 0.75 'it's after' red assigned 20");
    });
}

#[test]
fn a_bad_value_keeps_the_old_one_and_the_others_change() {
    with_each_header_set(|include| {
        let settings = Settings::start(
            include,
            "kinds.even = 4\nkinds.flag = on\nkinds.ratio = 0.25\n\
             kinds.text = 'a'\nkinds.colour = green",
        );
        settings.wait_for("obedient 0: 4 on 0.25 'a' green assigned 40");
        settings.reload(&[
            ("even = 4", "even = 5"),
            ("flag = on", "flag = perhaps"),
            ("ratio = 0.25", "ratio = 1.5"),
            ("text = 'a'", "text = 'b'"),
            ("= green", "= purple"),
        ]);
        settings.wait_for("obedient 1: 4 on 0.25 'b' green assigned 40");
        let log = settings.0.wait_for_log("contains errors; unaffected changes were applied");
        for line in [
            "LOG:  invalid value for parameter \"kinds.even\": 5",
            "DETAIL:  5 is odd.",
            "LOG:  parameter \"kinds.flag\" requires a Boolean value",
            "LOG:  1.5 is outside the valid range for parameter \"kinds.ratio\" (0 .. 1)",
            "LOG:  parameter \"kinds.text\" changed to \"b\"",
            "LOG:  invalid value for parameter \"kinds.colour\": \"purple\"",
            "HINT:  Available values: red, green, blue.",
        ] {
            assert_eq!(log.matches(line).count(), 1, "{line}: {log}");
        }
        // Nothing at all is applied when a line cannot even be read.
        settings.reload(&[("text = 'b'", "text = 'c"), ("even = 5", "even = 8")]);
        settings.wait_for("obedient 2: 4 on 0.25 'b' green assigned 40");
        settings.0.wait_for_log("contains errors; no changes were applied");
        settings.reload(&[("text = 'c", "text = 'd'")]);
        settings.wait_for("obedient 3: 8 on 0.25 'd' green assigned 80");
    });
}
