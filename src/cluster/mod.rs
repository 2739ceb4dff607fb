#![forbid(unsafe_code)]
//! A database cluster of the postmaster's own (`pgbgw.database = managed`): made once in the data
//! directory, from the installed programs of PostgreSQL, and run as a child.
//! Runs in: postmaster (plan); cluster's child.
//!
//! `programs` finds PostgreSQL, `socket` says where clients meet it, `child` is the process that
//! makes the cluster if there is none and then becomes the server.

mod child;
mod programs;
mod socket;

use std::path::{Path, PathBuf};

use crate::error::{Level, Report, Result, SqlState};
use crate::guc::settings;

pub(crate) use child::main;

/// The user that initdb makes, and the database that it begins with.
const SUPERUSER: &str = "postgres";
/// Below the data directory.
const FOLDER: &str = "postgresql";
const LOG: &str = "postgresql.log";
/// The oldest major version that serves.
const OLDEST: u32 = 14;
/// The one whose extensions pgbgw runs: it is preferred for a new cluster.
const PREFERRED: u32 = 17;

/// What the cluster's process is to do.
pub(crate) struct Plan {
    /// Where initdb and postgres are.
    pub(crate) programs: PathBuf,
    /// The cluster's data directory.
    folder: PathBuf,
    /// The server's log.
    pub(crate) log: PathBuf,
    /// The socket's folder.
    socket: PathBuf,
    /// How clients get there, as libpq is told.
    pub(crate) conninfo: String,
}

impl Plan {
    /// The server is gone: so is the folder that was made for its socket, if there was one.
    pub(crate) fn tidy(&self) {
        if self.folder.parent() != Some(&*self.socket) {
            // Whatever is left in it keeps it.
            let _removed = std::fs::remove_dir(&self.socket);
        }
    }
}

/// What the settings want: a plan for a cluster in the data directory `dir`, or none.
///
/// # Errors
/// FATAL: the settings contradict each other, or PostgreSQL is not found.
pub(crate) fn plan(dir: &Path) -> Result<Option<Plan>> {
    if !settings::is_database_managed() {
        return Ok(None);
    }
    if settings::conninfo().is_some() {
        let message = "\"pgbgw.conninfo\" cannot be set when \"pgbgw.database\" is \"managed\"";
        let hint = "Remove one of the two from the configuration.";
        let report = Report::new(Level::Fatal, message).with_sqlstate(SqlState::new(*b"F0000"));
        return Err(report.with_hint(hint).into());
    }
    let folder = dir.join(FOLDER);
    let made_by = std::fs::read_to_string(folder.join("PG_VERSION"));
    let made_by = made_by.ok().and_then(|text| text.trim().parse().ok());
    let programs = programs::find(made_by)?;
    let socket = socket::folder(dir)?;
    let conninfo =
        format!("host={} port={} user={SUPERUSER} dbname=postgres", quoted(&socket), socket::PORT);
    Ok(Some(Plan { programs, log: dir.join(LOG), folder, socket, conninfo }))
}

/// A value of a connection string.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if text.chars().all(plain) {
        return text.into_owned();
    }
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_where_libpq_wants_it() {
        assert_eq!(quoted(Path::new("/a/b-c_d.e")), "/a/b-c_d.e");
        assert_eq!(quoted(Path::new("/a b")), "'/a b'");
        assert_eq!(quoted(Path::new("/it's\\")), "'/it\\'s\\\\'");
    }
}
