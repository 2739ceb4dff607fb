//! What a side did, as lines that can be compared: what the module wrote down, and the log, process by
//! process, with pids and paths replaced.
//! Runs in: tests.

use std::collections::BTreeMap;

use crate::probes::Order;
use crate::sides::Side;

/// Lines of the postmaster that only say which server it is, or what only a database does.
const OF_ONE_SIDE: &[&str] = &[
    "LOG:  00000: starting ",
    "LOG:  00000: listening on ",
    "LOG:  00000: database system is ready to accept connections",
    "LOG:  00000: pgbgw is ready to start background workers",
    "LOG:  00000: database system is shut down",
    "LOG:  00000: pgbgw is shut down",
    "LOG:  00000: aborting any active transactions",
    "LOG:  00000: issuing SIGKILL to recalcitrant children",
];

/// Facts that chance decides on either side.
const BY_CHANCE: &[&str] = &[
    // Two signals, or one if the second comes before the first was taken.
    "exit and restart ",
];

/// What stands before a pid, or another number of chance, in logs and facts. Only the place tells:
/// any other number may happen to be the pid of some process.
const BEFORE_PIDS: &[&str] = &[
    "(PID ",
    "pid ",
    "pid=",
    "own=",
    "group=",
    "session=",
    "parent=",
    "notify=",
    "driver ",
    "dynamic shared memory segment ",
];

/// What DEBUG lines of the postmaster are about, of those that are compared.
const DEBUG: &[&str] = &["background worker", "worker notification PID", "loaded library"];

/// The lines of a side, in an order where there is one.
pub(crate) fn of(side: &Side, order: Order) -> Vec<String> {
    let log = side.log();
    let root = side.root().display().to_string();
    let plain = |line: &str| normal(line, &root);
    let facts = side.facts();
    let facts = facts.lines().filter(|line| !BY_CHANCE.iter().any(|start| line.starts_with(start)));
    let mut lines: Vec<String> = facts.map(|line| format!("fact: {}", plain(line))).collect();
    for (kind, said) in by_kind(&log) {
        // Which of several is the last one is chance, too.
        let kind = if order == Order::None {
            kind.trim_end_matches(|c: char| c.is_ascii_digit())
        } else {
            &kind
        };
        let mut said: Vec<String> = said.iter().map(|line| plain(line)).collect();
        if kind == "postmaster" {
            // When it hears of a worker's end, and when of its own, is chance.
            said.sort_by(|a, b| subject(a, order).cmp(subject(b, order)));
        }
        lines.extend(said.iter().map(|line| format!("{kind}: {line}")));
    }
    if order == Order::None {
        lines.sort_unstable();
    }
    lines.extend(side.ended().map(|how| format!("postmaster ended, {how}")));
    lines
}

/// A line's process and the rest.
fn parts(line: &str) -> Option<(&str, &str, &str)> {
    let (kind, rest) = line.split_once('|')?;
    let (pid, text) = rest.split_once("| ")?;
    pid.bytes().all(|b| b.is_ascii_digit()).then_some((kind, pid, text))
}

/// The log's lines that are compared, by kind of process.
fn by_kind(log: &str) -> BTreeMap<String, Vec<String>> {
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in log.lines() {
        let Some((kind, _, text)) = parts(line) else { continue };
        if is_compared(kind, text) {
            kinds.entry(kind.to_owned()).or_default().push(text.to_owned());
        }
    }
    kinds
}

fn is_compared(kind: &str, text: &str) -> bool {
    const OTHERS: [&str; 11] = [
        "startup",
        "checkpointer",
        "background writer",
        "walwriter",
        "autovacuum launcher",
        "not initialized",
        "logical replication launcher",
        "archiver",
        "client backend",
        "",
        "database monitor",
    ];
    if OTHERS.contains(&kind) || text.starts_with("LOCATION:  ") {
        return false;
    }
    if text.contains("logical replication launcher") {
        return false;
    }
    if kind == "postmaster" {
        if text.starts_with("DEBUG:  ") {
            return DEBUG.iter().any(|about| text.contains(about));
        }
        return !OF_ONE_SIDE.iter().any(|start| text.starts_with(start));
    }
    // What a server says of its own to itself.
    !text.starts_with("DEBUG:  ") || text.contains(": ") && !is_housekeeping(text)
}

/// DEBUG lines of a worker that are about the server's housekeeping.
fn is_housekeeping(text: &str) -> bool {
    [
        "InitPostgres",
        "StartTransaction(",
        "CommitTransaction(",
        "shmem_exit(",
        "proc_exit(",
        "exit(",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// The worker that a line of the postmaster is about, if that is not to be compared in order.
fn subject(text: &str, order: Order) -> &str {
    let about = [
        "unregistering background worker ",
        "  00000: background worker ",
        "  00000: registering background worker ",
        "  00000: starting background worker process ",
    ];
    let about = if order == Order::Starts { &about[..2] } else { &about[..] };
    let rest = about.iter().find_map(|about| Some(text.split_once(about)?.1));
    rest.map_or("", |rest| rest.split('"').nth(1).unwrap_or_default())
}

/// Pids and paths are other ones each time.
fn normal(line: &str, root: &str) -> String {
    let line = line.replace(root, "ROOT");
    let mut line =
        line.replace("ROOT/data/postgresql.conf", "CONF").replace("ROOT/data/pgbgw.conf", "CONF");
    // The two files do not begin with the same lines.
    if let Some((before, after)) = line.split_once("\"CONF\" line ") {
        let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
        line = format!("{before}\"CONF\" line N{after}");
    }
    let mut out = String::new();
    let mut rest = line.as_str();
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let len = from.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = from.split_at(len);
        let named = number.len() > 1 && BEFORE_PIDS.iter().any(|word| before.ends_with(word));
        out.push_str(before);
        out.push_str(if named { "PID" } else { number });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pids_and_paths_are_replaced_and_other_numbers_are_not() {
        let line = "pid 4711 in /r/x, (PID 99), pid=0 own=12, state 23505, 4711";
        let same = "pid PID in ROOT/x, (PID PID), pid=0 own=PID, state 23505, 4711";
        assert_eq!(normal(line, "/r"), same);
    }

    #[test]
    fn lines_of_one_side_are_left_out() {
        let log = "postmaster|1| LOG:  00000: starting x\npostmaster|1| LOG:  00000: y\n\
            checkpointer|2| LOG:  00000: z\ntype|3| ERROR:  XX000: w\ntype|3| LOCATION:  f, f.c:1\n";
        let kinds = by_kind(log);
        assert_eq!(kinds["postmaster"], ["LOG:  00000: y"]);
        assert_eq!(kinds["type"], ["ERROR:  XX000: w"]);
        assert_eq!(kinds.len(), 2);
    }
}
