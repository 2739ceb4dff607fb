//! Which hash tables are being gone through: those must not split their buckets meanwhile.
//! Runs in: any process.
#![forbid(unsafe_code)]

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{self, Level, Report, Result, SqlState};

/// Most that there can be at once.
const MOST: usize = 100;

/// A table by its address, and the nest level of the transaction that began the scan.
#[derive(Clone, Copy)]
struct Scan {
    table: usize,
    level: i32,
}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static SCANS: Mutex<Vec<Scan>> = Mutex::new(Vec::new());

fn scans() -> MutexGuard<'static, Vec<Scan>> {
    SCANS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A scan begins.
///
/// # Errors
/// There are too many.
pub(super) fn begin(table: usize, level: i32, name: &str) -> Result<()> {
    let mut scans = scans();
    if scans.len() >= MOST {
        let message =
            format!("too many active hash_seq_search scans, cannot start one on \"{name}\"");
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    scans.push(Scan { table, level });
    Ok(())
}

/// The newest scan of a table ends.
///
/// # Errors
/// There is none.
pub(super) fn end(table: usize, name: &str) -> Result<()> {
    let mut scans = scans();
    let Some(found) = scans.iter().rposition(|scan| scan.table == table) else {
        let message = format!("no hash_seq_search scan for hash table \"{name}\"");
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    };
    scans.swap_remove(found);
    Ok(())
}

/// Whether a table is gone through.
pub(super) fn are_any(table: usize) -> bool {
    scans().iter().any(|scan| scan.table == table)
}

/// `AtEOXact_HashTables`, and with 1 or more `AtEOSubXact_HashTables`: the scans of this level and
/// deeper ones end, which is worth a WARNING if it is committed.
pub(crate) fn end_level(is_commit: bool, level: i32) {
    let mut leaked = Vec::new();
    scans().retain(|scan| {
        let ends = scan.level >= level;
        if ends {
            leaked.push(scan.table);
        }
        !ends
    });
    for table in leaked.into_iter().filter(|_| is_commit) {
        let message = format!("leaked hash_seq_search scan for hash table {table:#x}");
        error::emit(&Report::new(Level::Warning, message));
    }
}
