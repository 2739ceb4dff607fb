//! Wait event sets (latch.h): several things to wait for, told to the kernel once.
//! Runs in: worker.

use core::ffi::c_void;
use core::ptr;
use core::time::Duration;

use nix::sys::epoll::EpollEvent;

use crate::abi::latch::{
    Latch, WL_EXIT_ON_PM_DEATH, WL_LATCH_SET, WL_POSTMASTER_DEATH, WL_SOCKET_MASK, WaitEvent,
};
use crate::error::{Raised, Report, Result, SqlState};
use crate::sigsafe::{inside, wait_word};
use crate::sys::clock::Instant;
use crate::worker::exit;

use super::latch;
use super::latch_words::{IN_EPOLL, Words};
use super::procs;
use super::wait_fds::{DEATH, Fds, SOCKET, Slept, WAKE, socket_events};

/// What stands behind a `WaitEventSet`.
pub(crate) struct WaitSet {
    fds: Fds,
    /// As many events as there may be.
    capacity: usize,
    events: Vec<Event>,
    /// The latch, and which event it is.
    latch: Option<(*mut Latch, usize)>,
    /// Which event is the postmaster's death.
    death: Option<usize>,
    exit_on_death: bool,
    /// Where the kernel writes.
    room: Vec<EpollEvent>,
}

struct Event {
    /// `WL_*` bits.
    events: i32,
    /// The socket, or -1.
    socket: i32,
    user_data: *mut c_void,
}

/// What is to be added to a set.
pub(crate) struct New {
    /// `WL_*` bits.
    pub(crate) events: i32,
    /// The socket, or -1.
    pub(crate) socket: i32,
    /// Null, or points to a latch that stays mapped as long as it is in the set.
    pub(crate) latch: *mut Latch,
    /// Given back with the event.
    pub(crate) user_data: *mut c_void,
}

impl WaitSet {
    /// A set for at most `capacity` events.
    ///
    /// # Errors
    /// The descriptors cannot be made.
    pub(crate) fn new(capacity: usize) -> Result<Self> {
        Ok(Self {
            fds: Fds::new()?,
            capacity,
            events: Vec::new(),
            latch: None,
            death: None,
            exit_on_death: false,
            room: Vec::new(),
        })
    }

    /// Events in the set.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// Adds an event; its position.
    ///
    /// # Errors
    /// PostgreSQL's for arguments that do not fit together; the set is full; what the kernel says
    /// of the socket.
    ///
    /// # Safety
    /// The latch is null or stays mapped while it is in the set.
    pub(crate) unsafe fn add(&mut self, new: &New) -> Result<usize> {
        let mut events = new.events;
        if events == WL_EXIT_ON_PM_DEATH {
            events = WL_POSTMASTER_DEATH;
            self.exit_on_death = true;
        }
        if new.latch.is_null() {
            if events & WL_LATCH_SET != 0 {
                return Err(refuse("cannot wait on latch without a specified latch"));
            }
        } else {
            // SAFETY: the caller's promise.
            latch::check_owner(&unsafe { latch::words(new.latch) })?;
            if self.latch.is_some() {
                return Err(refuse("cannot wait on more than one latch"));
            }
            if events & WL_LATCH_SET == 0 {
                return Err(refuse("latch events only support being set"));
            }
        }
        if new.socket < 0 && events & WL_SOCKET_MASK != 0 {
            return Err(refuse("cannot wait on socket event without a socket"));
        }
        let position = self.events.len();
        if position >= self.capacity {
            return Err(refuse("too many events in wait event set"));
        }
        let socket = match events {
            WL_LATCH_SET => {
                self.latch = Some((new.latch, position));
                -1
            }
            WL_POSTMASTER_DEATH => {
                self.fds.add_death()?;
                self.death = Some(position);
                -1
            }
            _ => {
                self.fds.add(new.socket, events, number(position))?;
                new.socket
            }
        };
        self.events.push(Event { events, socket, user_data: new.user_data });
        Ok(position)
    }

    /// Changes what is waited for on a socket, or which latch; a null latch is none for now.
    ///
    /// # Errors
    /// PostgreSQL's; what the kernel says of the socket.
    ///
    /// # Safety
    /// As of [`Self::add`].
    pub(crate) unsafe fn modify(
        &mut self,
        position: usize,
        events: i32,
        latch: *mut Latch,
    ) -> Result<()> {
        let Some(event) = self.events.get_mut(position) else {
            return Err(refuse("no such event in wait event set"));
        };
        let there = self.latch.map_or(ptr::null_mut(), |(latch, _)| latch);
        if events == event.events && (events & WL_LATCH_SET == 0 || there == latch) {
            return Ok(());
        }
        if event.events & WL_LATCH_SET != 0 && events != event.events {
            return Err(refuse("cannot modify latch event"));
        }
        if event.events & WL_POSTMASTER_DEATH != 0 {
            return Err(refuse("cannot modify postmaster death event"));
        }
        if events == WL_LATCH_SET {
            if !latch.is_null() {
                // SAFETY: the caller's promise.
                latch::check_owner(&unsafe { latch::words(latch) })?;
            }
            self.latch = Some((latch, position));
            return Ok(());
        }
        self.fds.modify(event.socket, events, number(position))?;
        event.events = events;
        Ok(())
    }

    /// Sleeps until something happens, or for `timeout` milliseconds if that is not negative.
    /// Writes what happened, as much as there is room for, and returns how much it was.
    ///
    /// # Errors
    /// What the kernel says.
    ///
    /// # Safety
    /// As of [`Self::add`]; `out` is room for `count` events.
    pub(crate) unsafe fn wait(
        &mut self,
        timeout: i64,
        out: *mut WaitEvent,
        count: usize,
        wait_event_info: u32,
    ) -> Result<usize> {
        let latch = self.latch.map(|(latch, _)| latch).filter(|latch| !latch.is_null());
        // A wait without a latch sleeps on a word of its own.
        // SAFETY: the caller's promise, or a static.
        let words = unsafe { latch::words(latch.unwrap_or_else(procs::own_latch)) };
        let deadline = u64::try_from(timeout).ok().map(Duration::from_millis);
        let mut turn = Turn {
            words: &words,
            has_latch: latch.is_some(),
            deadline: deadline.map(|left| Instant::now() + left),
            out: Out { out, count, written: 0 },
            latch_told: false,
        };
        let mut room = core::mem::take(&mut self.room);
        room.resize(count.min(self.capacity.max(1)), EpollEvent::empty());
        let shown = procs::report_wait(wait_event_info);
        let written = turn.run(self, &mut room);
        procs::report_wait(shown);
        self.room = room;
        written
    }

    fn event(&self, position: Option<usize>, events: i32) -> Option<WaitEvent> {
        let position = position?;
        let event = self.events.get(position)?;
        Some(WaitEvent {
            pos: i32::try_from(position).unwrap_or(i32::MAX),
            events: events.cast_unsigned(),
            fd: event.socket,
            user_data: event.user_data,
        })
    }
}

/// One call of `WaitEventSetWait`.
struct Turn<'a> {
    words: &'a Words<'a>,
    has_latch: bool,
    deadline: Option<Instant>,
    out: Out,
    latch_told: bool,
}

/// The caller's room for events.
struct Out {
    out: *mut WaitEvent,
    count: usize,
    written: usize,
}

impl Out {
    fn push(&mut self, event: Option<WaitEvent>) {
        let Some(event) = event else { return };
        if self.written < self.count {
            // SAFETY: within the room that the caller has promised.
            let place = unsafe { self.out.add(self.written) };
            // SAFETY: the same.
            unsafe { place.write(event) };
            self.written += 1;
        }
    }
}

impl Turn<'_> {
    fn latch_is_set(&self) -> bool {
        self.has_latch && self.words.is_set()
    }

    fn tell_latch(&mut self, set: &WaitSet) {
        if self.latch_is_set() && !self.latch_told {
            self.latch_told = true;
            self.out.push(set.event(set.latch.map(|(_, position)| position), WL_LATCH_SET));
        }
    }

    fn run(&mut self, set: &WaitSet, room: &mut [EpollEvent]) -> Result<usize> {
        loop {
            if inside::termination_noted() {
                // The exported function ends the process on its way out.
                return Ok(0);
            }
            if self.latch_is_set() {
                self.tell_latch(set);
                if self.out.written == self.out.count {
                    return Ok(self.out.written);
                }
                // What else there is at this moment goes along.
                self.deadline = Some(Instant::now());
            }
            let left = self.out.count - self.out.written;
            let room = room.get_mut(..left.min(room.len())).unwrap_or_default();
            let over = match self.sleep(set, room)? {
                Slept::Look => self.latch_told,
                Slept::TimedOut => true,
                Slept::Seen(seen) => {
                    seen.iter().for_each(|event| self.tell(set, event));
                    false
                }
            };
            if over || self.out.written > 0 {
                return Ok(self.out.written);
            }
        }
    }

    fn sleep<'r>(&self, set: &WaitSet, room: &'r mut [EpollEvent]) -> Result<Slept<'r>> {
        let look = || !self.latch_told && (self.latch_is_set() || inside::termination_noted());
        if latch::announce(self.words, IN_EPOLL, look).is_none() {
            return Ok(Slept::Look);
        }
        let slept = set.fds.wait(self.deadline, room);
        latch::withdraw(self.words);
        slept
    }

    fn tell(&mut self, set: &WaitSet, event: &EpollEvent) {
        match event.data() {
            WAKE => self.tell_latch(set),
            DEATH => {
                wait_word::note_postmaster_death();
                if set.exit_on_death {
                    exit::proc_exit(1);
                }
                self.out.push(set.event(set.death, WL_POSTMASTER_DEATH));
            }
            number => {
                let position = usize::try_from(number - SOCKET).ok();
                let wanted = position.and_then(|p| set.events.get(p)).map_or(0, |e| e.events);
                let happened = socket_events(event) & wanted;
                if happened != 0 {
                    self.out.push(set.event(position, happened));
                }
            }
        }
    }
}

/// What the kernel calls a socket.
fn number(position: usize) -> u64 {
    u64::try_from(position).map_or(u64::MAX, |position| position.saturating_add(SOCKET))
}

fn refuse(message: &str) -> Raised {
    Report::error(SqlState::INTERNAL_ERROR, message).into()
}
