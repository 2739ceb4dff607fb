//! Fetching from cursors, and moving them: where they are then.
//! Runs in: worker.
//!
//! A portal's `portalPos`, `atStart` and `atEnd` follow from what was asked for and how many rows
//! there were. Moves that PostgreSQL makes of several steps are sent as such steps.

use crate::abi::portal::{
    FETCH_ABSOLUTE, FETCH_ALL, FETCH_BACKWARD, FETCH_FORWARD, FETCH_RELATIVE, FetchDirection,
    PORTAL_ACTIVE, PORTAL_READY, Portal,
};
use crate::abi::variables::{SPI_processed, SPI_tuptable};
use crate::error::{Report, Result, SqlState};

use crate::database::{cursors, levels, portals, spi};

fn internal(message: &str) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, message)
}

/// `SPI_scroll_cursor_fetch`, `SPI_scroll_cursor_move` (not `keeps`), and their kin.
///
/// # Safety
/// The portal is NULL or live.
///
/// # Errors
/// There is none, or it cannot be run; no level is open; the server's.
pub(crate) unsafe fn operate(
    portal: Portal,
    direction: FetchDirection,
    count: i64,
    keeps: bool,
) -> Result<()> {
    if portal.is_null() {
        return Err(internal("invalid portal in SPI cursor operation").into());
    }
    if !levels::is_connected() {
        return Err(internal("SPI cursor operation called while not connected").into());
    }
    SPI_processed.set(0);
    SPI_tuptable.set(core::ptr::null_mut());
    // SAFETY: the caller's promise.
    unsafe { portals::mark_active(portal)? };
    let fetching = Fetching { portal, keeps };
    let done = if cursors::is_known(portal) {
        fetching.run(direction, count)
    } else {
        Err(internal("a portal without a statement cannot be fetched from").into())
    };
    match done {
        Ok(passed) => {
            // SAFETY: active, so nobody dropped it.
            let data = unsafe { portals::of(portal) };
            if data.status == PORTAL_ACTIVE {
                data.status = PORTAL_READY;
            }
            SPI_processed.set(passed);
            levels::enter();
            Ok(())
        }
        Err(raised) => {
            // SAFETY: the same.
            unsafe { portals::mark_over(portal, true)? };
            Err(raised)
        }
    }
}

/// An operation on a portal that is active.
#[derive(Clone, Copy)]
struct Fetching {
    portal: Portal,
    /// The rows become SPI_tuptable.
    keeps: bool,
}

impl Fetching {
    fn place(self) -> (bool, bool, i64) {
        // SAFETY: `operate` keeps it active, so nobody drops it.
        let data = unsafe { portals::of(self.portal) };
        (data.atStart, data.atEnd, i64::try_from(data.portalPos).unwrap_or(i64::MAX))
    }

    fn run(self, direction: FetchDirection, count: i64) -> Result<u64> {
        match direction {
            FETCH_FORWARD if count < 0 => self.plain(false, count.saturating_neg()),
            FETCH_BACKWARD if count < 0 => self.plain(true, count.saturating_neg()),
            FETCH_FORWARD => self.plain(true, count),
            FETCH_BACKWARD => self.plain(false, count),
            FETCH_ABSOLUTE => self.absolute(count),
            FETCH_RELATIVE if count == 0 => self.plain(true, 0),
            FETCH_RELATIVE => {
                let forward = count > 0;
                let rest = count.saturating_abs() - 1;
                if rest > 0 {
                    self.step(forward, rest, false)?;
                }
                self.step(forward, 1, self.keeps)
            }
            _ => Err(internal("bogus direction").into()),
        }
    }

    fn absolute(self, count: i64) -> Result<u64> {
        if count == 0 {
            self.rewind()?;
            return self.step(true, 0, self.keeps);
        }
        if count < 0 {
            self.step(true, FETCH_ALL, false)?;
            if count < -1 {
                self.step(false, count.saturating_neg() - 1, false)?;
            }
            return self.step(false, 1, self.keeps);
        }
        let (_, at_end, place) = self.place();
        if count - 1 <= place / 2 || place == FETCH_ALL {
            self.rewind()?;
            if count > 1 {
                self.step(true, count - 1, false)?;
            }
        } else {
            let place = if at_end { place.saturating_add(1) } else { place };
            if count <= place {
                self.step(false, place - count + 1, false)?;
            } else if count > place + 1 {
                self.step(true, count - place - 1, false)?;
            }
        }
        self.step(true, 1, self.keeps)
    }

    fn plain(self, forward: bool, count: i64) -> Result<u64> {
        let (at_start, at_end, place) = self.place();
        if count == 0 {
            let on_row = !at_start && !at_end;
            if !self.keeps {
                return Ok(u64::from(on_row));
            }
            if on_row {
                self.step(false, 1, false)?;
                return self.step(true, 1, true);
            }
            return self.step(true, 0, true);
        }
        if !forward && count == FETCH_ALL && !self.keeps {
            let passed = if place > 0 && !at_end { place - 1 } else { place };
            self.rewind()?;
            return Ok(u64::try_from(passed).unwrap_or(0));
        }
        self.step(forward, count, self.keeps)
    }

    fn rewind(self) -> Result<()> {
        let (at_start, at_end, _) = self.place();
        if at_start && !at_end {
            return Ok(());
        }
        if cursors::pass(self.portal, false, 0)?.is_none() {
            // SAFETY: active.
            let name = unsafe { portals::of(self.portal) }.name().to_owned();
            cursors::send(&name, "MOVE", "ABSOLUTE 0")?;
        }
        // SAFETY: active.
        let data = unsafe { portals::of(self.portal) };
        (data.atStart, data.atEnd, data.portalPos) = (true, false, 0);
        Ok(())
    }

    /// So many rows in one direction: how many there were.
    fn step(self, forward: bool, count: i64, keeps: bool) -> Result<u64> {
        let passed = match cursors::pass(self.portal, forward, count)? {
            Some(rows) => {
                let passed = u64::try_from(rows.len()).unwrap_or(0);
                if keeps {
                    cursors::store(self.portal, rows)?;
                }
                passed
            }
            None => self.step_on_server(forward, count, keeps)?,
        };
        // SAFETY: active.
        let data = unsafe { portals::of(self.portal) };
        let at_edge = if forward { data.atEnd } else { data.atStart };
        if count == 0 || at_edge {
            return Ok(passed);
        }
        let is_short = count == FETCH_ALL || passed < u64::try_from(count).unwrap_or(0);
        if forward {
            data.atStart &= passed == 0;
            data.atEnd |= is_short;
            data.portalPos += passed;
        } else {
            if passed > 0 && data.atEnd {
                data.atEnd = false;
                data.portalPos += 1;
            }
            if is_short {
                (data.atStart, data.portalPos) = (true, 0);
            } else {
                data.portalPos = data.portalPos.saturating_sub(passed);
            }
        }
        Ok(passed)
    }

    fn step_on_server(self, forward: bool, count: i64, keeps: bool) -> Result<u64> {
        // SAFETY: active.
        let name = unsafe { portals::of(self.portal) }.name().to_owned();
        let direction = if forward { "FORWARD" } else { "BACKWARD" };
        let what = match count {
            FETCH_ALL => format!("{direction} ALL"),
            count => format!("{direction} {count}"),
        };
        let verb = if keeps { "FETCH" } else { "MOVE" };
        let Some(answer) = cursors::send(&name, verb, &what)? else { return Ok(0) };
        if !keeps {
            return Ok(answer.affected());
        }
        spi::store(&answer, 0..answer.rows())?;
        Ok(u64::try_from(answer.rows()).unwrap_or(0))
    }
}
