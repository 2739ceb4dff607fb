#![forbid(unsafe_code)]
//! The installed programs of PostgreSQL.
//! Runs in: postmaster.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Level, Report, Result, SqlState};
use crate::guc::settings;

use super::{OLDEST, PREFERRED};

/// Where distributions put the programs of each major version: before and after its number.
const PLACES: [(&str, &str, &str); 2] =
    [("/usr/lib/postgresql", "", "bin"), ("/usr", "pgsql-", "bin")];
/// Where PostgreSQL's own installation puts them.
const OWN_PLACE: &str = "/usr/local/pgsql/bin";

const INSTALL: &str = "Install the PostgreSQL server (on Debian and Ubuntu the package \
                       postgresql-17, or postgresql), or set \"pgbgw.postgres_bindir\" to the \
                       folder of initdb and postgres.";

/// The folder with initdb and postgres. `made_by` is the major version of a cluster that exists.
///
/// # Errors
/// FATAL: there is none that serves.
pub(super) fn find(made_by: Option<u32>) -> Result<PathBuf> {
    let given = settings::postgres_bindir();
    let is_given = !given.is_empty();
    let folders = if is_given { vec![PathBuf::from(OsStr::from_bytes(&given))] } else { places() };
    let found: Vec<(PathBuf, u32)> = folders
        .iter()
        .filter_map(|folder| Some((folder.clone(), major_version(folder)?)))
        .collect();
    if let Some(best) = best(&found, made_by) {
        return Ok(best.to_owned());
    }
    let looked: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    let message = match made_by {
        Some(version) if !found.is_empty() || !is_given => format!(
            "could not find the programs of PostgreSQL {version}, which has made the database cluster"
        ),
        _ => format!("could not find the programs of PostgreSQL {OLDEST} or later"),
    };
    let report = Report::new(Level::Fatal, message).with_sqlstate(SqlState::UNDEFINED_FILE);
    let detail = format!("Looked for initdb and postgres in {}.", looked.join(", "));
    Err(report.with_detail(detail).with_hint(INSTALL).into())
}

/// The folders to look in, in the order of their worth.
fn places() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> =
        std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    for (parent, prefix, below) in PLACES {
        let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut versions: Vec<u32> =
            names.filter_map(|name| name.strip_prefix(prefix)?.parse().ok()).collect();
        versions.sort_unstable_by(|a, b| b.cmp(a));
        let place = |version| Path::new(parent).join(format!("{prefix}{version}")).join(below);
        folders.extend(versions.into_iter().map(place));
    }
    folders.push(OWN_PLACE.into());
    folders
}

/// The one that fits the cluster; for a new one the preferred version, or the highest.
fn best(found: &[(PathBuf, u32)], made_by: Option<u32>) -> Option<&Path> {
    let fits = |(_, version): &&(PathBuf, u32)| match made_by {
        Some(made_by) => *version == made_by,
        None => *version >= OLDEST,
    };
    let worth = |version: u32| (version == PREFERRED, version);
    let mut best: Option<&(PathBuf, u32)> = None;
    for one in found.iter().filter(fits) {
        if best.is_none_or(|best| worth(one.1) > worth(best.1)) {
            best = Some(one);
        }
    }
    best.map(|(folder, _)| folder.as_path())
}

/// The major version of the programs in a folder, if both are there.
fn major_version(folder: &Path) -> Option<u32> {
    let postgres = folder.join("postgres");
    if !folder.join("initdb").is_file() || !postgres.is_file() {
        return None;
    }
    let mut command = Command::new(postgres);
    command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null());
    let said = command.output().ok().filter(|output| output.status.success())?;
    parse_version(&String::from_utf8_lossy(&said.stdout))
}

/// Of `postgres (PostgreSQL) 17.10 (Debian 17.10-1)`, or `18beta1`.
fn parse_version(said: &str) -> Option<u32> {
    let (_, version) = said.split_once(") ")?;
    let end = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(parse_version("postgres (PostgreSQL) 17.10 (Debian 17.10-1)\n"), Some(17));
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_version("something else"), None);
    }

    #[test]
    fn the_version_of_the_cluster_counts_then_17_then_the_highest() {
        let found = |versions: &[u32]| -> Vec<(PathBuf, u32)> {
            versions.iter().map(|version| (format!("/{version}").into(), *version)).collect()
        };
        let all = found(&[13, 15, 17, 18]);
        assert_eq!(best(&all, None), Some(Path::new("/17")));
        assert_eq!(best(&all, Some(15)), Some(Path::new("/15")));
        assert_eq!(best(&all, Some(16)), None);
        assert_eq!(best(&found(&[15, 16]), None), Some(Path::new("/16")));
        assert_eq!(best(&found(&[13]), None), None);
        let twice = [("/first".into(), 17), ("/second".into(), 17)];
        assert_eq!(best(&twice, None), Some(Path::new("/first")));
    }
}
