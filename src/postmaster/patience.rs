#![forbid(unsafe_code)]
//! Workers that end early again and again: ever longer delays, and an end to it.
//! Runs in: postmaster.

use core::time::Duration;

use crate::error::{self, Level, Report};
use crate::guc::settings;
use crate::sys::clock::Instant;

use super::messages::quoting;
use super::roster::{Doing, Id};
use super::schedule::{Again, Patience};
use super::server::Server;

impl Server {
    /// A worker ended by itself and is to be started again, after `interval` at the least: counts
    /// the end, and says what the worker does until then.
    pub(super) fn until_next_start(&mut self, id: Id, interval: Duration) -> Doing {
        let patience = patience();
        let now = Instant::now();
        let Some(entry) = self.roster.get_mut(id) else { return Doing::Ready };
        let ran = entry.started.map_or(Duration::ZERO, |started| now.since(started));
        entry.early = patience.count(entry.early, ran);
        let early = entry.early;
        match patience.again(interval, early) {
            Again::After(delay) => {
                if delay > interval {
                    let after = format!(" is started again in {} s", delay.as_secs());
                    let message = quoting("background worker ", entry.name(), &after);
                    let detail = format!("It ended early {early} times in a row.");
                    error::emit(&Report::new(Level::Log, message).with_detail(detail));
                }
                if delay.is_zero() { Doing::Ready } else { Doing::Delayed(now + delay) }
            }
            Again::Never => {
                let message = quoting("background worker ", entry.name(), " is not started again");
                let times = if early == 1 { "time" } else { "times" };
                let detail = format!("It ended early {early} {times} in a row.");
                let hint = quoting(
                    "Use ",
                    &[b"pgbgw revive ", entry.name()].concat(),
                    " once it is mended.",
                );
                let report = Report::new(Level::Warning, message).with_detail(detail);
                error::emit(&report.with_hint(hint));
                Doing::Failed
            }
        }
    }
}

fn patience() -> Patience {
    Patience {
        backoff: settings::restart_backoff(),
        max_delay: settings::restart_max_delay(),
        healthy_after: settings::healthy_after(),
        start_limit: settings::start_limit(),
    }
}
