//! PostgreSQL's own test_shm_mq, compiled from its source with both header sets: messages that go
//! around through several workers, by its two SQL functions, in PostgreSQL and here.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use common::host::{Host, readable_dir, wait_for};
use common::server::{Server, module_for_server};
use common::{cc, modules, needs};

/// Its files, which are one module.
const FILES: [&str; 3] = ["setup.c", "test.c", "worker.c"];

/// How long messages are and how many go around: 10,000 in all for each number of workers.
const MESSAGES: [(usize, usize); 6] =
    [(1, 4000), (63, 3000), (1000, 1500), (8192, 1000), (100_000, 450), (1 << 20, 50)];
const WORKERS: [usize; 3] = [1, 2, 8];
/// Bytes of each queue.
const QUEUE: usize = 65536;

/// Makes the module of the first source that there is; false: there is none.
fn build(out: &Path, include: &Path) -> bool {
    let Some(folder) = needs::postgres_source() else { return false };
    let whole = readable_dir();
    let sources = modules::sources(&folder, "test_shm_mq/test.c");
    // One file that includes them all, in a folder that says whose they are.
    let one = |source: &PathBuf| {
        let own = source.parent().unwrap();
        let major = source.strip_prefix(&folder).unwrap().iter().next().unwrap();
        let dir = whole.path().join(major);
        fs::create_dir(&dir).unwrap();
        let line = |file: &str| format!("#include \"{}\"\n", own.join(file).display());
        let path = dir.join("test_shm_mq.c");
        fs::write(&path, FILES.map(line).concat()).unwrap();
        path
    };
    let sources: Vec<PathBuf> = sources.iter().map(one).collect();
    modules::module(&sources, out, include);
    true
}

/// A postmaster that can call both modules; none: there is no source.
fn host(include: &Path) -> Option<Host> {
    let mut host = Host::new("max_worker_processes = 16\n");
    if !build(&host.modules().join("test_shm_mq.so"), include) {
        return None;
    }
    host.add_module("relays", include);
    host.start();
    Some(host)
}

fn call(host: &Host, arguments: [String; 6]) -> Output {
    let types = ["text", "int8", "text", "int4", "int4", "int4"];
    let arguments: Vec<String> =
        types.iter().zip(arguments).map(|(of, value)| format!("{of}:{value}")).collect();
    let mut all = vec!["relays", "relays"];
    for argument in &arguments {
        all.extend(["--arg", argument]);
    }
    host.command("call", &all)
}

/// A message that is not the same everywhere: a piece, and how often it is repeated.
fn message(length: usize) -> (String, usize) {
    let piece = if length < 100 { length } else { length / (length / 50) };
    let text: String =
        ('0'..='z').filter(char::is_ascii_alphanumeric).cycle().take(piece).collect();
    (text, length / piece)
}

fn arguments(function: &str, length: usize, count: usize, workers: usize) -> [String; 6] {
    let (piece, times) = message(length);
    let number = |number: usize| number.to_string();
    [function.to_owned(), number(QUEUE), piece, number(times), number(count), number(workers)]
}

#[test]
fn messages_go_around_through_workers() {
    for include in cc::includes() {
        let Some(host) = host(&include) else { return };
        for workers in WORKERS {
            for (length, count) in MESSAGES {
                // One at a time takes a turn of every process for each message.
                for (function, count) in
                    [("test_shm_mq_pipelined", count), ("test_shm_mq", count / 50)]
                {
                    let output = call(&host, arguments(function, length, count, workers));
                    assert!(output.status.success(), "{function} {length} {workers}: {output:?}");
                }
            }
        }
        // They go with their queues.
        wait_for("the end of all workers", || host.ps().is_empty().then_some(()));
    }
}

#[test]
fn a_queue_that_is_smaller_than_a_length_will_do() {
    for include in cc::includes() {
        let Some(host) = host(&include) else { return };
        let mut few = arguments("test_shm_mq_pipelined", 1000, 20, 2);
        few[1] = "64".to_owned();
        let output = call(&host, few);
        assert!(output.status.success(), "{output:?}");
    }
}

#[test]
fn what_it_refuses_it_refuses_here() {
    for include in cc::includes() {
        let Some(host) = host(&include) else { return };
        for (at, value, said) in [
            (1, "63", "queue size must be at least 64 bytes"),
            (4, "-1", "repeat count size must be an integer value greater than or equal to zero"),
            (5, "0", "number of workers must be an integer value greater than zero"),
            (5, "17", "could not register background process"),
        ] {
            let mut arguments = arguments("test_shm_mq", 10, 1, 1);
            arguments[at] = value.to_owned();
            let output = call(&host, arguments);
            let found = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(found.starts_with(&format!("ERROR:  {said}\n")), "{found}");
        }
        // Those that were registered before are told to go.
        wait_for("the end of all workers", || host.ps().is_empty().then_some(()));
    }
}

#[test]
fn so_they_do_in_postgresql() {
    let Some(installed) = needs::postgres17() else { return };
    if needs::psql().is_none() {
        return;
    }
    for include in cc::includes() {
        let dir = readable_dir();
        if !build(&dir.path().join("test_shm_mq.so"), &include) {
            return;
        }
        let path = module_for_server("relays", &include, dir.path());
        let settings = [
            format!("dynamic_library_path={}:$libdir", dir.path().display()),
            "max_worker_processes=16".to_owned(),
        ];
        let server = Server::start(&installed, &settings);
        server.sql(
            "postgres",
            &format!(
                "CREATE FUNCTION relays(text, int8, text, int4, int4, int4) RETURNS void \
                 AS '{}' LANGUAGE C",
                path.display()
            ),
        );
        for workers in WORKERS {
            for (length, count) in MESSAGES {
                let list = arguments("test_shm_mq_pipelined", length, count, workers);
                let list = list.map(|value| format!("'{value}'")).join(", ");
                assert_eq!(server.sql("postgres", &format!("SELECT relays({list})")), "");
            }
        }
    }
}
