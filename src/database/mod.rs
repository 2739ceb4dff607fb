//! Databases for the workers that ask for one: a connection of libpq stands for the server that a
//! worker of PostgreSQL is part of.
//! Runs in: worker; monitor (link).
//!
//! `libpq` is the library, `session` the process's one connection, `connect` how it is made (with
//! `attempt`, what libpq leaves to its caller), `link` the connection of the monitor,
//! `transaction` what StartTransactionCommand and its kin keep, `statement` what can be said of an
//! SQL text, `tuples` the form of rows, `spi` the levels of SPI and what runs in them,
//! `portals` what they run in.

mod answer;
mod attempt;
mod block;
pub(crate) mod blocks;
pub(crate) mod callbacks;
pub(crate) mod catalog;
mod connect;
pub(crate) mod cursors;
pub(crate) mod endings;
pub(crate) mod fetching;
pub(crate) mod functions;
pub(crate) mod levels;
mod libpq;
mod link;
pub(crate) mod notify;
pub(crate) mod parameters;
pub(crate) mod plans;
pub(crate) mod portals;
pub(crate) mod records;
mod reports;
mod session;
pub(crate) mod snapshots;
pub(crate) mod spi;
mod statement;
pub(crate) mod subtransactions;
mod tags;
pub(crate) mod transaction;
pub(crate) mod tuples;
pub(crate) mod types;
pub(crate) mod xids;

pub(crate) use connect::{Wanted, connect, connect_now, connect_when_needed};
pub(crate) use libpq::Parameter;
pub(crate) use link::{Heard, Link, Next};
pub(crate) use session::{
    database_name, database_oid, namespace_oid, role_name, role_oid, type_name, user, who,
};
