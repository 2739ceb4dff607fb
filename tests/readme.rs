//! What README.md says to type works, and what it names is there.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::cc;
use common::command::{self, Site};
use common::host;

fn readme() -> String {
    fs::read_to_string(cc::root().join("README.md")).unwrap()
}

/// The one block of code in this language.
fn block(language: &str) -> String {
    let text = readme();
    let start = format!("{language}\n");
    let mut blocks = text.split("\n```").filter_map(|part| part.strip_prefix(&start));
    let block = blocks.next().unwrap_or_else(|| panic!("no {language} in README.md"));
    assert!(blocks.next().is_none(), "more than one block of {language} in README.md");
    block.to_owned()
}

/// Where an unprivileged user finds the command and the library.
fn binaries() -> PathBuf {
    let command = host::pgbgw([""; 0]);
    Path::new(command.get_program()).parent().unwrap().to_owned()
}

/// A program, run by the user who runs postmasters, in a folder of his.
fn run_by_user(program: &str, home: &Path) -> Command {
    let mut command = Command::new(program);
    host::as_the_user(&mut command);
    command.current_dir(home).env("LD_LIBRARY_PATH", binaries()).env_remove("PGBGW_DATA");
    command
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        let to = to.join(name);
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

#[test]
fn the_commands_work_as_they_stand() {
    let site = Site::empty();
    for folder in ["include", "examples"] {
        copy(&cc::root().join(folder), &site.home().join(folder));
    }
    let built = "$PWD/target/release";
    let script = block("sh");
    assert!(script.contains(built), "{script}");
    let script = script.replace(built, binaries().to_str().unwrap());
    let mut shell = run_by_user("sh", &site.home());
    let done = command::run(shell.arg("-ec").arg(format!("umask 077\n{script}")));
    assert_eq!(done.code, Some(0), "{done:?}\n{}", site.log());
    for text in [
        "heartbeat.so: can be loaded",
        "server started",
        "heartbeat  heartbeat",
        "worker signaled",
        "server stopped",
    ] {
        assert!(done.stdout.contains(text), "{text:?}: {done:?}");
    }
    let log = site.log();
    assert!(log.contains("received fast shutdown request"), "{log}");
    assert!(!log.contains("ERROR") && !log.contains("WARNING"), "{log}");
}

#[test]
fn the_c_program_runs_a_worker_of_its_own() {
    let site = Site::new("");
    let (source, program) = (site.home().join("host.c"), site.home().join("host"));
    fs::write(&source, block("c")).unwrap();
    cc::compile_embedding(&source, &program, &cc::our_include()).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let done = command::run(&mut run_by_user(program.to_str().unwrap(), &site.home()));
    assert_eq!((done.code, &*done.stdout), (Some(0), "worker 1\n"), "{done:?}");
    assert!(done.stderr.contains("LOG:  received fast shutdown request"), "{done:?}");
}

#[test]
fn what_it_names_is_there() {
    let text = readme();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let folders = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let named: Vec<&str> = links.chain(folders).collect();
    assert!(named.len() > 20, "{named:?}");
    for name in &named {
        assert!(cc::root().join(name).exists(), "README.md names {name}");
    }
    // And the other way round: every folder of the library has its line.
    for entry in fs::read_dir(cc::root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name() != Some("bin".as_ref()) {
            let name = format!("src/{}/", path.file_name().unwrap().to_str().unwrap());
            assert!(named.contains(&name.as_str()), "README.md lacks {name}");
        }
    }
}
