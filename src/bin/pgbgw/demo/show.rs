#![forbid(unsafe_code)]
//! The show: step by step, from two C files to an orderly stop.
//! Runs in: command.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getppid};

use super::stage::{DATA, LOG, Stage};
use super::{database, files};
use crate::datadir::CONFIG_FILE;
use crate::pidfile::{self, Found, exists};
use crate::say::{Failure, Outcome, cause};
use crate::signals::{ENDS, Signals};

const STEPS: usize = 7;
const EXAMPLES: [&str; 2] = ["heartbeat", "launcher"];
/// The interval that the demo sets, and the one in the log.
const INTERVAL: &str = "250ms";
const INTERVAL_LOGGED: &str = "a beat every 250 ms";

/// Compilers by their usual names.
const COMPILERS: [&str; 3] = ["cc", "gcc", "clang"];

/// What runs at some point of the show.
struct Running {
    postmaster: i32,
    heartbeat: i32,
    launcher: i32,
}

pub(super) fn show(folder: &Path, database: bool) -> Outcome {
    let guard = getppid();
    let prepared =
        |error: io::Error| Failure::from(format!("could not prepare the demo: {}", cause(&error)));
    let signals = Signals::take_over(ENDS).map_err(|errno| prepared(errno.into()))?;
    env::set_current_dir(folder).map_err(prepared)?;
    files::unpack(folder).map_err(prepared)?;
    fs::create_dir(folder.join("lib")).map_err(prepared)?;
    let steps = if database { database::STEPS } else { STEPS };
    let mut stage = Stage::new(signals, steps).map_err(prepared)?;

    let outcome =
        if database { database::play(&mut stage, folder) } else { play(&mut stage, folder) };
    if outcome.is_err() {
        stage.end_postmaster();
    }
    if getppid() != guard {
        // The guard was killed: its duty is ours.
        let _as_far_as_possible = fs::remove_dir_all(folder);
    }
    outcome.map(|()| ExitCode::SUCCESS)
}

fn play(stage: &mut Stage, folder: &Path) -> Result<(), Failure> {
    compile(stage, &EXAMPLES)?;
    let mut running = start(stage, folder)?;
    crash(stage, &mut running)?;
    launch(stage, &running)?;
    list(stage, &running)?;
    terminate(stage, &running)?;
    stop(stage, &running)
}

/// The first step: compiles these examples, and sees that they can be loaded.
pub(super) fn compile(stage: &mut Stage, names: &[&str]) -> Result<(), Failure> {
    let (number, they, their) = match names {
        [_] => ("an extension", "It is", "it uses"),
        _ => ("two extensions", "They are", "they use"),
    };
    stage.step(
        &format!("Compile {number} with the system's C compiler"),
        &format!("{they} written for PostgreSQL 17, without a word about pgbgw."),
    );
    let compiler = compiler()?;
    let mut check = vec!["check".to_owned()];
    for name in names {
        let (source, library) = (format!("examples/{name}.c"), format!("lib/{name}.so"));
        let options = ["-shared", "-fPIC", "-O2", "-I", "include", "-o", &library, &source];
        let words: Vec<&str> = compiler.iter().map(String::as_str).chain(options).collect();
        stage.run(&words).map_err(|failure| {
            failure.and("A C compiler needs the C library's headers, too.").and(INSTALL)
        })?;
        check.push(library);
    }
    let check: Vec<&str> = check.iter().map(String::as_str).collect();
    let said = stage.pgbgw(&check, 0)?;
    let loadable = said.matches(": can be loaded").count();
    stage.require(loadable == names.len(), "every library to be loadable")?;
    stage.require(!said.contains("refused"), "no library to use what is not there")?;
    stage.ok(&format!("Every server function that {their} is there."));
    Ok(())
}

const INSTALL: &str = "Debian, Ubuntu: apt install gcc libc6-dev. Fedora: dnf install gcc.";

/// The compiler's words: those of CC, or the first that there is.
fn compiler() -> Result<Vec<String>, Failure> {
    let given = env::var("CC").unwrap_or_default();
    let given: Vec<String> = given.split_whitespace().map(str::to_owned).collect();
    if !given.is_empty() {
        return Ok(given);
    }
    let exists = |name: &&&str| {
        let mut command = Command::new(name);
        command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok()
    };
    let found = COMPILERS.iter().find(exists).map(|name| vec![(*name).to_owned()]);
    found.ok_or_else(|| {
        let tried = COMPILERS.join(", ");
        Failure::from(format!("the demo needs a C compiler, and there is none (tried {tried})"))
            .and(INSTALL)
            .and("The environment variable CC names one that is called differently.")
    })
}

fn start(stage: &mut Stage, folder: &Path) -> Result<Running, Failure> {
    stage.step(
        "Start the postmaster, which loads the extensions",
        "Loaded, each registers a worker: a process that the postmaster starts and watches.",
    );
    let interval = format!("heartbeat.interval = {INTERVAL}\n");
    start_with(stage, folder, "heartbeat, launcher", &interval)?;
    let postmaster = postmaster(stage)?;
    let heartbeat = stage.running("heartbeat", 1)?;
    let launcher = stage.running("launcher", 1)?;
    stage.log(&[
        "ready to start background workers",
        &format!("heartbeat[{heartbeat}]: LOG:  heartbeat starts: {INTERVAL_LOGGED}"),
        &format!("launcher[{launcher}]: LOG:  launcher starts"),
        &format!("heartbeat[{heartbeat}]: LOG:  heartbeat: beat 1"),
    ])?;
    stage.ok(&format!(
        "Two workers run, the processes {heartbeat} and {launcher}, and the heartbeat follows its \
         setting."
    ));
    Ok(Running { postmaster, heartbeat, launcher })
}

/// Starts a postmaster that preloads these libraries, with these settings besides.
pub(super) fn start_with(
    stage: &Stage,
    folder: &Path,
    libraries: &str,
    settings: &str,
) -> Result<(), Failure> {
    stage.pgbgw(&["init", "-D", DATA], 0)?;
    let settings = format!(
        "shared_preload_libraries = '{libraries}'\n\
         dynamic_library_path = '{}/lib'\n\
         {settings}\
         log_line_prefix = '%b[%p]: '\n",
        folder.display()
    );
    let file = format!("{DATA}/{CONFIG_FILE}");
    append(&file, &settings).map_err(|error| {
        Failure::from(format!("could not write file \"{file}\": {}", cause(&error)))
    })?;
    stage.say(&format!("Added to {file}:"));
    settings.lines().for_each(|line| stage.say(&format!("    {line}")));
    stage.pgbgw(&["start", "-D", DATA, "-l", LOG], 0)?;
    Ok(())
}

fn append(file: &str, text: &str) -> io::Result<()> {
    fs::OpenOptions::new().append(true).open(file)?.write_all(text.as_bytes())
}

fn postmaster(stage: &Stage) -> Result<i32, Failure> {
    match pidfile::find(Path::new(DATA))? {
        Found::Running(server) => Ok(server.pid),
        Found::NoFile | Found::Stale => {
            stage.require(false, "a postmaster to run")?;
            Ok(0)
        }
    }
}

fn crash(stage: &mut Stage, running: &mut Running) -> Result<(), Failure> {
    let Running { postmaster: before, heartbeat, launcher } = *running;
    stage.step(
        "Kill a worker the hard way",
        "A worker that crashes may have damaged the memory that all workers share. So, as in\n\
         PostgreSQL, the postmaster ends the others, too, and starts all of them on new memory.",
    );
    stage.say(&format!("Sending SIGKILL to the heartbeat, process {heartbeat}."));
    let begun = Instant::now();
    kill(Pid::from_raw(heartbeat), Signal::SIGKILL)
        .map_err(|errno| Failure::from(format!("could not kill it: {}", cause(&errno.into()))))?;
    running.heartbeat = stage.running("heartbeat", 2)?;
    running.launcher = stage.running("launcher", 2)?;
    let took = begun.elapsed().as_millis();
    stage.log(&[
        &format!("worker \"heartbeat\" (PID {heartbeat}) was terminated by signal 9: Killed"),
        "terminating any other active server processes",
        "all server processes terminated; reinitializing",
        &format!("heartbeat[{}]: LOG:  heartbeat starts", running.heartbeat),
        &format!("launcher[{}]: LOG:  launcher starts", running.launcher),
    ])?;
    stage.require(!exists(heartbeat) && !exists(launcher), "the old processes to be gone")?;
    stage.require(postmaster(stage)? == before, "the postmaster to be the same")?;
    stage.ok(&format!(
        "Both workers run again within {took} ms, as processes {} and {}. The postmaster, process \
         {before},\nis the same.",
        running.heartbeat, running.launcher
    ));
    Ok(())
}

fn launch(stage: &mut Stage, running: &Running) -> Result<(), Failure> {
    stage.step(
        "Let a worker start a worker",
        "The launcher does so when the configuration is reloaded: it registers a dynamic worker,\n\
         waits for its start, and for its end.",
    );
    stage.pgbgw(&["reload", "-D", DATA], 0)?;
    let launcher = running.launcher;
    let said = format!("launcher[{launcher}]: LOG:  launcher: task 1 has started as process ");
    let task = stage.until("the launcher to tell of its task", || {
        let log = fs::read_to_string(LOG).unwrap_or_default();
        let line = log.lines().find_map(|line| line.strip_prefix(&said));
        Ok(line.and_then(|pid| pid.parse::<i32>().ok()))
    })?;
    stage.log(&[
        "received SIGHUP, reloading configuration files",
        &format!("{said}{task}"),
        &format!("task[{task}]: LOG:  task 1: hello from process {task}"),
        &format!("launcher[{launcher}]: LOG:  launcher: task 1 has stopped"),
    ])?;
    stage.require(!exists(task), "the task's process to be gone")?;
    stage.ok(&format!(
        "The launcher was told the process id of its task, {task}, and when the task was over."
    ));
    Ok(())
}

fn list(stage: &mut Stage, running: &Running) -> Result<(), Failure> {
    stage.step("List the workers", "");
    let table = stage.pgbgw(&["ps", "-D", DATA], 0)?;
    for (name, pid, end) in [
        ("heartbeat", running.heartbeat, "signal 9: Killed"),
        ("launcher", running.launcher, "exit code 2"),
    ] {
        let row = table.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        let words: Vec<&str> = row.split_whitespace().collect();
        let shown = words.get(2) == Some(&pid.to_string().as_str()) && row.contains(end);
        let told = words.get(3..5) == Some(&["running", "2"]);
        let what = format!("worker \"{name}\" to be listed with its second process, {pid}");
        stage.require(shown && told, &what)?;
    }
    let tasks = table.lines().filter(|line| line.starts_with("task")).count();
    stage.require(tasks == 0, "the task not to be listed any more")?;
    stage.ok(
        "Both workers are in their second life. The heartbeat was killed; the launcher ended with\n\
         exit code 2 because it was told to. The task is done and forgotten.",
    );
    Ok(())
}

fn terminate(stage: &mut Stage, running: &Running) -> Result<(), Failure> {
    let launcher = running.launcher;
    stage.step(
        "Terminate a worker for good",
        "The launcher ends with exit code 1, after which it would be started again. But whoever\n\
         is terminated this way stays away.",
    );
    stage.pgbgw(&["terminate", "-D", DATA, "launcher"], 0)?;
    stage.log(&[
        &format!(
            "launcher[{launcher}]: FATAL:  terminating background worker \"launcher\" due to \
             administrator command"
        ),
        &format!("background worker \"launcher\" (PID {launcher}) exited with exit code 1"),
    ])?;
    let workers = stage.workers()?;
    let names: Vec<&str> = workers.iter().filter_map(|row| row["name"].as_str()).collect();
    stage.require(names == ["heartbeat"], "nobody but the heartbeat to be listed")?;
    stage.require(!exists(launcher), "the launcher's process to be gone")?;
    stage.ok(
        "Its process is gone, and so is its registration: \"pgbgw ps\" lists the heartbeat alone.",
    );
    Ok(())
}

fn stop(stage: &mut Stage, running: &Running) -> Result<(), Failure> {
    stage.step(
        "Stop",
        "The workers are asked to end (SIGTERM); when all have, the postmaster ends.",
    );
    stage.pgbgw(&["stop", "-D", DATA], 0)?;
    stage.log(&[
        "received fast shutdown request",
        &format!("heartbeat[{}]: LOG:  heartbeat ends after ", running.heartbeat),
        "shut down",
    ])?;
    let said = stage.pgbgw(&["status", "-D", DATA], 3)?;
    stage.require(said.contains("no server running"), "no server to run")?;
    stage.until("every process to be gone", || {
        let gone = !exists(running.postmaster) && !exists(running.heartbeat);
        Ok(gone.then_some(()))
    })?;
    stage.ok("The heartbeat counted its beats and ended, then the postmaster did.");
    Ok(())
}
