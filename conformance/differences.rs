//! What may differ: which probe's lines, and which line of docs/FIDELITY.md says why.
//! Runs in: tests.

/// A documented difference.
pub(crate) struct Difference {
    /// The probe, `module scenario`; `*` is each.
    probe: &'static str,
    /// A part of the lines that may be on one side only, or differ.
    part: &'static str,
    /// A part of the line in docs/FIDELITY.md.
    pub(crate) line: &'static str,
}

const fn of_probe(probe: &'static str, part: &'static str, line: &'static str) -> Difference {
    Difference { probe, part, line }
}

/// All of them.
pub(crate) const ALL: &[Difference] = &[
    of_probe("types", "types refusal: 0A000", "composites, ranges, geometric types"),
    of_probe("spi_dest", "CONTEXT:  SQL statement", "what a receiver logs has no CONTEXT"),
    of_probe(
        "spi_dest",
        "uses server variables that have no function here",
        "named in a LOG line when a library that imports them is loaded",
    ),
    of_probe("missing", " STOPPED", "a short worker is not taken for one"),
    of_probe("virtual", "fact: synced: ", "`pg_fsync` and what calls it"),
    of_probe("contexts", " total in ", "a chunk counts as a block in `MemoryContextStats`"),
    of_probe("contexts", "Grand total: ", "a chunk counts as a block in `MemoryContextStats`"),
    of_probe(
        "levels",
        "uses server variables that have no function here",
        "named in a LOG line when a library that imports them is loaded",
    ),
    of_probe("areas", "as before ", "of which a large object was the last"),
    of_probe(
        "*",
        "DEBUG:  00000: unregistering background worker",
        "told at DEBUG1 that it is unregistered",
    ),
];

/// The difference that a line of a probe belongs to.
pub(crate) fn of(probe: &str, line: &str) -> Option<&'static Difference> {
    ALL.iter().find(|d| (d.probe == probe || d.probe == "*") && line.contains(d.part))
}
