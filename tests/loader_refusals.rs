//! Libraries with one defect each, loaded through `load_external_function` and looked at through
//! `pgbgw_check` by a C program.
//! Runs in: tests.

#![cfg(test)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The machine's name in messages.
const HERE: &str = std::env::consts::ARCH;

/// A C program beside the modules that it is made to load.
struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { folder: TempDir::new().expect("a temporary folder") };
        let library = library_folder();
        bench.compile(&[
            "-o".as_ref(),
            &bench.path("driver"),
            &source("loader_driver.c"),
            "-L".as_ref(),
            &library,
            "-lpgbgw".as_ref(),
        ]);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn compile(&self, arguments: &[&Path]) {
        let output = Command::new("cc")
            .args(["-Wall", "-Werror", "-O2", "-fPIC"])
            .args(arguments)
            .output()
            .expect("a C compiler");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Compiles a module of `c_tests/modules/loader`.
    fn module(&self, name: &str) -> PathBuf {
        let path = self.path(name).with_extension("so");
        let code = source(&format!("modules/loader/{name}.c"));
        self.compile(&["-shared".as_ref(), "-o".as_ref(), &path, &code]);
        path
    }

    /// A damaged copy of a sound module.
    fn damaged(&self, name: &str, damage: impl FnOnce(&mut Vec<u8>)) -> PathBuf {
        let mut file = fs::read(self.module("sound")).expect("readable");
        damage(&mut file);
        let path = self.path(name);
        fs::write(&path, file).expect("written");
        path
    }

    fn run(&self, arguments: &[&str]) -> Output {
        // cargo's own LD_LIBRARY_PATH starts with a folder whose copy of the library may be old.
        let output = Command::new(self.path("driver"))
            .args(arguments)
            .env("LD_LIBRARY_PATH", library_folder())
            .output()
            .expect("runs");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        output
    }

    /// What loading `functions` of a file prints, and what it logs, without line prefixes.
    fn load(&self, file: &Path, functions: &[&str]) -> (String, String) {
        let file = file.to_str().expect("UTF-8");
        let output = self.run(&[&["load", file], functions].concat());
        let log = String::from_utf8(output.stderr).expect("UTF-8");
        let lines = log.lines().map(|line| line.split_once("] ").map_or(line, |(_, rest)| rest));
        let text: String = lines.map(|line| format!("{line}\n")).collect();
        (String::from_utf8(output.stdout).expect("UTF-8"), text)
    }

    /// The facts that `check` tells about a file.
    fn check(&self, file: &Path) -> Vec<(String, String)> {
        let output = self.run(&["check", file.to_str().expect("UTF-8")]);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }
}

/// Where cargo puts the shared library that was built for these tests.
fn library_folder() -> PathBuf {
    let tests = std::env::current_exe().expect("a path");
    tests.parent().expect("a folder").to_path_buf()
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("c_tests").join(name)
}

fn values<'a>(facts: &'a [(String, String)], key: &str) -> Vec<&'a str> {
    facts.iter().filter(|(k, _)| k == key).map(|(_, value)| value.as_str()).collect()
}

/// Loading `file` logs exactly this; checking it gives the first line as the reason.
fn refuses(bench: &Bench, file: &Path, log: &str) {
    let log = log.replace("FILE", &file.display().to_string());
    assert_eq!(bench.load(file, &["count_inits"]), (String::new(), log.clone()));
    let facts = bench.check(file);
    assert_eq!(values(&facts, "loadable"), ["false"], "{facts:?}");
    let message = log.lines().next().and_then(|line| line.strip_prefix("ERROR:  "));
    assert_eq!(values(&facts, "reason"), [message.expect("a message")]);
}

#[test]
fn a_sound_module_is_initialised_once() {
    let bench = Bench::new();
    let sound = bench.module("sound");
    let (printed, log) = bench.load(&sound, &["count_inits", "count_inits"]);
    assert_eq!((printed.as_str(), log.as_str()), ("count_inits=1\ncount_inits=1\n", ""));
    let facts = bench.check(&sound);
    for (key, value) in [("abi", "17"), ("loadable", "true"), ("refused", "ReplicationSlotPersist")]
    {
        assert_eq!(values(&facts, key), [value], "{facts:?}");
    }
    assert!(values(&facts, "reason").is_empty() && values(&facts, "unknown").is_empty());
}

#[test]
fn a_refused_function_raises_an_error_that_names_it() {
    let bench = Bench::new();
    let (printed, log) = bench.load(&bench.module("sound"), &["call_refused", "count_inits"]);
    assert_eq!(printed, "count_inits=1\n");
    let expected = "ERROR:  server function \"ReplicationSlotPersist\" is not available outside \
        PostgreSQL\n";
    assert_eq!(log, expected);
}

#[test]
fn a_missing_function_is_named_with_the_file() {
    let bench = Bench::new();
    let sound = bench.module("sound");
    let (printed, log) = bench.load(&sound, &["no_such_function", "count_inits"]);
    assert_eq!(printed, "count_inits=1\n");
    let file = sound.display();
    let expected =
        format!("ERROR:  could not find function \"no_such_function\" in file \"{file}\"\n");
    assert_eq!(log, expected);
}

#[test]
fn files_that_are_no_libraries_are_refused() {
    let bench = Bench::new();
    let missing = bench.path("missing");
    refuses(
        &bench,
        &missing,
        "ERROR:  could not access file \"FILE\": No such file or directory\n",
    );
    let text = bench.path("text.so");
    fs::write(&text, "#!/bin/sh\necho no library\n").expect("written");
    refuses(
        &bench,
        &text,
        &format!(
            "ERROR:  could not load library \"FILE\": file is not an ELF file\n\
             DETAIL:  Expected a 64-bit little-endian ELF shared library for {HERE}.\n"
        ),
    );
    let empty = bench.path("empty.so");
    fs::write(&empty, "").expect("written");
    refuses(
        &bench,
        &empty,
        "ERROR:  could not load library \"FILE\": file is truncated\n\
         DETAIL:  The file has 0 bytes, its headers describe at least 64.\n",
    );
    let (_, log) = bench.load(&bench.damaged("cut.so", |file| file.truncate(2000)), &["f"]);
    assert!(
        log.contains("cut.so\": file is truncated\nDETAIL:  The file has 2000 bytes, "),
        "{log}"
    );
    let foreign = bench.damaged("foreign.so", |file| file[18..20].copy_from_slice(&[40, 0]));
    let expected =
        format!("ERROR:  could not load library \"FILE\": library is for arm, this is {HERE}\n");
    refuses(&bench, &foreign, &expected);
}

#[test]
fn libraries_for_other_servers_are_refused() {
    let bench = Bench::new();
    refuses(
        &bench,
        &bench.module("no_magic"),
        "ERROR:  incompatible library \"FILE\": missing magic block\n\
         HINT:  Extension libraries are required to use the PG_MODULE_MAGIC macro.\n",
    );
    let other = bench.module("other_major");
    refuses(
        &bench,
        &other,
        "ERROR:  incompatible library \"FILE\": version mismatch\n\
         DETAIL:  Server is version 17, library is version 15.\n",
    );
    assert_eq!(values(&bench.check(&other), "abi"), ["15"]);
    let hidden = bench.module("hidden_major");
    let expected = format!(
        "ERROR:  incompatible library \"{}\": version mismatch\n\
         DETAIL:  Server is version 17, library is version 18.\n",
        hidden.display()
    );
    assert_eq!(bench.load(&hidden, &["f"]), (String::new(), expected));
    assert!(values(&bench.check(&hidden), "abi").is_empty());
}

#[test]
fn all_unknown_imports_are_listed() {
    let bench = Bench::new();
    let module = bench.module("unknown_imports");
    refuses(
        &bench,
        &module,
        "ERROR:  could not load library \"FILE\": 2 undefined symbols\n\
         DETAIL:  Undefined: no_such_function, nor_this_one.\n\
         HINT:  The library must have been built for PostgreSQL 17, and libraries that it relies \
         on without saying so must be loaded before it.\n",
    );
    let facts = bench.check(&module);
    assert_eq!(values(&facts, "unknown"), ["no_such_function", "nor_this_one"]);
}

#[test]
fn an_error_in_the_initialisation_is_the_loads_error() {
    let bench = Bench::new();
    let (printed, log) = bench.load(&bench.module("init_raises"), &["f", "f"]);
    let line = "ERROR:  not today, postmaster\n";
    assert_eq!((printed.as_str(), log), ("", line.repeat(2)));
}

#[test]
fn variables_without_a_function_are_logged() {
    let bench = Bench::new();
    let module = bench.module("inert_imports");
    let (_, log) = bench.load(&module, &["_PG_init"]);
    let lines: Vec<&str> = log.lines().take(2).collect();
    let start = format!("LOG:  library \"{}\" ", module.display());
    let expected = [
        format!("{start}sets hooks that never run here: planner_hook"),
        format!("{start}uses server variables that have no function here: BufferBlocks"),
    ];
    assert_eq!(lines, expected);
    let facts = bench.check(&module);
    let mut hooks = values(&facts, "hooks");
    hooks.sort_unstable();
    assert_eq!(hooks, ["emit_log_hook", "planner_hook"]);
}

#[test]
fn debians_modules_have_no_unknown_imports() {
    let Some(folder) = common::needs::debian_modules() else { return };
    let bench = Bench::new();
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "so") {
            continue;
        }
        let facts = bench.check(&path);
        assert!(values(&facts, "unknown").is_empty(), "{facts:?}");
        assert_eq!(values(&facts, "abi"), ["17"], "{facts:?}");
        let needed: Vec<u32> = values(&facts, "needs_glibc")
            .first()
            .map(|version| version.split('.').map(|n| n.parse().expect("a number")).collect())
            .unwrap_or_default();
        let text = facts.iter().find(|(key, _)| key == "reason").map(|(_, reason)| reason);
        match text {
            None => assert_eq!(values(&facts, "loadable"), ["true"]),
            Some(reason) => {
                assert!(needed >= vec![2, 38], "{facts:?}");
                assert!(reason.contains("library needs glibc 2.38, this is glibc 2."), "{reason}");
            }
        }
        seen += 1;
    }
    assert!(seen > 0, "the folder has no modules");
}
