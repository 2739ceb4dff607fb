#![forbid(unsafe_code)]
//! `pgbgw logrotate`: puts the log aside; whoever writes next begins a new file.
//! Runs in: command.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::args::DataDir;
use crate::control;
use crate::protocol::field;
use crate::say::{self, Failure, Outcome, cause};
use crate::times;

pub(crate) fn logrotate(data: &DataDir) -> Outcome {
    let directory = data.existing()?;
    let rows = control::ask(data, "config", &[])?;
    let row = rows.iter().find(|row| field(row, "name") == Some("pgbgw.log_file"));
    let name = row.and_then(|row| field(row, "value")).unwrap_or_default();
    if name.is_empty() {
        return Err(Failure::from("the log of this server goes to standard error, not to a file")
            .and("Start it with -l FILE, or set \"pgbgw.log_file\"."));
    }
    let text = directory.join(name);
    let json = directory.join(format!("{}.json", name.strip_suffix(".log").unwrap_or(name)));
    let mut any = false;
    for file in [text, json] {
        // A pipe or a device is not to be moved.
        if fs::metadata(&file).is_ok_and(|found| found.is_file()) {
            let aside = aside(&file);
            fs::rename(&file, &aside).map_err(|error| {
                let shown = file.display();
                Failure::from(format!("could not rename file \"{shown}\": {}", cause(&error)))
            })?;
            say::line(&format!("server log put aside as \"{}\"", aside.display()));
            any = true;
        }
    }
    if any { Ok(ExitCode::SUCCESS) } else { Err(Failure::from("there is no log file yet")) }
}

/// A name that is free: the file's own with the time, and a number if that is taken.
fn aside(file: &Path) -> PathBuf {
    let now = times::rfc3339(times::now());
    let stamp: String = now.chars().take(19).filter(|c| *c != '-' && *c != ':').collect();
    let with = |tail: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".{stamp}{tail}"));
        PathBuf::from(name)
    };
    let numbered = (1..).map(|number| with(&format!("-{number}")));
    let mut names = std::iter::once(with("")).chain(numbered);
    names.find(|name| !name.exists()).unwrap_or_else(|| with(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_taken_twice() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("log");
        for _ in 0..3 {
            let name = aside(&file);
            assert!(name.to_str().unwrap().starts_with(file.to_str().unwrap()));
            fs::write(&name, "").unwrap();
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
    }
}
