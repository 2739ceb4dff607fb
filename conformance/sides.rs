//! The two servers: PostgreSQL 17 and pgbgw, each with the module preloaded, started the same way.
//! Runs in: tests.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::common::host::{as_the_user, give, pgbgw, readable_dir, wait_for};
use crate::common::server::Server;
use crate::probes::Probe;

/// How long a fact may take to come true. Only a failing probe waits as long.
const DEADLINE: Duration = Duration::from_secs(20);

/// A server that is started, and its folder.
pub(crate) struct Side {
    is_postgresql: bool,
    root: TempDir,
    command: Command,
    postmaster: Option<Child>,
    /// How the postmaster ended, once it has.
    ended: Option<String>,
    in_vain: Option<String>,
    /// The server that workers of pgbgw connect to.
    _server: Option<Server>,
}

impl Side {
    /// PostgreSQL, not started yet.
    pub(crate) fn postgresql(probe: &Probe, module: &[u8], installed: &Path) -> Self {
        let root = prepared(probe, module);
        let data = root.path().join("data");
        copy(&cluster(installed), &data);
        let socket = root.path().display();
        // One worker of PostgreSQL's own less; the rest is to start fast.
        let own = format!(
            "listen_addresses = ''\nunix_socket_directories = '{socket}'\nfsync = off\n\
             shared_buffers = 1MB\nautovacuum = off\nwal_level = minimal\nmax_wal_senders = 0\n\
             max_logical_replication_workers = 0\nlog_timezone = 'UTC'\ntimezone = 'UTC'\n"
        );
        add(&data.join("postgresql.conf"), &format!("{own}{}", conf(&root, probe)));
        let mut command = Command::new(installed.join("bin/postgres"));
        command.arg("-D").arg(&data).env("LC_ALL", "C").env("TZ", "UTC").stdin(Stdio::null());
        as_the_user(&mut command);
        Self::new(root, command, true, None)
    }

    /// pgbgw, not started yet; with a server to connect to, if the probe needs one.
    pub(crate) fn pgbgw(probe: &Probe, module: &[u8], installed: &Path) -> Self {
        let root = prepared(probe, module);
        let data = root.path().join("data");
        fs::create_dir(&data).unwrap();
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
        let server = probe.database.then(|| Server::start(installed, &[]));
        let conninfo = server.as_ref().map_or_else(String::new, |server| {
            format!("pgbgw.conninfo = 'host={} user=postgres'\n", server.socket().display())
        });
        add(&data.join("pgbgw.conf"), &format!("{conninfo}{}", conf(&root, probe)));
        give(&data);
        let command = pgbgw(["run".as_ref(), "-D".as_ref(), data.as_os_str()]);
        Self::new(root, command, false, server)
    }

    fn new(root: TempDir, command: Command, is_postgresql: bool, server: Option<Server>) -> Self {
        Self {
            is_postgresql,
            root,
            command,
            postmaster: None,
            ended: None,
            in_vain: None,
            _server: server,
        }
    }

    /// Starts the postmaster and does not wait.
    pub(crate) fn start(&mut self) {
        let log =
            fs::OpenOptions::new().create(true).append(true).open(self.root.path().join("log"));
        self.command.stdout(Stdio::null()).stderr(log.unwrap());
        // SAFETY: prctl is async-signal-safe. Whatever ends this program ends the postmaster too.
        unsafe {
            self.command.pre_exec(|| {
                nix::sys::prctl::set_pdeathsig(Signal::SIGQUIT).map_err(std::io::Error::from)
            });
        }
        self.postmaster = Some(self.command.spawn().unwrap());
    }

    pub(crate) fn name(&self) -> &'static str {
        if self.is_postgresql { "PostgreSQL" } else { "pgbgw" }
    }

    /// The folder of everything.
    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn log(&self) -> String {
        read(&self.root.path().join("log"))
    }

    /// What the module wrote down.
    pub(crate) fn facts(&self) -> String {
        read(&self.root.path().join("out/facts"))
    }

    /// How the postmaster ended: its exit code or signal.
    pub(crate) fn ended(&self) -> Option<&str> {
        self.ended.as_deref()
    }

    /// Waits until the module has written this line, or the log has this text, so many times. In
    /// vain: it is a row of its own.
    pub(crate) fn wait_for(&mut self, text: &str, count: usize) {
        let line = format!("{text}\n");
        let until = Instant::now() + DEADLINE;
        while self.in_vain.is_none() {
            let seen = self.facts().matches(&line).count() + self.log().matches(text).count();
            if seen >= count {
                return;
            }
            if Instant::now() > until {
                self.in_vain = Some(format!("waited in vain for {count} x {text:?}"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What was waited for in vain.
    pub(crate) fn in_vain(&self) -> Option<&str> {
        self.in_vain.as_deref()
    }

    /// Adds a line to the configuration.
    pub(crate) fn append_conf(&self, line: &str) {
        let name = if self.is_postgresql { "postgresql.conf" } else { "pgbgw.conf" };
        add(&self.root.path().join("data").join(name), &format!("{line}\n"));
    }

    /// Sends the postmaster a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let postmaster = self.postmaster.as_ref().expect("it was started");
        kill(Pid::from_raw(i32::try_from(postmaster.id()).unwrap()), signal).unwrap();
    }

    /// Waits for a fact `pid N` and sends that process a signal.
    pub(crate) fn signal_worker(&self, signal: Signal) {
        let pid = wait_for("a worker's pid", || {
            let facts = self.facts();
            let last = facts.lines().filter_map(|line| line.strip_prefix("pid ")).next_back()?;
            last.trim().parse().ok()
        });
        kill(Pid::from_raw(pid), signal).unwrap();
    }

    /// Waits until the postmaster has ended.
    pub(crate) fn wait(&mut self) {
        let Some(mut child) = self.postmaster.take() else { return };
        let until = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                self.ended = Some(status.to_string());
                return;
            }
            if self.in_vain.is_some() || Instant::now() > until {
                self.in_vain.get_or_insert("waited in vain for the postmaster's end".to_owned());
                let _gone =
                    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGQUIT);
                let _gone = child.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until a server has started over after a crash.
    pub(crate) fn wait_for_new_start(&mut self) {
        self.wait_for("all server processes terminated; reinitializing", 1);
        if self.is_postgresql {
            self.wait_for("database system is ready to accept connections", 2);
        }
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        if let Some(child) = &mut self.postmaster {
            let _gone = kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGQUIT);
            let _gone = child.wait();
        }
    }
}

/// The settings that both sides have.
fn conf(root: &TempDir, probe: &Probe) -> String {
    let root = root.path().display();
    let Probe { module, scenario, settings, .. } = probe;
    let scenario = if probe.writes_facts {
        format!("{module}.scenario = '{scenario}'\n{module}.output = '{root}/out/facts'\n")
    } else {
        String::new()
    };
    format!(
        "dynamic_library_path = '{root}/lib'\nshared_preload_libraries = '{module}'\n\
         log_min_messages = debug1\nlog_line_prefix = '%b|%p| '\nlog_error_verbosity = verbose\n{scenario}{settings}\n"
    )
}

/// A folder with the module, and one for its facts.
fn prepared(probe: &Probe, module: &[u8]) -> TempDir {
    let root = readable_dir();
    let (lib, out) = (root.path().join("lib"), root.path().join("out"));
    fs::create_dir(&lib).unwrap();
    fs::create_dir(&out).unwrap();
    give(&out);
    let path = lib.join(format!("{}.so", probe.module));
    fs::write(&path, module).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    give(root.path());
    root
}

/// The data directory of a fresh cluster of PostgreSQL, to be copied.
fn cluster(installed: &Path) -> PathBuf {
    static CLUSTER: OnceLock<Server> = OnceLock::new();
    // Statics are not dropped.
    extern "C" fn remove() {
        if let Some(server) = CLUSTER.get() {
            drop(fs::remove_dir_all(server.socket()));
        }
    }
    let server = CLUSTER.get_or_init(|| {
        // SAFETY: a function of this program, without arguments.
        assert_eq!(unsafe { libc::atexit(remove) }, 0);
        Server::prepare(installed)
    });
    server.data()
}

fn copy(from: &Path, to: &Path) {
    let mut cp = Command::new("cp");
    cp.arg("-a").arg(from).arg(to);
    assert!(cp.status().unwrap().success());
}

fn add(path: &PathBuf, text: &str) {
    let before = read(path);
    fs::write(path, format!("{before}\n{text}")).unwrap();
    give(path);
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}
