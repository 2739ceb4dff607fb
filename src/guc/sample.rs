#![forbid(unsafe_code)]
//! The sample configuration: every built-in setting with its default, commented out.
//! Runs in: any process.

use std::fmt::Write as _;

use super::builtin::{Group, Row};
use super::rows::ROWS;
use super::text;
use super::types::{Context, Kind};
use crate::abi::guc::GUC_NOT_IN_SAMPLE;

const HEAD: &str = "\
# pgbgw.conf: the settings of pgbgw, in the syntax of postgresql.conf.
#
# A line is
#
#   name = value
#
# The '=' is optional, a '#' starts a comment. Texts with anything but letters and digits in them
# stand in single quotes. Sizes take the units B, kB, MB, GB and TB, times us, ms, s, min, h and d.
# \"include\", \"include_if_exists\" and \"include_dir\" take in other files.
#
# The lines below show the defaults: take away the '#' to change one, then \"pgbgw reload\", or
# \"pgbgw restart\" where it says so. Settings of extensions are written here as well, under the
# names that the extensions give them: prefix.name = value.
";

/// The text of a new pgbgw.conf.
pub(crate) fn sample() -> String {
    let mut out = String::from(HEAD);
    let groups = [
        (Group::Libraries, "Libraries"),
        (Group::Workers, "Workers"),
        (Group::Database, "Database"),
        (Group::Log, "Log"),
        (Group::ForExtensions, "For extensions to read"),
    ];
    for (group, heading) in groups {
        let _ = write!(out, "\n# {heading}\n# {}\n\n", "-".repeat(heading.len()));
        let shown = |row: &&Row| row.group == group && row.flags & GUC_NOT_IN_SAMPLE == 0;
        for row in ROWS.iter().filter(shown) {
            let _ = writeln!(out, "{}", lines(row));
        }
    }
    out
}

fn lines(row: &Row) -> String {
    let kind = row.kind();
    let value = text::show(&kind, row.flags, &kind.boot(), true);
    let mut value = String::from_utf8_lossy(&value).into_owned();
    if matches!(kind, Kind::Text { .. }) {
        value = format!("'{}'", value.replace('\'', "''"));
    }
    let restart =
        if row.context == Context::Postmaster { " (change requires restart)" } else { "" };
    let (name, description) = (row.name.to_string_lossy(), row.description.to_string_lossy());
    format!("# {description}{restart}\n#{name} = {value}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guc::grammar::{What, entries};

    #[test]
    fn the_sample_sets_nothing_and_shows_every_default() {
        let sample = sample();
        assert!(entries(sample.as_bytes()).is_empty());
        for row in ROWS.iter().filter(|row| row.flags & GUC_NOT_IN_SAMPLE == 0) {
            let name = row.name.to_str().unwrap();
            let line = sample.lines().find(|l| l.starts_with(&format!("#{name} = "))).unwrap();
            let all = entries(&line.as_bytes()[1..]);
            assert!(matches!(all[0].what, What::Setting { .. }), "{line}");
        }
    }
}
