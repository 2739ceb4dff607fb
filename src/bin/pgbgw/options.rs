#![forbid(unsafe_code)]
//! postmaster.opts: how the server was started, for `pgbgw restart`.
//! Runs in: command.
//!
//! NUL-terminated texts: the process id of the server, then `-l`, the log, and `-c`, a setting,
//! each as often as it was given.

use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::args::Settings;
use crate::start::How;

fn path(directory: &Path) -> PathBuf {
    directory.join("postmaster.opts")
}

/// Writes down how the server with this process id was started.
pub(crate) fn write(directory: &Path, pid: u32, how: &How) -> io::Result<()> {
    let mut text = pid.to_string().into_bytes();
    text.push(0);
    let mut add = |option: &[u8], value: &OsStr| {
        text.extend([option, b"\0", value.as_bytes(), b"\0"].concat());
    };
    if let Some(log) = &how.log {
        // A restart may happen in another folder.
        add(b"-l", std::path::absolute(log)?.as_os_str());
    }
    for setting in &how.settings.settings {
        add(b"-c", setting);
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path(directory))?.write_all(&text)
}

/// How the server was started last; if it is running, only what is known of that one.
pub(crate) fn read(directory: &Path, running: Option<i32>) -> How {
    let bytes = fs::read(path(directory)).unwrap_or_default();
    let mut texts = bytes.split(|c| *c == 0).map(OsStr::from_bytes);
    let pid = texts.next().and_then(OsStr::to_str).and_then(|pid| pid.parse::<i32>().ok());
    let mut how = How { log: None, settings: Settings { settings: Vec::new() } };
    if running.is_some() && running != pid {
        return how;
    }
    while let (Some(option), Some(value)) = (texts.next(), texts.next()) {
        match option.as_bytes() {
            b"-l" => how.log = Some(PathBuf::from(value)),
            b"-c" => how.settings.settings.push(OsString::from(value)),
            _ => {}
        }
    }
    how
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let settings = vec![OsString::from("a=b c\n'd'"), OsStr::from_bytes(b"e=\xff").into()];
        let how = How { log: Some("/x/log".into()), settings: Settings { settings } };
        write(dir.path(), 42, &how).unwrap();
        for running in [None, Some(42)] {
            let read = read(dir.path(), running);
            assert_eq!(read.log, how.log);
            assert_eq!(read.settings.settings, how.settings.settings);
        }
        assert!(read(dir.path(), Some(43)).settings.settings.is_empty());
        assert!(read(Path::new("/nonexistent"), None).log.is_none());
    }
}
