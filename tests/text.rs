//! Strings, paths and numbers: the same facts as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::facts::the_same_as_in_postgresql;

#[test]
fn what_stands_in_for_the_c_library_does_what_the_servers_does() {
    // PostgreSQL's printf knows neither "#" nor %F and gives up; the rest of the text is lost.
    let better = [
        (
            r#"printf "%d %5d %-5d| %05d %+d %x %X %o %#x", 1, 2, 3, 4, 5, 255, 255, 8, 255: -1 "1     2 3    | 00004 +5 ff FF 10 ""#,
            r#"printf "%d %5d %-5d| %05d %+d %x %X %o %#x", 1, 2, 3, 4, 5, 255, 255, 8, 255: 37 "1     2 3    | 00004 +5 ff FF 10 0xff""#,
        ),
        (
            r#"printf "%g %f %e %G %F %E", NAN, NAN, NAN, NAN, NAN, NAN: -1 "NaN NaN NaN NaN ""#,
            r#"printf "%g %f %e %G %F %E", NAN, NAN, NAN, NAN, NAN, NAN: 23 "NaN NaN NaN NaN NaN NaN""#,
        ),
    ];
    the_same_as_in_postgresql("ports", "", &better);
}

#[test]
fn texts_names_and_numbers_of_sql_are_the_servers() {
    the_same_as_in_postgresql("texts", "", &[]);
}

#[test]
fn lists_are_split_as_the_server_splits_them() {
    the_same_as_in_postgresql("splits", "", &[]);
}

#[test]
fn soft_errors_and_closeness_are_as_in_postgresql() {
    the_same_as_in_postgresql("closer", "", &[]);
}

#[test]
fn folders_users_programs_and_lines_are_as_in_postgresql() {
    the_same_as_in_postgresql("systems", "", &[]);
}
