//! The demo: that it shows what it says, notices what goes wrong, and leaves nothing behind.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Child, Command};

use common::command::{self, Done};
use common::host::{self, give, wait_for};
use common::{cc, needs};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use tempfile::TempDir;

/// Who runs the demo. Root's demo makes somebody else of itself.
#[derive(Clone, Copy, Debug)]
enum Who {
    Caller,
    Unprivileged,
}

/// A folder for the demo's folder.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let dir = host::readable_dir();
        give(dir.path());
        Self(dir)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// `pgbgw` with these arguments, in this place.
    fn pgbgw(&self, who: Who, arguments: &[&str]) -> Command {
        let mut command = match who {
            Who::Unprivileged => host::pgbgw(arguments),
            Who::Caller => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_pgbgw"));
                command.args(arguments);
                command
            }
        };
        command.env("TMPDIR", self.path()).env_remove("CC").env_remove("PGBGW_DATA");
        command.current_dir("/");
        command
    }

    /// A compiler that changes the examples first.
    fn compiler(&self, change: &str) -> String {
        let script = self.path().join("compiler");
        let text = format!("sed -i '{change}' examples/*.c && exec cc \"$@\"\n");
        fs::write(&script, text).unwrap();
        format!("sh {}", script.display())
    }

    /// Starts a demo that stays in its fourth step, and waits until it is there.
    fn begin(&self) -> Child {
        let said = File::create(self.path().join("said")).unwrap();
        let mut command = self.pgbgw(Who::Caller, &["demo"]);
        command
            .env("CC", self.compiler("s/WL_EXIT_ON_PM_DEATH, 500,/WL_EXIT_ON_PM_DEATH, 60000,/"));
        command.stdout(said.try_clone().unwrap()).stderr(said);
        let child = command.spawn().unwrap();
        wait_for("the fourth step", || self.said().contains("server signaled").then_some(()));
        child
    }

    fn said(&self) -> String {
        fs::read_to_string(self.path().join("said")).unwrap()
    }

    /// The folders and the processes of a demo that are there.
    fn left(&self) -> Vec<String> {
        let names = fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let folders = names.filter_map(|name| name.into_string().ok());
        let mut left: Vec<String> = folders.filter(|name| name.starts_with("pgbgw-")).collect();
        left.extend(processes(self.path()));
        left
    }

    fn assert_nothing_is_left(&self) {
        let left = self.left();
        assert!(left.is_empty(), "{left:?}");
    }

    fn wait_until_nothing_is_left(&self) {
        wait_for("nothing to be left", || self.left().is_empty().then_some(()));
    }
}

/// Processes that work in a folder or have its path in their environment.
fn processes(folder: &Path) -> Vec<String> {
    let path = folder.as_os_str().as_bytes();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let works =
            fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder));
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        if works || environment.windows(path.len()).any(|part| part == path) {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            found.push(format!("{:?} {}", entry.file_name(), String::from_utf8_lossy(&line)));
        }
    }
    found
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
}

/// The number behind `text`.
fn number_after(said: &str, text: &str) -> u32 {
    let at = said.find(text).unwrap_or_else(|| panic!("no {text:?} in\n{said}")) + text.len();
    let digits: String = said[at..].chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number behind {text:?} in\n{said}"))
}

/// The part of the output that belongs to a step.
fn step(said: &str, number: usize) -> &str {
    let start = said.find(&format!("\n{number}/7  ")).unwrap_or_else(|| panic!("{number}\n{said}"));
    let end = said.find(&format!("\n{}/7  ", number + 1)).unwrap_or(said.len());
    &said[start..end]
}

fn assert_evidence(said: &str) {
    let has = |number: usize, text: &str| {
        let step = step(said, number);
        assert!(step.contains(text), "step {number} lacks {text:?}:\n{said}");
    };
    for number in 1..=7 {
        has(number, "\n  ok ");
    }
    has(1, "-o lib/heartbeat.so examples/heartbeat.c");
    has(1, "lib/launcher.so: can be loaded");
    has(2, "$ pgbgw start -D data -l log");
    has(2, "server started");
    has(2, "heartbeat starts: a beat every 250 ms");

    let postmaster = number_after(said, "postmaster[");
    let killed = number_after(step(said, 2), "heartbeat[");
    let heartbeat = number_after(step(said, 3), "heartbeat[");
    let launcher = number_after(step(said, 3), "launcher[");
    assert_ne!(killed, heartbeat);
    has(3, &format!("worker \"heartbeat\" (PID {killed}) was terminated by signal 9: Killed"));
    has(3, "all server processes terminated; reinitializing");

    let task = number_after(step(said, 4), "launcher: task 1 has started as process ");
    has(4, &format!("task[{task}]: LOG:  task 1: hello from process {task}"));
    has(4, &format!("launcher[{launcher}]: LOG:  launcher: task 1 has stopped"));

    has(5, "NAME       TYPE");
    for (name, pid, end) in
        [("heartbeat", heartbeat, "signal 9: Killed"), ("launcher", launcher, "exit code 2")]
    {
        let row = step(said, 5).lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        let words: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(words[1..5], [name, &pid.to_string(), "running", "2"], "{said}");
        assert!(row.contains(end), "{said}");
    }
    has(6, "FATAL:  terminating background worker \"launcher\" due to administrator command");
    has(7, &format!("heartbeat[{heartbeat}]: LOG:  heartbeat ends after "));
    has(7, &format!("postmaster[{postmaster}]: LOG:  pgbgw is shut down"));
    has(7, "pgbgw: no server running");
    has(7, "\nAll of this was checked, in ");
    assert!(!said.contains('\x1b'), "escapes where there is no terminal:\n{said}");
}

#[test]
fn every_step_is_shown() {
    for who in [Who::Caller, Who::Unprivileged] {
        let place = Place::new();
        let done = command::run(&mut place.pgbgw(who, &["demo"]));
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{}", done.stdout);
        assert_evidence(&done.stdout);
        let by_root = geteuid().is_root() && matches!(who, Who::Caller);
        assert_eq!(done.stdout.contains("You are root"), by_root, "{}", done.stdout);
        place.assert_nothing_is_left();
    }
}

#[test]
fn without_a_command_it_says_so() {
    let place = Place::new();
    let Done { code, stdout, stderr } = command::run(&mut place.pgbgw(Who::Caller, &[]));
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert_eq!(stderr, "pgbgw: no command given: showing the demo; see \"pgbgw --help\"\n");
    assert_evidence(&stdout);
    place.assert_nothing_is_left();
}

#[test]
fn without_a_compiler_it_names_the_package() {
    let place = Place::new();
    let done = command::run(place.pgbgw(Who::Caller, &["demo"]).env("PATH", "/nonexistent"));
    let said = done.failed(1);
    assert!(said.starts_with("pgbgw: the demo needs a C compiler, and there is none"), "{said}");
    assert!(said.contains("apt install gcc libc6-dev"), "{said}");
    place.assert_nothing_is_left();

    let done = command::run(place.pgbgw(Who::Caller, &["demo"]).env("CC", "/nonexistent/cc -g"));
    let said = done.failed(1);
    assert!(said.starts_with("pgbgw: could not run \"/nonexistent/cc\": No such file"), "{said}");
    place.assert_nothing_is_left();
}

#[test]
fn what_does_not_come_true_is_told() {
    for (change, text) in [
        ("s/PG_MODULE_MAGIC;//", "to end with exit code 0: exit status: 1"),
        (
            "s/bgw_restart_time = 1;/bgw_restart_time = BGW_NEVER_RESTART;/",
            "worker \"heartbeat\" to run, started 2 times, in vain for 10 s",
        ),
    ] {
        let place = Place::new();
        let mut command = place.pgbgw(Who::Caller, &["demo"]);
        let said = command::run(command.env("CC", place.compiler(change))).failed(1);
        assert!(said.starts_with("pgbgw: expected "), "{change}: {said}");
        assert!(said.contains(text), "{change}: {said}");
        place.assert_nothing_is_left();
    }
}

#[test]
fn a_request_to_end_is_obeyed() {
    for (asked, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
        let place = Place::new();
        let mut child = place.begin();
        assert!(processes(place.path()).len() >= 5, "{:?}", processes(place.path()));
        signal(&child, asked);
        assert_eq!(command::wait(&mut child).code(), Some(code), "{}", place.said());
        let said = place.said();
        assert!(said.contains(&format!("pgbgw: interrupted ({})", asked.as_str())), "{said}");
        place.assert_nothing_is_left();
    }
}

#[test]
fn a_guard_that_is_killed_leaves_nothing() {
    let place = Place::new();
    let mut child = place.begin();
    signal(&child, Signal::SIGKILL);
    command::wait(&mut child);
    place.wait_until_nothing_is_left();
}

#[test]
fn a_show_that_is_killed_leaves_nothing() {
    let place = Place::new();
    let mut child = place.begin();
    let guard = child.id().to_string();
    let show = processes(place.path()).into_iter().find(|line| line.contains("--stage")).unwrap();
    let show: i32 = show.split('"').nth(1).unwrap().parse().unwrap();
    let stat = fs::read_to_string(format!("/proc/{show}/stat")).unwrap();
    assert_eq!(stat.split_whitespace().nth(3), Some(guard.as_str()));
    kill(Pid::from_raw(show), Signal::SIGKILL).unwrap();
    assert_eq!(command::wait(&mut child).code(), Some(1));
    let said = place.said();
    assert!(said.contains("pgbgw: the demo was terminated by signal 9\n"), "{said}");
    place.assert_nothing_is_left();
}

#[test]
fn with_a_database_a_worker_works_in_a_server_of_pgbgws_own() {
    let Some(installed) = needs::postgres17() else { return };
    let place = Place::new();
    let path = std::env::var("PATH").unwrap();
    let mut command = place.pgbgw(Who::Caller, &["demo", "--database"]);
    let done = command::run(command.env("PATH", format!("{}/bin:{path}", installed.display())));
    let said = done.succeeded();
    for text in [
        "lib/totals.so: can be loaded",
        "database server[",
        "LOG:  making a database cluster in",
        "database: read-write, managed (PID: ",
        "LOG:  totals: apples is now 42",
        "was terminated by signal 9: Killed",
        "LOG:  totals: apples is now 50",
        "\n     50\n",
        "\nAll of this was checked, in ",
    ] {
        assert!(said.contains(text), "no {text:?} in\n{said}");
    }
    place.assert_nothing_is_left();
}

#[test]
fn the_examples_are_postgresqls() {
    let dir = host::readable_dir();
    for include in cc::includes() {
        for name in ["heartbeat", "launcher", "totals"] {
            let source = cc::root().join(format!("examples/{name}.c"));
            let out = dir.path().join(format!("{name}.so"));
            cc::compile_module(&source, &out, &include).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}
