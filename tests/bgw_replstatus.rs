//! Debian's own bgw_replstatus, unchanged: a worker that answers each TCP connection with the
//! server's state.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use common::host::{Host, wait_for};
use common::needs;
use common::puppet::state;
use common::server::Server;
use nix::sys::signal::{Signal, kill};

const NAME: &str = "bgw_replstatus";
const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A postmaster, not started yet, that preloads the module. `None`: there is no module.
fn replstatus(port: u16, bind: &str) -> Option<Host> {
    let module = needs::debian_modules()?.join("bgw_replstatus.so");
    let host = Host::new(&format!(
        "shared_preload_libraries = '{NAME}'\n{NAME}.port = {port}\n{NAME}.bind = '{bind}'\n\
         log_min_messages = debug1\nlog_line_prefix = ''"
    ));
    fs::copy(module, host.modules().join("bgw_replstatus.so")).unwrap();
    Some(host)
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    TcpListener::bind((LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// What a connection is answered with; `None` if it is refused.
fn ask(address: IpAddr, port: u16) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect((address, port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut answer = Vec::new();
    // A worker that is killed meanwhile resets the connection.
    stream.read_to_end(&mut answer).ok()?;
    Some(answer)
}

/// Waits until it answers.
fn answers(port: u16) {
    let answer = wait_for("an answer", || ask(LOCALHOST, port));
    assert_eq!(answer, b"MASTER");
}

#[test]
fn it_answers_is_reloaded_and_stopped() {
    let port = free_port();
    let Some(mut host) = replstatus(port, "127.0.0.1") else { return };
    host.start();
    answers(port);
    let worker = host.running(NAME);
    let title = fs::read(format!("/proc/{worker}/cmdline")).unwrap();
    assert!(title.starts_with(b"postgres: bgw_replstatus "), "{title:?}");
    for _ in 0..100 {
        assert_eq!(ask(LOCALHOST, port).as_deref(), Some(&b"MASTER"[..]));
    }
    host.signal(Signal::SIGHUP);
    host.wait_for_log("received SIGHUP");
    assert_eq!(ask(LOCALHOST, port).as_deref(), Some(&b"MASTER"[..]));
    assert!(!host.log().contains("bgw_replstatus:"), "it is silent: {}", host.log());
    assert_eq!(host.running(NAME), worker);
    let begin = Instant::now();
    assert_eq!(host.stop(Signal::SIGINT), Some(0));
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    let log = host.log();
    assert!(log.contains("LOG:  bgw_replstatus: shutting down\n"), "{log}");
    let end = format!("background worker \"{NAME}\" (PID {worker}) exited with exit code 0");
    assert!(log.contains(&end), "{log}");
    assert_eq!(ask(LOCALHOST, port), None);
}

#[test]
fn it_is_idle_when_nobody_asks() {
    let port = free_port();
    let Some(mut host) = replstatus(port, "127.0.0.1") else { return };
    host.start();
    answers(port);
    let pids = [host.running(NAME), host.pid()];
    let switches = || {
        pids.map(|pid| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
            let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches"));
            line.unwrap().to_owned()
        })
    };
    for pid in pids {
        wait_for("its sleep", || (state(pid) == Some('S')).then_some(()));
    }
    let before = switches();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(switches(), before);
}

#[test]
fn it_answers_again_after_a_kill() {
    let port = free_port();
    let Some(mut host) = replstatus(port, "127.0.0.1") else { return };
    host.start();
    for _ in 0..3 {
        answers(port);
        let worker = host.running(NAME);
        kill(worker, Signal::SIGKILL).unwrap();
        wait_for("another process", || (host.running(NAME) != worker).then_some(()));
    }
    answers(port);
    assert_eq!(host.log().matches("all server processes terminated; reinitializing").count(), 3);
}

#[test]
fn it_is_gone_for_good_after_sigterm() {
    let port = free_port();
    let Some(mut host) = replstatus(port, "127.0.0.1") else { return };
    host.start();
    answers(port);
    kill(host.running(NAME), Signal::SIGTERM).unwrap();
    host.wait_for_log("LOG:  bgw_replstatus: shutting down\n");
    host.wait_for_log("DEBUG:  unregistering background worker \"bgw_replstatus\"\n");
    assert!(host.ps().is_empty());
    assert_eq!(ask(LOCALHOST, port), None);
}

#[test]
fn it_listens_where_it_is_told_and_nowhere_else() {
    let port = free_port();
    let Some(mut host) = replstatus(port, "127.0.0.2") else { return };
    host.start();
    let there = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    assert_eq!(wait_for("an answer", || ask(there, port)), b"MASTER");
    assert_eq!(ask(LOCALHOST, port), None);
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind((LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let Some(host) = replstatus(port, "127.0.0.1") else { return };
    fails(host, "could not bind socket: Address already in use");
}

#[test]
fn a_bad_address_is_told() {
    let Some(host) = replstatus(free_port(), "not-an-ip") else { return };
    fails(host, "could not translate IP address 'not-an-ip'");
}

/// The worker fails for this reason, and sits out its restart interval of 30 s.
fn fails(mut host: Host, reason: &str) {
    host.start();
    let log = host.wait_for_log("exited with exit code 1\n");
    assert!(log.contains(&format!("ERROR:  bgw_replstatus: {reason}\n")), "{log}");
    assert!(log.contains("LOG:  background worker \"bgw_replstatus\" (PID "), "{log}");
    let row = host.worker(NAME).unwrap();
    assert_eq!((&row["state"], &row["starts"]), (&"delayed".into(), &1.into()));
    assert!(row["restart_in_s"].as_f64().unwrap() > 15.0, "{row}");
}

#[test]
fn it_tells_the_state_of_the_server_that_workers_are_connected_to() {
    let port = free_port();
    let Some(installed) = needs::postgres17() else { return };
    let Some(mut host) = replstatus(port, "127.0.0.1") else { return };
    let mut server = Server::prepare(&installed);
    server.write("standby.signal", "");
    server.run(&[]);
    server.wait_until_ready();
    let folder = server.socket();
    host.append_conf(&format!(
        "pgbgw.conninfo = 'host={} user=postgres'\npgbgw.server_check_interval = 100ms",
        folder.display()
    ));
    host.start();
    let answer = wait_for("an answer", || ask(LOCALHOST, port));
    assert_eq!(answer, b"STANDBY");
    server.promote();
    wait_for("the other answer", || {
        ask(LOCALHOST, port).filter(|answer| answer == b"MASTER").map(drop)
    });
}
