//! `pg_partman_bgw.so` as Debian ships it makes partitions in a PostgreSQL that it runs outside of.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use nix::sys::signal::Signal;

use common::host::{Host, wait_for};
use common::needs;
use common::server::Server;

const CONF: &str = "shared_preload_libraries = 'pg_partman_bgw'\n\
    pg_partman_bgw.role = 'postgres'\n";

/// The folder of the server with pg_partman's SQL part, and the worker's library.
fn found() -> Option<(PathBuf, PathBuf)> {
    let installed = needs::postgres17()?;
    let module = needs::debian_modules()?.join("pg_partman_bgw.so");
    let control = installed.join("share/postgresql/extension/pg_partman.control");
    needs::file(&control, "pg_partman's SQL part is not installed in PGBGW_POSTGRES17")?;
    needs::psql()?;
    Some((installed, module))
}

/// A server with databases in which a table is partitioned by days.
fn server(installed: &Path, databases: &[&str]) -> Server {
    let server = Server::start(installed, &[]);
    for database in databases {
        if *database != "postgres" {
            server.sql("postgres", &format!("CREATE DATABASE {database}"));
        }
        server.sql(
            database,
            "CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman;\
             CREATE TABLE ev (id int, at timestamptz NOT NULL) PARTITION BY RANGE (at);\
             SELECT partman.create_parent('public.ev', 'at', '1 day', p_premake := 2);\
             INSERT INTO ev VALUES (1, now())",
        );
    }
    server
}

/// Partitions that a table has.
fn partitions(server: &Server, database: &str) -> usize {
    let count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'ev'::regclass";
    server.sql(database, count).parse().unwrap()
}

/// Two more are wanted for each day.
fn want_more(server: &Server, database: &str) {
    server.sql(database, "UPDATE partman.part_config SET premake = premake + 2");
}

fn host(server: &Server, module: &Path, conf: &str) -> Host {
    let socket = server.socket();
    let host = Host::new(&format!("{CONF}pgbgw.conninfo = 'host={}'\n{conf}", socket.display()));
    fs::copy(module, host.modules().join("pg_partman_bgw.so")).unwrap();
    host
}

#[test]
fn partitions_appear_in_each_database_and_a_missing_one_does_not_disturb() {
    let Some((installed, module)) = found() else { return };
    let databases = ["postgres", "second"];
    let server = server(&installed, &databases);
    let before = databases.map(|database| partitions(&server, database));
    for database in databases {
        want_more(&server, database);
    }
    let conf = "pg_partman_bgw.interval = 1\npg_partman_bgw.dbname = 'postgres,nowhere,second'\n";
    let mut host = host(&server, &module, conf);
    host.start();
    for (database, before) in databases.into_iter().zip(before) {
        wait_for("partitions", || (partitions(&server, database) >= before + 2).then_some(()));
    }
    let log = host.wait_for_log("database \"nowhere\" does not exist");
    assert!(!log.contains("server function"), "{log}");
    // It goes on: more are wanted, more appear.
    let before = partitions(&server, "second");
    want_more(&server, "second");
    wait_for("more", || (partitions(&server, "second") >= before + 2).then_some(()));
    assert_eq!(host.stop(Signal::SIGINT), Some(0));
    assert!(!host.log().contains("terminated by signal"), "{}", host.log());
    assert!(!server.log().contains("PANIC") && !server.log().contains("FATAL:  terminating"));
}

#[test]
fn a_reload_changes_the_interval() {
    let Some((installed, module)) = found() else { return };
    let server = server(&installed, &["postgres"]);
    let conf = "pg_partman_bgw.interval = 3600\nlog_min_messages = debug1\npg_partman_bgw.dbname = 'postgres'\n";
    let mut host = host(&server, &module, conf);
    host.start();
    // A signal before it sleeps wakes another wait of it.
    host.wait_for_log("Latch status just before waitlatch call");
    host.append_conf("pg_partman_bgw.interval = 1");
    host.signal(Signal::SIGHUP);
    for _ in 0..3 {
        let before = partitions(&server, "postgres");
        want_more(&server, "postgres");
        wait_for("partitions", || (partitions(&server, "postgres") >= before + 2).then_some(()));
    }
}
