#![forbid(unsafe_code)]
//! Asking a running postmaster through its control socket.
//! Runs in: command.

use std::env;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::args::DataDir;
use crate::protocol::{self, Refused, Row};
use crate::say::{Failure, cause};

const SOCKET: &str = ".s.pgbgw";
/// The postmaster answers at once, unless it is stopped or swapped out.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks and returns the lines of the answer.
pub(crate) fn ask(data: &DataDir, verb: &str, arguments: &[&str]) -> Result<Vec<Row>, Failure> {
    let directory = data.existing()?;
    let request = protocol::request(verb, arguments);
    let answer = exchange(&directory, request.as_bytes())
        .map_err(|error| unreachable(&directory, &error))?;
    if answer.is_empty() {
        return Err(Failure::from("the server hung up: only the user that runs it may ask it"));
    }
    protocol::reply(&String::from_utf8_lossy(&answer)).map_err(refused)
}

/// What the postmaster said no to, as psql would show it.
pub(crate) fn refused(refused: Refused) -> Failure {
    match refused {
        Refused::Error { message, hint, .. } => {
            let failure = Failure::bare(format!("ERROR:  {message}"));
            match hint {
                Some(hint) => failure.and(format!("HINT:  {hint}")),
                None => failure,
            }
        }
        Refused::Garbled => Failure::from("the server's answer cannot be understood"),
    }
}

/// Asks for a process of the postmaster's own, which answers on the stream as long as it takes.
pub(crate) fn call(data: &DataDir, request: &[u8]) -> Result<UnixStream, Failure> {
    let directory = data.existing()?;
    send(&directory, request).map_err(|error| unreachable(&directory, &error))
}

fn unreachable(directory: &Path, error: &io::Error) -> Failure {
    let shown = directory.display();
    let gone = [io::ErrorKind::NotFound, io::ErrorKind::ConnectionRefused];
    Failure::from(if gone.contains(&error.kind()) {
        format!("no server running in \"{shown}\"")
    } else {
        format!("could not ask the server in \"{shown}\": {}", cause(error))
    })
}

/// Sends a request; the answer comes on the stream. Connects by a relative path: the path of a
/// socket holds 108 bytes only.
fn send(directory: &Path, request: &[u8]) -> io::Result<UnixStream> {
    env::set_current_dir(directory)?;
    let mut stream = UnixStream::connect(SOCKET)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(request)?;
    stream.shutdown(Shutdown::Write)?;
    Ok(stream)
}

fn exchange(directory: &Path, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = send(directory, request)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}
