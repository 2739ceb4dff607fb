#![forbid(unsafe_code)]
//! What the library exports under PostgreSQL's names, and what stands behind each.
//! Runs in: any process.

/// How far an exported server name works here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// A function that does what the server's does.
    Implemented,
    /// A function that raises an ERROR naming itself.
    Refused,
    /// A variable with its meaning.
    Variable,
    /// A variable of the right size and initial value that nothing reads or writes.
    Inert,
}

/// One line of `src/exports/symbols.tsv`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerName {
    pub(crate) name: &'static str,
    /// Bytes of a variable, 0 for a function.
    pub(crate) size: usize,
    pub(crate) state: State,
}

include!(concat!(env!("OUT_DIR"), "/names.rs"));

/// The entry of `name`, if the library exports it for extensions.
pub(crate) fn find(name: &[u8]) -> Option<&'static ServerName> {
    let found = NAMES.binary_search_by(|entry| entry.name.as_bytes().cmp(name));
    found.ok().and_then(|index| NAMES.get(index))
}
