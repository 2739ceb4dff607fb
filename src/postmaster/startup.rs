#![forbid(unsafe_code)]
//! From a data directory to a running postmaster, and its last steps.
//! Runs in: postmaster.

use std::os::fd::{IntoRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollFlags};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::stat::{Mode, umask};

use crate::abi::variables::{
    DataDir, IsPostmasterEnvironment, MaxBackends, MyProcPid, MyStartTime, TopMemoryContext,
    pg_global_prng_state,
};
use crate::cluster;
use crate::dynamic;
use crate::error::{self, Level, Report, Result};
use crate::files::table::remove_left;
use crate::guc::{self, settings};
use crate::loader::Foreseen;
use crate::memory;
use crate::registration::statics;
use crate::shmem::{hooks, requests, segment, server_state};
use crate::sigsafe::{inside, postmaster};
use crate::sys::eager::{self, Learned};
use crate::sys::reason::{of_io, reason};
use crate::sys::{clock, heap, process, random, signals, title};
use crate::time;
use crate::worker::exit;

use super::backends::Backends;
use super::control::{Control, watch};
use super::files::{self, fatal};
use super::helpers::Helpers;
use super::machine::Machine;
use super::messages::say;
use super::pidfile::{self, PidFile};
use super::program::{Program, Start};
use super::reap::Looks;
use super::roster::{Entry, Origin, Roster};
use super::server::Server;
use super::server_state::Database;
use super::spare::Spares;
use super::{event_loop, preload};

/// Room in shared memory for libraries that ask for less than they take.
const ADDIN_SLACK: usize = 1 << 20;

/// Room for the roster, for each worker.
const ROSTER_ROOM: usize = 8192;

/// Runs the postmaster of `data_directory` in this process, which has one thread, until it is
/// told to stop. `arguments` are `NAME=VALUE` settings of the command line. Returns the exit code;
/// exit callbacks have run.
pub(crate) fn run(data_directory: &Path, arguments: &[&[u8]]) -> i32 {
    run_for(data_directory, arguments, None)
}

/// The same for a program that embeds the manager and has forked this process.
pub(crate) fn run_for(
    data_directory: &Path,
    arguments: &[&[u8]],
    mut program: Option<Program>,
) -> i32 {
    let _depth = inside::enter();
    let code = match prepare(data_directory, arguments, &mut program) {
        Ok(mut server) => {
            let _ready = server.pid_file.write(pidfile::State::Ready);
            say(Level::Log, "pgbgw is ready to start background workers");
            if let Some(program) = &server.program {
                program.tell(&Start::Ready(*server.segment.plan()));
            }
            // A program's heap is its own business.
            if server.program.is_none() {
                heap::fill_holes();
                // A worker's first chunk is linked to the newest one, which it copies the page of.
                let _newest = memory::alloc(TopMemoryContext.get(), 1);
            }
            server.run()
        }
        Err(raised) => {
            let mut report = raised.into_report();
            // Nothing survives an error here, as in PostgreSQL.
            report.level = report.level.max(Level::Fatal);
            error::emit(&report);
            if let Some(program) = &program {
                program.tell_failure(&report);
            }
            1
        }
    };
    exit::run_callbacks(code);
    code
}

fn prepare(
    data_directory: &Path,
    arguments: &[&[u8]],
    program: &mut Option<Program>,
) -> Result<Server> {
    become_postmaster()?;
    files::check_user()?;
    let dir = absolute(data_directory)?;
    files::check(&dir)?;
    std::env::set_current_dir(&dir).map_err(|e| {
        let reason = of_io(&e);
        fatal(format!("could not change directory to \"{}\": {reason}", dir.display()))
    })?;
    guc::start(&dir, arguments)?;
    error::destination::open()?;
    let pid_file = PidFile::create(&dir, MyStartTime.get())?;
    remove_left();
    dynamic::begin()?;
    exit::ON_PROC_EXIT.push(Some(dynamic::end), 0)?;
    let dir_bytes = std::os::unix::ffi::OsStrExt::as_bytes(dir.as_os_str());
    DataDir.set(memory::copy_bytes(TopMemoryContext.get(), dir_bytes)?.as_ptr().cast());
    let version = env!("CARGO_PKG_VERSION");
    say(Level::Log, format!("starting pgbgw {version} for PostgreSQL 17 background workers"));
    let plan = cluster::plan(&dir)?;
    if let Some(plan) = &plan {
        settings::set_managed_conninfo(&plan.conninfo);
    }
    preload::load_libraries(program.as_ref())?;
    let places = max_processes(program.as_ref());
    MaxBackends.set(i32::try_from(places).unwrap_or(i32::MAX));
    hooks::request()?;
    let segment = create_segment(program.as_ref())?;
    dynamic::tell(segment);
    hooks::startup()?;
    // Without it children inherit what they need not.
    let _without = memory::apart::create((segment.plan().slots + 1) * ROSTER_ROOM);
    let mut server = assemble(segment, pid_file, &dir)?;
    server.program = program.take();
    server.helpers = Helpers::new(plan);
    enlist(&mut server);
    Ok(server)
}

/// What makes this process a postmaster, whatever started it.
fn become_postmaster() -> Result<()> {
    memory::init()?;
    time::init();
    server_state::create()
        .map_err(|errno| fatal(format!("could not create shared memory: {}", reason(errno))))?;
    exit::ON_PROC_EXIT.push(Some(files::remove_files), 0)?;
    exit::catch_plain_exit();
    report_panics();
    MyProcPid.set(i32::try_from(std::process::id()).unwrap_or(0));
    MyStartTime.set(clock::wall_micros() / 1_000_000);
    IsPostmasterEnvironment.set(true);
    pg_global_prng_state.set(random::seed());
    let _mask = umask(Mode::from_bits_truncate(0o077));
    let _mask = signals::block_all();
    title::claim();
    process::open_standard_descriptors();
    Ok(())
}

/// A panic of ours, here or in a worker, is told in the log's words and then a crash.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = text.unwrap_or("unknown reason");
        let mut report = Report::new(Level::Panic, format!("internal error: {message}"));
        if let Some(at) = panic.location() {
            report = report.with_context(format!("{}:{}", at.file(), at.line()));
        }
        error::emit(&report);
        exit::abort();
    }));
}

fn absolute(dir: &Path) -> Result<PathBuf> {
    // A directory that is not there is reported by `files::check`, under the name that was given.
    std::fs::canonicalize(dir).or_else(|_| std::path::absolute(dir)).map_err(|e| {
        let reason = of_io(&e);
        fatal(format!("could not access directory \"{}\": {reason}", dir.display())).into()
    })
}

/// Processes that may be attached at a time: workers, callers, and the program, which has the last
/// place.
fn max_processes(program: Option<&Program>) -> usize {
    let some = |setting| usize::try_from(setting).unwrap_or(0);
    some(settings::max_worker_processes())
        + some(settings::max_connections())
        + usize::from(program.is_some())
}

fn create_segment(program: Option<&Program>) -> Result<&'static segment::Segment> {
    let slots = usize::try_from(settings::max_worker_processes()).unwrap_or(0);
    let wanted = program.map_or(0, |program| program.shared_memory);
    let addin = requests::bytes().saturating_add(ADDIN_SLACK).saturating_add(wanted);
    let backends = max_processes(program).saturating_sub(slots);
    let lwlocks = requests::lwlocks();
    let locks = settings::max_locks_per_transaction().saturating_mul(slots + backends);
    let dynamic = dynamic::set_aside();
    let plan = segment::Plan { slots, backends, lwlocks, locks, addin, dynamic };
    segment::create(plan).map_err(|errno| {
        fatal(format!("could not create shared memory segment: {}", reason(errno)))
            .with_detail(format!("It would hold {slots} workers and {addin} bytes for libraries."))
            .into()
    })
}

fn assemble(segment: &'static segment::Segment, pid_file: PidFile, dir: &Path) -> Result<Server> {
    let cannot = |what: &'static str| {
        move |errno: Errno| fatal(format!("could not create {what}: {}", reason(errno)))
    };
    let (death, life): (OwnedFd, OwnedFd) =
        nix::unistd::pipe2(OFlag::O_CLOEXEC).map_err(cannot("pipe"))?;
    // Children keep it open as long as they live, so it is never closed here.
    postmaster::remember(MyProcPid.get(), death.into_raw_fd());
    let flags = SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC;
    let signals =
        SignalFd::with_flags(&event_loop::signals(), flags).map_err(cannot("signalfd"))?;
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).map_err(cannot("epoll instance"))?;
    let control = Control::open(dir)?;
    watch(&epoll, &signals, EpollFlags::EPOLLIN).map_err(cannot("event"))?;
    watch(&epoll, control.listener(), EpollFlags::EPOLLIN).map_err(cannot("event"))?;
    let plan = segment.plan();
    let callers = usize::try_from(settings::max_connections()).unwrap_or(0);
    Ok(Server {
        roster: Roster::default(),
        // The lowest place is taken first.
        backends: Backends::with_room((plan.slots..plan.slots + callers).rev()),
        machine: Machine::new(),
        spares: Spares::new().map_err(cannot("pipe"))?,
        helpers: Helpers::new(None),
        looks: Looks::default(),
        database: Database::new(),
        segment,
        epoch: 1,
        culprit: None,
        retired: Vec::new(),
        mains: Foreseen::default(),
        epoll,
        awake: Learned::new(eager::LONGEST),
        signals,
        control,
        pid_file,
        life,
        program: None,
        program_deadline: None,
        exit: None,
    })
}

/// Static workers take the first slots, in the order of their registration.
fn enlist(server: &mut Server) {
    for registered in statics::take_pending() {
        let entry = Entry::new(registered.worker, Origin::Static, registered.library);
        // There are as many slots as workers may be registered.
        if let Err(entry) = server.enlist_static(Box::new(entry)) {
            server.retired.push(*entry);
        }
    }
}
