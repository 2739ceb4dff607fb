//! One module inside PostgreSQL 17 and outside, on a server of the same kind: what it logs is equal.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::path::Path;

use super::host::{Host, readable_dir, wait_for};
use super::server::{Server, module_for_server};
use super::{cc, needs};

/// The settings of a postmaster whose workers connect to this server, with a module preloaded.
pub(crate) fn conf(module: &str, server: &Server) -> String {
    let socket = server.socket();
    format!(
        "shared_preload_libraries = '{module}'\npgbgw.conninfo = 'host={} user=postgres'\n",
        socket.display()
    )
}

/// What the module said, without the prefixes of the log's lines.
fn said(module: &str, log: &str) -> Vec<String> {
    let start = format!("LOG:  {module}: ");
    log.lines().filter_map(|line| Some(line.split_once(&start)?.1.to_owned())).collect()
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
    let end = format!("{module}: done\n");
    wait_for("the worker inside PostgreSQL", || server.log().contains(&end).then_some(()));
    said(module, &server.log())
}

fn outside(module: &str, server: &Server, include: &Path) -> Vec<String> {
    let mut host = Host::new(&conf(module, server));
    host.add_module(module, include);
    host.start();
    said(module, &host.wait_for_log(&format!("{module}: done\n")))
}

/// Runs `c_tests/modules/MODULE.c`, whose worker logs lines `MODULE: ...` at level LOG, the last
/// one `MODULE: done`: inside PostgreSQL, and outside with each header set. The lines must be the
/// same, and at least so many.
pub(crate) fn same(module: &str, at_least: usize) {
    let Some(installed) = needs::postgres17() else { return };
    let expected = inside(module, &installed);
    assert!(expected.len() >= at_least, "{expected:#?}");
    for include in cc::includes() {
        let server = Server::start(&installed, &[]);
        let found = outside(module, &server, &include);
        let pairs = found.iter().zip(&expected).enumerate();
        let different = pairs.filter(|(_, (found, expected))| found != expected);
        let shown: Vec<String> = different
            .map(|(i, (found, expected))| format!("{i}: {found}\n  not {expected}"))
            .collect();
        assert!(shown.is_empty(), "{} differences:\n{}", shown.len(), shown.join("\n"));
        assert_eq!(found.len(), expected.len());
    }
}
