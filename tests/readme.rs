//! What README.md says to type works, and what it names is there.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::cc;
use common::command::{self, Site};
use common::host::{self, wait_for};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

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
fn the_c_program_is_a_postmaster() {
    let site = Site::new("");
    let (source, program) = (site.home().join("host.c"), site.home().join("host"));
    fs::write(&source, block("c")).unwrap();
    cc::compile_embedding(&source, &program, &cc::our_include()).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();

    let log = fs::File::create(site.log_path()).unwrap();
    let mut command = run_by_user(program.to_str().unwrap(), &site.home());
    let mut child = command.stdin(Stdio::null()).stderr(log).spawn().unwrap();
    let pid = i32::try_from(child.id()).unwrap();
    let ready = format!("postmaster[{pid}]: LOG:  pgbgw is ready to start background workers");
    wait_for("a ready postmaster", || {
        let log = site.log();
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "{ended:?}\n{log}");
        log.contains(&ready).then_some(())
    });
    assert!(site.log().starts_with(env!("CARGO_PKG_VERSION")), "{}", site.log());
    kill(Pid::from_raw(pid), Signal::SIGTERM).unwrap();
    assert_eq!(command::wait(&mut child).code(), Some(0), "{}", site.log());
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
