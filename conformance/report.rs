//! The table: for each probe the rows compared, how many are equal, how many differ as documented, and
//! how many differ otherwise.
//! Runs in: tests.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::differences;
use crate::probes::Probe;

/// What became of one probe.
pub(crate) struct Compared {
    section: &'static str,
    name: String,
    equal: usize,
    documented: usize,
    /// Rows that differ: `-` PostgreSQL's, `+` ours.
    different: Vec<String>,
}

impl Compared {
    pub(crate) fn new(probe: &Probe, theirs: &[String], ours: &[String]) -> Self {
        let name = probe.name();
        let mut this =
            Self { section: probe.section, name, equal: 0, documented: 0, different: Vec::new() };
        assert!(!theirs.is_empty(), "{} did nothing in PostgreSQL", this.name);
        for row in rows(theirs, ours) {
            match row {
                Row::Equal => this.equal += 1,
                Row::Theirs(line) | Row::Ours(line)
                    if differences::of(&this.name, line).is_some() =>
                {
                    this.documented += 1;
                }
                Row::Theirs(line) => this.different.push(format!("- {line}")),
                Row::Ours(line) => this.different.push(format!("+ {line}")),
            }
        }
        this
    }

    /// A side did not come to its end.
    pub(crate) fn failed(probe: &Probe, why: String) -> Self {
        let name = probe.name();
        Self { section: probe.section, name, equal: 0, documented: 0, different: vec![why] }
    }

    /// What is wrong, if anything is.
    pub(crate) fn failure(&self) -> Option<String> {
        let lines = self.different.join("\n");
        (!self.different.is_empty()).then(|| format!("{}:\n{lines}", self.name))
    }
}

enum Row<'a> {
    Equal,
    Theirs(&'a str),
    Ours(&'a str),
}

/// The rows of both in order: a longest common subsequence, and what is left of each.
fn rows<'a>(theirs: &'a [String], ours: &'a [String]) -> Vec<Row<'a>> {
    let (n, m) = (theirs.len(), ours.len());
    let mut lengths = vec![vec![0usize; m + 1]; n + 1];
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            lengths[i][j] = if theirs[i] == ours[j] {
                lengths[i + 1][j + 1] + 1
            } else {
                lengths[i + 1][j].max(lengths[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut rows) = (0, 0, Vec::new());
    while i < n || j < m {
        if i < n && j < m && theirs[i] == ours[j] {
            rows.push(Row::Equal);
            (i, j) = (i + 1, j + 1);
        } else if j == m || i < n && lengths[i + 1][j] >= lengths[i][j + 1] {
            rows.push(Row::Theirs(&theirs[i]));
            i += 1;
        } else {
            rows.push(Row::Ours(&ours[j]));
            j += 1;
        }
    }
    rows
}

/// Shows the table, and writes it where PGBGW_CONFORMANCE_REPORT says.
pub(crate) fn write(all: &[Compared]) {
    let mut text = String::from("| section | probe | rows | equal | documented | otherwise |\n");
    text.push_str("|---|---|---:|---:|---:|---:|\n");
    let (mut equal, mut documented, mut otherwise) = (0, 0, 0);
    for Compared { section, name, equal: e, documented: d, different } in all {
        let o = different.len();
        let rows = e + d + o;
        writeln!(text, "| {section} | {name} | {rows} | {e} | {d} | {o} |").unwrap();
        (equal, documented, otherwise) = (equal + e, documented + d, otherwise + o);
    }
    let rows = equal + documented + otherwise;
    let count = all.len();
    writeln!(text, "| all | {count} probes | {rows} | {equal} | {documented} | {otherwise} |")
        .unwrap();
    // Not println!, which is only shown when a test fails.
    std::io::stdout().write_all(text.as_bytes()).unwrap();
    if let Some(path) = std::env::var_os("PGBGW_CONFORMANCE_REPORT").filter(|path| !path.is_empty())
    {
        std::fs::write(path, text).unwrap();
    }
}
