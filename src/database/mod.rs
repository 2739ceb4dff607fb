//! Databases for the workers that ask for one: a connection of libpq stands for the server that a
//! worker of PostgreSQL is part of.
//! Runs in: worker; monitor (`connection::link`).
//!
//! `connection` is the way to the server, `transaction` what StartTransactionCommand and its kin
//! keep and what the server is told of it, `spi` statements, plans and cursors, `rows` the form of
//! results.

mod connection;
mod rows;
pub(crate) mod spi;
pub(crate) mod transaction;

use connection::{answer, attempt, connect, joined, libpq, reports, session};
pub(crate) use rows::receiver;
pub(crate) use rows::{catalog, functions, records, shapes, stores, tuples, types};
pub(crate) use spi::{cursors, endings, fetching, levels, parameters, plans, portals};
use spi::{statement, tags};
use transaction::block;
pub(crate) use transaction::{blocks, callbacks, notify, snapshots, subtransactions, xids};

pub(crate) use connection::connect::{
    Wanted, connect, connect_now, connect_when_needed, initialize,
};
pub(crate) use connection::libpq::Parameter;
pub(crate) use connection::link::{Heard, Link, Next};
pub(crate) use connection::session::{
    database_name, database_oid, namespace_oid, role_name, role_oid, type_name, user, who,
};
