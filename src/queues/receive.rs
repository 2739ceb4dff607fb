//! Receiving messages.
//! Runs in: worker.
//!
//! A message that lies in one piece in the ring is handed out there; its room is given back when
//! the next one is asked for, a quarter of a ring at a time, or when there is nothing more to read.

use core::ptr::NonNull;

use crate::abi::palloc::MaxAllocSize;
use crate::abi::wait_event::WAIT_EVENT_MESSAGE_QUEUE_RECEIVE;
use crate::error::{Report, Result, SqlState};
use crate::memory;
use crate::shmem::queue::{ALIGN, LENGTH, Side};
use crate::shmem::queue_words::Found;

use super::{Handle, Outcome};

/// A message: where it is until the next one is asked for, and its length.
pub(crate) type Message = (NonNull<u8>, usize);

/// What `receive` has: a message, or none.
type Received = core::result::Result<Message, Outcome>;

impl Handle {
    /// `shm_mq_receive`: the next message.
    ///
    /// # Errors
    /// Its length is impossible; out of memory; what is pending while this process waits.
    pub(crate) fn receive(&mut self, nowait: bool) -> Result<Received> {
        self.take_side(Side::Receiver);
        if self.pending > self.ring_size / 4 {
            self.flush();
        }
        if let Some(message) = self.whole_message() {
            return Ok(Ok(message));
        }
        self.receive_slowly(nowait)
    }

    /// A message that is there in one piece, which is most of them.
    fn whole_message(&mut self) -> Option<Message> {
        if self.is_begun {
            return None;
        }
        let (place, to_end) = self.place();
        let mut here = self.distance(self.position, self.seen);
        if here < LENGTH {
            self.seen = self.words().look_for_bytes_now();
            here = self.distance(self.position, self.seen);
        }
        if here < LENGTH {
            return None;
        }
        // SAFETY: the bytes are there, and lengths are aligned.
        let length = usize::try_from(unsafe { place.cast::<u64>().read() }).unwrap_or(usize::MAX);
        if length > MaxAllocSize {
            return None;
        }
        let whole = LENGTH + length.next_multiple_of(ALIGN);
        if whole > to_end || whole > here {
            return None;
        }
        self.advance(whole);
        // SAFETY: within the ring, or its end.
        Some((unsafe { place.add(LENGTH) }, length))
    }

    fn receive_slowly(&mut self, nowait: bool) -> Result<Received> {
        if self.peer.is_null()
            && let Some(outcome) = self.await_sender(nowait)?
        {
            return Ok(Err(outcome));
        }
        if !self.is_begun {
            if let Err(outcome) = self.bytes(LENGTH, nowait)? {
                return Ok(Err(outcome));
            }
            if let Some(message) = self.whole_message() {
                return Ok(Ok(message));
            }
            let (place, _) = self.place();
            // SAFETY: the bytes are there, and lengths are aligned.
            let length = usize::try_from(unsafe { place.cast::<u64>().read() });
            self.advance(LENGTH);
            (self.is_begun, self.length, self.through) = (true, length.unwrap_or(usize::MAX), 0);
        }
        if self.length > MaxAllocSize {
            return Err(impossible(self.length).into());
        }
        self.receive_rest(nowait)
    }

    /// None: the sender has come.
    fn await_sender(&mut self, nowait: bool) -> Result<Option<Outcome>> {
        if nowait {
            // In this order: a sender may come and go in between.
            let is_gone = self.is_peer_gone();
            let absent = if is_gone { Outcome::Detached } else { Outcome::WouldBlock };
            return Ok((!self.knows_peer()).then_some(absent));
        }
        let outcome = self.wait_for_peer()?;
        if outcome != Outcome::Done && !self.knows_peer() {
            self.words().detach();
            return Ok(Some(Outcome::Detached));
        }
        Ok(None)
    }

    /// The message whose length has been read.
    fn receive_rest(&mut self, nowait: bool) -> Result<Received> {
        while self.through < self.length || self.length == 0 {
            let missing = self.length - self.through;
            let here = match self.bytes(missing, nowait)? {
                Ok(here) => here,
                Err(outcome) => return Ok(Err(outcome)),
            };
            let (place, _) = self.place();
            if self.through == 0 && here >= missing {
                self.advance(missing.next_multiple_of(ALIGN));
                self.is_begun = false;
                return Ok(Ok((place, missing)));
            }
            let buffer = self.room_for_message()?;
            let count = here.min(missing);
            // SAFETY: the buffer has room for the whole message.
            let to = unsafe { buffer.add(self.through) };
            // SAFETY: the bytes are there; the buffer is not in the ring.
            unsafe { to.copy_from_nonoverlapping(place, count) };
            self.through += count;
            self.advance(count.next_multiple_of(ALIGN));
        }
        self.is_begun = false;
        Ok(Ok((self.room_for_message()?, self.length)))
    }

    /// The buffer, as large as the message at least.
    fn room_for_message(&mut self) -> Result<NonNull<u8>> {
        if let Some(buffer) = self.buffer {
            if self.buffer_size >= self.length {
                return Ok(buffer);
            }
            self.buffer = None;
            // SAFETY: this handle's own chunk, whose message was handed out before.
            unsafe { memory::free(buffer) };
        }
        let size = self.length.next_power_of_two().min(MaxAllocSize);
        let buffer = memory::alloc(self.context, size)?;
        (self.buffer, self.buffer_size) = (Some(buffer), size);
        Ok(buffer)
    }

    /// Waits, if the caller likes to, until so many bytes are there, or those up to the ring's end;
    /// how many there are in one piece.
    fn bytes(
        &mut self,
        wanted: usize,
        nowait: bool,
    ) -> Result<core::result::Result<usize, Outcome>> {
        loop {
            if let Some(here) = self.bytes_seen(wanted) {
                return Ok(Ok(here));
            }
            let found = self.words().look_for_bytes();
            let (Found::Written(seen) | Found::Last(seen)) = found;
            self.seen = seen;
            if let Some(here) = self.bytes_seen(wanted) {
                return Ok(Ok(here));
            }
            if matches!(found, Found::Last(_)) {
                return Ok(Err(Outcome::Detached));
            }
            if !nowait && self.pending <= self.ring_size / 4 && self.look_for_more() {
                continue;
            }
            self.flush();
            // What it wrote at its end is looked at once more.
            if self.is_peer_gone() {
                continue;
            }
            if nowait {
                return Ok(Err(Outcome::WouldBlock));
            }
            if !self.look_for_more() {
                Self::sleep(WAIT_EVENT_MESSAGE_QUEUE_RECEIVE)?;
            }
        }
    }

    /// Bytes in one piece, if that is enough of what was seen.
    fn bytes_seen(&self, wanted: usize) -> Option<usize> {
        let here = self.distance(self.position, self.seen);
        let to_end = self.ring_size - self.offset;
        (here >= wanted || here >= to_end).then_some(here.min(to_end))
    }

    /// Looks whether the sender writes more, for a moment.
    fn look_for_more(&mut self) -> bool {
        let before = self.seen;
        self.look_for_a_moment(|this| match this.words().look_for_bytes() {
            Found::Written(seen) => seen != before,
            Found::Last(_) => true,
        })
    }
}

fn impossible(length: usize) -> Report {
    let message = format!("invalid message size {length} in shared memory queue");
    Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message)
}
