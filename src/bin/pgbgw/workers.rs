#![forbid(unsafe_code)]
//! `pgbgw ps`, `terminate`, `revive`: the workers of a running postmaster.
//! Runs in: command.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value};

use crate::args::DataDir;
use crate::control;
use crate::protocol::Row;
use crate::say::{self, Outcome};
use crate::status;
use crate::table::table;
use crate::times;

#[derive(Args)]
#[command(after_help = "\
STATE is one of
  starting  to be started now
  running   the process PID
  delayed   ended, waits for its restart
  waiting   for its start time (bgw_start_time): for the database server, where it says so
  stopping  was told to end
STARTS is how often it was started, LAST EXIT how it ended last, SINCE how long it has been in this
state. Workers that are gone for good are not listed. The last line is about the database server that
workers are connected to, if there is one (pgbgw status --help).")]
pub(crate) struct PsOptions {
    #[command(flatten)]
    data: DataDir,
    /// Print an array of objects with all that is known
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[command(after_help = "\
The worker gets SIGTERM, and is not started again whatever its restart interval is. A name stands
for all workers that have it.")]
pub(crate) struct TerminateOptions {
    #[command(flatten)]
    data: DataDir,
    /// Process id or name of the worker
    #[arg(value_name = "PID|NAME")]
    worker: String,
}

#[derive(Args)]
#[command(after_help = "\
A worker that waits for its restart is started at once. A worker that was registered when its
library was loaded, and has ended for good or was terminated, is registered anew.")]
pub(crate) struct ReviveOptions {
    #[command(flatten)]
    data: DataDir,
    /// Name of the worker
    #[arg(value_name = "NAME")]
    worker: String,
}

/// The keys of a worker, in the order of the JSON object.
const KEYS: [&str; 23] = [
    "name",
    "type",
    "library",
    "function",
    "registered_by",
    "pid",
    "state",
    "slot",
    "generation",
    "flags",
    "start_time",
    "restart_time",
    "starts",
    "last_exit",
    "since",
    "restart_in_s",
    "waits_for",
    "database",
    "user",
    "application_name",
    "activity",
    "wait_event_type",
    "wait_event",
];

/// Those whose values are numbers.
const NUMBERS: [&str; 7] =
    ["pid", "slot", "generation", "flags", "restart_time", "starts", "restart_in_s"];
/// The point in time at which the state began, in microseconds since 1970.
const SINCE: &str = "since";

pub(crate) fn ps(options: &PsOptions) -> Outcome {
    let rows = control::ask(&options.data, "ps", &[])?;
    if options.json {
        say::line(&json(&rows));
    } else {
        say::part(&human(&rows, times::now()));
        let database = control::ask(&options.data, "server", &[]).unwrap_or_default();
        say::part(&database.first().and_then(status::line).unwrap_or_default());
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn terminate(options: &TerminateOptions) -> Outcome {
    control::ask(&options.data, "terminate", &[&options.worker])?;
    say::line("worker signaled");
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn revive(options: &ReviveOptions) -> Outcome {
    control::ask(&options.data, "revive", &[&options.worker])?;
    say::line("worker revived");
    Ok(ExitCode::SUCCESS)
}

fn value<'a>(row: &'a Row, key: &str) -> Option<&'a str> {
    row.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.as_deref())
}

fn json(rows: &[Row]) -> String {
    let workers = rows.iter().map(|row| {
        let known = KEYS.iter().map(|key| (*key).to_owned());
        // A newer postmaster may know more.
        let more = row.iter().map(|(key, _)| key.clone()).filter(|key| !KEYS.contains(&&**key));
        let object: Map<String, Value> = known
            .chain(more)
            .map(|key| {
                let value = value(row, &key).map_or(Value::Null, |text| typed(&key, text));
                (key, value)
            })
            .collect();
        Value::Object(object)
    });
    format!("{:#}", Value::Array(workers.collect()))
}

/// A value as JSON has it.
fn typed(key: &str, text: &str) -> Value {
    if key == SINCE
        && let Ok(micros) = text.parse()
    {
        return times::rfc3339(micros).into();
    }
    if NUMBERS.contains(&key) {
        if let Ok(number) = text.parse::<i64>() {
            return number.into();
        }
        if let Ok(number) = text.parse::<f64>() {
            return number.into();
        }
    }
    text.into()
}

/// The state, and what it waits for.
fn state(row: &Row) -> String {
    let state = value(row, "state").unwrap_or("-").to_owned();
    if value(row, "waits_for").is_some() { format!("{state} for server") } else { state }
}

/// How long ago, in microseconds since 1970, `now` was.
fn age(row: &Row, now: i64) -> Option<String> {
    let since: i64 = value(row, SINCE)?.parse().ok()?;
    Some(times::rough(now.saturating_sub(since).max(0) / 1_000_000))
}

/// An end without the words that a column of ends can do without.
fn short_end(text: &str) -> &str {
    let ends = ["was terminated by ", "exited with "];
    ends.iter().find_map(|head| text.strip_prefix(head)).unwrap_or(text)
}

/// The columns for people. The last is left out where it says nothing.
const HEADINGS: [&str; 8] =
    ["NAME", "TYPE", "PID", "STATE", "STARTS", "LAST EXIT", "SINCE", "ACTIVITY"];

fn human(rows: &[Row], now: i64) -> String {
    let rows: Vec<[String; 8]> = rows
        .iter()
        .map(|row| {
            let cell = |key| value(row, key).unwrap_or("-").to_owned();
            [
                cell("name"),
                cell("type"),
                cell("pid"),
                state(row),
                cell("starts"),
                value(row, "last_exit").map_or("-", short_end).to_owned(),
                age(row, now).unwrap_or_else(|| "-".to_owned()),
                value(row, "activity").unwrap_or_default().to_owned(),
            ]
        })
        .collect();
    if rows.iter().any(|[.., activity]| !activity.is_empty()) {
        return table(HEADINGS, &rows);
    }
    let [headings @ .., _] = HEADINGS;
    let rows: Vec<[String; 7]> = rows.into_iter().map(|[cells @ .., _]| cells).collect();
    table(headings, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol;

    fn rows() -> Vec<Row> {
        protocol::reply(
            "ok\nname=a\ttype=t\tpid=12\tstate=running\tstarts=1\tlast_exit\t\
             since=1700000000000000\tstart_time=PostmasterStart\trestart_time=5\textra=x\t\
             registered_by=lib\n\
             name=b\ttype=t\tpid\tstate=delayed\tstarts=3\t\
             last_exit=exited with exit code 1\tsince=1699999942000000\trestart_in_s=4.5\n\
             name=c\ttype=t\tpid\tstate=waiting\tstarts=0\tlast_exit\tsince=1700000000000000\t\
             waits_for=the end\n",
        )
        .unwrap()
    }

    #[test]
    fn people_get_a_table() {
        assert_eq!(
            human(&rows(), 1_700_000_003_500_000),
            "NAME  TYPE  PID  STATE               STARTS  LAST EXIT    SINCE\n\
             a     t      12  running                  1  -            3s\n\
             b     t       -  delayed                  3  exit code 1  1min\n\
             c     t       -  waiting for server       0  -            3s\n"
        );
    }

    #[test]
    fn programs_get_all_keys() {
        let all: Value = serde_json::from_str(&json(&rows())).unwrap();
        let first = all[0].as_object().unwrap();
        for key in KEYS {
            assert!(first.contains_key(key), "{key}");
        }
        assert_eq!(first["pid"], 12);
        assert_eq!(first["since"], "2023-11-14T22:13:20.000000Z");
        assert_eq!(first["start_time"], "PostmasterStart");
        assert_eq!(first["restart_time"], 5);
        assert_eq!(first["last_exit"], Value::Null);
        assert_eq!(first["registered_by"], "lib");
        assert_eq!(first["extra"], "x");
        assert_eq!(all[1]["pid"], Value::Null);
        assert_eq!(all[1]["restart_in_s"], 4.5);
        assert_eq!(json(&[]), "[]");
    }
}
