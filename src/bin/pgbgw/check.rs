#![forbid(unsafe_code)]
//! `pgbgw check`: what the library finds out about modules without loading them.
//! Runs in: command.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Map, Value};

use crate::capi;
use crate::say::{self, Failure, Outcome};

#[derive(clap::Args)]
#[command(after_help = "\
The libraries are read, not loaded. Of the functions and variables of the server that a library
uses,
  implemented  work as in PostgreSQL;
  refused      are there, but a call raises an ERROR (the library loads, what needs them fails);
  inert        are variables with nothing behind them;
  unknown      are not there: the library cannot be loaded.
\"hooks\" are those of the server that the library uses. Those that \"never run\" are called
where statements are planned and executed and where clients are let in, which is the server: the library
loads, and what it wants to do there does not happen.

Exit status: 0 if all libraries can be loaded, 1 otherwise.")]
pub(crate) struct Options {
    /// Libraries to look at
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Print an array of objects with all names
    #[arg(long)]
    json: bool,
}

/// Keys that come once per name.
const LISTS: [&str; 6] = ["implemented", "refused", "inert", "unknown", "hooks", "never_run"];
/// Keys of the JSON object.
const KEYS: [&str; 11] = [
    "file",
    "abi",
    "loadable",
    "reason",
    "implemented",
    "refused",
    "inert",
    "unknown",
    "hooks",
    "never_run",
    "needs_glibc",
];

/// Where the values start, and the width of the column of names.
const NAMES_INDENT: usize = 18;
const NAMES_WIDTH: usize = 80;

type Facts = Vec<(String, String)>;

/// Ends with 1 if one of the files cannot be loaded.
pub(crate) fn check(options: &Options) -> Outcome {
    let mut all = Vec::new();
    let mut good = true;
    for file in &options.files {
        let (code, mut facts) = capi::check(file)
            .ok_or_else(|| Failure::from("the name of a file has a zero byte in it"))?;
        // Names in the order of the letters, each list by itself.
        facts.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        good &= code == 0;
        all.push(facts);
    }
    if options.json {
        let objects = all.iter().map(object).collect();
        say::line(&format!("{:#}", Value::Array(objects)));
    } else {
        all.iter().for_each(|facts| say::part(&human(facts)));
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn one<'a>(facts: &'a Facts, key: &str) -> Option<&'a str> {
    facts.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

fn many<'a>(facts: &'a Facts, key: &str) -> Vec<&'a str> {
    facts.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str()).collect()
}

fn is_loadable(facts: &Facts) -> bool {
    one(facts, "loadable") == Some("true")
}

fn object(facts: &Facts) -> Value {
    let mut object = Map::new();
    for key in KEYS {
        let value = if LISTS.contains(&key) {
            many(facts, key).into()
        } else if key == "loadable" {
            is_loadable(facts).into()
        } else {
            one(facts, key).map_or(Value::Null, Value::from)
        };
        object.insert(key.into(), value);
    }
    Value::Object(object)
}

fn human(facts: &Facts) -> String {
    let file = one(facts, "file").unwrap_or_default();
    let reason = one(facts, "reason").unwrap_or("unknown reason");
    let mut out = if is_loadable(facts) {
        format!("{file}: can be loaded\n")
    } else {
        format!("{file}: cannot be loaded: {}\n", reason.replace('\n', "\n  "))
    };
    let mut say = |name: &str, text: String| {
        let _ = writeln!(out, "  {name:<width$}{text}", width = NAMES_INDENT - 2);
    };
    for (key, name) in [("abi", "made for"), ("needs_glibc", "needs glibc")] {
        if let Some(text) = one(facts, key) {
            say(name, text.to_owned());
        }
    }
    if facts.iter().any(|(key, _)| LISTS.contains(&key.as_str())) {
        say("implemented", many(facts, "implemented").len().to_string());
    }
    for key in ["refused", "inert", "unknown", "hooks"] {
        let names = many(facts, key);
        if !names.is_empty() {
            say(key, wrapped(&names));
        }
    }
    let in_vain = many(facts, "never_run");
    if !in_vain.is_empty() {
        say("never run", wrapped(&in_vain));
        out.push_str(
            "The library sets hooks that never run here: what it does in them is not done.\n",
        );
    }
    out
}

/// How many names, and the names, on lines of a readable length.
fn wrapped(names: &[&str]) -> String {
    let mut out = format!("{}:", names.len());
    let mut length = out.len();
    for (at, name) in names.iter().enumerate() {
        let comma = if at + 1 < names.len() { "," } else { "" };
        if length + name.len() + 2 > NAMES_WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(NAMES_INDENT));
            length = 0;
        }
        let _ = write!(out, " {name}{comma}");
        length += name.len() + 2;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(list: &[(&str, &str)]) -> Facts {
        list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_good_module() {
        let facts = facts(&[
            ("file", "/m.so"),
            ("abi", "17"),
            ("loadable", "true"),
            ("implemented", "errmsg"),
            ("implemented", "proc_exit"),
            ("refused", "SPI_execute"),
            ("refused", "heap_open"),
        ]);
        assert_eq!(
            human(&facts),
            "/m.so: can be loaded\n  made for        17\n  implemented     2\n  \
             refused         2: SPI_execute, heap_open\n"
        );
        let object = object(&facts);
        assert_eq!(object["loadable"], true);
        assert_eq!(object["implemented"][1], "proc_exit");
        assert_eq!(object["unknown"], Value::Array(vec![]));
        assert_eq!(object["reason"], Value::Null);
    }

    #[test]
    fn long_lists_are_wrapped() {
        let names = ["a".repeat(40), "b".repeat(30), "c".repeat(20)];
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let text = wrapped(&names);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert_eq!(lines[1], format!("{} {}", " ".repeat(NAMES_INDENT), names[2]));
    }

    #[test]
    fn a_bad_one() {
        let facts = facts(&[("file", "/m.so"), ("loadable", "false"), ("reason", "not ELF")]);
        assert_eq!(human(&facts), "/m.so: cannot be loaded: not ELF\n");
        assert_eq!(object(&facts)["reason"], "not ELF");
    }
}
