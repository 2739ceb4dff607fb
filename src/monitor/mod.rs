#![forbid(unsafe_code)]
//! The monitor: a process of the postmaster's own that keeps a connection to the database server
//! and says what state that is in.
//! Runs in: monitor.
//!
//! It is not attached to shared memory, so a crash cycle passes it by; its word is in a page of its
//! own (`shmem::server_state`). It asks the server each interval, for PostgreSQL tells an idle session
//! nothing of a promotion (`in_hot_standby` is reported with the next statement); a connection that is
//! closed wakes it at once. `pace` says how soon it tries to connect again.

mod pace;

use core::time::Duration;
use std::os::fd::{AsRawFd as _, RawFd};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use crate::database::{Heard, Link, Next};
use crate::error::{self, Level, Report, SqlState};
use crate::guc::{self, settings};
use crate::shmem::server_state::{self, ServerState};
use crate::sys::clock::Instant;
use crate::sys::poll::{self, For};
use crate::sys::process;
use crate::worker;

use pace::Pace;

/// `cannot_connect_now`: a server that starts, stops or recovers.
const NOT_NOW: SqlState = SqlState::new(*b"57P03");
/// `sqlclient_unable_to_establish_sqlconnection`, `connection_failure`.
const NO_CONNECTION: [SqlState; 2] = [SqlState::new(*b"08001"), SqlState::CONNECTION_FAILURE];

/// What the postmaster tells the child.
pub(crate) struct Launch {
    pub(crate) postmaster: i32,
    /// The server, as libpq is told.
    pub(crate) conninfo: Vec<u8>,
    /// Whether the server belongs to this postmaster, so that it is worth looking often while it
    /// starts.
    pub(crate) is_ours: bool,
}

/// Watches the server in a freshly forked child, with every signal blocked.
pub(crate) fn main(launch: Launch) -> ! {
    worker::become_helper(launch.postmaster, b"database monitor");
    let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
    let signals = SignalFd::with_flags(&SigSet::from(Signal::SIGHUP), flags).ok();
    let pace = Pace::new(launch.is_ours);
    // Another monitor may have been here.
    let last_seen = server_state::look().filter(|state| *state == ServerState::Recovery);
    let last_seen = last_seen.unwrap_or(ServerState::ReadWrite);
    let mut monitor = Monitor { launch, signals, pace, said: None, last_seen };
    loop {
        monitor.look();
    }
}

/// What was said of the server last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    State(ServerState),
    /// It answers, but does not let the monitor in.
    Refuses,
    /// It is ours, and has not answered yet.
    Ours,
}

struct Monitor {
    launch: Launch,
    /// SIGHUP comes here; without it settings are not read again.
    signals: Option<SignalFd>,
    pace: Pace,
    said: Option<Said>,
    /// The state in which the server was when it last let the monitor in.
    last_seen: ServerState,
}

/// Why a sleep ended.
enum Woken {
    /// The socket is ready.
    Ready,
    TimedOut,
    /// The settings were read again.
    Reloaded,
}

impl Monitor {
    /// Connects and follows the server until the connection is lost, or cannot be made; then
    /// sleeps until it is worth another try.
    fn look(&mut self) {
        let begun = Instant::now();
        let link = Link::start(&self.launch.conninfo).and_then(|link| self.open(link));
        let pause = match link {
            // What has become of the server the next attempt will tell, and that is made at once.
            Ok((link, heard)) => {
                let report = self.follow(link, heard);
                error::emit(&because("connection to the database server was lost", report));
                self.pace.after_loss(Instant::now().since(begun))
            }
            Err(report) => self.failed(report, Instant::now().since(begun)),
        };
        // After a reload it may be time for another attempt.
        let _woken = self.sleep(None, Some(Instant::now() + pause));
    }

    fn open(&mut self, mut link: Link) -> Result<(Link, Heard), Report> {
        loop {
            match link.next() {
                Next::Wait { writable, until } => {
                    let what = if writable { For::Writing } else { For::Reading };
                    match self.sleep(Some((link.socket(), what)), until) {
                        Woken::Ready => link.go_on(false),
                        Woken::TimedOut => link.go_on(true),
                        Woken::Reloaded => {}
                    }
                }
                Next::Done => return Ok(link.opened()),
                Next::Failed(report) => return Err(report),
            }
        }
    }

    /// Follows what the server says, and asks it each interval. Why there is no more to follow.
    fn follow(&mut self, mut link: Link, mut heard: Heard) -> Report {
        loop {
            match heard {
                Heard::Nothing => {}
                Heard::InRecovery(in_recovery) => {
                    self.pace.connected();
                    self.connected(in_recovery);
                }
                Heard::Lost(report) => return report,
            }
            let interval = interval();
            let until = Some(Instant::now() + interval);
            heard = match self.sleep(Some((link.socket(), For::Reading)), until) {
                Woken::Ready => link.listen(),
                Woken::TimedOut if link.ask() => Heard::Nothing,
                // The interval may be another one now.
                Woken::Reloaded => Heard::Nothing,
                Woken::TimedOut => {
                    let message = format!("It did not answer for {} s.", interval.as_secs_f64());
                    Heard::Lost(Report::new(Level::Fatal, message))
                }
            };
        }
    }

    /// There is no connection, for this reason, which it took some time to learn. How long to sleep.
    fn failed(&mut self, report: Report, took: Duration) -> Duration {
        let is_away = NO_CONNECTION.contains(&report.sqlstate);
        if is_away && self.launch.is_ours && matches!(self.said, None | Some(Said::Ours)) {
            let message = "database server is starting";
            self.say(Said::Ours, ServerState::Starting, Report::new(Level::Log, message));
        } else if is_away {
            let report = because("database server is unreachable", report);
            self.say_state(ServerState::Unreachable, report);
        } else if report.sqlstate == NOT_NOW {
            let report = because("database server does not accept connections yet", report);
            self.say_state(ServerState::Starting, report);
        } else {
            // It answers, so it accepts connections; what it has to say each worker is told by its
            // own connection.
            let message = "the state of the database server cannot be looked at";
            self.say(Said::Refuses, self.last_seen, because(message, report));
            return self.pace.after_refusal(interval());
        }
        self.pace.after_failure(interval(), took)
    }

    fn connected(&mut self, in_recovery: bool) {
        let (state, message) = if in_recovery {
            let message = "database server is ready to accept read-only connections";
            (ServerState::Recovery, message)
        } else {
            (ServerState::ReadWrite, "database server is ready to accept connections")
        };
        self.last_seen = state;
        self.say_state(state, Report::new(Level::Log, message));
    }

    fn say_state(&mut self, state: ServerState, report: Report) {
        self.say(Said::State(state), state, report);
    }

    /// Logs what is not what was said before, writes the state down, and has the postmaster look if
    /// it is another one.
    fn say(&mut self, what: Said, state: ServerState, report: Report) {
        if self.said.replace(what) != Some(what) {
            error::emit(&report);
        }
        if server_state::set(state) {
            process::signal(self.launch.postmaster, libc::SIGUSR1);
        }
    }

    /// Sleeps until the socket is ready or the time has come, or until it is told to read the settings
    /// again, and has.
    fn sleep(&self, socket: Option<(RawFd, For)>, until: Option<Instant>) -> Woken {
        loop {
            let left = until.map(|until| until.since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Woken::TimedOut;
            }
            let signals = self.signals.as_ref().map_or(-1, SignalFd::as_raw_fd);
            let (fd, what) = socket.unwrap_or((-1, For::Reading));
            let [told, ready] = poll::wait([(signals, For::Reading), (fd, what)], left);
            if ready {
                return Woken::Ready;
            }
            if told {
                self.reload();
                return Woken::Reloaded;
            }
        }
    }

    fn reload(&self) {
        while let Some(Ok(Some(_))) = self.signals.as_ref().map(SignalFd::read_signal) {}
        // What is wrong was reported by the postmaster.
        let _reported = guc::process_config_file(guc::Context::Sighup);
    }
}

fn interval() -> Duration {
    settings::server_check_interval()
}

fn because(message: &str, mut report: Report) -> Report {
    let detail = core::mem::take(&mut report.message);
    Report::new(Level::Log, message).with_sqlstate(report.sqlstate).with_detail(detail)
}
