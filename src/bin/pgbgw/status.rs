#![forbid(unsafe_code)]
//! `pgbgw status`: whether a postmaster runs, and how its database server is.
//! Runs in: command.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value, json};

use crate::args::DataDir;
use crate::control;
use crate::pidfile::{self, Found, Server};
use crate::protocol::{Row, field};
use crate::say::{self, Failure, Outcome};
use crate::times;

#[derive(Args)]
#[command(after_help = "\
\"database\" is the server that workers are connected to: that of \"pgbgw.conninfo\", or one of
pgbgw's own where \"pgbgw.database\" is \"managed\". \"conninfo\" is what psql has to be told to get
there. The server is one of
  read-write   it accepts connections
  in recovery  it is a standby: workers that start when recovery is finished wait
  starting     it answers, but does not accept connections yet
  unreachable  it does not answer
  unknown      nobody has looked yet

Exit status: 0 running, 3 no server is running, 4 the data directory cannot be accessed.")]
pub(crate) struct Options {
    #[command(flatten)]
    data: DataDir,
    /// Print an object with all that is known
    #[arg(long)]
    json: bool,
}

/// pg_ctl's codes of `status`.
const NOT_RUNNING: u8 = 3;
const NO_DATA_DIRECTORY: u8 = 4;

/// The keys of the database server, in the order of the JSON object.
const KEYS: [&str; 8] =
    ["kind", "state", "since", "conninfo", "pid", "log", "programs", "monitor_pid"];

pub(crate) fn status(options: &Options) -> Outcome {
    let no_directory = |failure: Failure| failure.with_code(NO_DATA_DIRECTORY);
    let directory = options.data.existing().map_err(no_directory)?;
    let Found::Running(server) = pidfile::find(&directory).map_err(no_directory)? else {
        say::line(if options.json { "{\"running\": false}" } else { "pgbgw: no server running" });
        return Ok(ExitCode::from(NOT_RUNNING));
    };
    // One that is just coming up, or going down, may not answer.
    let database = control::ask(&options.data, "server", &[]).unwrap_or_default();
    let database = database.first();
    say::part(&if options.json { as_json(&server, database) } else { human(&server, database) });
    Ok(ExitCode::SUCCESS)
}

fn human(server: &Server, database: Option<&Row>) -> String {
    let state = match server.state.as_str() {
        "ready" | "" => String::new(),
        state => format!(", {state}"),
    };
    let mut text = format!("pgbgw: server is running (PID: {}){state}\n", server.pid);
    if let Some(line) = database.and_then(line) {
        let conninfo = database.and_then(|row| field(row, "conninfo")).unwrap_or_default();
        let place = if conninfo.is_empty() { "libpq's defaults" } else { conninfo };
        text.push_str(&format!("{line}conninfo: {place}\n"));
    }
    text
}

/// A line on the database server, if there is one.
pub(crate) fn line(row: &Row) -> Option<String> {
    let of = |key| field(row, key);
    let state = of("state").filter(|state| *state != "none")?;
    let managed = match (of("kind"), of("pid")) {
        (Some("managed"), Some(pid)) => format!(", managed (PID: {pid})"),
        (Some("managed"), None) => ", managed".into(),
        _ => String::new(),
    };
    Some(format!("database: {state}{managed}\n"))
}

fn as_json(server: &Server, database: Option<&Row>) -> String {
    let database = database.map_or(Value::Null, |row| {
        let object: Map<String, Value> = KEYS
            .iter()
            .map(|key| ((*key).to_owned(), field(row, key).map_or(Value::Null, |v| typed(key, v))))
            .collect();
        Value::Object(object)
    });
    let (pid, state) = (server.pid, server.state.as_str());
    let all = json!({"running": true, "pid": pid, "state": state, "database": database});
    format!("{all:#}\n")
}

fn typed(key: &str, text: &str) -> Value {
    match (key, text.parse::<i64>()) {
        ("since", Ok(micros)) => times::rfc3339(micros).into(),
        (key, Ok(number)) if key.ends_with("pid") => number.into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol;

    fn running() -> Server {
        Server { pid: 7, state: "ready".into() }
    }

    #[test]
    fn people_are_told_of_the_database_if_there_is_one() {
        let rows = protocol::reply("ok\nstate=in recovery\tsince=1\tconninfo=host\\=/s\n").unwrap();
        let none = protocol::reply("ok\nstate=none\tsince=1\tconninfo\n").unwrap();
        let first = "pgbgw: server is running (PID: 7)\n";
        assert_eq!(human(&running(), None), first);
        assert_eq!(human(&running(), none.first()), first);
        let second = "database: in recovery\nconninfo: host=/s\n";
        assert_eq!(human(&running(), rows.first()), format!("{first}{second}"));
    }

    #[test]
    fn programs_get_all_keys() {
        let rows = "ok\nstate=read-write\tsince=1700000000000000\tconninfo=12\tmonitor_pid=5\n";
        let rows = protocol::reply(rows).unwrap();
        let all: Value = serde_json::from_str(&as_json(&running(), rows.first())).unwrap();
        assert_eq!(all["pid"], 7);
        let database = &all["database"];
        assert_eq!(database["since"], "2023-11-14T22:13:20.000000Z");
        assert_eq!(database["conninfo"], "12");
        assert_eq!(database["monitor_pid"], 5);
        let all: Value = serde_json::from_str(&as_json(&running(), None)).unwrap();
        assert!(all["database"].is_null());
    }
}
