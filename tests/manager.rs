//! C programs that have a manager of their own (`pgbgw_start`): the scenarios of
//! `c_tests/programs/manager.c`, and the example `hundred`.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::cc;
use common::command::{Done, run};
use common::host::{self, wait_for};
use common::needs;
use common::puppet::state;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// A program with the library beside it, where the user who runs postmasters can read both.
struct Program {
    folder: TempDir,
    name: &'static str,
}

impl Program {
    fn new(source: &str, name: &'static str, include: &Path) -> Self {
        Self::linked(source, name, include, true)
    }

    /// [`Self::new`], or one that opens the library itself.
    fn linked(source: &str, name: &'static str, include: &Path, links: bool) -> Self {
        let folder = host::readable_dir();
        let source = cc::root().join(source);
        let out = folder.path().join(name);
        // PostgreSQL's headers lack this one.
        let header = folder.path().join("include");
        fs::create_dir(&header).unwrap();
        fs::copy(cc::our_include().join("pgbgw.h"), header.join("pgbgw.h")).unwrap();
        let ours = format!("-I{}", header.display());
        let flags = ["-rdynamic", "-pthread", &ours];
        if links {
            cc::compile_linked(&source, &out, include, &flags).unwrap();
        } else {
            let mut command = Command::new(cc::compiler());
            command.args(["-D_GNU_SOURCE", "-Wall", "-Werror"]).args(flags).arg(&source);
            cc::run(command.arg("-o").arg(&out).arg("-ldl")).unwrap();
        }
        fs::copy(cc::library_dir().join("libpgbgw.so"), folder.path().join("libpgbgw.so")).unwrap();
        let temporary = folder.path().join("tmp");
        fs::create_dir(&temporary).unwrap();
        let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        fs::set_permissions(&temporary, everybody).unwrap();
        Self { folder, name }
    }

    fn manager(include: &Path) -> Self {
        Self::new("c_tests/programs/manager.c", "manager", include)
    }

    /// Where it makes data directories of its own.
    fn temporary(&self) -> PathBuf {
        self.folder.path().join("tmp")
    }

    fn command(&self, tool: &[&str]) -> Command {
        let program = self.folder.path().join(self.name);
        let mut command = match tool.split_first() {
            Some((tool, arguments)) => {
                let mut command = Command::new(tool);
                command.args(arguments).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.env("LD_LIBRARY_PATH", self.folder.path()).env("TMPDIR", self.temporary());
        command.env("LC_ALL", "C").current_dir("/");
        host::as_the_user(&mut command);
        command
    }

    fn scenario(&self, name: &str) -> Done {
        run(self.command(&[]).arg(name))
    }

    /// Nothing is left of data directories.
    fn is_tidy(&self) {
        let left: Vec<_> = fs::read_dir(self.temporary()).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// Runs a scenario with each set of headers and compares what it says.
fn says(scenario: &str, expected: &str) {
    for include in cc::includes() {
        let program = Program::manager(&include);
        let done = program.scenario(scenario);
        assert_eq!(done.stdout.trim_end(), expected, "{done:?}");
        assert_eq!(done.code, Some(0), "{done:?}");
        program.is_tidy();
    }
}

#[test]
fn a_program_starts_workers_of_its_own_functions_and_stops() {
    says(
        "basics",
        "before: NOT_RUNNING\nstop before: NOT_RUNNING\nstart: OK\nagain: RUNNING\n\
         backend: 1 1 1\nfound: 0\nstartup: STARTED 1\nshutdown: STOPPED\nstatus: STOPPED\n\
         touched: 5\nby name: OK\nshutdown: STOPPED\ntouched: 7\n\
         refused: ERROR, background worker \"by_name\": invalid restart interval\n\
         launch: FULL, every slot is taken (max_worker_processes)\nstop: OK\n\
         stopped: NOT_RUNNING\nstart: OK\nfound: 0\nshutdown: STOPPED\nstop: OK",
    );
}

#[test]
fn latches_wake_in_both_directions() {
    says(
        "latches",
        "start: OK\ntimeout: 1\nwoken: 1\nset: OK\nwoken: 1\ntouched: 1\nterminate: OK\n\
         shutdown: STOPPED\nstop: OK",
    );
}

#[test]
fn a_program_survives_crashes_of_its_workers() {
    says(
        "crash",
        "start: OK\nlock: 1\nwaited: RESET\nstatus: RESET\nlaunch: RESET\nserver function: 1\n\
         reattach: OK\nreattach again: OK\nheld: 0\nlock: 1\nfound: 0\nshutdown: STOPPED\nlatch: RESET\n\
         reattach: OK\nstop: OK",
    );
}

#[test]
fn a_program_may_wait_for_its_children_itself() {
    says(
        "own_wait",
        "start: OK\nshutdown: STOPPED\nchild: NOT_RUNNING\nchild: NOT_RUNNING\nchild: RUNNING\n\
         status: STOPPED\nstop: OK",
    );
}

#[test]
fn a_process_with_threads_is_refused() {
    says("threads", "THREADS: the process has 2 threads; a manager needs a single one");
}

#[test]
fn what_is_wrong_with_the_options_is_told() {
    says(
        "refusals",
        "START: invalid value for parameter \"max_worker_processes\": \"many\"\n\
         START: data directory \"/nowhere\" does not exist\n\
         HINT:  Use \"pgbgw init\" to make one.\n\
         ARGUMENT: pgbgw_options has 3 bytes instead of 48\n\
         START: could not open log file \"/nowhere/log\": No such file or directory\n\
         start: OK\nno handle: ARGUMENT\nno mode: ARGUMENT\nstop: OK",
    );
}

#[test]
fn neither_postmaster_nor_workers_run_the_programs_exit_handlers() {
    says(
        "handlers",
        "once\nstart: OK\nshutdown: STOPPED\nshutdown: STOPPED\nstop: OK\n\
         good bye from the program",
    );
}

#[test]
fn a_program_registers_static_workers_while_its_postmaster_starts() {
    says("init", "START: no, thanks\nHINT:  try again\nstart: OK\ntouched: 7\nstop: OK");
}

#[test]
fn a_program_that_defines_a_server_function_is_refused_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("clash.c");
    let text = "#include <pgbgw.h>\n#include <stdio.h>\nvoid *palloc(size_t size);\n\
                void *palloc(size_t size) { (void) size; return 0; }\n\
                int main(void) { int result = pgbgw_start(NULL);\n\
                printf(\"%d %s\\n\", result == PGBGW_ERR_CLASH, pgbgw_error_message()); return 0; }\n";
    fs::write(&source, text).unwrap();
    let program = Program::new(source.to_str().unwrap(), "clash", &cc::our_include());
    let done = run(&mut program.command(&[]));
    let expected = "1 functions of the server are defined elsewhere, too: palloc; libpgbgw must \
                    come first\n";
    assert_eq!(done.stdout, expected, "{done:?}");
    program.is_tidy();
}

#[test]
fn a_library_that_was_opened_for_the_program_alone_is_opened_for_extensions_too() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("local.c");
    let text = "#include <dlfcn.h>\n#include <pgbgw.h>\n#include <stdio.h>\n\
                int main(void) {\n\
                void *library = dlopen(\"libpgbgw.so\", RTLD_NOW | RTLD_LOCAL);\n\
                int (*start)(const struct pgbgw_options *) = dlsym(library, \"pgbgw_start\");\n\
                int (*stop)(int) = dlsym(library, \"pgbgw_stop\");\n\
                void *before = dlsym(RTLD_DEFAULT, \"palloc\");\n\
                int started = start(NULL);\n\
                printf(\"%d %d %d %d\\n\", before == NULL, started,\n\
                dlsym(RTLD_DEFAULT, \"palloc\") != NULL, stop(PGBGW_FAST)); return 0; }\n";
    fs::write(&source, text).unwrap();
    let program = Program::linked(source.to_str().unwrap(), "local", &cc::our_include(), false);
    let done = run(&mut program.command(&[]));
    assert_eq!(done.stdout, "1 0 1 0\n", "{done:?}");
    program.is_tidy();
}

/// A scenario that holds, ended with the test.
struct Holding(Child, BufReader<std::process::ChildStdout>);

impl Holding {
    /// The program, and its worker.
    fn start(program: &Program) -> (Self, Pid) {
        Self::scenario(program, "hold")
    }

    fn scenario(program: &Program, name: &str) -> (Self, Pid) {
        let mut command = program.command(&[]);
        command.arg(name).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        for _ in 0..2 {
            line.clear();
            output.read_line(&mut line).unwrap();
        }
        let worker = line.trim().strip_prefix("worker ").unwrap().parse().unwrap();
        (Self(child, output), Pid::from_raw(worker))
    }

    /// What it says when it goes on.
    fn go_on(mut self) -> String {
        self.0.stdin.take().unwrap().write_all(b"\n").unwrap();
        let rest: Vec<String> = self.1.by_ref().lines().map_while(Result::ok).collect();
        rest.join("\n")
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

fn parent(pid: Pid) -> Pid {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let parent = stat.rsplit_once(") ").unwrap().1.split(' ').nth(1).unwrap();
    Pid::from_raw(parent.parse().unwrap())
}

fn wait_for_end(pid: Pid) {
    wait_for("the end of a process", || kill(pid, None).is_err().then_some(()));
}

#[test]
fn two_programs_do_not_disturb_each_other() {
    let program = Program::manager(&cc::our_include());
    let (first, _) = Holding::start(&program);
    let (second, worker) = Holding::start(&program);
    assert_eq!(first.go_on(), "STARTED: \nOK: ");
    assert!(kill(worker, None).is_ok());
    assert_eq!(second.go_on(), "STARTED: \nOK: ");
    program.is_tidy();
}

#[test]
fn a_program_that_is_killed_takes_everything_along() {
    let program = Program::manager(&cc::our_include());
    let (holding, worker) = Holding::start(&program);
    let postmaster = parent(worker);
    drop(holding);
    wait_for_end(postmaster);
    wait_for_end(worker);
    program.is_tidy();
}

fn children(pid: Pid) -> Vec<Pid> {
    let all = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    all.split_whitespace().map(|pid| Pid::from_raw(pid.parse().unwrap())).collect()
}

#[test]
fn a_reset_waits_for_a_stuck_program_but_not_for_ever() {
    let program = Program::manager(&cc::our_include());
    let (holding, worker) = Holding::scenario(&program, "stuck");
    let postmaster = parent(worker);
    let this = Pid::from_raw(holding.0.id().cast_signed());
    // It sleeps in its call, and cannot leave it.
    wait_for("the program's sleep", || (state(this) == Some('S')).then_some(()));
    kill(this, Signal::SIGSTOP).unwrap();
    let began = Instant::now();
    kill(worker, Signal::SIGKILL).unwrap();
    wait_for("the end of the worker", || children(postmaster).is_empty().then_some(()));
    wait_for("another worker", || (!children(postmaster).is_empty()).then_some(()));
    assert!(began.elapsed() >= Duration::from_secs(4), "{:?}", began.elapsed());
    kill(this, Signal::SIGCONT).unwrap();
    assert_eq!(holding.go_on(), "latch: RESET\nreattach: OK\nshutdown: STOPPED\nstop: OK");
    program.is_tidy();
}

#[test]
fn a_postmaster_that_is_killed_is_told_as_dead() {
    let program = Program::manager(&cc::our_include());
    let (holding, worker) = Holding::start(&program);
    kill(parent(worker), Signal::SIGKILL).unwrap();
    wait_for_end(worker);
    assert_eq!(holding.go_on(), "DIED: the postmaster is gone\nDIED: the postmaster is gone");
    program.is_tidy();
}

#[test]
fn a_survivor_tries_again_what_has_crashed() {
    let program = Program::new("examples/survivor.c", "survivor", &cc::our_include());
    let done = run(&mut program.command(&[]));
    let expected = "task 0: done\ntask 1: done\ntask 2 crashed\ntask 2: done\ntask 3: done\n\
                    task 4: done\n";
    assert_eq!((done.code, &*done.stdout, &*done.stderr), (Some(0), expected, ""), "{done:?}");
    program.is_tidy();
}

#[test]
fn a_hundred_workers_end_clean() {
    let program = Program::new("examples/hundred.c", "hundred", &cc::our_include());
    let done = run(&mut program.command(&[]));
    assert_eq!(done.stdout, "100 workers added up to 5050\n", "{done:?}");
    assert_eq!((done.code, &*done.stderr), (Some(0), ""));
    program.is_tidy();
    if needs::valgrind().is_none() {
        return;
    }
    let valgrind =
        ["valgrind", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite"];
    let done = run(&mut program.command(&valgrind));
    assert_eq!(done.stdout, "100 workers added up to 5050\n", "{done:?}");
    let reports = done.stderr.matches("ERROR SUMMARY: 0 errors").count();
    assert_eq!((done.code, reports), (Some(0), 102), "the program, its postmaster, its workers");
    program.is_tidy();
}
