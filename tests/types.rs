//! Values of all types: the same modules inside PostgreSQL 17 and outside.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::path::Path;

use common::host::{Host, readable_dir, wait_for};
use common::server::{Server, module_for_server};
use common::{cc, needs};

/// What the module said, without the prefixes of the log's lines.
fn said(module: &str, log: &str) -> Vec<String> {
    let prefix = format!("LOG:  {module}: ");
    let lines = log.lines().filter_map(|line| line.split_once(&*prefix));
    lines.map(|(_, text)| text.to_owned()).collect()
}

/// The whole log, once the module is done.
fn outside(module: &str, server: &Server, include: &Path) -> String {
    let socket = server.socket();
    let conf = format!(
        "shared_preload_libraries = '{module}'\npgbgw.conninfo = 'host={} user=postgres'\n",
        socket.display()
    );
    let mut host = Host::new(&conf);
    host.add_module(module, include);
    host.start();
    host.wait_for_log(&format!("{module}: done"))
}

fn inside(module: &str, installed: &Path) -> Vec<String> {
    let dir = readable_dir();
    let path = module_for_server(module, &cc::includes()[0], dir.path());
    let server = Server::start(
        installed,
        &[
            format!("shared_preload_libraries={}", path.display()),
            format!("dynamic_library_path={}:$libdir", dir.path().display()),
        ],
    );
    let done = format!("{module}: done");
    wait_for("the worker inside PostgreSQL", || server.log().contains(&done).then_some(()));
    said(module, &server.log())
}

/// Runs a module inside and outside; the logs of the latter.
fn compare(module: &str, at_least: usize) -> Vec<String> {
    let Some(installed) = needs::postgres17() else { return Vec::new() };
    let expected = inside(module, &installed);
    assert!(expected.len() > at_least, "{expected:#?}");
    let mut logs = Vec::new();
    for include in cc::includes() {
        let server = Server::start(&installed, &[]);
        let log = outside(module, &server, &include);
        let found = said(module, &log);
        let pairs = found.iter().zip(&expected).enumerate();
        let different = pairs.filter(|(_, (one, other))| one != other);
        let shown: Vec<String> = different
            .map(|(i, (one, other))| {
                let before = heading(&found, i);
                format!("{before}\n  found    {one}\n  expected {other}")
            })
            .collect();
        assert!(shown.is_empty(), "{} differences:\n{}", shown.len(), shown.join("\n"));
        assert_eq!(found.len(), expected.len());
        logs.push(log);
    }
    logs
}

/// The last line before one that is not indented, for whoever reads of a difference.
fn heading(lines: &[String], line: usize) -> &str {
    let before = lines[..=line].iter().rev();
    before.into_iter().find(|line| !line.starts_with(' ')).map_or("", String::as_str)
}

#[test]
fn values_are_outside_what_they_are_inside() {
    for log in compare("types", 1000) {
        for refusal in ["point", "record"] {
            let text =
                format!("0A000 values of type {refusal} are not available outside PostgreSQL");
            assert!(log.contains(&text), "{text}");
        }
    }
}

#[test]
fn rows_are_made_and_changed_outside_as_inside() {
    compare("tuples", 60);
}
