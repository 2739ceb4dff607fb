//! The connection to the server: `libpq` is the library, `session` the process's one connection,
//! `connect` how it is made (with `attempt`, what libpq leaves to its caller), `joined` how several
//! commands are sent at once, `answer` what comes back, `reports` what the server says of it, `link`
//! the connection of the monitor.
//! Runs in: worker, backend; monitor (link).

pub(in crate::database) mod answer;
pub(in crate::database) mod attempt;
pub(in crate::database) mod connect;
pub(in crate::database) mod joined;
pub(in crate::database) mod libpq;
pub(in crate::database) mod link;
pub(in crate::database) mod reports;
pub(in crate::database) mod session;
