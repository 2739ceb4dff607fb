//! Databases for the workers that ask for one: a connection of libpq stands for the server that a
//! worker of PostgreSQL is part of.
//! Runs in: worker.
//!
//! `libpq` is the library, `session` the process's one connection, `connect` how it is made,
//! `transaction` what StartTransactionCommand and its kin keep, `statement` what can be said of an
//! SQL text, `tuples` the form of rows, `spi` the levels of SPI and what runs in them,
//! `portals` what they run in.

mod connect;
mod libpq;
pub(crate) mod portals;
mod reports;
mod session;
pub(crate) mod spi;
mod statement;
pub(crate) mod transaction;
pub(crate) mod tuples;
pub(crate) mod types;

pub(crate) use connect::{Wanted, connect, connect_now, connect_when_needed};
pub(crate) use session::{
    database_name, database_oid, namespace_oid, role_name, role_oid, type_name, user, who,
};
