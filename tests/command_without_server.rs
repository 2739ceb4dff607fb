//! What the command does where no postmaster runs: texts and exit codes.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use common::command::{self, Site};
use nix::unistd::geteuid;
use serde_json::Value;

#[test]
fn help_names_every_operation_and_no_other() {
    let help = command::bare(&["--help"]).succeeded();
    let listed: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        listed,
        [
            "init",
            "run",
            "start",
            "stop",
            "restart",
            "reload",
            "logrotate",
            "status",
            "ps",
            "terminate",
            "call",
            "revive",
            "config",
            "check",
            "psql",
            "demo"
        ]
    );
    for operation in listed {
        let help = command::bare(&[operation, "--help"]).succeeded();
        assert!(help.contains(&format!("Usage: pgbgw {operation}")), "{help}");
    }
}

#[test]
fn version_is_the_librarys() {
    let text = command::bare(&["--version"]).succeeded();
    assert_eq!(text, format!("pgbgw {} (PostgreSQL 17)\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_use_ends_with_1() {
    let cases: [(&[&str], &str); 6] = [
        (&["frobnicate", "-D", "x"], "unrecognized subcommand 'frobnicate'"),
        (&["stop", "-D", "x", "-m", "gentle"], "invalid value 'gentle'"),
        (&["start", "-D", "x", "-t", "soon"], "invalid value 'soon'"),
        (&["terminate", "-D", "x"], "required arguments"),
        (&["check"], "required arguments"),
        (&["status"], "no data directory specified and environment variable PGBGW_DATA unset"),
    ];
    for (arguments, text) in cases {
        let code = if arguments == ["status"] { 4 } else { 1 };
        let said = command::bare(arguments).failed(code);
        assert!(said.contains(text), "{arguments:?}: {said}");
    }
}

#[test]
fn init_makes_a_folder_for_its_owner_alone() {
    let site = Site::empty();
    let said = site.pgbgw(&["init"]).succeeded();
    assert!(said.contains("Success. "), "{said}");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&site.data()), 0o700);
    assert_eq!(mode(&site.data().join("pgbgw.conf")), 0o600);
    assert!(site.conf().contains("\n#max_worker_processes = 8\n"));

    let said = site.pgbgw(&["init"]).failed(1);
    assert!(said.contains("exists but is not empty"), "{said}");
}

#[test]
fn without_a_server() {
    let site = Site::new("");
    let pid_file = site.data().join("postmaster.pid");
    let done = site.pgbgw(&["status"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(3), "pgbgw: no server running\n"));
    for operation in ["stop", "reload"] {
        assert_eq!(
            site.pgbgw(&[operation]).failed(1),
            format!(
                "pgbgw: PID file \"{}\" does not exist\nIs server running?\n",
                pid_file.display()
            )
        );
    }
    let cases: [&[&str]; 3] = [&["ps"], &["terminate", "1"], &["revive", "x"]];
    for arguments in cases {
        let said = site.pgbgw(arguments).failed(1);
        let text = format!("pgbgw: no server running in \"{}\"\n", site.data().display());
        assert_eq!(said, text);
    }
}

#[test]
fn a_pid_file_that_was_left_behind_is_no_server() {
    let site = Site::new("");
    // This test is alive, but it holds no lock on the file.
    let text = format!("{}\n{}\n0\nready\n", std::process::id(), site.data().display());
    fs::write(site.data().join("postmaster.pid"), text).unwrap();
    assert_eq!(site.pgbgw(&["status"]).code, Some(3));
    let said = site.pgbgw(&["stop"]).failed(1);
    assert!(said.contains("is left over"), "{said}");
    fs::remove_file(site.data().join("postmaster.pid")).unwrap();
}

#[test]
fn a_data_directory_that_is_none() {
    let site = Site::empty();
    let shown = site.data().display().to_string();
    for (operation, code) in [("status", 4), ("start", 1), ("stop", 1), ("ps", 1)] {
        let said = site.pgbgw(&[operation]).failed(code);
        assert_eq!(
            said,
            format!(
                "pgbgw: directory \"{shown}\" does not exist\n\
                 Use \"pgbgw init\" to make a data directory.\n"
            )
        );
    }
    fs::create_dir(site.data()).unwrap();
    fs::set_permissions(site.data(), fs::Permissions::from_mode(0o755)).unwrap();
    let said = site.pgbgw(&["status"]).failed(4);
    assert!(
        said.contains("is not a data directory: it has no pgbgw.conf\nUse \"pgbgw init\""),
        "{said}"
    );
}

#[test]
fn root_is_refused() {
    if !geteuid().is_root() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for operation in ["run", "start", "restart"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgbgw"));
        command.arg(operation).arg("-D").arg(dir.path());
        let said = command::run(&mut command).failed(1);
        assert!(
            said.starts_with("\"root\" execution of the pgbgw server is not permitted.\n"),
            "{said}"
        );
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgbgw"));
    let said = command::run(command.arg("init").arg("-D").arg(dir.path().join("x"))).failed(1);
    assert!(said.starts_with("pgbgw: cannot be run as root\n"), "{said}");
}

#[test]
fn check_tells_why_a_file_cannot_be_loaded() {
    let site = Site::empty();
    let text = site.home().join("text.so");
    fs::write(&text, "not a library").unwrap();
    let (text, missing) = (text.to_str().unwrap(), "/nonexistent/x.so");
    let done = command::bare(&["check", text, missing]);
    assert_eq!(done.code, Some(1));
    assert!(done.stdout.contains(&format!("{text}: cannot be loaded: ")), "{done:?}");
    assert!(done.stdout.contains("No such file or directory"), "{done:?}");

    let done = command::bare(&["check", "--json", text, missing]);
    let all: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 2);
    for (at, file) in [text, missing].into_iter().enumerate() {
        assert_eq!(all[at]["file"], file);
        assert_eq!(all[at]["loadable"], false);
        assert!(all[at]["reason"].is_string());
        assert!(all[at]["unknown"].is_array());
    }
}
