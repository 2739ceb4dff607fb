//! Sending messages.
//! Runs in: worker.
//!
//! In the ring a message is its length, eight bytes, and its bytes, filled up to a multiple of
//! eight. One that is longer than the room goes piece by piece.

use core::ptr::NonNull;

use crate::abi::palloc::MaxAllocSize;
use crate::abi::wait_event::WAIT_EVENT_MESSAGE_QUEUE_SEND;
use crate::error::{Report, Result, SqlState};
use crate::shmem::queue::{ALIGN, LENGTH, Side};

use super::{Handle, Outcome};

/// Writing stopped before its end.
struct Stopped(Outcome);

impl Handle {
    /// `shm_mq_sendv`: sends the pieces as one message. After [`Outcome::WouldBlock`] the caller
    /// sends the same message again. `force_flush` has the receiver know of it at once; otherwise
    /// that may wait until a quarter of the ring is full.
    ///
    /// # Errors
    /// The message is too long; what is pending while this process waits.
    pub(crate) fn send<'a>(
        &mut self,
        pieces: impl Iterator<Item = &'a [u8]> + Clone,
        nowait: bool,
        force_flush: bool,
    ) -> Result<Outcome> {
        let length = pieces.clone().fold(0, |sum: usize, piece| sum.saturating_add(piece.len()));
        if length > MaxAllocSize {
            return Err(too_long(length).into());
        }
        self.take_side(Side::Sender);
        if self.words().is_detached() {
            self.forget_message();
            return Ok(Outcome::Detached);
        }
        let whole = LENGTH + length.next_multiple_of(ALIGN);
        if !self.is_begun && whole <= self.to_end() && whole <= self.room(whole) {
            self.put_whole(length, pieces);
        } else if let Err(Stopped(outcome)) = self.send_pieces(length, pieces, nowait)? {
            if outcome == Outcome::Detached {
                self.forget_message();
            }
            return Ok(outcome);
        }
        if self.words().is_detached() {
            return Ok(Outcome::Detached);
        }
        if force_flush || self.pending > self.ring_size / 4 {
            self.flush();
        }
        Ok(Outcome::Done)
    }

    fn forget_message(&mut self) {
        (self.is_begun, self.through) = (false, 0);
    }

    /// Puts a message into the ring that there is room for in one piece, which is most of them.
    fn put_whole<'a>(&mut self, length: usize, pieces: impl Iterator<Item = &'a [u8]>) {
        let (mut place, _) = self.place();
        // SAFETY: room in the ring, which is this process's alone until it says that it is written;
        // lengths are aligned.
        unsafe { place.cast::<u64>().write(length as u64) };
        // SAFETY: within that room.
        place = unsafe { place.add(LENGTH) };
        for piece in pieces {
            // SAFETY: the pieces have the length together; they are not in the ring.
            unsafe { place.copy_from_nonoverlapping(NonNull::from(piece).cast(), piece.len()) };
            // SAFETY: the same.
            place = unsafe { place.add(piece.len()) };
        }
        self.advance(LENGTH + length.next_multiple_of(ALIGN));
    }

    fn send_pieces<'a>(
        &mut self,
        length: usize,
        pieces: impl Iterator<Item = &'a [u8]>,
        nowait: bool,
    ) -> Result<core::result::Result<(), Stopped>> {
        if !self.is_begun {
            if let Err(stopped) = self.put(&(length as u64).to_ne_bytes(), nowait)? {
                return Ok(Err(stopped));
            }
            // There is always room for all of a length, or for nothing.
            (self.is_begun, self.through) = (true, 0);
        }
        let mut before = self.through;
        for piece in pieces {
            let Some(rest) = piece.get(before..) else {
                before -= piece.len();
                continue;
            };
            before = 0;
            if let Err(stopped) = self.put(rest, nowait)? {
                return Ok(Err(stopped));
            }
        }
        self.advance(length.next_multiple_of(ALIGN) - length);
        self.forget_message();
        Ok(Ok(()))
    }

    /// Puts bytes into the ring, as soon as there is room.
    fn put(&mut self, mut bytes: &[u8], nowait: bool) -> Result<core::result::Result<(), Stopped>> {
        while !bytes.is_empty() {
            let room = self.room(bytes.len());
            if room == 0 {
                if let Err(stopped) = self.make_room(nowait)? {
                    return Ok(Err(stopped));
                }
                continue;
            }
            let (place, to_end) = self.place();
            let count = room.min(to_end).min(bytes.len());
            let (now, later) = bytes.split_at(count);
            // SAFETY: room in the ring, which is this process's alone until it says that it is
            // written; the caller's bytes are not in it.
            unsafe { place.copy_from_nonoverlapping(NonNull::from(now).cast(), count) };
            self.advance(count);
            self.through += count;
            bytes = later;
        }
        Ok(Ok(()))
    }

    /// Bytes that can be written now; looked up only if less than `wanted` were left when last seen.
    fn room(&mut self, wanted: usize) -> usize {
        let room = self.ring_size - self.distance(self.seen, self.position);
        if room >= wanted {
            return room;
        }
        self.seen = self.words().look_for_room();
        self.ring_size - self.distance(self.seen, self.position)
    }

    /// The ring is full: waits for the receiver, if the caller likes to.
    fn make_room(&mut self, nowait: bool) -> Result<core::result::Result<(), Stopped>> {
        if self.peer.is_null() {
            if nowait {
                let is_gone = self.is_peer_gone();
                return Ok(match (is_gone, self.knows_peer()) {
                    (true, _) => Err(Stopped(Outcome::Detached)),
                    (false, true) => Ok(()),
                    (false, false) => Err(Stopped(Outcome::WouldBlock)),
                });
            }
            let outcome = self.wait_for_peer()?;
            if outcome != Outcome::Done {
                self.words().detach();
                return Ok(Err(Stopped(outcome)));
            }
            // It may have read something by now.
            return Ok(Ok(()));
        }
        self.flush();
        if self.is_peer_gone() {
            return Ok(Err(Stopped(Outcome::Detached)));
        }
        if nowait {
            return Ok(Err(Stopped(Outcome::WouldBlock)));
        }
        let seen = self.seen;
        if !self.look_for_a_moment(|this| this.words().look_for_room() != seen) {
            Self::sleep(WAIT_EVENT_MESSAGE_QUEUE_SEND)?;
        }
        Ok(Ok(()))
    }
}

fn too_long(length: usize) -> Report {
    let message = format!("cannot send a message of size {length} via shared memory queue");
    Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message)
}
