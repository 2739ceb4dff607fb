#![forbid(unsafe_code)]
//! The state of the database server, as the monitor tells it: workers wait for it by their start
//! time.
//! Runs in: postmaster.

use std::path::Path;

use crate::error::Level;
use crate::guc::settings;
use crate::shmem::server_state::{self, ServerState};
use crate::sys::clock::wall_micros;
use crate::sys::control::line;

use super::helpers::Helpers;
use super::messages::{quoting, say};
use super::roster::{Doing, Id};
use super::schedule::{Awaits, awaits};
use super::server::Server;

/// What the postmaster goes by.
pub(super) struct Database {
    state: ServerState,
    /// Microseconds of the wall clock.
    since: i64,
}

impl Database {
    /// At the start nothing is known of the server, if there is one.
    pub(super) fn new() -> Self {
        let exists = settings::conninfo().is_some();
        let state = if exists { ServerState::Unknown } else { ServerState::None };
        server_state::set(state);
        Self { state, since: wall_micros() }
    }

    /// Is there a server to look at?
    pub(super) fn exists(&self) -> bool {
        self.state != ServerState::None
    }
}

impl Server {
    /// Whether a worker that is to be started has to wait for the server; then it does.
    pub(super) fn must_wait(&mut self, id: Id) -> bool {
        let server = self.database.state;
        let Some(entry) = self.roster.get_mut(id) else { return true };
        let before = entry.awaits;
        entry.awaits = awaits(entry.worker.bgw_start_time, server);
        if entry.awaits == Awaits::Nothing {
            return false;
        }
        // As long as nobody has looked, there is nothing to tell of.
        if server == ServerState::Unknown {
            entry.awaits = before;
        }
        let told = entry.awaits.words().filter(|_| entry.awaits != before);
        if let Some(what) = told {
            let message =
                quoting("background worker ", entry.name(), &format!(" waits for {what}"));
            say(Level::Log, message);
        }
        self.roster.set_doing(id, Doing::Waiting);
        true
    }

    /// The monitor may have told something: whoever waits is looked at again.
    pub(super) fn look_at_server(&mut self) {
        // Anybody can write there: only what is a state counts.
        let Some(state) = server_state::look() else { return };
        if !self.database.exists() || state == ServerState::None || state == self.database.state {
            return;
        }
        self.database = Database { state, since: wall_micros() };
        for id in self.roster.ids() {
            if self.roster.get(id).is_some_and(|entry| entry.doing == Doing::Waiting) {
                self.roster.set_doing(id, Doing::Ready);
            }
        }
    }

    /// The row that `pgbgw status` shows.
    pub(super) fn describe_server(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let number = |n: &dyn core::fmt::Display| Some(n.to_string().into_bytes());
        let Helpers { monitor, cluster, plan } = &self.helpers;
        let kind = match (self.database.exists(), plan) {
            (false, _) => None,
            (true, Some(_)) => Some("managed"),
            (true, None) => Some("external"),
        };
        let bytes = |path: &Path| path.as_os_str().as_encoded_bytes().to_vec();
        line(
            &mut out,
            &[
                ("state", Some(self.database.state.words().into())),
                ("since", number(&self.database.since)),
                ("conninfo", settings::conninfo_shown()),
                ("kind", kind.map(Into::into)),
                ("pid", cluster.pid().and_then(|pid| number(&pid))),
                ("log", plan.as_ref().map(|plan| bytes(&plan.log))),
                ("programs", plan.as_ref().map(|plan| bytes(&plan.programs))),
                ("monitor_pid", monitor.pid().and_then(|pid| number(&pid))),
            ],
        );
        out
    }
}
