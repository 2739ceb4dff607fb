#![forbid(unsafe_code)]
//! The sleep for a lock: until it is granted, or a deadlock, a timeout or an interrupt ends it.
//! Runs in: worker.

use core::cell::Cell;
use core::time::Duration;

use crate::abi::latch::{WL_EXIT_ON_PM_DEATH, WL_LATCH_SET, WL_TIMEOUT};
use crate::abi::lock::{LOCKMODE, LOCKTAG};
use crate::abi::wait_event::PG_WAIT_LOCK;
use crate::error::{Report, Result, SqlState};
use crate::guc::settings;
use crate::shmem::latch::{self, Want};
use crate::shmem::lock_table::{self, Entry, Table};
use crate::shmem::program;
use crate::sigsafe::inside;
use crate::sys::clock::Instant;
use crate::worker::{interrupts, title};

use super::deadlock::{self, Link, Outcome};
use super::held::Key;
use super::texts::{self, Told};

thread_local! {
    /// What this process waits for.
    static AWAITED: Cell<Option<(Key, Entry)>> = const { Cell::new(None) };
}

/// Does this process wait for a lock?
pub(super) fn is_waiting() -> bool {
    AWAITED.get().is_some()
}

/// In the middle of a wait the process ends: it leaves the queue, or gives the lock back that it
/// was granted meanwhile.
pub(super) fn give_up(table: &Table<'_>, me: usize) {
    if let Some((key, entry)) = AWAITED.take() {
        table.give_up(me);
        if lock_table::is_granted(me) {
            table.give_back(entry, key.mode);
        }
    }
}

/// What was found out about a wait, and has not been told.
enum News {
    Nothing,
    /// It was one of queues, which stand in another order now.
    Rearranged,
    Deadlock(Vec<Link>),
}

/// A wait that has begun.
struct Wait {
    tag: LOCKTAG,
    mode: LOCKMODE,
    me: usize,
    start: Instant,
}

/// Sleeps until the process has the lock in whose queue it stands. If it ends without, the process
/// stands in no queue any more.
///
/// # Errors
/// A deadlock (40P01); the lock's timeout (55P03); what an interrupt raised.
pub(super) fn until_granted(key: Key, entry: Entry, me: usize) -> Result<()> {
    AWAITED.set(Some((key, entry)));
    title::set_suffix(b"waiting");
    let wait = Wait { tag: key.tag, mode: key.mode, me, start: Instant::now() };
    let result = wait.sleep();
    title::remove_suffix();
    let left =
        if result.is_err() { lock_table::open().map(|table| table.give_up(me)) } else { Ok(()) };
    AWAITED.set(None);
    left.and(result)
}

impl Wait {
    fn sleep(&self) -> Result<()> {
        let mut look_at = Some(self.start + settings::deadlock_timeout());
        let give_up_at = settings::lock_timeout().map(|timeout| self.start + timeout);
        loop {
            self.nap([look_at, give_up_at].into_iter().flatten().min())?;
            let mut news = News::Nothing;
            if look_at.is_some_and(|at| at <= Instant::now()) {
                look_at = None;
                news = self.look_for_deadlock()?;
            }
            interrupts::check()?;
            // Read once: what is told and what is done are about the same moment.
            let granted = lock_table::is_granted(self.me);
            if look_at.is_none() {
                self.tell(&news, granted)?;
            }
            if let News::Deadlock(links) = news {
                return Err(texts::deadlock(&links)?.into());
            }
            if granted {
                return Ok(());
            }
            if give_up_at.is_some_and(|at| at <= Instant::now()) {
                let message = "canceling statement due to lock timeout";
                return Err(Report::error(SqlState::new(*b"55P03"), message).into());
            }
        }
    }

    /// Sleeps until the latch is set, or the time has come.
    fn nap(&self, until: Option<Instant>) -> Result<()> {
        let left = until.map(|until| until.since(Instant::now()));
        // A moment more, so that it is not too early.
        let left = left.map_or(0, |left| left.as_millis().saturating_add(1));
        let by_time = if until.is_some() { WL_TIMEOUT } else { 0 };
        latch::wait_own(Want {
            events: WL_LATCH_SET | WL_EXIT_ON_PM_DEATH | by_time,
            socket: -1,
            timeout: i64::try_from(left).unwrap_or(i64::MAX),
            wait_event_info: PG_WAIT_LOCK | u32::from(self.tag.locktag_type),
        })?;
        latch::reset_own();
        if program::is_reset() {
            return Err(program::reset_report().into());
        }
        if inside::termination_noted() {
            // The default handler left the note: nothing is half done here.
            inside::clear_termination();
            return Err(interrupts::administrator_command().into());
        }
        Ok(())
    }

    /// Looks whether the wait can end. If not, the process leaves the queue.
    fn look_for_deadlock(&self) -> Result<News> {
        let table = lock_table::open()?;
        if table.awaited(self.me).is_none() {
            return Ok(News::Nothing);
        }
        match deadlock::check(&deadlock::Graph::of(&table), self.me) {
            Outcome::None => Ok(News::Nothing),
            Outcome::Soft(orders) => {
                for (lock, order) in orders {
                    table.arrange(lock, &order);
                    table.wake(lock);
                }
                Ok(News::Rearranged)
            }
            Outcome::Hard(circle) => {
                let links = circle.iter().map(|at| Link::of(&table, *at)).collect();
                table.give_up(self.me);
                Ok(News::Deadlock(links))
            }
        }
    }

    /// Tells of a wait that has been looked into.
    fn tell(&self, news: &News, granted: bool) -> Result<()> {
        if !settings::log_lock_waits() {
            return Ok(());
        }
        let waited: Duration = Instant::now().since(self.start);
        let tell = |told| texts::tell(told, &self.tag, self.mode, waited);
        match news {
            News::Deadlock(_) => return tell(Told::Deadlock),
            News::Rearranged => tell(Told::Rearranged)?,
            News::Nothing => {}
        }
        tell(if granted { Told::Acquired } else { Told::Still })
    }
}
