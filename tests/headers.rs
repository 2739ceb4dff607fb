//! The headers that cbindgen makes from Rust are the committed ones.
//! Runs in: tests.
//!
//! `PGBGW_BLESS=1 cargo test --test headers` rewrites them.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

/// A header that is made: what is particular to it, on top of cbindgen.toml.
struct Generated {
    /// Path of the header.
    header: &'static str,
    /// Rust files, or folders whose files are all read.
    sources: &'static [&'static str],
    guard: &'static str,
    /// The comment at its top.
    about: &'static str,
    /// What stands before the declarations from Rust.
    before: &'static str,
    /// Types of the sources that no function of them names.
    types: &'static [&'static str],
    /// Names of the sources that are written in `before` in C's way.
    written_by_hand: &'static [&'static str],
    /// What stands behind the declarations from Rust.
    after: &'static str,
    /// Whether the whole documentation goes along, not just its first line.
    whole_documentation: bool,
}

const GENERATED: &[Generated] = &[BGWORKER, PGBGW];

/// Enumerations are integers in Rust, where C may put anything into them; the handle is opaque to
/// C; what refuses has no Rust declaration.
const BGWORKER: Generated = Generated {
    header: "include/postmaster/bgworker.h",
    sources: &["src/abi/bgworker.rs", "src/exports/postmaster_bgworker.rs"],
    guard: "BGWORKER_H",
    about: "Background workers: asking for them, waiting for them, ending them.",
    before: r#"#include "postgres.h"

/* The point of the server's start at which a worker starts. */
typedef enum
{
    BgWorkerStart_PostmasterStart,
    BgWorkerStart_ConsistentState,
    BgWorkerStart_RecoveryFinished,
} BgWorkerStartTime;

/* What became of a worker. */
typedef enum BgwHandleStatus
{
    BGWH_STARTED,
    BGWH_NOT_YET_STARTED,
    BGWH_STOPPED,
    BGWH_POSTMASTER_DIED,
} BgwHandleStatus;

/* Names one registration. */
typedef struct BackgroundWorkerHandle BackgroundWorkerHandle;
"#,
    types: &["BackgroundWorker", "bgworker_main_type"],
    written_by_hand: &[
        "BgWorkerStartTime",
        "BgWorkerStart_PostmasterStart",
        "BgWorkerStart_ConsistentState",
        "BgWorkerStart_RecoveryFinished",
        "BgwHandleStatus",
        "BGWH_STARTED",
        "BGWH_NOT_YET_STARTED",
        "BGWH_STOPPED",
        "BGWH_POSTMASTER_DIED",
        "BackgroundWorkerHandle",
    ],
    after: r#"
PGBGW_BEGIN_DECLS

/* The registration of this process, in a worker. */
extern PGDLLIMPORT BackgroundWorker *MyBgworkerEntry;

PGBGW_END_DECLS
"#,
    whole_documentation: false,
};

/// The API of programs that embed the manager, and of the command.
const PGBGW: Generated = Generated {
    header: "include/pgbgw.h",
    sources: &["src/embed"],
    guard: "PGBGW_H",
    about: "Embedding: a C program that runs background workers itself.",
    before: "#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <sys/types.h>\n",
    types: &[],
    written_by_hand: &[],
    after: "",
    whole_documentation: true,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a path, sorted.
fn rust_files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let mut files: Vec<PathBuf> = fs::read_dir(path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        // It only names the others, and cbindgen would read them twice.
        .filter(|path| !path.ends_with("mod.rs"))
        .collect();
    files.sort();
    files
}

/// The functions that `plain!` and `throwing!` of src/exports export, as cbindgen reads them.
fn exported_functions(text: &str) -> String {
    let mut functions = String::new();
    let (mut inside, mut in_signature) = (false, false);
    for line in text.lines() {
        match line {
            "plain! {" | "throwing! {" => inside = true,
            "}" => inside = false,
            _ if !inside => {}
            _ if line.starts_with("    ///") => functions += &format!("{}\n", line.trim()),
            _ => {
                if line.starts_with("    fn ") {
                    functions += "#[unsafe(no_mangle)] pub unsafe extern \"C\" ";
                    in_signature = true;
                }
                if in_signature {
                    functions += line;
                    in_signature = !line.ends_with('{');
                    functions += if in_signature { "\n" } else { "}\n" };
                }
            }
        }
    }
    functions
}

fn generate(what: &Generated) -> String {
    let Generated { guard, about, before, after, .. } = what;
    let sources = what.sources.join(" and ");
    let mut config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    config.header = Some(format!(
        "/*\n * {about}\n *\n * Made from {sources} by cbindgen:\n \
         * change that, then run PGBGW_BLESS=1 cargo test --test headers\n */\n\
         #ifndef {guard}\n#define {guard}"
    ));
    config.after_includes = Some((*before).to_owned());
    config.trailer = Some(format!("{after}\n#endif /* {guard} */"));
    if what.whole_documentation {
        config.documentation_length = cbindgen::DocumentationLength::Full;
    }
    config.export.include = owned(what.types);
    config.export.exclude = owned(what.written_by_hand);
    let mut builder = cbindgen::Builder::new().with_config(config);
    let folder = tempfile::tempdir().unwrap();
    for (i, file) in what.sources.iter().flat_map(|path| rust_files(&root().join(path))).enumerate()
    {
        let functions = exported_functions(&fs::read_to_string(&file).unwrap());
        let readable = folder.path().join(format!("functions_{i}.rs"));
        fs::write(&readable, functions).unwrap();
        builder = builder.with_src(file).with_src(readable);
    }
    let mut text = Vec::new();
    builder.generate().unwrap_or_else(|error| panic!("{sources}: {error}")).write(&mut text);
    let text = String::from_utf8(text).unwrap().replace('`', "").replace("\nextern\n", "\nextern ");
    c_comments(&text)
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Lays out the comments as C authors do: on one line if there is one, with a border otherwise. A
/// heading `# Safety` means nothing in C; what stands below it does.
fn c_comments(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines();
    let mut is_at_top = true;
    while let Some(line) = lines.next() {
        if line.trim() != "/*" || is_at_top {
            is_at_top = is_at_top && line.trim() != "*/";
            out += &format!("{line}\n");
            continue;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        let body: Vec<&str> = lines.by_ref().map(str::trim).take_while(|l| *l != "*/").collect();
        let body: Vec<&str> = body.iter().map(|l| l.trim_start_matches('*').trim()).collect();
        let body: Vec<&str> = body.into_iter().filter(|l| *l != "# Safety").collect();
        if let [only] = body[..] {
            out += &format!("{indent}/* {only} */\n");
        } else {
            let rows: Vec<String> =
                body.iter().map(|l| format!("{indent} * {l}").trim_end().to_owned()).collect();
            out += &format!("{indent}/*\n{}\n{indent} */\n", rows.join("\n"));
        }
    }
    out
}

#[test]
fn generated_headers_are_the_committed_ones() {
    let bless = std::env::var_os("PGBGW_BLESS").is_some_and(|value| value == "1");
    for what in GENERATED {
        let path = root().join(what.header);
        let fresh = generate(what);
        if bless {
            fs::write(&path, &fresh).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == fresh,
            "{} differs from what {} says now; look at it, then run \
             PGBGW_BLESS=1 cargo test --test headers\n--- now ---\n{fresh}",
            what.header,
            what.sources.join(" and "),
        );
    }
}
