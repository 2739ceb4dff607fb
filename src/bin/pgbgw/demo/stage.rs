#![forbid(unsafe_code)]
//! Where the show is played: runs commands, waits for facts, and prints what really came out.
//! Runs in: command.

use std::env;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::pidfile;
use crate::say::{self, Failure, cause};
use crate::signals::{Signals, tie};

/// How long a fact may take to come true, and how often it is looked for.
const DEADLINE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(5);
/// How long a postmaster that was stopped may take to be gone.
const LAST_WORDS: Duration = Duration::from_secs(6);
/// Lines of the log that a failure shows.
const TAIL: usize = 20;

/// The log of the postmaster and its workers, in the current folder.
pub(super) const LOG: &str = "log";
/// The data directory, in the current folder.
pub(super) const DATA: &str = "data";

pub(super) struct Stage {
    signals: Signals,
    own: PathBuf,
    colours: bool,
    steps: usize,
    step: usize,
    /// Bytes of the log that belong to earlier steps.
    mark: usize,
}

/// How text is set off on a terminal.
#[derive(Clone, Copy)]
enum Style {
    Bold,
    Dim,
    Green,
}

impl Stage {
    pub(super) fn new(signals: Signals, steps: usize) -> io::Result<Self> {
        let colours = wants_colours(
            io::stdout().is_terminal(),
            env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
            env::var_os("TERM").is_some_and(|term| term == "dumb"),
        );
        Ok(Self { signals, own: env::current_exe()?, colours, steps, step: 0, mark: 0 })
    }

    /// Begins a step: its title, and a sentence or two about it.
    pub(super) fn step(&mut self, title: &str, about: &str) {
        self.step += 1;
        self.mark =
            fs::metadata(LOG).map_or(0, |meta| usize::try_from(meta.len()).unwrap_or(usize::MAX));
        let title = format!("{}/{}  {title}", self.step, self.steps);
        say::line(&format!("\n{}", self.styled(Style::Bold, &title)));
        self.say(about);
    }

    /// Prints lines, set in.
    pub(super) fn say(&self, text: &str) {
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            say::line(&format!("     {line}"));
        }
    }

    /// Prints what has been found to be true.
    pub(super) fn ok(&self, text: &str) {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        say::line(&format!("  {} {first}", self.styled(Style::Green, "ok")));
        lines.for_each(|line| self.say(line));
    }

    /// Runs a command of the system and shows it with its output.
    pub(super) fn run(&self, words: &[&str]) -> Result<String, Failure> {
        self.say(&self.styled(Style::Bold, &format!("$ {}", words.join(" "))));
        let (program, arguments) = words.split_first().unwrap_or((&"", &[]));
        let output = self.output(Command::new(program).args(arguments)).map_err(|error| {
            Failure::from(format!("could not run \"{program}\": {}", cause(&error)))
        })?;
        self.judge(&words.join(" "), &output, 0)
    }

    /// Runs an operation of this command, shows it with its output, and fails unless it ends with
    /// this exit code.
    pub(super) fn pgbgw(&self, arguments: &[&str], code: i32) -> Result<String, Failure> {
        let line = format!("pgbgw {}", arguments.join(" "));
        self.say(&self.styled(Style::Bold, &format!("$ {line}")));
        let output = self.own(arguments)?;
        self.judge(&line, &output, code)
    }

    fn judge(&self, line: &str, output: &Output, code: i32) -> Result<String, Failure> {
        self.interrupted(Duration::ZERO)?;
        let texts = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        texts.iter().for_each(|text| self.say(text));
        if output.status.code() != Some(code) {
            let status = output.status;
            let text = format!("expected \"{line}\" to end with exit code {code}: {status}");
            return Err(self.failure(&text));
        }
        Ok(texts.concat())
    }

    fn own(&self, arguments: &[&str]) -> Result<Output, Failure> {
        self.output(Command::new(&self.own).args(arguments))
            .map_err(|error| Failure::from(format!("could not run pgbgw: {}", cause(&error))))
    }

    fn output(&self, command: &mut Command) -> io::Result<Output> {
        tie(command.stdin(Stdio::null())).output()
    }

    /// What an operation of this command that is not shown prints as JSON.
    pub(super) fn json(&self, arguments: &[&str]) -> Result<Value, Failure> {
        let output = self.own(arguments)?;
        self.interrupted(Duration::ZERO)?;
        serde_json::from_slice(&output.stdout).map_err(|error| {
            let line = arguments.join(" ");
            let said = String::from_utf8_lossy(&output.stderr);
            self.failure(&format!("expected \"pgbgw {line}\" to print JSON: {error} {said}"))
        })
    }

    /// The workers of the postmaster, as `pgbgw ps --json` has them.
    pub(super) fn workers(&self) -> Result<Vec<Value>, Failure> {
        let workers = self.json(&["ps", "-D", DATA, "--json"])?;
        Ok(workers.as_array().cloned().unwrap_or_default())
    }

    /// Waits until a worker runs that was started this often; its process id.
    pub(super) fn running(&self, name: &str, starts: u64) -> Result<i32, Failure> {
        self.until(&format!("worker \"{name}\" to run, started {starts} times"), || {
            let workers = self.workers()?;
            let row = workers.iter().find(|row| row["name"] == name);
            let row = row.filter(|row| row["state"] == "running" && row["starts"] == starts);
            Ok(row.and_then(|row| i32::try_from(row["pid"].as_i64()?).ok()))
        })
    }

    /// Waits for a fact.
    pub(super) fn until<T>(
        &self,
        what: &str,
        look: impl FnMut() -> Result<Option<T>, Failure>,
    ) -> Result<T, Failure> {
        self.until_within(DEADLINE, what, look)
    }

    /// Waits that long for a fact at the most.
    pub(super) fn until_within<T>(
        &self,
        most: Duration,
        what: &str,
        mut look: impl FnMut() -> Result<Option<T>, Failure>,
    ) -> Result<T, Failure> {
        let until = Instant::now() + most;
        loop {
            if let Some(fact) = look()? {
                return Ok(fact);
            }
            if Instant::now() >= until {
                let seconds = most.as_secs();
                return Err(self.failure(&format!("expected {what}, in vain for {seconds} s")));
            }
            self.interrupted(LOOK)?;
        }
    }

    /// Waits until this step's part of the log has a line for each of these texts, and shows these
    /// lines in the log's order.
    pub(super) fn log(&self, texts: &[&str]) -> Result<(), Failure> {
        let what = format!("lines in the log with: {}", texts.join("; "));
        let lines = self.until(&what, || Ok(find(&self.log_from(self.mark), texts)))?;
        lines.iter().for_each(|line| self.say(&self.styled(Style::Dim, line)));
        Ok(())
    }

    /// Complete lines of the log, from a byte on.
    fn log_from(&self, start: usize) -> String {
        let bytes = fs::read(LOG).unwrap_or_default();
        let text = bytes.get(start..).unwrap_or_default();
        let end = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        String::from_utf8_lossy(text.get(..end).unwrap_or_default()).into_owned()
    }

    /// Ends the show if a fact does not hold.
    pub(super) fn require(&self, holds: bool, what: &str) -> Result<(), Failure> {
        if holds { Ok(()) } else { Err(self.failure(&format!("expected {what}"))) }
    }

    /// A failure, with the end of the log if there is one.
    fn failure(&self, text: &str) -> Failure {
        let failure = Failure::from(text);
        let log = self.log_from(0);
        if log.is_empty() {
            return failure;
        }
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines.iter().skip(lines.len().saturating_sub(TAIL));
        tail.fold(failure.and("The end of the log:"), |failure, line| {
            failure.and(format!("    {line}"))
        })
    }

    /// Sleeps, and fails if the demo has been asked to end.
    fn interrupted(&self, time: Duration) -> Result<(), Failure> {
        match self.signals.wait(Some(time)) {
            Ok(None) => Ok(()),
            Ok(Some(signal)) => {
                // A shell's code for a command that a signal ended.
                let code = u8::try_from(128 + signal as i32).unwrap_or(1);
                Err(Failure::from(format!("interrupted ({signal})")).with_code(code))
            }
            Err(errno) => Err(Failure::from(format!("could not wait: {}", cause(&errno.into())))),
        }
    }

    /// Ends the postmaster if there is one, whatever became of the show.
    pub(super) fn end_postmaster(&self) {
        let postmaster = pidfile::read(Path::new(DATA));
        let _may_not_run = self.own(&["stop", "-D", DATA, "-m", "immediate", "-t", "6"]);
        // The last line of its log comes when its PID file is gone, and would make the log anew. Not by
        // `until`: a request to end, which may be why this is called, ends that wait.
        let until = Instant::now() + LAST_WORDS;
        while postmaster.as_ref().is_some_and(|server| pidfile::exists(server.pid))
            && Instant::now() < until
        {
            sleep(LOOK);
        }
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if !self.colours {
            return text.to_owned();
        }
        let code = match style {
            Style::Bold => 1,
            Style::Dim => 2,
            Style::Green => 32,
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

fn wants_colours(terminal: bool, no_color: bool, dumb: bool) -> bool {
    terminal && !no_color && !dumb
}

/// For each text the first line that has it, in the order of the lines.
fn find(log: &str, texts: &[&str]) -> Option<Vec<String>> {
    let mut found: Vec<(usize, &str)> = texts
        .iter()
        .map(|text| log.lines().enumerate().find(|(_, line)| line.contains(text)))
        .collect::<Option<_>>()?;
    found.sort_unstable();
    found.dedup();
    Some(found.into_iter().map(|(_, line)| line.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_in_the_order_of_the_log() {
        let log = "one\ntwo\nthree\ntwo again\n";
        assert_eq!(find(log, &["three", "two", "t"]).unwrap(), ["two", "three"]);
        assert_eq!(find(log, &["one", "four"]), None);
    }

    #[test]
    fn colours_are_for_terminals_that_want_them() {
        assert!(wants_colours(true, false, false));
        for (terminal, no_color, dumb) in
            [(false, false, false), (true, true, false), (true, false, true)]
        {
            assert!(!wants_colours(terminal, no_color, dumb));
        }
    }
}
