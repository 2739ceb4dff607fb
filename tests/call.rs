//! `pgbgw call`: functions that SQL could call, in backends of a running postmaster.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Output, Stdio};

use common::cc;
use common::host::{Host, pgbgw, wait_for};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A postmaster with the module `called`, for each set of headers.
fn each(conf: &str, mut test: impl FnMut(&mut Host)) {
    for include in cc::includes() {
        let mut host = Host::new(conf);
        host.add_module("called", &include);
        host.add_module("idle", &include);
        host.start();
        test(&mut host);
    }
}

fn call(host: &Host, function: &str, arguments: &[&str]) -> Output {
    let all: Vec<&str> = ["called", function].iter().chain(arguments).copied().collect();
    host.command("call", &all)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The output of a call that succeeds and says nothing else.
fn result(host: &Host, function: &str, arguments: &[&str]) -> String {
    let output = call(host, function, arguments);
    assert_eq!((text(&output.stderr), output.status.code()), (String::new(), Some(0)));
    text(&output.stdout)
}

/// What a call that fails says.
fn failure(host: &Host, function: &str, arguments: &[&str], code: i32) -> String {
    let output = call(host, function, arguments);
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    assert_eq!(text(&output.stdout), "");
    text(&output.stderr)
}

/// A call that is on its way, with its messages.
struct Running(Child, BufReader<std::process::ChildStderr>);

impl Running {
    /// `called_sleep`, which has said that it sleeps.
    fn sleeping(host: &Host) -> Self {
        let data = host.data();
        let mut command = pgbgw(["call", "-D", data.to_str().unwrap(), "called", "called_sleep"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut messages = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        messages.read_line(&mut line).unwrap();
        assert_eq!(line, "NOTICE:  sleeping\n");
        Self(child, messages)
    }

    fn end(mut self) -> (Option<i32>, String) {
        let rest: Vec<String> = self.1.by_ref().lines().map_while(Result::ok).collect();
        let status = wait_for("the end of a call", || self.0.try_wait().unwrap());
        assert_eq!(status.signal(), None);
        (status.code(), rest.join("\n"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// The one child of the postmaster whose title begins like this.
fn backend(host: &Host) -> Pid {
    let children = format!("/proc/{0}/task/{0}/children", host.pid());
    wait_for("a backend", || {
        let all = std::fs::read_to_string(&children).unwrap();
        let mut backends = all.split_whitespace().filter(|pid| {
            let title = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            text(&title).starts_with("postgres: client backend call called called_sleep")
        });
        backends.next().map(|pid| Pid::from_raw(pid.parse().unwrap()))
    })
}

#[test]
fn values_of_every_type_come_back_as_they_went() {
    // What PostgreSQL 17 prints for 'VALUE'::TYPE.
    let cases = [
        ("bool", "yes", "t"),
        ("bool", "off", "f"),
        ("int2", "-32768", "-32768"),
        ("int4", " 0x10 ", "16"),
        ("int8", "9223372036854775807", "9223372036854775807"),
        ("oid", "4294967295", "4294967295"),
        ("oid", "-1", "4294967295"),
        ("float4", "0.1", "0.1"),
        ("float4", "1e10", "1e+10"),
        ("float8", "1e-7", "1e-07"),
        ("float8", "-infinity", "-Infinity"),
        ("float8", "nan", "NaN"),
        ("text", "", ""),
        ("text", "a\tb\\c\nd é", "a\tb\\c\nd é"),
        ("text", "a:b", "a:b"),
        ("timestamptz", "2024-02-29 12:34:56.5+02", "2024-02-29 10:34:56.5+00"),
        ("timestamptz", "infinity", "infinity"),
        ("int4[]", "{1, 2,NULL,-3}", "{1,2,NULL,-3}"),
        ("_int2", "{}", "{}"),
        ("int8[]", "{1,-1}", "{1,-1}"),
        ("bool[]", "{t,f,on}", "{t,f,t}"),
        ("float8[]", "{1.5,Infinity}", "{1.5,Infinity}"),
        ("oid[]", "{1,4294967295}", "{1,4294967295}"),
        ("text[]", "{a,\"b c\",NULL,\"\",\"{\\\"\"}", "{a,\"b c\",NULL,\"\",\"{\\\"\"}"),
        ("timestamptz[]", "{epoch}", "{\"1970-01-01 00:00:00+00\"}"),
    ];
    each("", |host| {
        for (kind, value, expected) in cases {
            let argument = format!("{kind}:{value}");
            let said = result(host, "called_same", &["--arg", &argument, "--returns", kind]);
            assert_eq!(said, format!("{expected}\n"), "{argument}");
        }
    });
}

#[test]
fn arguments_are_passed_in_order_and_nulls_as_nulls() {
    each("", |host| {
        let sum = ["--arg", "int4:40", "--arg", "int4:2", "--returns", "int4"];
        assert_eq!(result(host, "called_add", &sum), "42\n");
        let all = ["--arg", "int2:-7", "--arg", "float8:0.25", "--arg", "bool:t"];
        let with = |last| [&all[..], &["--arg", last, "--returns", "text"]].concat();
        let said = result(host, "called_describe", &with("text:x"));
        assert_eq!(said, "4 arguments: -7 0.25 true x\n");
        let said = result(host, "called_describe", &with("text"));
        assert_eq!(said, "4 arguments: -7 0.25 true (null)\n");
        assert_eq!(result(host, "called_same", &["--arg", "int4", "--returns", "int4"]), "\n");
        assert_eq!(result(host, "called_null", &["--returns", "int4"]), "\n");
        assert_eq!(result(host, "called_void", &[]), "");
        // A strict function is not called at all.
        let null = ["--arg", "int4", "--arg", "int4:1", "--returns", "int4"];
        assert_eq!(result(host, "called_add", &null), "1\n", "a NULL's value is 0");
        assert_eq!(result(host, "called_add", &[&null[..], &["--strict"]].concat()), "\n");
    });
}

#[test]
fn what_is_wrong_with_a_call_is_told() {
    each("", |host| {
        for (function, arguments, message) in [
            (
                "called_same",
                &["--arg", "int4:x"][..],
                "invalid input syntax for type integer: \"x\"",
            ),
            (
                "called_same",
                &["--arg", "int2:70000"],
                "value \"70000\" is out of range for type smallint",
            ),
            (
                "called_same",
                &["--arg", "oid:4294967296"],
                "value \"4294967296\" is out of range for type oid",
            ),
            (
                "called_same",
                &["--arg", "float8:1e999"],
                "\"1e999\" is out of range for type double precision",
            ),
            (
                "called_same",
                &["--arg", "bool:maybe"],
                "invalid input syntax for type boolean: \"maybe\"",
            ),
            ("called_same", &["--arg", "int4[]:1"], "malformed array literal: \"1\""),
            ("called_same", &["--arg", "point:1"], "type \"point\" cannot be used in a call"),
            ("called_nothing", &[], "could not find function \"called_nothing\" in file "),
            ("_PG_fini", &[], "could not find function "),
            (
                "Pg_magic_func",
                &[],
                "could not find function information for function \"Pg_magic_func\"",
            ),
        ] {
            let said = failure(host, function, arguments, 1);
            assert!(said.starts_with(&format!("ERROR:  {message}")), "{said}");
        }
        let output = host.command("call", &["nowhere", "f"]);
        let said = text(&output.stderr);
        let expected = "ERROR:  could not access file \"nowhere\": No such file or directory\n";
        assert_eq!((said.as_str(), output.status.code()), (expected, Some(1)));
    });
}

#[test]
fn reports_are_shown_as_psql_shows_them() {
    const REST: &str =
        ":  something to say\nDETAIL:  the detail\nHINT:  the hint\nCONTEXT:  the context\n";
    each("log_line_prefix = ''\nlog_min_messages = log", |host| {
        for (level, word, code) in [
            (17, "INFO", 0),
            (18, "NOTICE", 0),
            (19, "WARNING", 0),
            (21, "ERROR", 1),
            (22, "FATAL", 2),
        ] {
            let argument = format!("int4:{level}");
            let output = call(host, "called_report", &["--arg", &argument]);
            assert_eq!(text(&output.stderr), format!("{word}{REST}"));
            assert_eq!(output.status.code(), Some(code), "{word}");
        }
        // LOG is for the log.
        assert_eq!(result(host, "called_report", &["--arg", "int4:15"]), "");
        let log = host.log();
        assert_eq!(
            log.matches("LOG:  something to say\nDETAIL:  for the log\n").count(),
            1,
            "{log}"
        );
        assert!(!log.contains("terminated"), "{log}");
        // What was called is the statement.
        assert!(
            log.contains("CONTEXT:  the context\nSTATEMENT:  call called called_report\n"),
            "{log}"
        );
    });
}

#[test]
fn it_runs_in_a_regular_backend() {
    each("", |host| {
        let said = result(host, "called_state", &["--returns", "text"]);
        let expected = "backend 1 worker 0 latch 1 entry 0 under 1 preloading 0 context 1\n";
        assert_eq!(said, expected);
    });
}

#[test]
fn a_backend_launches_workers_and_waits_for_them() {
    each("", |host| {
        let launch = |function: &str, wait: &str| {
            let function = format!("text:{function}");
            let wait = format!("bool:{wait}");
            let arguments =
                ["--arg", "text:idle", "--arg", &function, "--arg", &wait, "--returns", "int4"];
            result(host, "called_launch", &arguments)
        };
        let pid: i32 = launch("idle_main", "f").trim().parse().unwrap();
        assert_eq!(host.running("launched"), Pid::from_raw(pid));
        assert!(launch("no_such_function", "t").trim().parse::<i32>().is_ok());
        // The backend is gone, and so is whom to notify: nothing is said about it.
        assert_eq!(host.stop(Signal::SIGINT), Some(0));
    });
}

#[test]
fn ctrl_c_cancels_a_call() {
    each("", |host| {
        let running = Running::sleeping(host);
        kill(Pid::from_raw(running.0.id().cast_signed()), Signal::SIGINT).unwrap();
        let (code, said) = running.end();
        assert_eq!(said, "ERROR:  canceling statement due to user request");
        assert_eq!(code, Some(1));
    });
}

#[test]
fn a_terminated_backend_says_so() {
    each("", |host| {
        let running = Running::sleeping(host);
        kill(backend(host), Signal::SIGTERM).unwrap();
        let (code, said) = running.end();
        assert_eq!(said, "FATAL:  terminating connection due to administrator command");
        assert_eq!(code, Some(2));
    });
}

#[test]
fn a_crash_of_a_backend_is_a_crash() {
    for (how, told) in [
        ("int4:6", "was terminated by signal 6: Aborted"),
        ("int4:9", "was terminated by signal 9: Killed"),
        ("int4:-3", "exited with exit code 3"),
    ] {
        each("shared_preload_libraries = 'idle'\nlog_line_prefix = ''", |host| {
            let before = host.running("idle");
            let said = failure(host, "called_end", &["--arg", how], 2);
            assert!(
                said.starts_with("pgbgw: server closed the connection unexpectedly\n"),
                "{said}"
            );
            let log = host.wait_for_log("LOG:  all server processes terminated; reinitializing\n");
            let line =
                log.lines().find(|line| line.starts_with("LOG:  server process (PID ")).unwrap();
            assert!(line.ends_with(told), "{line}");
            assert_ne!(host.running("idle"), before);
            assert_eq!(
                result(host, "called_same", &["--arg", "int4:1", "--returns", "int4"]),
                "1\n"
            );
        });
    }
}

#[test]
fn an_exit_code_of_1_is_no_crash() {
    each("", |host| {
        failure(host, "called_end", &["--arg", "int4:-1"], 2);
        assert_eq!(result(host, "called_same", &["--arg", "int4:1", "--returns", "int4"]), "1\n");
        assert!(!host.log().contains("reinitializing"));
    });
}

#[test]
fn a_crash_of_a_worker_ends_calls() {
    each("shared_preload_libraries = 'idle'", |host| {
        let running = Running::sleeping(host);
        kill(host.running("idle"), Signal::SIGKILL).unwrap();
        let (code, said) = running.end();
        assert!(said.starts_with("pgbgw: server closed the connection unexpectedly"), "{said}");
        assert_eq!(code, Some(2));
    });
}

#[test]
fn a_smart_shutdown_waits_for_calls_and_a_fast_one_ends_them() {
    each("shared_preload_libraries = 'idle'\nlog_line_prefix = ''", |host| {
        let running = Running::sleeping(host);
        host.signal(Signal::SIGTERM);
        host.wait_for_log("LOG:  received smart shutdown request");
        let said = failure(host, "called_void", &[], 2);
        assert_eq!(said, "FATAL:  the database system is shutting down\n");
        // Workers are told nothing yet.
        assert_eq!(host.worker("idle").unwrap()["state"], "running");
        kill(Pid::from_raw(running.0.id().cast_signed()), Signal::SIGINT).unwrap();
        assert_eq!(running.end().0, Some(1));
        assert_eq!(host.wait().code(), Some(0));

        host.start();
        let running = Running::sleeping(host);
        host.signal(Signal::SIGINT);
        let (code, said) = running.end();
        assert_eq!(said, "FATAL:  terminating connection due to administrator command");
        assert_eq!((code, host.wait().code()), (Some(2), Some(0)));
    });
}

#[test]
fn more_calls_than_max_connections_are_refused() {
    each("max_connections = 1", |host| {
        let running = Running::sleeping(host);
        let said = failure(host, "called_void", &[], 2);
        assert_eq!(said, "FATAL:  sorry, too many clients already\n");
        kill(Pid::from_raw(running.0.id().cast_signed()), Signal::SIGINT).unwrap();
        running.end();
        wait_for("room", || {
            (call(host, "called_void", &[]).status.code() == Some(0)).then_some(())
        });
    });
}
