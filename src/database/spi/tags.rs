#![forbid(unsafe_code)]
//! What PostgreSQL calls a statement: its command tag.
//! Runs in: worker.

use crate::database::statement::{Kind, Statement, first_words};

/// Words between a statement's first one and what it is about.
const NOISE: [&str; 14] = [
    "OR",
    "REPLACE",
    "TEMP",
    "TEMPORARY",
    "UNLOGGED",
    "LOCAL",
    "GLOBAL",
    "RECURSIVE",
    "UNIQUE",
    "TRUSTED",
    "PROCEDURAL",
    "CONSTRAINT",
    "DEFAULT",
    "CONCURRENTLY",
];

/// Objects whose names have several words.
const LONG: [&[&str]; 11] = [
    &["MATERIALIZED", "VIEW"],
    &["EVENT", "TRIGGER"],
    &["FOREIGN", "TABLE"],
    &["FOREIGN", "DATA", "WRAPPER"],
    &["ACCESS", "METHOD"],
    &["USER", "MAPPING"],
    &["TEXT", "SEARCH", "CONFIGURATION"],
    &["TEXT", "SEARCH", "DICTIONARY"],
    &["TEXT", "SEARCH", "PARSER"],
    &["TEXT", "SEARCH", "TEMPLATE"],
    &["OPERATOR", "CLASS"],
];

/// The tag of a statement.
pub(in crate::database) fn of(statement: Statement<'_>) -> String {
    match statement.kind {
        Kind::Writing(word) | Kind::WritingQuery(word) => return word.to_owned(),
        Kind::Query => return "SELECT".to_owned(),
        Kind::Into => return "SELECT INTO".to_owned(),
        Kind::TransactionControl
        | Kind::ClientCopy
        | Kind::Procedure
        | Kind::Setting
        | Kind::Other => {}
    }
    let words = first_words(statement.text, 12);
    let words: Vec<String> =
        words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["CREATE" | "ALTER" | "DROP", ..] => of_definition(&words),
        ["TRUNCATE", ..] => "TRUNCATE TABLE".to_owned(),
        ["LOCK", ..] => "LOCK TABLE".to_owned(),
        ["DECLARE", ..] => "DECLARE CURSOR".to_owned(),
        ["CLOSE", ..] => "CLOSE CURSOR".to_owned(),
        ["REFRESH", ..] => "REFRESH MATERIALIZED VIEW".to_owned(),
        ["SET", "CONSTRAINTS", ..] => "SET CONSTRAINTS".to_owned(),
        ["END", ..] => "COMMIT".to_owned(),
        ["ABORT", ..] => "ROLLBACK".to_owned(),
        ["START", ..] => "START TRANSACTION".to_owned(),
        ["SECURITY", ..] => "SECURITY LABEL".to_owned(),
        ["IMPORT", ..] => "IMPORT FOREIGN SCHEMA".to_owned(),
        ["PREPARE", "TRANSACTION", ..] => "PREPARE TRANSACTION".to_owned(),
        ["REASSIGN", ..] => "REASSIGN OWNED".to_owned(),
        [first, ..] => (*first).to_owned(),
        [] => String::new(),
    }
}

/// The tag of CREATE, ALTER, DROP.
fn of_definition(words: &[&str]) -> String {
    let Some((verb, rest)) = words.split_first() else { return String::new() };
    let rest: Vec<&str> = rest.iter().copied().skip_while(|word| NOISE.contains(word)).collect();
    if *verb == "CREATE" && rest.first() == Some(&"TABLE") && rest.contains(&"AS") {
        return "CREATE TABLE AS".to_owned();
    }
    let long = LONG.into_iter().find(|long| rest.starts_with(long));
    let name = match long {
        Some(long) => long.join(" "),
        // Users and groups are roles.
        None => match rest.first() {
            Some(&("USER" | "GROUP")) => "ROLE".to_owned(),
            first => first.copied().unwrap_or_default().to_owned(),
        },
    };
    format!("{verb} {name}")
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::database::statement::split;

    #[test]
    fn tags_are_postgresqls() {
        for (text, tag) in [
            (
                "create or replace function f() returns int language sql as 'select 1'",
                "CREATE FUNCTION",
            ),
            ("CREATE TEMP TABLE t (a int)", "CREATE TABLE"),
            ("CREATE UNLOGGED TABLE t AS SELECT 1", "CREATE TABLE AS"),
            ("DROP MATERIALIZED VIEW v", "DROP MATERIALIZED VIEW"),
            ("CREATE UNIQUE INDEX i ON t (a)", "CREATE INDEX"),
            ("truncate t", "TRUNCATE TABLE"),
            ("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "INSERT"),
            ("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", "SELECT"),
            ("select * from t for no key update", "SELECT FOR NO KEY UPDATE"),
            ("SELECT 1 INTO t", "SELECT INTO"),
            ("VACUUM t", "VACUUM"),
            ("create user u", "CREATE ROLE"),
        ] {
            assert_eq!(of(*split(text.as_bytes()).first().unwrap()), tag, "{text}");
        }
    }
}
