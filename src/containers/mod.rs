//! Strings that grow, and lists, in palloc'd memory (stringinfo.h, pg_list.h, ilist.h).
//! Runs in: any process.
//!
//! Their forms are PostgreSQL's, as modules look into them. Functions take C's pointers; a null
//! pointer is the empty list.

pub(crate) mod format;
pub(crate) mod list;
mod nodes;
pub(crate) mod scans;
pub(crate) mod sets;
mod sort;
pub(crate) mod string;
pub(crate) mod table;
pub(crate) mod table_keys;
pub(crate) mod table_search;
pub(crate) mod table_sizes;

pub(crate) use nodes::copy_deep;
pub(crate) use sort::{Comparator, sort};
