//! A postmaster of its own for each test, run by an unprivileged user, gone when the test is.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use serde_json::Value;
use tempfile::TempDir;

use super::cc;

/// How long a fact may take to come true. Only a failing test waits as long.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Who runs postmasters when root runs the tests: nobody.
pub(crate) const UNPRIVILEGED: u32 = 65534;

/// Waits for a fact.
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + DEADLINE;
    loop {
        if let Some(fact) = look() {
            return fact;
        }
        assert!(Instant::now() < until, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The command and the library, where the unprivileged user can read them.
fn binaries() -> &'static Path {
    static BINARIES: OnceLock<TempDir> = OnceLock::new();
    // Statics are not dropped.
    extern "C" fn remove() {
        if let Some(dir) = BINARIES.get() {
            drop(fs::remove_dir_all(dir.path()));
        }
    }
    let dir = BINARIES.get_or_init(|| {
        // SAFETY: a function of this program, without arguments.
        assert_eq!(unsafe { libc::atexit(remove) }, 0);
        let dir = readable_dir();
        let to = |name: &str| dir.path().join(name);
        fs::copy(env!("CARGO_BIN_EXE_pgbgw"), to("pgbgw")).unwrap();
        fs::copy(cc::library_dir().join("libpgbgw.so"), to("libpgbgw.so")).unwrap();
        dir
    });
    dir.path()
}

/// A temporary folder that everybody can enter.
pub(crate) fn readable_dir() -> TempDir {
    let dir = tempfile::Builder::new().prefix("pgbgw-test-").tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

/// The module `c_tests/modules/NAME.c`, compiled once in each test program for each set of headers.
pub(crate) fn compiled(name: &str, include: &Path) -> Arc<[u8]> {
    type Key = (String, PathBuf);
    static COMPILED: Mutex<BTreeMap<Key, Arc<[u8]>>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let module = compiled.entry((name.to_owned(), include.to_owned())).or_insert_with(|| {
        let source = cc::root().join(format!("c_tests/modules/{name}.c"));
        let dir = readable_dir();
        let out = dir.path().join("module.so");
        cc::compile_module(&source, &out, include).unwrap_or_else(|error| panic!("{error}"));
        fs::read(out).unwrap().into()
    });
    Arc::clone(module)
}

/// Gives a file or a folder to the user who runs postmasters.
pub(crate) fn give(path: &Path) {
    if geteuid().is_root() {
        chown(path, Some(UNPRIVILEGED), Some(UNPRIVILEGED)).unwrap();
    }
}

/// `pgbgw` with these arguments, as the user who runs postmasters.
pub(crate) fn pgbgw<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(binaries().join("pgbgw"));
    command.args(args).env("LC_ALL", "C").env("TZ", "UTC").stdin(Stdio::null());
    as_the_user(&mut command);
    command
}

/// Has a command run as the user who runs postmasters.
pub(crate) fn as_the_user(command: &mut Command) {
    if geteuid().is_root() {
        command.uid(UNPRIVILEGED).gid(UNPRIVILEGED);
    }
}

/// A data directory, modules to load from, and a postmaster once it is started.
pub(crate) struct Host {
    root: TempDir,
    postmaster: Option<Child>,
}

impl Host {
    /// A data directory with `conf` as its configuration. Modules are looked for in
    /// [`Self::modules`].
    pub(crate) fn new(conf: &str) -> Self {
        let root = readable_dir();
        let this = Self { root, postmaster: None };
        for dir in [this.modules(), this.data(), this.scratch()] {
            fs::create_dir(&dir).unwrap();
        }
        fs::set_permissions(this.data(), fs::Permissions::from_mode(0o700)).unwrap();
        let conf = format!("pgbgw.libdir = '{}'\n{conf}\n", this.modules().display());
        fs::write(this.data().join("pgbgw.conf"), conf).unwrap();
        for path in [this.data(), this.data().join("pgbgw.conf"), this.scratch()] {
            give(&path);
        }
        this
    }

    /// Where `$libdir` points.
    pub(crate) fn modules(&self) -> PathBuf {
        self.root.path().join("lib")
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    /// A folder that workers can write to.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.root.path().join("scratch")
    }

    /// The log of the postmaster and its workers, over all starts.
    pub(crate) fn log_path(&self) -> PathBuf {
        self.root.path().join("log")
    }

    /// Compiles `c_tests/modules/NAME.c` with the headers in `include` and puts it into
    /// [`Self::modules`].
    pub(crate) fn add_module(&self, name: &str, include: &Path) {
        let out = self.modules().join(format!("{name}.so"));
        fs::write(&out, &*compiled(name, include)).unwrap();
        fs::set_permissions(out, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Adds lines to the configuration.
    pub(crate) fn append_conf(&self, lines: &str) {
        let path = self.data().join("pgbgw.conf");
        let conf = fs::read_to_string(&path).unwrap();
        fs::write(path, format!("{conf}\n{lines}\n")).unwrap();
    }

    /// Starts the postmaster in the foreground and waits until it is ready.
    pub(crate) fn start(&mut self) {
        self.spawn();
        self.wait_until_ready();
    }

    /// Starts the postmaster and does not wait.
    pub(crate) fn spawn(&mut self) {
        self.spawn_with(|_| {});
    }

    /// [`Self::spawn`] with a change to the command.
    pub(crate) fn spawn_with(&mut self, change: impl FnOnce(&mut Command)) {
        let mut command = pgbgw(["run".as_ref(), "-D".as_ref(), self.data().as_os_str()]);
        change(&mut command);
        self.spawn_command(command);
    }

    /// [`Self::spawn`] as the child of a tool that looks at it: `tool` and its arguments.
    pub(crate) fn spawn_under<S: AsRef<OsStr>>(&mut self, tool: &[S]) {
        let run = pgbgw(["run".as_ref(), "-D".as_ref(), self.data().as_os_str()]);
        let (program, arguments) = tool.split_first().unwrap();
        let mut command = Command::new(program);
        command.args(arguments).arg(run.get_program()).args(run.get_args());
        command.env("LC_ALL", "C").env("TZ", "UTC").stdin(Stdio::null());
        as_the_user(&mut command);
        self.spawn_command(command);
    }

    fn spawn_command(&mut self, mut command: Command) {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log_path()).unwrap();
        command.stdout(Stdio::null()).stderr(log);
        // SAFETY: prctl is async-signal-safe. Whatever ends this program ends the postmaster too.
        unsafe {
            command.pre_exec(|| {
                nix::sys::prctl::set_pdeathsig(Signal::SIGQUIT).map_err(std::io::Error::from)
            });
        }
        self.postmaster = Some(command.spawn().unwrap());
    }

    /// Waits until a postmaster that was spawned is ready.
    pub(crate) fn wait_until_ready(&mut self) {
        wait_for("a ready postmaster", || {
            if let Some(status) = self.postmaster.as_mut().unwrap().try_wait().unwrap() {
                panic!("the postmaster ended, {status}:\n{}", self.log());
            }
            self.state().filter(|state| state == "ready")
        });
    }

    /// The state line of the pid file.
    fn state(&self) -> Option<String> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        text.lines().nth(3).map(str::to_owned)
    }

    /// The postmaster's pid.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.postmaster.as_ref().unwrap().id()).unwrap())
    }

    /// Sends the postmaster a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
    }

    /// Waits until the postmaster has ended.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut child = self.postmaster.take().unwrap();
        wait_for("the postmaster's end", || child.try_wait().unwrap())
    }

    /// Sends a signal and waits for the end; the exit code.
    pub(crate) fn stop(&mut self, signal: Signal) -> Option<i32> {
        self.signal(signal);
        self.wait().code()
    }

    /// Ends the postmaster, if it runs, without any ado.
    pub(crate) fn kill(&mut self) {
        if let Some(child) = &mut self.postmaster {
            let _gone = child.kill();
        }
    }

    /// What was logged so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log_path()).unwrap_or_default()).into_owned()
    }

    /// Waits until the log has `text`; the log then.
    pub(crate) fn wait_for_log(&self, text: &str) -> String {
        self.wait_for_log_count(text, 1)
    }

    /// Waits until the log has `text` so many times; the log then.
    pub(crate) fn wait_for_log_count(&self, text: &str, count: usize) -> String {
        let until = Instant::now() + DEADLINE;
        loop {
            let log = self.log();
            if log.matches(text).count() >= count {
                return log;
            }
            assert!(Instant::now() < until, "waited in vain for {count} x {text:?} in\n{log}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Runs `pgbgw VERB -D DATA ARGS`.
    pub(crate) fn command(&self, verb: &str, args: &[&str]) -> Output {
        let data = self.data();
        let all = [verb, "-D", data.to_str().unwrap()].into_iter().chain(args.iter().copied());
        pgbgw(all).output().unwrap()
    }

    /// `pgbgw ps --json`.
    pub(crate) fn ps(&self) -> Vec<Value> {
        let output = self.command("ps", &["--json"]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The row of `ps` for a worker.
    pub(crate) fn worker(&self, name: &str) -> Option<Value> {
        self.ps().into_iter().find(|row| row["name"] == name)
    }

    /// Waits until a worker runs; its pid.
    pub(crate) fn running(&self, name: &str) -> Pid {
        wait_for(&format!("worker {name} to run"), || {
            let row = self.worker(name).filter(|row| row["state"] == "running")?;
            Some(Pid::from_raw(i32::try_from(row["pid"].as_i64()?).ok()?))
        })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let Some(mut child) = self.postmaster.take() else { return };
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap());
        let _gone = kill(pid, Signal::SIGQUIT);
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until && matches!(child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(5));
        }
        // Its workers die with it.
        let _gone = child.kill();
        let _gone = child.wait();
        if std::thread::panicking() {
            eprintln!("--- log of the postmaster:\n{}---", self.log());
        }
    }
}
