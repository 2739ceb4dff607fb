//! Workers with a database: the same module inside PostgreSQL 17 and outside, on the same kind of
//! server.
//! Runs in: tests.
#![cfg(test)]

mod common;

use nix::sys::signal::{Signal, kill};

use common::host::{Host, wait_for};
use common::server::Server;
use common::{both, cc, needs};

#[test]
fn statements_do_outside_what_they_do_inside() {
    both::same("spi", 70);
}

#[test]
fn portals_do_outside_what_they_do_inside() {
    both::same("portals", 15);
}

#[test]
fn without_a_server_the_error_names_the_setting() {
    let mut host = Host::new("shared_preload_libraries = 'spi'\n");
    host.add_module("spi", &cc::includes()[0]);
    host.start();
    let log = host.wait_for_log("exited with exit code 1");
    assert!(log.contains("FATAL:  there is no server to connect background workers to"), "{log}");
    assert!(log.contains("HINT:  Set pgbgw.conninfo to a connection string of libpq, or pgbgw.database to managed."), "{log}");
}

#[test]
fn a_refusal_is_told_in_the_servers_words() {
    let Some(installed) = needs::postgres17() else { return };
    let server = Server::start(&installed, &[]);
    let conf = both::conf("spi", &server).replace("user=postgres", "user=nobody_at_all");
    let mut host = Host::new(&format!("{conf}log_error_verbosity = verbose\n"));
    host.add_module("spi", &cc::includes()[0]);
    host.start();
    let log = host.wait_for_log("exited with exit code 1");
    assert!(log.contains("FATAL:  28000: role \"nobody_at_all\" does not exist"), "{log}");
}

#[test]
fn a_password_is_not_shown() {
    let conf = "pgbgw.conninfo = 'host=/nowhere password=secret'\n";
    let mut host = Host::new(&format!("shared_preload_libraries = 'spi'\n{conf}"));
    host.add_module("spi", &cc::includes()[0]);
    host.start();
    let log = host.wait_for_log("LOG:  database server is unreachable");
    assert!(log.contains("DETAIL:  connection to server on socket"), "{log}");
    host.append_conf("pgbgw.conninfo = 'postgres://u:secret@nowhere/'");
    let shown = host.command("config", &["--json"]).stdout;
    host.signal(Signal::SIGHUP);
    let log = host.wait_for_log("cannot be changed without restarting");
    for text in [log, String::from_utf8_lossy(&shown).into_owned()] {
        assert!(text.contains("pgbgw.conninfo") && !text.contains("secret"), "{text}");
    }
}

#[test]
fn a_statement_is_cancelled_and_a_worker_terminated_while_it_waits() {
    let Some(installed) = needs::postgres17() else { return };
    for include in cc::includes() {
        let server = Server::start(&installed, &["log_statement=all".to_owned()]);
        let mut host = Host::new(&both::conf("cancel", &server));
        host.add_module("cancel", &include);
        host.start();
        let worker = host.running("cancel");
        wait_for("the first", || server.log().contains("'first'").then_some(()));
        kill(worker, Signal::SIGINT).unwrap();
        host.wait_for_log("LOG:  cancel: 57014 canceling statement due to user request");
        host.wait_for_log("LOG:  cancel: 1 row afterwards");
        wait_for("the second", || server.log().contains("'second'").then_some(()));
        kill(worker, Signal::SIGTERM).unwrap();
        let end = "FATAL:  terminating background worker \"cancel\" due to administrator command";
        host.wait_for_log(end);
        let cancelled = "canceling statement due to user request";
        wait_for("the server to be told", || {
            (server.log().matches(cancelled).count() >= 2).then_some(())
        });
    }
}
