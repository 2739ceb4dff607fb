#![forbid(unsafe_code)]
//! `pgbgw config`: the settings of a running postmaster.
//! Runs in: command.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value};

use crate::args::DataDir;
use crate::control;
use crate::protocol::{Row, field as value};
use crate::say::{self, Outcome};
use crate::table::table;

#[derive(Args)]
#[command(after_help = "\
SOURCE is \"default\", \"configuration file\" with file and line, or \"command line\". A value marked
with * has been changed in the file and waits for a restart.")]
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

pub(crate) fn config(options: &Options) -> Outcome {
    let mut rows = control::ask(&options.data, "config", &[])?;
    let is =
        |row: &Row, name: &str| value(row, "name").is_some_and(|n| n.eq_ignore_ascii_case(name));
    for name in &options.names {
        if !rows.iter().any(|row| is(row, name)) {
            let text = format!("ERROR:  unrecognized configuration parameter \"{name}\"");
            return Err(say::Failure::bare(text));
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
    Ok(ExitCode::SUCCESS)
}

fn json(rows: &[Row]) -> String {
    let settings = rows.iter().map(|row| {
        let typed = |key: &str, text: &str| match key {
            "line" => text.parse::<u64>().map_or_else(|_| text.into(), Value::from),
            "pending_restart" => Value::Bool(text == "true"),
            _ => text.into(),
        };
        let object: Map<String, Value> = row
            .iter()
            .map(|(key, text)| {
                (key.clone(), text.as_deref().map_or(Value::Null, |text| typed(key, text)))
            })
            .collect();
        Value::Object(object)
    });
    format!("{:#}", Value::Array(settings.collect()))
}

fn human(rows: &[Row]) -> String {
    let rows: Vec<[String; 3]> = rows
        .iter()
        .map(|row| {
            let cell = |key| value(row, key).unwrap_or_default();
            let mark = if cell("pending_restart") == "true" { "*" } else { "" };
            let source = match (value(row, "file"), value(row, "line")) {
                (Some(file), Some(line)) => format!("{file}:{line}"),
                _ => cell("source").to_owned(),
            };
            [cell("name").to_owned(), format!("{}{mark}", quoted(cell("value"))), source]
        })
        .collect();
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
