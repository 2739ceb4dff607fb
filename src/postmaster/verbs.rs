#![forbid(unsafe_code)]
//! What the control socket can be asked: `ps`, `server`, `terminate`, `revive`, `config`.
//! Runs in: postmaster.

use crate::abi::bgworker::{
    BgWorkerStart_ConsistentState, BgWorkerStart_PostmasterStart, BgWorkerStart_RecoveryFinished,
};
use crate::error::{Raised, Report, SqlState};
use crate::guc;
use crate::loader;
use crate::registration::text::{self, Field};
use crate::shmem::segment::Segment;
use crate::shmem::{activity, slots, wait_events};
use crate::sys::clock::Instant;
use crate::sys::control::{escape, line, unescape};
use crate::sys::reason::reason;

use super::messages::how;
use super::roster::{Doing, Entry, Id, LastEnd, Origin};
use super::server::Server;

impl Server {
    /// Answers one line.
    pub(super) fn answer_to(&mut self, question: &[u8]) -> Vec<u8> {
        let mut fields = question.split(|&b| b == b'\t').map(unescape);
        let verb = fields.next().unwrap_or_default();
        let argument = fields.next();
        let result = match (verb.as_slice(), argument) {
            (b"ps", None) => Ok(self.ps()),
            (b"server", None) => Ok(self.describe_server()),
            (b"config", None) => config(),
            (b"terminate", Some(whom)) => self.terminate_named(&whom),
            (b"revive", Some(whom)) => self.revive(&whom),
            (other, _) => Err(Report::error(
                SqlState::SYNTAX_ERROR,
                format!("unrecognized request \"{}\"", String::from_utf8_lossy(other)),
            )),
        };
        match result {
            Ok(rows) => [b"ok\n", &*rows].concat(),
            Err(report) => failure(&report),
        }
    }

    /// A row per worker, in the order of registration.
    fn ps(&self) -> Vec<u8> {
        let now = Instant::now();
        let mut rows = Vec::new();
        for entry in self.roster.iter() {
            row(&mut rows, entry, self.segment, now);
        }
        rows
    }

    /// Workers that a pid or a name stands for.
    fn named(&self, whom: &[u8]) -> Vec<Id> {
        let pid = core::str::from_utf8(whom).ok().and_then(|text| text.parse().ok());
        if let Some(id) = pid.and_then(|pid| self.roster.with_pid(pid)) {
            return vec![id];
        }
        let ids = self.roster.ids().into_iter();
        ids.filter(|&id| self.roster.get(id).is_some_and(|e| e.name() == whom)).collect()
    }

    fn terminate_named(&mut self, whom: &[u8]) -> Result<Vec<u8>, Report> {
        let ids = self.named(whom);
        if ids.is_empty() {
            return Err(unknown(whom));
        }
        for id in ids {
            self.terminate(id);
        }
        Ok(Vec::new())
    }

    /// Starts a worker now that failed or sits out a delay, or a static one again that is gone for
    /// good.
    fn revive(&mut self, whom: &[u8]) -> Result<Vec<u8>, Report> {
        if !self.machine.is_running() {
            let message = "workers cannot be revived while the postmaster is shutting down";
            return Err(Report::error(SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE, message));
        }
        let ids = self.named(whom);
        let at_rest = |id: &&Id| {
            let doing = self.roster.get(**id).map(|entry| entry.doing);
            matches!(doing, Some(Doing::Delayed(_) | Doing::Failed))
        };
        let revived: Vec<Id> = ids.iter().filter(at_rest).copied().collect();
        for &id in &revived {
            if let Some(entry) = self.roster.get_mut(id) {
                entry.early = 0;
            }
            self.roster.set_doing(id, Doing::Ready);
        }
        if !revived.is_empty() {
            return Ok(Vec::new());
        }
        if !ids.is_empty() {
            return Err(refused(whom, "is neither failed, delayed nor gone"));
        }
        let Some(at) = self.retired.iter().position(|entry| entry.name() == whom) else {
            return Err(unknown(whom));
        };
        let entry = self.retired.remove(at);
        self.enlist_static(Box::new(Entry { terminate: false, ..entry })).map_err(|entry| {
            let report = refused(whom, "cannot be revived: every slot is taken");
            self.retired.push(*entry);
            report.with_hint("Consider increasing \"max_worker_processes\".")
        })?;
        Ok(Vec::new())
    }

    /// Gives a static worker a slot and puts it on the roster; gives it back if there is none.
    pub(super) fn enlist_static(&mut self, mut entry: Box<Entry>) -> Result<Id, Box<Entry>> {
        debug_assert_eq!(entry.origin, Origin::Static);
        let place = slots::take_for_postmaster(self.segment, &entry.worker, None);
        let Some((slot, generation)) = place else { return Err(entry) };
        entry.slot = slot;
        entry.generation = generation;
        entry.doing = Doing::Ready;
        Ok(self.roster.add(*entry))
    }
}

/// The answer that says why a request was refused.
fn failure(report: &Report) -> Vec<u8> {
    let mut line = b"error\t".to_vec();
    line.extend_from_slice(&report.sqlstate.unpack());
    for text in [Some(&report.message), report.hint.as_ref()].into_iter().flatten() {
        line.push(b'\t');
        escape(&mut line, text);
    }
    line.push(b'\n');
    line
}

fn unknown(whom: &[u8]) -> Report {
    refused(whom, "does not exist")
}

fn refused(whom: &[u8], what: &str) -> Report {
    let whom = String::from_utf8_lossy(whom);
    Report::error(SqlState::UNDEFINED_OBJECT, format!("background worker \"{whom}\" {what}"))
}

fn row(out: &mut Vec<u8>, entry: &Entry, segment: &Segment, now: Instant) {
    let worker = &entry.worker;
    let restart_in = match entry.doing {
        Doing::Delayed(at) => Some(format!("{:.3}", at.since(now).as_secs_f64())),
        Doing::Ready | Doing::Waiting | Doing::Running(_) | Doing::Failed => None,
    };
    let shown =
        activity::look(segment, entry.slot).filter(|seen| entry.pid() == Some(seen.row.st_procpid));
    let waits = shown
        .as_ref()
        .and_then(|_| wait_events::copy_names(segment, activity::waits_for(segment, entry.slot)));
    let said = |text: &[u8]| (!text.is_empty()).then(|| text.to_vec());
    let number = |n: &dyn core::fmt::Display| Some(n.to_string().into_bytes());
    let fields: [(&str, Option<Vec<u8>>); 23] = [
        ("name", Some(entry.name().to_vec())),
        ("type", Some(entry.kind().to_vec())),
        ("library", Some(text::unbounded(worker, Field::Library).to_vec())),
        ("function", Some(text::unbounded(worker, Field::Function).to_vec())),
        ("pid", entry.pid().and_then(|pid| number(&pid))),
        ("state", Some(state(entry).into())),
        ("slot", number(&entry.slot)),
        ("generation", number(&entry.generation)),
        ("flags", number(&worker.bgw_flags)),
        ("start_time", Some(start_time(worker.bgw_start_time).into_bytes())),
        ("restart_time", number(&worker.bgw_restart_time)),
        ("starts", number(&entry.starts)),
        ("last_exit", entry.last_end.map(|end| last_exit(end).into_bytes())),
        ("since", number(&entry.since)),
        ("restart_in_s", restart_in.map(String::into_bytes)),
        ("waits_for", entry.waits_for().map(Into::into)),
        ("database", None),
        ("user", None),
        ("application_name", shown.as_ref().and_then(|seen| said(seen.application_name()))),
        ("activity", shown.as_ref().and_then(|seen| said(seen.activity()))),
        ("wait_event_type", waits.as_ref().map(|(class, _)| class.to_bytes().to_vec())),
        ("wait_event", waits.as_ref().map(|(_, event)| event.clone())),
        ("registered_by", loader::name_of(entry.library).map(<[u8]>::to_vec)),
    ];
    line(out, &fields);
}

/// A row per setting, by name, and what is wrong with the file.
fn config() -> Result<Vec<u8>, Report> {
    let mut out = Vec::new();
    for row in guc::listing().map_err(Raised::into_report)? {
        line(&mut out, &row);
    }
    Ok(out)
}

fn state(entry: &Entry) -> &'static str {
    match entry.doing {
        Doing::Running(_) if entry.terminate => "stopping",
        Doing::Running(_) => "running",
        Doing::Ready => "starting",
        Doing::Waiting => "waiting",
        Doing::Delayed(_) => "delayed",
        Doing::Failed => "failed",
    }
}

fn start_time(value: u32) -> String {
    let known = [
        (BgWorkerStart_PostmasterStart, "PostmasterStart"),
        (BgWorkerStart_ConsistentState, "ConsistentState"),
        (BgWorkerStart_RecoveryFinished, "RecoveryFinished"),
    ];
    let name = known.iter().find(|(number, _)| *number == value).map(|(_, name)| *name);
    name.map_or_else(|| value.to_string(), Into::into)
}

fn last_exit(end: LastEnd) -> String {
    match end {
        LastEnd::Process(ended) => how(ended),
        LastEnd::NotForked(errno) => format!("could not be forked: {}", reason(errno)),
    }
}
