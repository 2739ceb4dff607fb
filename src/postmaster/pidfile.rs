#![forbid(unsafe_code)]
//! `postmaster.pid`: which postmaster runs in a data directory, and how far it is.
//! Runs in: postmaster.
//!
//! The file is locked (flock) as long as the postmaster lives, so a file that was left behind is
//! told from a live one whatever process has its pid now. Lines: pid, data directory, start time
//! (Unix seconds), state.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use crate::error::{Report, SqlState};
use crate::sys::reason::{of_io, reason};

use super::files::{fatal, identity, remove_at_exit};

/// How often a lock is tried again, and after which pause.
const LOCK_TRIES: u32 = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// What the state line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Starting,
    Ready,
    Stopping,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Stopping => "stopping",
        }
    }
}

/// The locked file.
pub(super) struct PidFile {
    file: Flock<File>,
    head: String,
}

impl PidFile {
    /// Makes and locks the file in `dir`.
    ///
    /// # Errors
    /// Another postmaster runs there, or the file cannot be written.
    pub(super) fn create(dir: &Path, start_time: i64) -> Result<Self, Report> {
        let path = dir.join("postmaster.pid");
        let shown = path.display().to_string();
        let cannot = |what: &str, e: &std::io::Error| {
            fatal(format!("could not {what} lock file \"{shown}\": {}", of_io(e)))
        };
        let file = loop {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false).mode(0o600);
            let file = options.open(&path).map_err(|e| cannot("open", &e))?;
            let file = lock(file).map_err(|(file, errno)| locked(file, errno, dir, &shown))?;
            // Another postmaster may have removed the file between the two steps.
            let here = file.metadata().map_err(|e| cannot("read", &e))?;
            if identity(&path) == Some((here.dev(), here.ino())) {
                break file;
            }
        };
        let head = format!("{}\n{}\n{start_time}\n", std::process::id(), dir.display());
        let mut this = Self { file, head };
        this.write(State::Starting).map_err(|e| cannot("write", &e))?;
        remove_at_exit(&path);
        Ok(this)
    }

    /// Says how far the postmaster is. A failure is not worth dying for.
    pub(super) fn write(&mut self, state: State) -> std::io::Result<()> {
        let text = format!("{}{}\n", self.head, state.word());
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(text.as_bytes())?;
        self.file.set_len(u64::try_from(text.len()).unwrap_or(0))
    }

    /// Its descriptor, which children close.
    pub(super) fn fd(&self) -> RawFd {
        self.file.as_raw_fd()
    }
}

/// Locks the file. Somebody may just be looking whether it is locked, for an instant.
fn lock(mut file: File) -> Result<Flock<File>, (File, Errno)> {
    let mut tries = 0;
    loop {
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Err((unlocked, Errno::EWOULDBLOCK)) if tries < LOCK_TRIES => file = unlocked,
            result => return result,
        }
        tries += 1;
        std::thread::sleep(LOCK_PAUSE);
    }
}

fn locked(mut file: File, errno: Errno, dir: &Path, shown: &str) -> Report {
    if errno != Errno::EWOULDBLOCK {
        return fatal(format!("could not lock file \"{shown}\": {}", reason(errno)));
    }
    let mut text = String::new();
    let _read = file.read_to_string(&mut text);
    let pid = text.lines().next().unwrap_or("unknown");
    fatal(format!("lock file \"{shown}\" already exists"))
        .with_sqlstate(SqlState::new(*b"F0001"))
        .with_hint(format!(
            "Is another postmaster (PID {pid}) running in data directory \"{}\"?",
            dir.display()
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_postmaster_is_told_of_the_first_and_a_stale_file_is_taken() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(dir.path().join("postmaster.pid"), "1\nstale\n").expect("written");
        let mut first = PidFile::create(dir.path(), 5).expect("a stale file does not matter");
        first.write(State::Ready).expect("written");
        let Err(report) = PidFile::create(dir.path(), 6) else { panic!("two postmasters") };
        let hint = String::from_utf8(report.hint.unwrap_or_default()).expect("ASCII");
        assert!(hint.contains(&format!("(PID {})", std::process::id())), "{hint}");
        let text = std::fs::read_to_string(dir.path().join("postmaster.pid")).expect("there");
        assert_eq!(text.lines().nth(3), Some("ready"));
        super::super::files::remove_files(0, 0);
        assert!(!dir.path().join("postmaster.pid").exists());
    }
}
