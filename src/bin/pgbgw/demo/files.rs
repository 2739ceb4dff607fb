#![forbid(unsafe_code)]
//! The headers and the examples of the project, as they were when the command was built.
//! Runs in: command.

use std::fs;
use std::io;
use std::path::Path;

/// Paths, as they are in the project, and contents.
const FILES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Writes `include/` and `examples/` into a folder.
pub(super) fn unpack(folder: &Path) -> io::Result<()> {
    for (path, text) in FILES {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_project_come_out() {
        let dir = tempfile::tempdir().unwrap();
        unpack(dir.path()).unwrap();
        for path in ["include/postmaster/bgworker.h", "include/c.h", "examples/heartbeat.c"] {
            let original = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
            assert_eq!(fs::read(dir.path().join(path)).unwrap(), fs::read(original).unwrap());
        }
    }
}
