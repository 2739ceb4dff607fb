//! A postmaster whose workers do what a test tells them (`c_tests/modules/puppet.c`).
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::fs;
use std::io::ErrorKind;
use std::ops::{Deref, DerefMut};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::cc;
use super::host::{DEADLINE, Host, wait_for};
use super::probe::in_order;

/// Runs a test once with each set of headers, all at the same time.
pub(crate) fn with_each_header_set(test: impl Fn(&Path) + Sync) {
    thread::scope(|scope| {
        for include in cc::includes() {
            let test = &test;
            scope.spawn(move || test(&include));
        }
    });
}

/// A postmaster with puppets.
pub(crate) struct Stage {
    host: Host,
    answers: AtomicU32,
}

/// Something that happened by itself: `start NAME PID`, `signal NAME NUMBER`, `waiting NAME 0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) what: String,
    pub(crate) worker: String,
    pub(crate) number: i32,
}

impl Stage {
    /// Not started yet. `workers` are the static ones: `NAME RESTART [OPTIONS]; ...`, the options
    /// are words of `puppet.c`. The log has everything down to DEBUG1, without prefixes.
    pub(crate) fn new(include: &Path, workers: &str, conf: &str) -> Self {
        let host = Host::new(&format!(
            "shared_preload_libraries = 'puppet'\npuppet.workers = '{workers}'\n\
             max_worker_processes = 16\nlog_min_messages = debug1\nlog_line_prefix = ''"
        ));
        host.append_conf(&format!("puppet.dir = '{}'\n{conf}", host.scratch().display()));
        host.add_module("puppet", include);
        Self { host, answers: AtomicU32::new(0) }
    }

    /// Started, and all static workers with it.
    pub(crate) fn start(include: &Path, workers: &str, conf: &str) -> Self {
        let mut this = Self::new(include, workers, conf);
        this.host.start();
        for worker in workers.split(';') {
            this.wait_for_start(worker.split_whitespace().next().unwrap(), 1);
        }
        this
    }

    /// Tells a worker something; the answer may come later.
    pub(crate) fn tell(&self, worker: &str, command: &str) -> Answer {
        let number = self.answers.fetch_add(1, Ordering::Relaxed);
        let path = self.scratch().join(format!("answer-{number}"));
        let socket = UnixDatagram::bind(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let to = self.scratch().join(worker);
        wait_for(&format!("worker {worker} to listen"), || {
            socket.send_to(command.as_bytes(), &to).ok()
        });
        Answer { socket, path, question: format!("{worker}: {command}") }
    }

    /// Tells a worker something and waits for the answer.
    pub(crate) fn ask(&self, worker: &str, command: &str) -> String {
        self.tell(worker, command).get()
    }

    /// Has a worker register another; the number of the handle, and the new worker's pid.
    pub(crate) fn register(&self, worker: &str, new: &str) -> (String, Pid) {
        let name = new.split_whitespace().next().unwrap();
        let before = self.starts(name).len();
        let handle = self.ask(worker, &format!("register {new}"));
        let pid = self.wait_for_start(name, before + 1);
        // The worker may be in its main before the postmaster has got round to saying so.
        wait_for("the postmaster to report it", || {
            let status = self.ask(worker, &format!("status {handle}"));
            (!status.starts_with("NOT_YET_STARTED")).then_some(())
        });
        (handle, pid)
    }

    /// What has happened so far.
    pub(crate) fn events(&self) -> Vec<Event> {
        let text = fs::read_to_string(self.scratch().join("events")).unwrap_or_default();
        let complete = text.rfind('\n').map_or("", |end| &text[..end]);
        let event = |line: &str| {
            let mut words = line.split(' ');
            let mut next = || words.next().unwrap().to_owned();
            let (what, worker) = (next(), next());
            Event { what, worker, number: next().parse().unwrap() }
        };
        complete.lines().map(event).collect()
    }

    /// The pids under which a worker has run, oldest first.
    pub(crate) fn starts(&self, worker: &str) -> Vec<Pid> {
        let events = self.events().into_iter();
        let own = events.filter(|e| e.what == "start" && e.worker == worker);
        own.map(|e| Pid::from_raw(e.number)).collect()
    }

    /// Waits until a worker has started so many times; its pid then.
    pub(crate) fn wait_for_start(&self, worker: &str, count: usize) -> Pid {
        wait_for(&format!("start {count} of {worker}"), || {
            self.starts(worker).get(count - 1).copied()
        })
    }

    /// Waits for an event to have happened so many times.
    pub(crate) fn wait_for_event(&self, what: &str, worker: &str, number: i32, count: usize) {
        let wanted = Event { what: what.into(), worker: worker.into(), number };
        wait_for(&format!("{count} x {wanted:?}"), || {
            (self.events().iter().filter(|e| **e == wanted).count() >= count).then_some(())
        });
    }

    /// Waits until a worker has announced its wait so many times and sleeps.
    pub(crate) fn wait_until_asleep(&self, worker: &str, count: usize) {
        self.wait_for_event("waiting", worker, 0, count);
        let pid = *self.starts(worker).last().unwrap();
        wait_for(&format!("{worker} to sleep"), || (state(pid) == Some('S')).then_some(()));
    }

    /// Waits until the log has all these lines in this order, others in between; the log then.
    /// A `*` in a line stands for one number.
    pub(crate) fn wait_for_lines(&self, lines: &[&str]) -> String {
        let until = Instant::now() + DEADLINE;
        loop {
            let log = self.log();
            if in_order(&log, lines) {
                return log;
            }
            assert!(Instant::now() < until, "waited in vain for {lines:#?} in\n{log}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Deref for Stage {
    type Target = Host;

    fn deref(&self) -> &Host {
        &self.host
    }
}

impl DerefMut for Stage {
    fn deref_mut(&mut self) -> &mut Host {
        &mut self.host
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Some workers are deaf, some outlive their postmaster.
        self.host.kill();
        for event in self.events().iter().filter(|e| e.what == "start") {
            let at_home = fs::read_link(format!("/proc/{}/cwd", event.number));
            if at_home.is_ok_and(|dir| dir == self.data()) {
                let _gone = kill(Pid::from_raw(event.number), Signal::SIGKILL);
            }
        }
    }
}

/// An answer that is still to come.
pub(crate) struct Answer {
    socket: UnixDatagram,
    path: PathBuf,
    question: String,
}

impl Answer {
    /// The answer, if it has come.
    pub(crate) fn poll(&self) -> Option<String> {
        let mut text = [0; 1024];
        match self.socket.recv(&mut text) {
            Ok(n) => Some(String::from_utf8_lossy(&text[..n]).into_owned()),
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => None,
            Err(e) => panic!("{}: {e}", self.question),
        }
    }

    /// Waits for it.
    pub(crate) fn get(self) -> String {
        wait_for(&format!("an answer to \"{}\"", self.question), || self.poll())
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        let _gone = fs::remove_file(&self.path);
    }
}

/// The state letter of a process, `None` once it is gone.
pub(crate) fn state(pid: Pid) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// Waits until a process is gone.
pub(crate) fn wait_until_gone(pid: Pid) {
    wait_for(&format!("the end of {pid}"), || state(pid).is_none_or(|s| s == 'Z').then_some(()));
}
