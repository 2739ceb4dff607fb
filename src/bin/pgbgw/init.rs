#![forbid(unsafe_code)]
//! `pgbgw init`: a new data directory.
//! Runs in: command.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::process::ExitCode;

use nix::unistd::geteuid;

use crate::args::DataDir;
use crate::capi;
use crate::datadir::CONFIG_FILE;
use crate::say::{self, Failure, Outcome, cause};

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    data: DataDir,
}

pub(crate) fn init(options: &Options) -> Outcome {
    if geteuid().is_root() {
        return Err(Failure::from("cannot be run as root")
            .and("Please log in (using, e.g., \"su\") as the (unprivileged) user that will")
            .and("own the server process."));
    }
    let path = options.data.path()?;
    make_folder(&path)?;
    write_config(&path)?;
    let shown = path.display();
    say::line(&format!(
        "Success. The settings are in {shown}/{CONFIG_FILE}. You can now start the server using:\n\n    \
         pgbgw start -D {shown} -l logfile\n"
    ));
    Ok(ExitCode::SUCCESS)
}

/// Makes the folder and those above it, or takes an empty one; either way only for its owner.
fn make_folder(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    let failed = |what: &str, error: &io::Error| {
        Failure::from(format!("could not {what} \"{shown}\": {}", cause(error)))
    };
    match fs::read_dir(path) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(Failure::from(format!(
                    "directory \"{shown}\" exists but is not empty"
                ))
                .and("If you want to create a new data directory, either remove or empty")
                .and(format!("the directory \"{shown}\" or run pgbgw init"))
                .and(format!("with an argument other than \"{shown}\".")));
            }
            fs::set_permissions(path, Permissions::from_mode(0o700))
                .map_err(|error| failed("change permissions of directory", &error))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|error| failed("create directory", &error)),
        Err(error) => Err(failed("access directory", &error)),
    }
}

fn write_config(path: &Path) -> Result<(), Failure> {
    let file = path.join(CONFIG_FILE);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let written = options.open(&file).and_then(|mut out| {
        out.write_all(capi::sample_config().as_bytes())?;
        out.sync_all()
    });
    written.map_err(|error| {
        Failure::from(format!("could not write file \"{}\": {}", file.display(), cause(&error)))
    })
}
