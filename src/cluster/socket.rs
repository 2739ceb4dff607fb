#![forbid(unsafe_code)]
//! Where clients meet the cluster: a socket that only this user can get at.
//! Runs in: postmaster.

use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use crate::error::{Level, Report, Result, SqlState};
use crate::sys::reason::of_io;

/// The port, which only names the socket.
pub(super) const PORT: u16 = 5432;
/// Bytes of a socket's path.
const MOST: usize = 107;

/// The folder of the socket: the data directory, or a private folder elsewhere if its path is too
/// long for a socket, or has characters in it that the server's setting would take for others.
///
/// # Errors
/// FATAL: the private folder cannot be made, or is not private.
pub(super) fn folder(data: &Path) -> Result<PathBuf> {
    if fits(data) {
        return Ok(data.to_owned());
    }
    let failed = |shown: &Path, why: String| -> Report {
        let shown = shown.display();
        let message = format!("could not use \"{shown}\" for the database server's socket: {why}");
        Report::new(Level::Fatal, message)
    };
    let of_data = std::fs::metadata(data).map_err(|e| failed(data, of_io(&e)))?;
    let user = nix::unistd::geteuid().as_raw();
    // Always the same one for the same data directory.
    let name = format!("pgbgw-{user}-{:x}-{:x}", of_data.dev(), of_data.ino());
    let folder = runtime_folder(user).join(name);
    match DirBuilder::new().mode(0o700).create(&folder) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(failed(&folder, of_io(&e)).into()),
        Ok(()) | Err(_) if is_private(&folder, user) => Ok(folder),
        Ok(()) | Err(_) => {
            let report = failed(&folder, "it is not a folder of this user's alone".into());
            let hint = "Remove it, or set XDG_RUNTIME_DIR to a folder of this user.";
            Err(report
                .with_sqlstate(SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE)
                .with_hint(hint)
                .into())
        }
    }
}

fn fits(folder: &Path) -> bool {
    let text = folder.as_os_str().as_encoded_bytes();
    let plain = |b: &u8| b.is_ascii_graphic() && !b"'\",\\".contains(b) || *b == b' ' || *b >= 0x80;
    text.len() + "/.s.PGSQL.".len() + PORT.to_string().len() <= MOST
        && text.iter().all(plain)
        && !text.ends_with(b" ")
}

fn runtime_folder(user: u32) -> PathBuf {
    let named = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let usable = |folder: &PathBuf| is_private(folder, user) && fits(&folder.join("x".repeat(50)));
    named.filter(usable).unwrap_or_else(|| "/tmp".into())
}

/// Is it a folder, no link, that only this user can enter?
fn is_private(folder: &Path, user: u32) -> bool {
    std::fs::symlink_metadata(folder)
        .is_ok_and(|meta| meta.is_dir() && meta.uid() == user && meta.mode() & 0o077 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_socket_fits_or_not() {
        assert!(fits(Path::new("/var/lib/pgbgw/data")));
        assert!(fits(&Path::new("/").join("x".repeat(92))));
        assert!(!fits(&Path::new("/").join("x".repeat(93))));
        for odd in ["/a,b", "/a'b", "/a\"b", "/a\\b", "/a\nb", "/a "] {
            assert!(!fits(Path::new(odd)), "{odd}");
        }
    }

    #[test]
    fn a_long_path_gets_a_private_folder_and_a_foreign_one_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("y".repeat(100));
        std::fs::create_dir(&data).unwrap();
        let found = folder(&data).unwrap();
        assert!(fits(&found));
        assert_eq!(std::fs::metadata(&found).unwrap().mode() & 0o777, 0o700);
        assert_eq!(folder(&data).unwrap(), found, "the same again");
        std::fs::set_permissions(&found, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(folder(&data).is_err());
        std::fs::remove_dir(&found).unwrap();
    }
}
