//! Rows of results and rows of one's own: `tuples` has their form, `types` what pg_type says of their
//! columns, `records` their descriptions, `receiver` who else may get them, `functions` the server's functions on their values, and
//! `catalog` single values of the server's catalogs.
//! Runs in: worker.

pub(crate) mod catalog;
pub(crate) mod functions;
pub(crate) mod receiver;
pub(crate) mod records;
pub(crate) mod tuples;
pub(crate) mod types;
