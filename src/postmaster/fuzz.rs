#![forbid(unsafe_code)]
//! Targets for fuzzers: what somebody wrote into a slot, and events in any order.
//! Runs in: tests.

use core::time::Duration;
use std::collections::BTreeMap;

use crate::abi::bgworker::BackgroundWorker;
use crate::error::Level;
use crate::fuzzing::Choices;
use crate::registration::check::check;
use crate::registration::text::{self, Field};
use crate::shmem::server_state::ServerState;
use crate::sys::clock::Instant;

use super::machine::{KILL_AFTER, Machine, Shutdown, Tell, Then};
use super::roster::{Doing, Entry, Id, Origin, Roster};
use super::scan::cleaned;
use super::schedule::{Again, Awaits, Ended, Follow, Patience, after, awaits, is_crash};

/// A registration made of any bytes, as the postmaster takes it from a slot.
pub fn registration(bytes: &[u8]) {
    let mut worker = cleaned(&BackgroundWorker::of_bytes(bytes));
    let fields = [Field::Name, Field::Type, Field::Library, Field::Function];
    for field in fields {
        let text = text::bounded(&worker, field);
        let is_clean = |b: &u8| matches!(b, 32..=127 | b'\n' | b'\r' | b'\t');
        assert!(text.iter().all(is_clean) && text == text::unbounded(&worker, field), "{field:?}");
    }
    assert_eq!(cleaned(&worker).as_bytes(), worker.as_bytes(), "cleaned once is clean");
    if check(&mut worker, Level::Log).is_ok() {
        assert!(worker.bgw_restart_time >= -1);
        let has_type = !text::bounded(&worker, Field::Type).is_empty();
        assert!(has_type || text::bounded(&worker, Field::Name).is_empty());
    }
}

/// Shutdown requests, crashes, ends and time in any order.
pub fn states(bytes: &[u8]) {
    let mut choices = Choices(bytes);
    let mut machine = Machine::new();
    let mut now = Instant::from_nanos(1);
    let mut asked = Shutdown::None;
    let mut told_to_quit = false;
    let mut killed = false;
    while let Some(event) = choices.byte() {
        let shutdown = [Shutdown::Smart, Shutdown::Fast, Shutdown::Immediate];
        match event % 8 {
            kind @ 0..=2 => {
                let shutdown = shutdown.get(usize::from(kind)).copied().unwrap_or(Shutdown::Smart);
                let tell = machine.request(shutdown, event & 0x80 != 0, now);
                assert_eq!(tell.is_some(), shutdown > asked, "only a more urgent one is obeyed");
                asked = asked.max(shutdown);
                assert!(tell != Some(Tell::Terminate) || !told_to_quit, "SIGTERM after SIGQUIT");
                if tell == Some(Tell::Quit) {
                    (told_to_quit, killed) = (true, false);
                }
            }
            3 => {
                let was_aborting = machine.is_aborting();
                let tell = machine.crash(now);
                assert_eq!(tell.is_none(), was_aborting);
                assert!(!machine.is_running() && machine.is_aborting());
                if tell.is_some() {
                    (told_to_quit, killed) = (true, false);
                }
            }
            4 => {
                let due = machine.last_client_gone();
                assert!(!due || (asked == Shutdown::Smart && machine.is_stopping()));
                assert!(!machine.last_client_gone(), "they are told once");
            }
            5 => {
                now = now + Duration::from_millis(choices.byte().unwrap_or(0).into()) * 100;
                if machine.tick(now) == Tell::Kill {
                    assert!(told_to_quit && !killed, "SIGKILL comes once, after SIGQUIT");
                    killed = true;
                }
            }
            6 => machine.nobody_to_kill(),
            _ => match machine.all_gone(event & 0x80 != 0) {
                Then::Continue => assert!(asked == Shutdown::None && !machine.is_crashed()),
                Then::Reinitialize => {
                    assert!(asked == Shutdown::None && machine.is_running());
                    (told_to_quit, killed) = (false, false);
                }
                Then::Exit(_) => return,
            },
        }
        assert_eq!(machine.is_shutting_down(), asked != Shutdown::None);
        assert_eq!(machine.may_reload(), asked <= Shutdown::Smart);
        assert!(!machine.is_running() || (!machine.is_stopping() && !machine.is_crashed()));
        assert!(asked < Shutdown::Fast || machine.is_stopping());
        assert!(
            machine.deadline().is_none_or(|at| told_to_quit && !killed && at <= now + KILL_AFTER)
        );
    }
}

/// Workers that come, start, end, wait and go in any order; what ends mean.
pub fn roster(bytes: &[u8]) {
    let mut choices = Choices(bytes);
    let mut roster = Roster::default();
    // What the roster should know: slot, doing, listener.
    let mut known: BTreeMap<Id, (usize, Doing, i32)> = BTreeMap::new();
    let mut now = Instant::from_nanos(1);
    let mut pids = 1;
    while let Some(event) = choices.byte() {
        let nth = usize::from(choices.byte().unwrap_or(0));
        let id = known.keys().nth(nth % known.len().max(1)).copied().unwrap_or(Id::MAX);
        match event % 8 {
            0 | 1 => {
                let slot = (0..).find(|slot| known.values().all(|(taken, ..)| taken != slot));
                let mut entry = Entry::new(BackgroundWorker::ZEROED, Origin::Dynamic, 0);
                entry.slot = slot.unwrap_or_default();
                entry.notify = i32::try_from(nth % 4).unwrap_or_default();
                let facts = (entry.slot, Doing::Ready, entry.notify);
                known.insert(roster.add(entry), facts);
            }
            2 => assert_eq!(roster.remove(id).is_some(), known.remove(&id).is_some()),
            3 => {
                let pid = i32::try_from(nth % 4).unwrap_or_default();
                roster.forget_listener(pid);
                known.values_mut().filter(|facts| facts.2 == pid).for_each(|facts| facts.2 = 0);
            }
            4 => {
                now = now + Duration::from_nanos(u64::try_from(nth).unwrap_or_default());
                while let Some(id) = roster.take_due(now) {
                    let doing = known.get(&id).map(|facts| facts.1);
                    assert!(matches!(doing, Some(Doing::Delayed(at)) if at <= now), "{doing:?}");
                    roster.set_doing(id, Doing::Ready);
                    known.entry(id).and_modify(|facts| facts.1 = Doing::Ready);
                }
            }
            kind => {
                pids += 1;
                let delay = Duration::from_nanos(u64::from(event));
                let doing = match kind {
                    5 => Doing::Running(pids),
                    6 => Doing::Delayed(now + delay),
                    _ if event & 0x80 == 0 => Doing::Waiting,
                    _ => Doing::Failed,
                };
                roster.set_doing(id, doing);
                known.entry(id).and_modify(|facts| facts.1 = doing);
            }
        }
        compare(&roster, &known);
    }
    ends(&mut Choices(bytes));
}

/// Every index says what a walk through all workers would say.
fn compare(roster: &Roster, known: &BTreeMap<Id, (usize, Doing, i32)>) {
    assert!(roster.ids().iter().eq(known.keys().rev()));
    let mut running = 0;
    for (id, (slot, doing, notify)) in known {
        assert_eq!(roster.in_slot(*slot), Some(*id));
        let entry = roster.get(*id);
        assert!(entry.is_some_and(|entry| entry.doing == *doing && entry.notify == *notify));
        if let Doing::Running(pid) = doing {
            running += 1;
            assert_eq!(roster.with_pid(*pid), Some(*id));
        }
    }
    assert_eq!(roster.running(), running);
    let all = || known.iter().map(|(id, (_, doing, _))| (*id, *doing));
    let ready = all().filter(|(_, doing)| *doing == Doing::Ready).map(|(id, _)| id).max();
    assert_eq!(roster.next_ready(), ready);
    let due = all().filter_map(|(_, doing)| match doing {
        Doing::Delayed(at) => Some(at),
        Doing::Ready | Doing::Waiting | Doing::Running(_) | Doing::Failed => None,
    });
    assert_eq!(roster.next_deadline(), due.min());
}

/// What follows from an end, and when a worker is started again.
fn ends(choices: &mut Choices<'_>) {
    let code = i32::from(choices.byte().unwrap_or(0));
    let kind = choices.byte().unwrap_or(0);
    let ended = match kind % 3 {
        0 => Ended::Signal(code),
        clean => Ended::Code { code, clean: clean == 1 },
    };
    let restart = choices.half().cast_signed();
    let is_over = matches!(ended, Ended::Code { code: 0, .. }) || kind & 0x80 != 0;
    let follow = after(ended, restart, kind & 0x80 != 0);
    assert_eq!(follow == Follow::Forget, is_over || restart == -1);
    assert!(is_crash(ended) || matches!(ended, Ended::Code { code: 0 | 1, clean: true }));
    let patience = Patience {
        backoff: kind & 0x40 != 0,
        max_delay: Duration::from_millis(choices.number()),
        healthy_after: Duration::from_millis(choices.number()),
        start_limit: u32::from(choices.byte().unwrap_or(0)),
    };
    let interval = Duration::from_millis(choices.number() >> 16);
    let early = choices.half();
    match patience.again(interval, early) {
        Again::Never => assert!(patience.start_limit > 0 && early >= patience.start_limit),
        Again::After(delay) => {
            assert!(delay >= interval && delay <= patience.max_delay.max(interval));
            let next = patience.again(interval, early.saturating_add(1));
            assert!(next == Again::Never || matches!(next, Again::After(next) if next >= delay));
        }
    }
    let ran = Duration::from_millis(choices.number());
    assert!(patience.count(early, ran) == 0 || ran < patience.healthy_after);
    start_times(early % 5);
}

/// A server that comes up lets ever more workers start, and each known start time comes.
fn start_times(start_time: u32) {
    use ServerState::{None, ReadWrite, Recovery, Starting, Unknown, Unreachable};
    let is_known = start_time <= 2;
    let mut may_start = false;
    for state in [Unknown, Unreachable, Starting, Recovery, ReadWrite] {
        let awaited = awaits(start_time, state);
        assert!(!may_start || awaited == Awaits::Nothing);
        assert_eq!(awaited == Awaits::Never, !is_known);
        may_start = awaited == Awaits::Nothing;
    }
    assert_eq!(may_start, is_known);
    assert_eq!(awaits(start_time, None) == Awaits::Nothing, is_known);
}
