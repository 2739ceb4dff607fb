//! PostgreSQL's example worker_spi, compiled from its own source with both header sets: static and
//! dynamic workers, with a PostgreSQL that they run outside of.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::path::PathBuf;
use std::process::Output;

use nix::sys::signal::Signal;

use common::host::{Host, wait_for};
use common::server::Server;
use common::{both, cc, modules, needs};

/// For each header set: a server and a postmaster, not started yet, that can load worker_spi.
fn each(conf: &str, mut test: impl FnMut(&Server, &mut Host)) {
    let Some(installed) = needs::postgres17() else { return };
    let Some(folder) = needs::postgres_source() else { return };
    if needs::psql().is_none() {
        return;
    }
    let sources: Vec<PathBuf> = modules::sources(&folder, "worker_spi/worker_spi.c");
    for include in cc::includes() {
        let server = Server::start(&installed, &[]);
        let mut host = Host::new(&format!("{}{conf}", both::conf("", &server)));
        modules::module(&sources, &host.modules().join("worker_spi.so"), &include);
        test(&server, &mut host);
    }
}

/// The total of a schema's table, once it is this.
fn wait_for_total(server: &Server, schema: &str, total: &str) {
    let text = format!("SELECT value FROM {schema}.counted WHERE type = 'total'");
    wait_for("the total", || (server.sql("postgres", &text) == total).then_some(()));
}

fn launch(host: &Host, options: &[&str], number: &str, flags: &str) -> Output {
    let flags = format!("text[]:{flags}");
    let number = format!("int4:{number}");
    let arguments = ["--arg", &number, "--arg", "oid:0", "--arg", "oid:0", "--arg", &flags];
    let all = [options, &["worker_spi", "worker_spi_launch", "--returns", "int4"], &arguments];
    host.command("call", &all.concat())
}

#[test]
fn static_workers_make_their_schemas_and_fold_deltas_into_totals() {
    let conf = "shared_preload_libraries = 'worker_spi'\nworker_spi.naptime = 3600\n\
        worker_spi.total_workers = 2\nworker_spi.database = 'postgres'\n";
    each(conf, |server, host| {
        host.start();
        for (number, schema) in [(1, "schema1"), (2, "schema2")] {
            let name = format!("worker_spi worker {number}");
            host.wait_for_log(&format!("LOG:  {name} initialized with {schema}.counted"));
            wait_for("the worker to sleep", || {
                host.worker(&name).filter(|row| row["wait_event"] == "WorkerSpiMain")
            });
            let rows = "VALUES ('total', 0), ('delta', 1), ('delta', 41)";
            server.sql("postgres", &format!("INSERT INTO {schema}.counted {rows}"));
        }
        host.append_conf("worker_spi.naptime = 1");
        host.signal(Signal::SIGHUP);
        for schema in ["schema1", "schema2"] {
            wait_for_total(server, schema, "42");
            // What the new interval does, not the reload itself.
            server.sql("postgres", &format!("INSERT INTO {schema}.counted VALUES ('delta', 8)"));
            wait_for_total(server, schema, "50");
            host.wait_for_log(&format!("count in {schema}.counted is now 50"));
        }
        assert_eq!(host.stop(Signal::SIGINT), Some(0));
    });
}

#[test]
fn a_call_launches_a_dynamic_worker() {
    each("shared_preload_libraries = ''\nworker_spi.naptime = 1\n", |server, host| {
        host.start();
        for (number, options) in [("4", &[][..]), ("5", &["--dbname", "postgres"])] {
            let output = launch(host, options, number, "{}");
            assert!(output.status.success(), "{output:?}");
            let name = format!("worker_spi dynamic worker {number}");
            let pid = host.running(&name).to_string();
            assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), pid);
            let schema = format!("schema{number}");
            host.wait_for_log(&format!("LOG:  {name} initialized with {schema}.counted"));
            let there = format!("SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'");
            wait_for("the table", || (server.sql("postgres", &there) == "1").then_some(()));
            let rows = "VALUES ('total', 1), ('delta', 2)";
            server.sql("postgres", &format!("INSERT INTO {schema}.counted {rows}"));
            wait_for_total(server, &schema, "3");
        }
        let output = launch(host, &[], "6", "{ALLOWCONN,NONE}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(said.starts_with("ERROR:  incorrect flag value found in array"), "{said}");
    });
}
