#![forbid(unsafe_code)]
//! `pgbgw psql`: psql on the database server that workers are connected to.
//! Runs in: command.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::args::DataDir;
use crate::control;
use crate::protocol::field;
use crate::say::{Failure, Outcome, cause};

#[derive(Args)]
#[command(after_help = "\
For example, the tables of a managed database:
  pgbgw psql -D data -- -c '\\d'

psql is the one of the managed server's programs, or the one in PATH. A connection string with a
password in it is not shown to anybody, so psql has to be told itself then.")]
pub(crate) struct Options {
    #[command(flatten)]
    data: DataDir,
    /// What psql is to be told besides
    #[arg(value_name = "ARG", last = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn psql(options: &Options) -> Outcome {
    let rows = control::ask(&options.data, "server", &[])?;
    let of = |key| rows.first().and_then(|row| field(row, key));
    let Some(conninfo) = of("conninfo") else {
        return Err(Failure::from("workers are connected to no database server")
            .and("HINT:  Set \"pgbgw.conninfo\", or \"pgbgw.database\" to \"managed\"."));
    };
    if conninfo == "********" {
        return Err(Failure::from("the connection string has a password in it and is not shown")
            .and("HINT:  Use psql itself, with the value of \"pgbgw.conninfo\"."));
    }
    let own = of("programs").map(|folder| Path::new(folder).join("psql"));
    let program = own.filter(|path| path.is_file()).unwrap_or_else(|| "psql".into());
    let mut command = Command::new(&program);
    if !conninfo.is_empty() {
        command.arg("-d").arg(conninfo);
    }
    let error = command.args(&options.arguments).exec();
    Err(Failure::from(format!("could not run \"{}\": {}", program.display(), cause(&error)))
        .and("HINT:  Debian and Ubuntu have it in the package postgresql-client."))
}
