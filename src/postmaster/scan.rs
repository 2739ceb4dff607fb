#![forbid(unsafe_code)]
//! Slots that other processes marked: new registrations, and terminations.
//! Runs in: postmaster.
//!
//! Nothing in a slot is trusted: the registration is copied once, its strings are cut and cleaned,
//! and what the postmaster goes by afterwards is its own copy.

use crate::abi::bgworker::{BGWORKER_CLASS_PARALLEL, BackgroundWorker};
use crate::error::Level;
use crate::memory::apart;
use crate::registration::check::check;
use crate::registration::text::{self, Field};
use crate::shmem::slots;
use crate::sys::process;

use super::messages::{debug, quoting};
use super::roster::{Entry, Id, Origin};
use super::server::Server;

impl Server {
    /// Looks at every marked slot, lowest first: so the batch is started highest first.
    pub(super) fn scan(&mut self) {
        let Some(dirty) = self.segment.dirty_slots() else { return };
        let mut marked = Vec::new();
        {
            let _apart = apart::enter();
            dirty.drain(|number| marked.push(number));
        }
        for number in marked {
            self.look_at(number);
        }
    }

    #[inline(never)]
    fn look_at(&mut self, number: usize) {
        let Some(slot) = self.segment.slots().get(number) else { return };
        if let Some(id) = self.roster.in_slot(number) {
            let generation = self.roster.get(id).map_or(0, |entry| entry.generation);
            if slot.termination_asked(generation) {
                self.terminate(id);
            }
            return;
        }
        let Some(generation) = slot.published() else { return };
        let Some(asked) = self.segment.registrations().get(number) else { return };
        let mut worker = cleaned(&asked.copy());
        // Whoever registered it has checked it; whoever wrote over it since has not.
        let acceptable = check(&mut worker, Level::Log).is_ok();
        let mut entry = Entry::new(worker, Origin::Dynamic, slot.library());
        entry.slot = number;
        entry.generation = generation;
        // After a crash what lies in the old memory is not to be trusted, a registration no more
        // than the rest.
        if !acceptable || !self.machine.is_running() || slot.termination_asked(generation) {
            self.refuse(&entry);
        } else {
            self.admit(entry);
        }
    }

    /// A registration that is not to be started any more: its slot is given back.
    fn refuse(&mut self, entry: &Entry) {
        self.count_forgotten(&entry.worker);
        slots::release(self.segment, entry.slot);
        self.announce(entry.slot, entry.worker.bgw_notify_pid);
    }

    fn admit(&mut self, mut entry: Entry) {
        let asked = entry.worker.bgw_notify_pid;
        if self.is_child(asked) {
            entry.notify = asked;
        } else {
            debug(|| format!("worker notification PID {asked} is not valid").into());
            entry.worker.bgw_notify_pid = 0;
        }
        debug(|| quoting("registering background worker ", entry.name(), ""));
        self.roster.add(entry);
    }

    /// `TerminateBackgroundWorker`: SIGTERM if it runs, forgotten if it does not.
    pub(super) fn terminate(&mut self, id: Id) {
        let Some(entry) = self.roster.get_mut(id) else { return };
        if entry.terminate {
            return;
        }
        entry.terminate = true;
        match entry.pid() {
            Some(pid) => process::signal(pid, libc::SIGTERM),
            None => self.forget(id),
        }
    }

    /// Unregisters a worker that does not run.
    pub(super) fn forget(&mut self, id: Id) {
        let Some(entry) = self.roster.remove(id) else { return };
        debug(|| quoting("unregistering background worker ", entry.name(), ""));
        self.count_forgotten(&entry.worker);
        slots::release(self.segment, entry.slot);
        self.announce(entry.slot, entry.notify);
        if entry.origin == Origin::Static {
            self.retired.push(entry);
        }
    }

    fn count_forgotten(&self, worker: &BackgroundWorker) {
        if worker.bgw_flags & BGWORKER_CLASS_PARALLEL != 0 {
            let forgotten = &self.segment.header().parallel_forgotten;
            forgotten.fetch_add(1, core::sync::atomic::Ordering::SeqCst);
        }
    }

    /// Tells of a change in a slot: SIGUSR1 to a listener that is still one of our children, then a
    /// wake-up for all who wait for the slot.
    pub(super) fn announce(&self, slot: usize, listener: i32) {
        if listener != 0 && self.is_child(listener) {
            process::signal(listener, libc::SIGUSR1);
        }
        if let Some(slot) = self.segment.slots().get(slot) {
            slot.wake();
        }
    }
}

/// The registration with its strings ended and cleaned.
pub(super) fn cleaned(asked: &BackgroundWorker) -> BackgroundWorker {
    // The heap's pages are left alone, as children inherit them.
    let _apart = apart::enter();
    let mut worker = *asked;
    for field in [Field::Name, Field::Type, Field::Library, Field::Function] {
        let text = text::safe(asked, field);
        text::set(&mut worker, field, &text);
    }
    worker
}
