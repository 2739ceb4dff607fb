//! Workers that end early again and again (`pgbgw.restart_backoff`, `pgbgw.start_limit`).
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::host::{Host, wait_for};

fn host(settings: &str, include: &std::path::Path) -> Host {
    let host = Host::new("shared_preload_libraries = 'early'");
    host.append_conf(&format!(
        "early.output = '{}'\n{settings}",
        host.scratch().join("facts").display()
    ));
    host.add_module("early", include);
    host
}

#[test]
fn delays_grow_and_the_limit_ends_them() {
    for include in cc::includes() {
        let conf = "pgbgw.restart_backoff = on\npgbgw.start_limit = 4";
        let mut host = host(conf, &include);
        host.start();
        host.wait_for_log("WARNING:  background worker \"early\" is not started again");
        let log = host.log();
        for line in [
            "LOG:  background worker \"early\" is started again in 1 s",
            "DETAIL:  It ended early 2 times in a row.",
            "LOG:  background worker \"early\" is started again in 2 s",
            "DETAIL:  It ended early 4 times in a row.",
            "HINT:  Use \"pgbgw revive early\" once it is mended.",
        ] {
            assert_eq!(log.matches(line).count(), 1, "{line} in\n{log}");
        }
        let row = host.worker("early").expect("it keeps its slot");
        assert_eq!((&row["state"], &row["starts"]), (&"failed".into(), &4.into()), "{row}");
        assert!(row["pid"].is_null(), "{row}");

        let revived = host.command("revive", &["early"]);
        assert!(revived.status.success(), "{revived:?}");
        wait_for("a second failure", || {
            host.worker("early").filter(|row| row["starts"] == 8 && row["state"] == "failed")
        });
        let ended = host.command("terminate", &["early"]);
        assert!(ended.status.success(), "{ended:?}");
        wait_for("its end", || host.worker("early").is_none().then_some(()));
    }
}

#[test]
fn a_crash_loop_is_slowed_down_and_ended_as_well() {
    let conf = "early.scenario = 'crash'\npgbgw.restart_backoff = on\npgbgw.start_limit = 3";
    let mut host = host(conf, &cc::our_include());
    host.start();
    host.wait_for_log("WARNING:  background worker \"early\" is not started again");
    host.wait_for_log("LOG:  background worker \"early\" is started again in 1 s");
    let log = host.wait_for_log_count("reinitializing", 3);
    assert_eq!(log.matches("reinitializing").count(), 3, "{log}");
    let row = host.worker("early").expect("it keeps its slot");
    assert_eq!(row["state"], "failed", "{row}");
    assert_eq!(row["last_exit"], "was terminated by signal 6: Aborted", "{row}");
}

#[test]
fn by_default_nothing_slows_a_worker_down() {
    let mut host = host("", &cc::our_include());
    host.start();
    wait_for("50 starts", || host.worker("early").filter(|row| row["starts"].as_i64() > Some(50)));
    assert!(!host.log().contains("in a row"), "{}", host.log());
}
