//! Rows of results and rows of one's own: `tuples` has their form, `types` what pg_type says of their
//! columns, `records` their descriptions, `receiver` who else may get them, `functions` the server's functions on their values,
//! `catalog` single values of the server's catalogs, `stores` rows kept for later, and `shapes` what a called function returns.
//! Runs in: worker.

pub(crate) mod catalog;
pub(crate) mod functions;
pub(crate) mod receiver;
pub(crate) mod records;
pub(crate) mod shapes;
pub(crate) mod stores;
pub(crate) mod tuples;
pub(crate) mod types;
