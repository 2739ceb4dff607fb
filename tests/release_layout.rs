//! What every worker executes and writes to lies together in a release build (build/order.ld), and the
//! command has nothing to run when a process ends (build/command.ld).
//! Runs in: tests. Only of a release build.
#![cfg(all(test, not(debug_assertions)))]

use std::ops::Range;
use std::process::Command;

const PAGE: u64 = 4096;

fn output(program: &str, arguments: &[&str], file: &str) -> String {
    let tests = std::env::current_exe().expect("a path");
    let folder = tests.parent().expect("a folder");
    let output = Command::new(program).args(arguments).arg(folder.join(file)).output();
    let output = output.expect("nm and readelf come with the C compiler");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn number(hexadecimal: &str) -> u64 {
    u64::from_str_radix(hexadecimal, 16).expect("a hexadecimal number")
}

/// Where a section of the library lies.
fn section(name: &str) -> Range<u64> {
    let sections = output("readelf", &["--sections", "--wide"], "libpgbgw.so");
    let fields = sections.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(']').nth(1)?.split_whitespace().collect();
        (*fields.first()? == name).then_some(fields)
    });
    let fields = fields.unwrap_or_else(|| panic!("no section {name} in {sections}"));
    number(fields[2])..number(fields[2]) + number(fields[4])
}

/// The addresses of what has a name like this.
fn places(part: &str) -> Vec<u64> {
    let symbols = output("nm", &["--defined-only"], "libpgbgw.so");
    let named = symbols.lines().filter(|line| line.contains(part));
    let places: Vec<u64> =
        named.filter_map(|line| line.split_whitespace().next()).map(number).collect();
    assert!(!places.is_empty(), "nothing is called {part}");
    places
}

#[test]
fn what_workers_execute_lies_together() {
    let worker = section(".text.worker");
    assert!(worker.end - worker.start < 192 * 1024, "not that much is needed: {worker:?}");
    let names = [
        "6worker5entry12become_child",
        "6worker5entry4live",
        "5shmem5procs6attach",
        "5shmem5latch4wait",
        "5error8prepared7prepare",
        "6memory5chunk14alloc_extended",
        "11fork_worker",
        "13provide_spare",
        " T proc_exit",
    ];
    for name in names {
        assert!(places(name).iter().all(|place| worker.contains(place)), "{name}");
    }
}

#[test]
fn what_workers_write_to_lies_together() {
    let often = section(".data").start..section(".bss").end;
    assert!(often.end - often.start <= 2 * PAGE, "{often:?}");
    assert_eq!(often.start % PAGE, 0);
    for name in [
        " B MyProcPid",
        " B MyLatch",
        " B MyProc",
        "6memory7context3TOP",
        "6worker4exit12ON_PROC_EXIT",
    ] {
        assert!(places(name).iter().all(|place| often.contains(place)), "{name}");
    }
    let seldom = section(".bss.seldom");
    for name in ["6memory7reserve7RESERVE", "5error5stack7RESERVE", " B pkglib_path"] {
        assert!(places(name).iter().all(|place| seldom.contains(place)), "{name}");
    }
    // The head of the array, which is written to, comes first.
    assert_eq!(places("5shmem6lwlock4HELD"), [seldom.start]);
}

#[test]
fn a_worker_runs_nothing_of_the_command_at_its_end() {
    let dynamic = output("readelf", &["--dynamic", "--wide"], "../pgbgw");
    assert!(dynamic.contains("(INIT_ARRAY)"), "{dynamic}");
    for entry in ["(FINI)", "(FINI_ARRAY)"] {
        assert!(!dynamic.contains(entry), "{dynamic}");
    }
}
