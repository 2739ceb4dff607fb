#![forbid(unsafe_code)]
//! Shutdown requests and reloads.
//! Runs in: postmaster.

use crate::error::Level;
use crate::guc;
use crate::sys::clock::Instant;
use crate::sys::process;

use super::machine::{Shutdown, Tell};
use super::messages::say;
use super::pidfile;
use super::server::Server;

impl Server {
    /// Begins a shutdown, unless one at least as urgent is on the way.
    #[inline(never)]
    pub(super) fn shut_down(&mut self, how: Shutdown) {
        let was_running = self.machine.is_running();
        let clients = self.backends.running() > 0;
        let Some(tell) = self.machine.request(how, clients, Instant::now()) else { return };
        let word = match how {
            Shutdown::None => return,
            Shutdown::Smart => "smart",
            Shutdown::Fast => "fast",
            Shutdown::Immediate => "immediate",
        };
        say(Level::Log, format!("received {word} shutdown request"));
        if how == Shutdown::Fast && was_running {
            say(Level::Log, "aborting any active transactions");
        }
        let _told = self.pid_file.write(pidfile::State::Stopping);
        if self.machine.is_stopping() {
            self.forget_idle();
        }
        self.tell(tell);
    }

    /// A smart shutdown has waited for its last client.
    pub(super) fn stop_workers(&mut self) {
        self.forget_idle();
        self.tell(Tell::Terminate);
    }

    /// Workers that do not run now will not run any more.
    fn forget_idle(&mut self) {
        for id in self.roster.ids() {
            if self.roster.get(id).is_some_and(|entry| entry.pid().is_none()) {
                self.forget(id);
            }
        }
    }

    /// SIGHUP: settings are read again, here and by every worker that cares.
    #[inline(never)]
    pub(super) fn reload(&mut self) {
        if !self.machine.may_reload() {
            return;
        }
        say(Level::Log, "received SIGHUP, reloading configuration files");
        self.spares.dismiss();
        // What is wrong was reported, and the old values are kept.
        let _reported = guc::process_config_file(guc::Context::Sighup);
        for pid in self.pids().chain(self.helpers.pids()) {
            process::signal(pid, libc::SIGHUP);
        }
    }
}
