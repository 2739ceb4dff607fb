//! Functions that return rows and sets: `pgbgw call` gives what SQL gives.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::process::Output;

use common::host::{Host, readable_dir};
use common::server::{Server, module_for_server};
use common::{cc, needs};

/// A function of the module `rowsets`: how SQL declares it, how it calls it, and how `pgbgw call` does.
struct Case {
    function: &'static str,
    arguments: &'static str,
    returns: &'static str,
    values: &'static str,
    outside: &'static [&'static str],
}

const fn case(
    function: &'static str,
    returns: &'static str,
    outside: &'static [&'static str],
) -> Case {
    Case { function, arguments: "", returns, values: "", outside }
}

const fn with_number(
    function: &'static str,
    returns: &'static str,
    number: &'static str,
    outside: &'static [&'static str],
) -> Case {
    Case { function, arguments: "int4", returns, values: number, outside }
}

const SET_OF_ROWS: &str = "SETOF (n int4, words text, odd bool, quarter float8)";
const TABLE: &str = "TABLE (n int4, words text, odd bool, quarter float8)";

const CASES: &[Case] = &[
    with_number("series", "SETOF int4", "3", &["--arg", "int4:3", "--returns", "setof int4"]),
    with_number("series", "SETOF int4", "0", &["--arg", "int4:0", "--returns", "SETOF integer"]),
    with_number("series", "SETOF int4", "2000", &["--arg", "int4:2000", "--returns", "SETOF int"]),
    // One that is not called, and gives nothing.
    with_number(
        "series",
        "SETOF int4 STRICT",
        "NULL",
        &["--arg", "int4", "--strict", "--returns", "SETOF int4"],
    ),
    with_number(
        "one",
        "record STRICT",
        "NULL",
        &["--arg", "int4", "--strict", "--returns", "(a int4, b text, c bool, d float8)"],
    ),
    // Where nobody wants a set.
    with_number("series", "int4", "3", &["--arg", "int4:3", "--returns", "int4"]),
    case("by_hand", "int4", &["--returns", "int4"]),
    case("store", "int4", &["--returns", "int4"]),
    case("nulls", "SETOF text", &["--returns", "SETOF text"]),
    case("rows", TABLE, &["--returns", SET_OF_ROWS]),
    case("store", TABLE, &["--returns", SET_OF_ROWS]),
    case("expected", TABLE, &["--returns", SET_OF_ROWS]),
    case("by_hand", TABLE, &["--returns", SET_OF_ROWS]),
    case("by_hand", "SETOF int4", &["--returns", "SETOF int4"]),
    case("store", "SETOF int4", &["--returns", "SETOF int4"]),
    case("rows", "TABLE (n int4, words text)", &["--returns", "SETOF (n int4, words text)"]),
    case(
        "by_hand",
        "TABLE (n int4, words varchar, odd bool, quarter float8)",
        &["--returns", "SETOF (n int4, words varchar, odd bool, quarter float8)"],
    ),
    case(
        "rows",
        "TABLE (n int4, words text, odd int8, quarter float8)",
        &["--returns", "SETOF (n int4, words text, odd int8, quarter float8)"],
    ),
    case(
        "strings",
        "TABLE (a int8, b date, c int4[])",
        &["--returns", "SETOF (a int8, b date, c int4[])"],
    ),
    with_number("one", ROW_RECORD, "2", &["--arg", "int4:2", "--returns", ONE_ROW]),
    with_number("one", ROW_RECORD, "3", &["--arg", "int4:3", "--returns", ONE_ROW]),
    case("asks", "SETOF text", &["--returns", "SETOF text"]),
    case("asks", "int8", &["--returns", "int8"]),
    case("asks", "TABLE (a int4, b text[])", &["--returns", "SETOF (a int4, b text[])"]),
    case("leaves", "SETOF int4", &["--returns", "SETOF int4"]),
    with_number("breaks", TABLE, "1", &["--arg", "int4:1", "--returns", SET_OF_ROWS]),
    with_number("breaks", TABLE, "2", &["--arg", "int4:2", "--returns", SET_OF_ROWS]),
    with_number("breaks", TABLE, "3", &["--arg", "int4:3", "--returns", SET_OF_ROWS]),
    with_number("breaks", TABLE, "4", &["--arg", "int4:4", "--returns", SET_OF_ROWS]),
    with_number("breaks", TABLE, "5", &["--arg", "int4:5", "--returns", SET_OF_ROWS]),
    with_number("breaks", ROW_RECORD, "6", &["--arg", "int4:6", "--returns", ONE_ROW]),
    with_number("breaks", ROW_RECORD, "3", &["--arg", "int4:3", "--returns", ONE_ROW]),
];

const ROW_RECORD: &str = "record";
const ONE_ROW: &str = "(a int4, b text, c bool, d float8)";

impl Case {
    /// What SQL is told to make the function and to call it.
    fn sql(&self, library: &str) -> String {
        let Self { function, arguments, returns, values, .. } = self;
        let out = ", OUT a int4, OUT b text, OUT c bool, OUT d float8";
        let is_record = returns.starts_with("record");
        let arguments =
            if is_record { format!("{arguments}{out}") } else { (*arguments).to_owned() };
        let (returns, strict) = match returns.strip_suffix(" STRICT") {
            Some(rest) => (rest, "STRICT"),
            None => (*returns, ""),
        };
        let is_value = !is_record && !returns.starts_with("SETOF") && !returns.starts_with("TABLE");
        let from = if is_value { "" } else { "* FROM " };
        format!(
            "CREATE FUNCTION rowsets_{function}({arguments}) RETURNS {returns} LANGUAGE C {strict} AS '{library}';
             SELECT {from}rowsets_{function}({values})"
        )
    }
}

/// Both outputs, and whether all went well.
fn said(output: &Output) -> (String, String, bool) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.success())
}

#[test]
fn sets_and_rows_are_those_that_sql_gives() {
    let Some(installed) = needs::postgres17() else { return };
    assert!(needs::psql().is_some());
    let server = Server::start(&installed, &[]);
    for include in cc::includes() {
        let dir = readable_dir();
        let library = module_for_server("rowsets", &include, dir.path());
        let mut host = Host::new("");
        host.add_module("rowsets", &include);
        host.start();
        for case in CASES {
            // One transaction, which leaves nothing.
            let sql = format!("BEGIN; {}; ROLLBACK", case.sql(library.to_str().unwrap()));
            let inside = said(&server.psql("postgres", &sql));
            let function = format!("rowsets_{}", case.function);
            let all: Vec<&str> =
                ["rowsets", &function].iter().chain(case.outside).copied().collect();
            let outside = said(&host.command("call", &all));
            assert_eq!(outside, inside, "{}", case.sql("library"));
        }
    }
}

#[test]
fn what_is_wrong_with_a_result_is_told() {
    let mut host = Host::new("");
    host.add_module("rowsets", &cc::includes()[0]);
    host.start();
    for (returns, message) in [
        ("SETOF (n)", "a column needs a name and a type: \"n\""),
        ("SETOF ()", "a column needs a name and a type: \"\""),
        ("(a int4, \"b int4)", "a column needs a name and a type: \"\"b int4\""),
        ("(a point)", "type \"point\" cannot be used in a call"),
        ("SETOF void", "there are no sets of void"),
    ] {
        let output = host.command("call", &["rowsets", "rowsets_rows", "--returns", returns]);
        let (_, said, _) = said(&output);
        assert!(said.starts_with(&format!("ERROR:  {message}")), "{returns}: {said}");
    }
}
