//! Databases for the workers that ask for one: a connection of libpq stands for the server that a
//! worker of PostgreSQL is part of.
//! Runs in: worker; monitor (link).
//!
//! `libpq` is the library, `session` the process's one connection, `connect` how it is made (with
//! `attempt`, what libpq leaves to its caller), `link` the connection of the monitor,
//! `transaction` and `subtransactions` what StartTransactionCommand and its kin keep, `block` what
//! the server is told of them, `statement` what can be said of an SQL text, `joined` how several are
//! sent, `tuples` the form of rows, `levels` what SPI_connect opens, `spi` what runs in them, `plans`
//! and `cursors` (with `fetching`) statements that are kept, `portals` what they run in.

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
mod joined;
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
