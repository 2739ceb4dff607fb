#![forbid(unsafe_code)]
//! What is said of locks: names of what is locked, deadlocks, long waits.
//! Runs in: worker.

use core::time::Duration;

use crate::abi::lock::{LOCKMODE, LOCKTAG, mode_name};
use crate::error::{self, Level, Report, Result, SqlState};
use crate::shmem::{activity, lock_table};

use super::deadlock::Link;

/// `DescribeLockTag`.
pub(crate) fn describe(tag: &LOCKTAG) -> String {
    let (f1, f2, f3, f4) =
        (tag.locktag_field1, tag.locktag_field2, tag.locktag_field3, tag.locktag_field4);
    match tag.locktag_type {
        0 => format!("relation {f2} of database {f1}"),
        1 => format!("extension of relation {f2} of database {f1}"),
        2 => format!("pg_database.datfrozenxid of database {f1}"),
        3 => format!("page {f3} of relation {f2} of database {f1}"),
        4 => format!("tuple ({f3},{f4}) of relation {f2} of database {f1}"),
        5 => format!("transaction {f1}"),
        6 => format!("virtual transaction {}/{f2}", f1.cast_signed()),
        7 => format!("speculative token {f2} of transaction {f1}"),
        8 => format!("object {f3} of class {f2} of database {f1}"),
        9 => format!("user lock [{f1},{f2},{f3}]"),
        10 => format!("advisory lock [{f1},{f2},{f3},{f4}]"),
        11 => format!("remote transaction {f3} of subscription {f2} of database {f1}"),
        other => format!("unrecognized locktag type {other}"),
    }
}

/// The ERROR about processes that wait for one another, each for the next.
///
/// # Errors
/// The table cannot be had.
pub(super) fn deadlock(circle: &[Link]) -> Result<Report> {
    let after = circle.iter().cycle().skip(1);
    let lines = circle.iter().zip(after).map(|(link, next)| {
        let mode = mode_name(link.mode).to_string_lossy();
        let what = describe(&LOCKTAG::of(&link.tag));
        let (pid, next) = (link.pid, next.pid);
        format!("Process {pid} waits for {mode} on {what}; blocked by process {next}.")
    });
    let detail = lines.collect::<Vec<_>>().join("\n");
    let doing = circle.iter().map(|link| {
        let start = format!("\nProcess {}: ", link.pid);
        [start.as_bytes(), &*activity::words_of(link.pid)].concat()
    });
    let detail_log = [detail.as_bytes(), &doing.collect::<Vec<_>>().concat()].concat();
    let mut report = Report::error(SqlState::new(*b"40P01"), "deadlock detected")
        .with_detail(detail)
        .with_hint("See server log for query details.");
    report.more.get_or_insert_default().detail_log = Some(detail_log);
    Ok(report)
}

/// What is told of a long wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Rearranged,
    Deadlock,
    Still,
    Acquired,
}

/// Tells it in the log.
///
/// # Errors
/// The table cannot be had.
pub(super) fn tell(told: Told, tag: &LOCKTAG, mode: LOCKMODE, waited: Duration) -> Result<()> {
    let (before, after) = match told {
        Told::Rearranged => ("avoided deadlock for", " by rearranging queue order"),
        Told::Deadlock => ("detected deadlock while waiting for", ""),
        Told::Still => ("still waiting for", ""),
        Told::Acquired => ("acquired", ""),
    };
    let pid = std::process::id();
    let (name, what) = (mode_name(mode).to_string_lossy(), describe(tag));
    let (ms, us) = (waited.as_millis(), waited.as_micros() % 1000);
    let message = format!("process {pid} {before} {name} on {what}{after} after {ms}.{us:03} ms");
    let mut report = Report::new(Level::Log, message);
    if told != Told::Acquired {
        report.more.get_or_insert_default().detail_log = Some(who(tag)?.into_bytes());
    }
    error::emit(&report);
    Ok(())
}

/// Who has a lock, and who waits for it.
fn who(tag: &LOCKTAG) -> Result<String> {
    let table = lock_table::open()?;
    let shares = table.find(&tag.words()).map(|lock| table.shares(lock)).unwrap_or_default();
    let pids = |waiting: bool| {
        let some = shares.iter().filter(|share| share.waits.is_some() == waiting);
        some.map(|share| table.pid(share.process).to_string()).collect::<Vec<_>>()
    };
    let (holders, waiters) = (pids(false), pids(true).join(", "));
    let processes = if holders.len() == 1 { "Process" } else { "Processes" };
    let holders = holders.join(", ");
    Ok(format!("{processes} holding the lock: {holders}. Wait queue: {waiters}."))
}
