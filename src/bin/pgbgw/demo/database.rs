#![forbid(unsafe_code)]
//! The show with a database: a worker that works in a PostgreSQL server of pgbgw's own.
//! Runs in: command.

use std::path::Path;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::show::{compile, start_with};
use super::stage::{DATA, Stage};
use crate::pidfile::exists;
use crate::say::{Failure, cause};

pub(super) const STEPS: usize = 6;
/// How long the making of a database cluster may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What runs.
struct Running {
    server: i32,
    worker: i32,
}

pub(super) fn play(stage: &mut Stage, folder: &Path) -> Result<(), Failure> {
    compile(stage, &["totals"])?;
    let mut running = start(stage, folder)?;
    add(stage)?;
    crash(stage, &mut running)?;
    query(stage)?;
    stop(stage, &running)
}

/// The database server, as `pgbgw status --json` has it, once it is in this state.
fn server(stage: &Stage, state: &str) -> Result<i32, Failure> {
    stage.until_within(PATIENCE, &format!("a database server that is {state}"), || {
        let all: Value = stage.json(&["status", "-D", DATA, "--json"])?;
        let of = |key| all.pointer(&format!("/database/{key}"));
        let pid = of("pid").filter(|_| of("state").is_some_and(|found| found == state));
        Ok(pid.and_then(Value::as_i64).and_then(|pid| i32::try_from(pid).ok()))
    })
}

fn start(stage: &mut Stage, folder: &Path) -> Result<Running, Failure> {
    stage.step(
        "Start the postmaster with a database server of its own",
        "With \"pgbgw.database = managed\" it makes a database cluster from the installed programs of\n\
         PostgreSQL, starts it, and then the workers that wait for it. With \"pgbgw.conninfo\" it\n\
         would be any PostgreSQL server instead.",
    );
    let settings = "pgbgw.database = managed\ntotals.interval = 250ms\n";
    start_with(stage, folder, "totals", settings)?;
    let server = server(stage, "read-write")?;
    let worker = stage.running("totals", 1)?;
    stage.log(&[
        "LOG:  making a database cluster in ",
        "LOG:  database server is ready to accept connections",
        &format!("totals[{worker}]: LOG:  totals: at work in database \"postgres\""),
    ])?;
    stage.pgbgw(&["status", "-D", DATA], 0)?;
    stage.ok(&format!("The server is process {server}, the worker in its database {worker}."));
    Ok(Running { server, worker })
}

/// Calls a function of the extension.
fn call(stage: &Stage, words: &[&str]) -> Result<String, Failure> {
    stage.pgbgw(&[&["call", "-D", DATA, "totals"], words].concat(), 0)
}

fn add(stage: &mut Stage) -> Result<(), Failure> {
    stage.step(
        "Give it something to do",
        "The extension has a function for SQL that writes a delta. \"pgbgw call\" calls it in a\n\
         process of its own, with a connection to the same database.",
    );
    for delta in ["int8:12", "int8:30"] {
        call(stage, &["totals_add", "--arg", "text:apples", "--arg", delta])?;
    }
    stage.log(&["totals: apples is now 42"])?;
    stage.ok("The worker has found both deltas and folded them into the total.");
    Ok(())
}

fn crash(stage: &mut Stage, running: &mut Running) -> Result<(), Failure> {
    let Running { server: before, worker } = *running;
    stage.step(
        "Kill the worker the hard way",
        "Inside PostgreSQL that would restart the whole server, with all its sessions.",
    );
    stage.say(&format!("Sending SIGKILL to the worker, process {worker}."));
    kill(Pid::from_raw(worker), Signal::SIGKILL)
        .map_err(|errno| Failure::from(format!("could not kill it: {}", cause(&errno.into()))))?;
    running.worker = stage.running("totals", 2)?;
    let now = running.worker;
    stage.log(&[
        &format!("worker \"totals\" (PID {worker}) was terminated by signal 9: Killed"),
        &format!("totals[{now}]: LOG:  totals: at work in database \"postgres\""),
    ])?;
    stage.require(server(stage, "read-write")? == before, "the same database server")?;
    stage.ok(&format!("The worker is process {now} now; the server is still process {before}."));
    Ok(())
}

fn query(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Ask for the total", "");
    call(stage, &["totals_add", "--arg", "text:apples", "--arg", "int8:8"])?;
    stage.log(&["totals: apples is now 50"])?;
    let total = call(stage, &["totals_of", "--returns", "int8", "--arg", "text:apples"])?;
    stage.require(total.trim() == "50", "a total of 50")?;
    stage.ok("The total from before the crash is there, and the new delta is in it.");
    Ok(())
}

fn stop(stage: &mut Stage, running: &Running) -> Result<(), Failure> {
    stage
        .step("Stop", "The worker is asked to end; when it has, the database server is shut down.");
    stage.pgbgw(&["stop", "-D", DATA], 0)?;
    stage.log(&["received fast shutdown request", "shut down"])?;
    stage.until("every process to be gone", || {
        let gone = !exists(running.server) && !exists(running.worker);
        Ok(gone.then_some(()))
    })?;
    stage.ok("No server runs any more. Its data would still be there at the next start.");
    Ok(())
}
