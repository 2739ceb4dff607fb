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
use crate::table::table;
use crate::times;

#[derive(Args)]
pub(crate) struct PsOptions {
    #[command(flatten)]
    data: DataDir,
    /// Print an array of objects with all that is known
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct TerminateOptions {
    #[command(flatten)]
    data: DataDir,
    /// Process id or name of the worker
    #[arg(value_name = "PID|NAME")]
    worker: String,
}

#[derive(Args)]
pub(crate) struct ReviveOptions {
    #[command(flatten)]
    data: DataDir,
    /// Name of the worker
    #[arg(value_name = "NAME")]
    worker: String,
}

/// The keys of a worker, in the order of the JSON object.
const KEYS: [&str; 20] = [
    "name",
    "type",
    "library",
    "function",
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
    "database",
    "user",
    "application_name",
    "activity",
    "wait_event",
];

/// Those whose values are numbers.
const NUMBERS: [&str; 8] =
    ["pid", "slot", "generation", "flags", "restart_time", "starts", "since", "restart_in_s"];

pub(crate) fn ps(options: &PsOptions) -> Outcome {
    let rows = control::ask(&options.data, "ps", &[])?;
    if options.json {
        say::line(&json(&rows));
    } else {
        say::part(&human(&rows));
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

/// A value as JSON has it: points in time arrive as microseconds since 1970.
fn typed(key: &str, text: &str) -> Value {
    if key == "start_time"
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

fn human(rows: &[Row]) -> String {
    let rows: Vec<[String; 7]> = rows
        .iter()
        .map(|row| {
            let cell = |key| value(row, key).unwrap_or("-").to_owned();
            let since = value(row, "since").and_then(|text| text.parse::<f64>().ok());
            [
                cell("name"),
                cell("type"),
                cell("pid"),
                cell("state"),
                cell("starts"),
                cell("last_exit"),
                since.map_or_else(|| "-".to_owned(), |seconds| times::rough(whole(seconds))),
            ]
        })
        .collect();
    table(["NAME", "TYPE", "PID", "STATE", "STARTS", "LAST EXIT", "SINCE"], &rows)
}

#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and the number is for people")]
fn whole(seconds: f64) -> i64 {
    seconds as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol;

    fn rows() -> Vec<Row> {
        protocol::reply(
            "ok\nname=a\ttype=t\tpid=12\tstate=running\tstarts=1\tlast_exit\tsince=3.5\t\
             start_time=1700000000000000\trestart_time=5\textra=x\n\
             name=b\ttype=t\tpid\tstate=delayed\tstarts=3\tlast_exit=exit code 1\t\
             since=61\trestart_in_s=4\n",
        )
        .unwrap()
    }

    #[test]
    fn people_get_a_table() {
        assert_eq!(
            human(&rows()),
            "NAME  TYPE  PID  STATE    STARTS  LAST EXIT    SINCE\n\
             a     t      12  running       1  -            3s\n\
             b     t       -  delayed       3  exit code 1  1min\n"
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
        assert_eq!(first["since"], 3.5);
        assert_eq!(first["start_time"], "2023-11-14T22:13:20.000000Z");
        assert_eq!(first["restart_time"], 5);
        assert_eq!(first["last_exit"], Value::Null);
        assert_eq!(first["extra"], "x");
        assert_eq!(all[1]["pid"], Value::Null);
        assert_eq!(json(&[]), "[]");
    }
}
