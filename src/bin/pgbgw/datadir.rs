#![forbid(unsafe_code)]
//! Finding the data directory.
//! Runs in: command.

use std::env;
use std::io;
use std::path::PathBuf;

use crate::args::DataDir;
use crate::say::{Failure, cause};

/// The file that makes a folder a data directory.
pub(crate) const CONFIG_FILE: &str = "pgbgw.conf";

impl DataDir {
    /// The absolute path of the data directory, which need not exist.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        let given = self.directory.clone();
        let given = given.or_else(|| env::var_os("PGBGW_DATA").map(PathBuf::from));
        let given = given.filter(|path| !path.as_os_str().is_empty()).ok_or_else(|| {
            Failure::from("no data directory specified and environment variable PGBGW_DATA unset")
                .and("Try \"pgbgw --help\" for more information.")
        })?;
        std::path::absolute(&given).map_err(|error| {
            let text = format!("could not resolve path \"{}\"", given.display());
            Failure::from(format!("{text} to absolute form: {}", cause(&error)))
        })
    }

    /// The same, and it exists, can be entered and was made by `init`.
    pub(crate) fn existing(&self) -> Result<PathBuf, Failure> {
        let path = self.path()?;
        let shown = path.display();
        let config = path.join(CONFIG_FILE);
        match path.symlink_metadata().and_then(|_| config.symlink_metadata()) {
            Ok(_) => Ok(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let is_there = path.symlink_metadata().is_ok();
                let failure = Failure::from(if is_there {
                    format!(
                        "directory \"{shown}\" is not a data directory: it has no {CONFIG_FILE}"
                    )
                } else {
                    format!("directory \"{shown}\" does not exist")
                });
                Err(failure.and("Use \"pgbgw init\" to make a data directory."))
            }
            Err(error) => Err(Failure::from(format!(
                "could not access directory \"{shown}\": {}",
                cause(&error)
            ))),
        }
    }
}
