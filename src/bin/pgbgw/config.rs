#![forbid(unsafe_code)]
//! `pgbgw config`: the settings of a postmaster, or those that it would start with.
//! Runs in: command.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value};

use crate::args::DataDir;
use crate::capi;
use crate::control;
use crate::pidfile::{self, Found};
use crate::protocol::{Row, field as value};
use crate::say::{self, Failure, Outcome};
use crate::table::table;

#[derive(Args)]
#[command(after_help = "\
SOURCE is \"default\", \"configuration file\" with file and line, or \"command line\". PENDING is what
the file says by now, and what brings it; a value marked with * has been seen at a reload and waits
for a restart. What is wrong with the file is told on standard error, and the exit status is 1.

Where no postmaster runs, the settings are those that one would start with; settings of libraries,
which are not loaded, stand as the file has them.")]
pub(crate) struct Options {
    #[command(flatten)]
    data: DataDir,
    /// Print an array of objects with all that is known
    #[arg(long)]
    json: bool,
    /// Only these settings
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

/// The keys of an object: what each setting has, if only null.
const KEYS: [&str; 17] = [
    "name",
    "value",
    "source",
    "file",
    "line",
    "pending_restart",
    "pending",
    "pending_value",
    "description",
    "context",
    "type",
    "unit",
    "min",
    "max",
    "words",
    "boot_value",
    "reset_value",
];

pub(crate) fn config(options: &Options) -> Outcome {
    let rows = rows(&options.data)?;
    let (problems, mut rows): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| value(row, "problem").is_some());
    let is =
        |row: &Row, name: &str| value(row, "name").is_some_and(|n| n.eq_ignore_ascii_case(name));
    for name in &options.names {
        if !rows.iter().any(|row| is(row, name)) {
            let text = format!("ERROR:  unrecognized configuration parameter \"{name}\"");
            return Err(Failure::bare(text));
        }
    }
    if !options.names.is_empty() {
        rows.retain(|row| options.names.iter().any(|name| is(row, name)));
    }
    if options.json {
        say::line(&json(&rows));
    } else {
        say::part(&human(&rows));
    }
    for problem in &problems {
        say::remark(value(problem, "problem").unwrap_or_default());
    }
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A row per setting: as the postmaster tells them, or where none runs as the file has them.
fn rows(data: &DataDir) -> Result<Vec<Row>, Failure> {
    let directory = data.existing()?;
    match pidfile::find(&directory)? {
        Found::Running(_) => control::ask(data, "config", &[]),
        Found::NoFile | Found::Stale => capi::settings(Some(&directory))
            .ok_or_else(|| Failure::from("the path of the data directory has a zero byte in it")),
    }
}

fn json(rows: &[Row]) -> String {
    let settings = rows.iter().map(|row| {
        let typed = |key: &str, text: &str| match key {
            "line" => text.parse::<u64>().map_or_else(|_| text.into(), Value::from),
            "pending_restart" => Value::Bool(text == "true"),
            _ => text.into(),
        };
        let object: Map<String, Value> = KEYS
            .iter()
            .map(|key| {
                let text = value(row, key);
                ((*key).to_owned(), text.map_or(Value::Null, |text| typed(key, text)))
            })
            .collect();
        Value::Object(object)
    });
    format!("{:#}", Value::Array(settings.collect()))
}

fn human(rows: &[Row]) -> String {
    let cells = |row: &Row| -> [String; 4] {
        let cell = |key| value(row, key).unwrap_or_default();
        let mark = if cell("pending_restart") == "true" { "*" } else { "" };
        let source = match (value(row, "file"), value(row, "line")) {
            (Some(file), Some(line)) => format!("{file}:{line}"),
            _ => cell("source").to_owned(),
        };
        let shown = value(row, "value").map(|value| format!("{}{mark}", quoted(value)));
        let pending =
            value(row, "pending").map(|how| format!("{how}: {}", quoted(cell("pending_value"))));
        [cell("name").to_owned(), shown.unwrap_or_default(), source, pending.unwrap_or_default()]
    };
    let rows: Vec<[String; 4]> = rows.iter().map(cells).collect();
    if rows.iter().any(|[.., pending]| !pending.is_empty()) {
        return table(["NAME", "VALUE", "SOURCE", "PENDING"], &rows);
    }
    let rows: Vec<[String; 3]> =
        rows.into_iter().map(|[name, value, source, _]| [name, value, source]).collect();
    table(["NAME", "VALUE", "SOURCE"], &rows)
}

/// As it would stand in the file: in quotes if it is empty or has spaces.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-:/$".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_they_are_written() {
        assert_eq!(quoted("5s"), "5s");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("it's"), "'it''s'");
    }
}
