//! Every type and constant of the headers of `include/` is PostgreSQL's.
//! Runs in: tests.
//!
//! A program that prints them all is made from the text of our headers. Compiled against PostgreSQL's
//! own headers (`PGBGW_GENUINE_INCLUDE`) it must print the same; `PGBGW_BLESS=1` takes that down in
//! `c_tests/layout/headers.txt`, which is compared where there are none.
#![cfg(test)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::c_text::{self, Field, Item};
use common::{cc, headers};

/// Macros that are no numbers and no texts, and those that differ on purpose.
const NOT_COMPARED: &[&str] = &[
    "FirstNormalFullTransactionId",
    "InvalidFullTransactionId",
    "PGDLLEXPORT",
    "PGDLLIMPORT",
    "PG_CXX_PRINTF_ATTRIBUTE",
    "PG_C_PRINTF_ATTRIBUTE",
    "PG_FUNCTION_ARGS",
    "PG_INT64_TYPE",
    "PG_MAGIC_FUNCTION_NAME",
    "PG_VERSION",
    "PG_VERSION_STR",
    "PG_USED_FOR_ASSERTS_ONLY",
    "SIGNAL_ARGS",
];

/// PostgreSQL's have no guard, and another header includes them.
const INCLUDED_BY_OTHERS: [&str; 3] =
    ["nodes/nodetags.h", "tcop/cmdtaglist.h", "catalog/syscache_ids.h"];

/// The headers that go into the program.
fn compared() -> Vec<String> {
    let mut all = headers::all();
    all.retain(|name| name != "pgbgw.h");
    all
}

fn items(header: &str) -> Vec<Item> {
    let text = fs::read_to_string(cc::our_include().join(header)).unwrap();
    if headers::LISTS.contains(&header) { c_text::list(&text) } else { c_text::items(&text) }
}

/// The program. All headers are in it at once: they must not be at odds.
fn program() -> String {
    let mut text = String::from("#include \"postgres.h\"\n#undef ENABLE_GSS\n");
    let mut body = String::new();
    let mut seen = BTreeSet::new();
    for header in compared() {
        if !INCLUDED_BY_OTHERS.contains(&header.as_str()) {
            writeln!(text, "#include \"{header}\"").unwrap();
        }
        writeln!(body, "\tHEADER(\"{header}\")").unwrap();
        for item in items(&header) {
            let name = match &item {
                Item::Record { name, .. } | Item::Alias(name) | Item::Constant(name) => name,
            };
            if name.starts_with("PGBGW_") || NOT_COMPARED.contains(&name.as_str()) {
                continue;
            }
            if seen.insert(name.clone()) {
                print(&item, &mut body);
            }
        }
    }
    text + PRINTING + "int\nmain(void)\n{\n" + &body + "\treturn 0;\n}\n"
}

fn print(item: &Item, body: &mut String) {
    match item {
        Item::Record { name, fields } => {
            writeln!(body, "\tTYPE({name})").unwrap();
            for field in fields {
                let macro_name = if field.is_flexible { "FLEX" } else { "FIELD" };
                writeln!(body, "\t{macro_name}({name}, {})", field.name).unwrap();
            }
        }
        Item::Alias(name) => writeln!(body, "\tTYPE({name})").unwrap(),
        Item::Constant(name) => writeln!(body, "\tVALUE({name})").unwrap(),
    }
}

const PRINTING: &str = r##"
#undef printf
#include <stdio.h>

static void show_text(const char *name, const char *value) { printf("value %s \"%s\"\n", name, value); }
static void show_real(const char *name, double value) { printf("value %s %.17g\n", name, value); }
static void show_number(const char *name, long long value) { printf("value %s %lld\n", name, value); }

#define HEADER(h) printf("# %s\n", h);
#define TYPE(t) printf("type %s %zu %zu\n", #t, sizeof(t), _Alignof(t));
#define FIELD(t, f) printf("field %s.%s %zu %zu\n", #t, #f, offsetof(t, f), sizeof(((t *) 0)->f));
#define FLEX(t, f) printf("field %s.%s %zu 0\n", #t, #f, offsetof(t, f));
#define VALUE(v) \
	_Generic((v), char *: show_text, const char *: show_text, \
			 float: show_real, double: show_real, default: show_number)(#v, v);

"##;

/// What the program prints with a set of headers.
fn printed(include: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    // Only pointers to OpenSSL's types are used, and its development files may be missing.
    fs::create_dir(folder.path().join("openssl")).unwrap();
    let types = "typedef struct ssl_st SSL;\ntypedef struct x509_st X509;\n\
                 typedef struct ssl_ctx_st SSL_CTX;\n";
    fs::write(folder.path().join("openssl/ssl.h"), types).unwrap();
    fs::write(folder.path().join("openssl/err.h"), "").unwrap();
    let source = folder.path().join("headers.c");
    fs::write(&source, program()).unwrap();
    let out = folder.path().join("headers");
    let mut command = Command::new(cc::compiler());
    command.args(["-std=gnu11", "-w", "-D_GNU_SOURCE", "-iquote"]).arg(folder.path());
    // Inline functions name functions of the server, which are not called.
    command.arg("-I").arg(folder.path()).args(["-O0", "-Wl,--unresolved-symbols=ignore-all"]);
    command.arg("-I").arg(include).arg(&source).arg("-o").arg(&out);
    cc::run(&mut command).unwrap_or_else(|said| panic!("{}: {said}", include.display()));
    cc::run(&mut Command::new(out)).unwrap()
}

/// What is said of each type, field and constant.
fn facts(text: &str) -> BTreeMap<&str, &str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_at(name_end(line))).collect()
}

/// Where the name ends: behind two words, or three if it is that of a `struct`.
fn name_end(line: &str) -> usize {
    let words = if line.contains(" struct ") || line.contains(" union ") { 3 } else { 2 };
    line.match_indices(' ').nth(words - 1).map_or(line.len(), |(at, _)| at)
}

/// The first facts that are not in `printed` as they are in `wanted`.
fn differences(printed: &str, wanted: &str) -> Vec<String> {
    let printed = facts(printed);
    let differs = |(name, fact): (&str, &str)| {
        let found = printed.get(name).copied().unwrap_or(" (missing)");
        (found != fact).then(|| format!("{name}:{found} instead of{fact}"))
    };
    facts(wanted).into_iter().filter_map(differs).take(20).collect()
}

#[test]
fn types_and_constants_are_those_of_postgresql() {
    let path = cc::root().join("c_tests/layout/headers.txt");
    let bless = std::env::var_os("PGBGW_BLESS").is_some_and(|value| value == "1");
    let ours = printed(&cc::our_include());
    let theirs = cc::genuine_include().map(|include| printed(&include));
    if let Some(theirs) = &theirs {
        let wrong = differences(&ours, theirs);
        assert!(wrong.is_empty(), "ours and PostgreSQL's:\n{}", wrong.join("\n"));
        if bless {
            fs::write(&path, theirs).unwrap();
        }
    }
    // What a header has got since it was written down is known where PostgreSQL's headers are.
    let committed = fs::read_to_string(&path).unwrap();
    let wrong = differences(&ours, &committed);
    assert!(wrong.is_empty(), "ours and {}:\n{}", path.display(), wrong.join("\n"));
    assert!(facts(&ours).keys().filter(|name| name.starts_with("type ")).count() > 350);
    assert!(facts(&ours).keys().filter(|name| name.starts_with("value ")).count() > 2000);
}

#[test]
fn a_wrong_fact_is_found() {
    let theirs = "# a.h\ntype struct A 8 4\nfield struct A.b 0 4\nvalue C 1\nvalue T \"a b\"\n";
    assert!(differences(theirs, theirs).is_empty());
    for (from, to) in [("A 8", "A 16"), ("b 0", "b 4"), ("C 1", "C 2"), ("a b", "a c")] {
        assert_eq!(differences(&theirs.replace(from, to), theirs).len(), 1, "{to}");
    }
    assert_eq!(differences("", theirs).len(), 4);
}

#[test]
fn the_measured_layouts_are_among_them() {
    let committed = fs::read_to_string(cc::root().join("c_tests/layout/headers.txt")).unwrap();
    let facts = include_str!("../src/abi/pg17-x86_64.json");
    let facts: serde_json::Value = serde_json::from_str(facts).unwrap();
    let lines: BTreeSet<&str> = committed.lines().collect();
    let mut compared = 0;
    for (name, measured) in facts["types"].as_object().unwrap() {
        let plain = name.trim_start_matches("struct ");
        let spellings = [plain.to_owned(), format!("struct {plain}")];
        let is_there = |name: &&String| {
            let start = format!("type {name} ");
            committed.lines().any(|line| line.starts_with(&start))
        };
        let Some(name) = spellings.iter().find(is_there) else { continue };
        let start = format!("type {name} ");
        let size = format!("{start}{} {}", measured["size"], measured["align"]);
        assert!(lines.contains(size.as_str()), "{size}");
        for (field, at) in measured["fields"].as_object().unwrap() {
            // Of a structure inside of it only the place as a whole is printed.
            if !field.contains('.') {
                let place = format!("field {name}.{field} {} ", at["offset"]);
                let line = format!("{place}{}", at["size"]);
                // Some arrays of one member are measured as if they had no size.
                let is_array = at["size"] == 0 && lines.iter().any(|l| l.starts_with(&place));
                assert!(is_array || lines.contains(line.as_str()), "{line}");
            }
        }
        compared += 1;
    }
    assert!(compared > 80, "only {compared} measured types are in a header");
}

#[test]
fn types_and_constants_are_found_in_a_text() {
    let text = "PGBGW_BEGIN_DECLS\n\nstruct First\n{\n\tint a;\n};\n#define ONE 1 /* not 2 */\n#define CALL(x) (x)\n#define next_ next\n\
                typedef enum\n{\n\tRED,\n\tBLUE = 4,\n} Colour;\n\
                typedef struct Pair\n{\n\tint a,\n\t\tb[2];\n\tunsigned bits:3;\n\
                \tvoid (*call) (int x, int y);\n\tunion\n\t{\n\t\tint i;\n\t} u;\n\
                \tchar rest[FLEXIBLE_ARRAY_MEMBER];\n} Pair;\n\
                typedef struct Opaque Opaque;\ntypedef Pair *PairPointer;\n";
    let field = |name: &str| Field { name: name.into(), is_flexible: name == "rest" };
    let constant = |name: &str| Item::Constant(name.into());
    let expected = vec![
        Item::Record { name: "struct First".into(), fields: vec![field("a")] },
        constant("ONE"),
        constant("RED"),
        constant("BLUE"),
        Item::Record {
            name: "Pair".into(),
            fields: ["a", "b", "call", "u", "rest"].map(field).into(),
        },
        Item::Alias("PairPointer".into()),
    ];
    assert_eq!(c_text::items(text), expected);
    assert_eq!(c_text::list("\tT_A = 1,\nTAG(B, \"b\")\n"), [constant("T_A"), constant("B")]);
}
