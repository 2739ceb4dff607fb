//! Workers with a database where there is no likeness with PostgreSQL to be shown: how they connect,
//! memory, and what is refused.
//! Runs in: tests.
#![cfg(test)]

mod common;

use nix::sys::signal::{Signal, kill};

use common::host::{Host, wait_for};
use common::server::Server;
use common::{both, cc, needs};

/// What a module logged, each line without what is before its words.
fn said(module: &str, log: &str) -> Vec<String> {
    let start = format!("LOG:  {module}: ");
    log.lines().filter_map(|line| Some(line.split_once(&start)?.1.to_owned())).collect()
}

/// Runs a module that logs `MODULE: done` at its end.
fn run(module: &str) -> Option<Vec<String>> {
    let installed = needs::postgres17()?;
    let server = Server::start(&installed, &[]);
    let mut host = Host::new(&both::conf(module, &server));
    host.add_module(module, &cc::includes()[0]);
    host.start();
    Some(said(module, &host.wait_for_log(&format!("{module}: done\n"))))
}

#[test]
fn workers_connect_by_numbers_as_a_role_and_without_names() {
    let Some(installed) = needs::postgres17() else { return };
    let server = Server::start(&installed, &["log_statement=all".to_owned()]);
    server.sql("postgres", "CREATE ROLE limited NOLOGIN");
    let conf = both::conf("connected", &server);
    let mut host = Host::new(&format!("{conf}pgbgw.worker_role = set_role\n"));
    host.add_module("connected", &cc::includes()[0]);
    host.start();
    let log = host.wait_for_log_count("connected: done\n", 4);
    let lines = said("connected", &log);
    let has = |line: &str| assert!(lines.iter().any(|other| other == line), "{line}: {lines:#?}");
    has("numbers: database 5, user 10");
    has("no numbers: database 5, user 10");
    has("nobody: database 0, user 10");
    has("postgres limited postgres");
    assert_eq!(lines.iter().filter(|line| *line == "postgres postgres postgres").count(), 2);
    // The handler of SIGTERM that workers have from the start, in the middle of a statement.
    wait_for("the statement", || server.log().contains("'asleep'").then_some(()));
    kill(host.running("connected role"), Signal::SIGTERM).unwrap();
    let end = "FATAL:  terminating background worker \"connected\" due to administrator command";
    let log = host.wait_for_log(end);
    assert!(!log.contains("terminating any other active server processes"), "{log}");
    wait_for("the server to be told", || {
        server.log().contains("canceling statement due to user request").then_some(())
    });
}

#[test]
fn rows_that_are_not_asked_for_take_no_memory() {
    let Some(lines) = run("spi_rows") else { return };
    let expected = [
        "ten rows: 10, the last row number 10",
        "a cursor's rows: 1000000",
        "little memory: 1",
        "a large value: 100000000 bytes, the last 9",
        "all rows: 1000000, the last row number 1000000",
        "done",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn what_is_refused_says_why() {
    let Some(lines) = run("spi_limits") else { return };
    let mut lines = lines.iter();
    let mut next = |parts: &[&str]| {
        let line = lines.next().unwrap();
        for part in parts {
            assert!(line.contains(part), "{part}: {line}");
        }
    };
    next(&["a procedure: no error"]);
    next(&["a procedure behind a query: no error"]);
    let hint =
        "hint Outside PostgreSQL a procedure can end the transaction only if nothing was written";
    next(&["a procedure behind INSERT failed: 2D000 invalid transaction termination", hint]);
    next(&[
        "a procedure in a subtransaction failed: 2D000 invalid transaction termination",
        "hint -",
    ]);
    next(&["a procedure for others failed: 2D000 invalid transaction termination", "hint -"]);
    next(&["some of what is returned failed: 0A000 a statement that writes cannot be stopped"]);
    next(&["division failed: 22012 division by zero"]);
    next(&["caught without a subtransaction failed: 25P02 current transaction is aborted"]);
    next(&["a parser's hook failed: 0A000 parser hooks are not available"]);
    next(&["an expression failed: 0A000 texts other than statements (parseMode)"]);
    next(&["a number in a subtransaction failed: 0A000", "GetCurrentTransactionId"]);
    next(&["a plan: 5"]);
    next(&["a plan that has changed failed: 0A000 cached plan must not change result type"]);
    next(&["valid 0"]);
    next(&["columns 2"]);
    next(&["the same plan: no error"]);
    next(&["valid 1"]);
    next(&["done"]);
}

#[test]
fn notifications_are_sent_by_transactions_that_commit() {
    let Some(installed) = needs::postgres17() else { return };
    let server = Server::start(&installed, &["log_statement=all".to_owned()]);
    let mut host = Host::new(&both::conf("spi_transactions", &server));
    host.add_module("spi_transactions", &cc::includes()[0]);
    host.start();
    host.wait_for_log("spi_transactions: done\n");
    let log = server.log();
    let sent: Vec<&str> = log.lines().filter(|line| line.contains("arameters: $1 = ")).collect();
    let channels = ["$1 = 'first', $2 = ''", "$1 = 'second', $2 = 'payload'"];
    assert_eq!(sent.len(), channels.len(), "{sent:#?}");
    assert!(sent.iter().zip(channels).all(|(line, channel)| line.ends_with(channel)), "{sent:#?}");
}
