#![forbid(unsafe_code)]
//! An attempt to connect: what libpq leaves to its caller when nothing may block, which is the
//! time that each host has (`connect_timeout`) and the way to the next one when it is over.
//! Runs in: worker; monitor.

use core::ffi::CStr;
use core::time::Duration;
use std::ffi::CString;
use std::net::ToSocketAddrs as _;

use crate::sys::clock::Instant;

use crate::database::libpq::{Connection, Host, Poll};

/// The shortest time that a host has, as libpq has it.
const LEAST: Duration = Duration::from_secs(2);
const ADDRESSES: [&CStr; 3] = [c"host", c"hostaddr", c"port"];

/// Keywords of libpq and their values; a later one of the same name is the one that counts.
pub(in crate::database) type Options = Vec<(&'static CStr, CString)>;

/// A connection that is being made.
pub(crate) struct Attempt {
    connection: Connection,
    options: Options,
    next: Poll,
    /// How long each address has.
    patience: Option<Duration>,
    /// The address that is tried, and until when.
    host: Host,
    deadline: Option<Instant>,
    /// What is to be said of hosts that did not answer in time.
    words: Vec<u8>,
    /// Nobody else is left to be tried: the words are all.
    is_over: bool,
}

impl Attempt {
    /// Begins. `default` is the time that each address has where the options say nothing of it.
    ///
    /// # Errors
    /// Why libpq cannot be used.
    pub(in crate::database) fn start(
        options: Options,
        default: Option<Duration>,
    ) -> Result<Self, String> {
        let connection = Connection::start(&options)?;
        let [given] = connection.options([c"connect_timeout"]);
        let given = core::str::from_utf8(&given).ok();
        let given = given.and_then(|text| text.trim().parse::<i32>().ok());
        let patience = match given {
            Some(seconds) if seconds > 0 => {
                Some(Duration::from_secs(seconds.unsigned_abs().into()).max(LEAST))
            }
            Some(_) => None,
            None => default,
        };
        let mut this = Self {
            next: Poll::Failed,
            host: Host::default(),
            deadline: None,
            words: Vec::new(),
            is_over: false,
            connection,
            options,
            patience,
        };
        this.begin();
        Ok(this)
    }

    /// libpq: the first thing to wait for is that the socket can be written to.
    fn begin(&mut self) {
        self.next = if self.connection.is_bad() { Poll::Failed } else { Poll::Writable };
        self.host = Host::default();
        self.look_at_host();
    }

    /// Another address has the whole time again.
    fn look_at_host(&mut self) {
        let host = self.connection.host();
        if host != self.host {
            self.host = host;
            self.deadline = self.patience.map(|patience| Instant::now() + patience);
        }
    }

    /// What is to be waited for, on [`Self::socket`] and until [`Self::deadline`].
    pub(in crate::database) fn next(&self) -> Poll {
        self.next
    }

    pub(in crate::database) fn socket(&self) -> i32 {
        self.connection.socket()
    }

    pub(in crate::database) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// What was waited for has come.
    pub(in crate::database) fn go_on(&mut self) {
        self.next = self.connection.poll();
        self.look_at_host();
    }

    /// The deadline has come instead: goes on with what is left.
    pub(in crate::database) fn time_out(&mut self) {
        let tried = self.connection.host();
        self.words.extend_from_slice(&self.connection.error_message());
        // libpq has said where already, unless it is an old one.
        if !self.words.ends_with(b" failed: ") {
            self.words.extend_from_slice(&place(&tried));
            self.words.extend_from_slice(b" failed: ");
        }
        self.words.extend_from_slice(b"timeout expired\n");
        self.next = Poll::Failed;
        self.is_over = true;
        let Some(others) = without(&self.connection.options(ADDRESSES), &tried, &resolve) else {
            return;
        };
        for (keyword, value) in ADDRESSES.into_iter().zip(others) {
            self.options.push((keyword, CString::new(value).unwrap_or_default()));
        }
        if let Ok(connection) = Connection::start(&self.options) {
            self.connection = connection;
            self.is_over = false;
            self.begin();
        }
    }

    /// Why it failed.
    pub(in crate::database) fn error_message(&self) -> Vec<u8> {
        let last = if self.is_over { Vec::new() } else { self.connection.error_message() };
        [&*self.words, &last].concat()
    }

    /// The connection, made or not.
    pub(in crate::database) fn into_connection(self) -> Connection {
        self.connection
    }
}

/// libpq's words for a host.
fn place(host: &Host) -> Vec<u8> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (name, port, address) = (text(&host.name), text(&host.port), text(&host.address));
    if name.starts_with(['/', '@']) {
        return format!("connection to server on socket \"{name}/.s.PGSQL.{port}\"").into();
    }
    let more =
        if address.is_empty() || address == name { String::new() } else { format!(" ({address})") };
    format!("connection to server at \"{name}\"{more}, port {port}").into()
}

/// The addresses that a name stands for.
fn resolve(name: &str) -> Vec<String> {
    let found = (name, 0).to_socket_addrs().map(Iterator::collect::<Vec<_>>).unwrap_or_default();
    found.into_iter().map(|address| address.ip().to_string()).collect()
}

/// The lists of hosts, addresses and ports without the address that was tried; none if nothing is
/// left. The name's other addresses stay, one by one.
fn without(
    lists: &[Vec<u8>; 3],
    tried: &Host,
    resolve: &dyn Fn(&str) -> Vec<String>,
) -> Option<[Vec<u8>; 3]> {
    let split = |list: &[u8]| -> Vec<String> {
        let list = String::from_utf8_lossy(list);
        if list.is_empty() { Vec::new() } else { list.split(',').map(str::to_owned).collect() }
    };
    let [names, addresses, ports] = lists;
    let (names, addresses, ports) = (split(names), split(addresses), split(ports));
    let of = |list: &[String], i: usize| list.get(i).cloned().unwrap_or_default();
    let port = |i| if ports.len() == 1 { of(&ports, 0) } else { of(&ports, i) };
    let hosts =
        (0..names.len().max(addresses.len())).map(|i| (of(&names, i), of(&addresses, i), port(i)));
    let mut hosts: Vec<(String, String, String)> = hosts.collect();
    let at = hosts.iter().position(|(name, address, port)| {
        let shown = if name.is_empty() { address } else { name };
        let same_address = address.is_empty() || address.as_bytes() == tried.address;
        let same_port = port.is_empty() || port.as_bytes() == tried.port;
        shown.as_bytes() == tried.name && same_address && same_port
    })?;
    let (name, address, port) = hosts.remove(at);
    if address.is_empty() && !name.starts_with(['/', '@']) {
        let others = resolve(&name).into_iter().filter(|other| other.as_bytes() != tried.address);
        let others = others.map(|other| (name.clone(), other, port.clone()));
        hosts.splice(at..at, others);
    }
    let join = |part: fn(&(String, String, String)) -> &str| {
        hosts.iter().map(part).collect::<Vec<_>>().join(",").into_bytes()
    };
    let lists = [join(|host| &host.0), join(|host| &host.1), join(|host| &host.2)];
    (!hosts.is_empty()).then_some(lists)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, address: &str, port: &str) -> Host {
        let bytes = |text: &str| text.as_bytes().to_vec();
        Host { name: bytes(name), port: bytes(port), address: bytes(address) }
    }

    fn left(lists: [&str; 3], tried: &Host, addresses: &[&str]) -> Option<[String; 3]> {
        let resolve = |_: &str| addresses.iter().map(|&text| text.to_owned()).collect();
        let lists = lists.map(|list| list.as_bytes().to_vec());
        without(&lists, tried, &resolve)
            .map(|lists| lists.map(|list| String::from_utf8(list).unwrap()))
    }

    #[test]
    fn who_did_not_answer_is_not_asked_again() {
        let texts = |lists: [&str; 3]| Some(lists.map(str::to_owned));
        let b = host("b", "10.0.0.2", "5433");
        let found = left(["a,b,c", "", "5432,5433,5434"], &b, &["10.0.0.2"]);
        assert_eq!(found, texts(["a,c", ",", "5432,5434"]));
        let found = left(["a,b", "", "5433"], &b, &["::2", "10.0.0.2"]);
        assert_eq!(found, texts(["a,b", ",::2", "5433,5433"]), "its other address is");
        let found = left(["b", "10.0.0.2", "5433"], &b, &["::2"]);
        assert_eq!(found, None, "the address was given");
        let numbers = host("10.0.0.2", "10.0.0.2", "5432");
        assert_eq!(left(["", "10.0.0.2", "5432"], &numbers, &[]), None);
        assert_eq!(left(["/run", "", ""], &host("/run", "", "5432"), &["x"]), None);
        assert_eq!(left(["a", "", ""], &b, &[]), None, "not one of them");
    }

    #[test]
    fn places_are_told_as_libpq_tells_them() {
        let told = |host: &Host| String::from_utf8(place(host)).unwrap();
        assert_eq!(
            told(&host("/run", "", "5432")),
            "connection to server on socket \"/run/.s.PGSQL.5432\""
        );
        assert_eq!(
            told(&host("b", "10.0.0.2", "1")),
            "connection to server at \"b\" (10.0.0.2), port 1"
        );
        assert_eq!(
            told(&host("10.0.0.2", "10.0.0.2", "1")),
            "connection to server at \"10.0.0.2\", port 1"
        );
    }
}
