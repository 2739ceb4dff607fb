//! A postmaster with one module of `c_tests/modules`, and the facts that the module writes down.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::host::{DEADLINE, Host};

/// The postmaster and its module.
pub(crate) struct Probe {
    host: Host,
}

impl Probe {
    /// A postmaster that preloads `module`, compiled with the headers in `include`, to show
    /// `scenario`. It logs everything down to DEBUG1, without prefixes; `conf` may change that.
    pub(crate) fn new(module: &str, include: &Path, scenario: &str, conf: &str) -> Self {
        let host = Host::new(&format!(
            "shared_preload_libraries = '{module}'\n\
             {module}.scenario = '{scenario}'\n\
             log_min_messages = debug1\n\
             log_line_prefix = ''"
        ));
        let this = Self { host };
        this.append_conf(&format!("{module}.output = '{}'\n{conf}", this.output().display()));
        this.add_module(module, include);
        this
    }

    /// The same, started.
    pub(crate) fn start(module: &str, include: &Path, scenario: &str, conf: &str) -> Self {
        let mut this = Self::new(module, include, scenario, conf);
        this.host.start();
        this
    }

    /// The same, started and waited for until its module has said `done`; the facts.
    pub(crate) fn run(module: &str, include: &Path, scenario: &str) -> (Self, Vec<String>) {
        let this = Self::start(module, include, scenario, "");
        let facts = this.wait_for_fact("done");
        (this, facts)
    }

    /// Where the facts go.
    fn output(&self) -> PathBuf {
        self.scratch().join("facts")
    }

    /// The facts written down so far, each a line.
    pub(crate) fn facts(&self) -> Vec<String> {
        let text = fs::read(self.output()).unwrap_or_default();
        String::from_utf8_lossy(&text).lines().map(str::to_owned).collect()
    }

    /// Waits for one fact; all of them then.
    pub(crate) fn wait_for_fact(&self, fact: &str) -> Vec<String> {
        self.wait_for_facts(fact, |facts| facts.iter().any(|f| f == fact))
    }

    /// Waits until the facts are `enough`; `what` says in words when they are.
    pub(crate) fn wait_for_facts(
        &self,
        what: &str,
        enough: impl Fn(&[String]) -> bool,
    ) -> Vec<String> {
        let until = Instant::now() + DEADLINE;
        loop {
            let facts = self.facts();
            if enough(&facts) {
                return facts;
            }
            assert!(Instant::now() < until, "waited in vain for {what} in\n{}", facts.join("\n"));
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }

    /// Whether the log has this very line.
    pub(crate) fn has_line(&self, line: &str) -> bool {
        self.log().lines().any(|l| l == line)
    }

    /// Waits until the log has all these lines, in this order, others in between; the log then.
    pub(crate) fn wait_for_lines(&self, lines: &[&str]) -> String {
        let until = Instant::now() + DEADLINE;
        loop {
            let log = self.log();
            if in_order(&log, lines) {
                return log;
            }
            assert!(Instant::now() < until, "waited in vain for {lines:#?} in\n{log}");
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }
}

impl Deref for Probe {
    type Target = Host;

    fn deref(&self) -> &Host {
        &self.host
    }
}

impl DerefMut for Probe {
    fn deref_mut(&mut self) -> &mut Host {
        &mut self.host
    }
}

/// Whether `log` has these lines in this order, others in between. A `*` in a line stands for a
/// number.
pub(crate) fn in_order(log: &str, lines: &[&str]) -> bool {
    let mut there = log.lines();
    lines.iter().all(|wanted| there.any(|line| matches(line, wanted)))
}

fn matches(line: &str, wanted: &str) -> bool {
    let Some((before, after)) = wanted.split_once('*') else { return line == wanted };
    let Some(rest) = line.strip_prefix(before) else { return false };
    let number = rest.bytes().take_while(u8::is_ascii_digit).count();
    number > 0 && matches(&rest[number..], after)
}

/// The facts that start with `key` and a blank, without them.
pub(crate) fn of<'a>(facts: &'a [String], key: &str) -> Vec<&'a str> {
    facts.iter().filter_map(|f| f.strip_prefix(key)?.strip_prefix(' ')).collect()
}
