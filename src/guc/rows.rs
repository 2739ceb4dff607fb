#![forbid(unsafe_code)]
//! The rows of the built-in settings.
//! Runs in: any process.

use core::ffi::c_int;

use super::builtin::{Builtin, Group, Row};
use super::settings;
use super::types::{Context, EnumOption};
use crate::abi::dsm::{DSM_IMPL_MMAP, DSM_IMPL_POSIX};
use crate::abi::elog as level;
use crate::abi::guc::{
    GUC_DISALLOW_IN_FILE, GUC_IS_NAME, GUC_LIST_INPUT, GUC_NOT_IN_SAMPLE, GUC_SUPERUSER_ONLY,
    GUC_UNIT_KB, GUC_UNIT_MB, GUC_UNIT_MS, GUC_UNIT_S,
};
use crate::abi::variables;

/// More workers than this have no room in PostgreSQL's numbers of processes.
const MAX_BACKENDS: c_int = 0x3_FFFF;
/// Most MB of shared memory that are set aside, as in PostgreSQL.
const MAX_MEGABYTES: c_int = c_int::MAX;
/// A size in kB whose bytes still fit a C `long`.
const MAX_KILOBYTES: c_int = c_int::MAX;

static MESSAGE_LEVELS: [EnumOption; 13] = [
    EnumOption::shown(c"debug5", level::DEBUG5),
    EnumOption::shown(c"debug4", level::DEBUG4),
    EnumOption::shown(c"debug3", level::DEBUG3),
    EnumOption::shown(c"debug2", level::DEBUG2),
    EnumOption::shown(c"debug1", level::DEBUG1),
    EnumOption::hidden(c"debug", level::DEBUG2),
    EnumOption::shown(c"info", level::INFO),
    EnumOption::shown(c"notice", level::NOTICE),
    EnumOption::shown(c"warning", level::WARNING),
    EnumOption::shown(c"error", level::ERROR),
    EnumOption::shown(c"log", level::LOG),
    EnumOption::shown(c"fatal", level::FATAL),
    EnumOption::shown(c"panic", level::PANIC),
];

static VERBOSITIES: [EnumOption; 3] = [
    EnumOption::shown(c"terse", settings::TERSE),
    EnumOption::shown(c"default", settings::DEFAULT),
    EnumOption::shown(c"verbose", settings::VERBOSE),
];

static ON_LIBRARY_ERROR: [EnumOption; 2] =
    [EnumOption::shown(c"stop", settings::STOP), EnumOption::shown(c"skip", settings::SKIP)];

static DATABASES: [EnumOption; 2] = [
    EnumOption::shown(c"external", settings::EXTERNAL),
    EnumOption::shown(c"managed", settings::MANAGED),
];

static DYNAMIC_KINDS: [EnumOption; 2] =
    [EnumOption::shown(c"posix", DSM_IMPL_POSIX), EnumOption::shown(c"mmap", DSM_IMPL_MMAP)];

static WORKER_ROLES: [EnumOption; 2] = [
    EnumOption::shown(c"login", settings::LOGIN),
    EnumOption::shown(c"set_role", settings::SET_ROLE),
];

pub(crate) static ROWS: &[Row] = &[
    Row {
        name: c"shared_preload_libraries",
        context: Context::Postmaster,
        flags: 0,
        group: Group::Libraries,
        description: c"Libraries to load at start, separated by commas",
        value: Builtin::Text(c"", &settings::SHARED_PRELOAD_LIBRARIES),
    },
    Row {
        name: c"dynamic_library_path",
        context: Context::Suset,
        flags: 0,
        group: Group::Libraries,
        description: c"Folders where libraries without a path are looked for",
        value: Builtin::Text(c"$libdir", &settings::DYNAMIC_LIBRARY_PATH),
    },
    Row {
        name: c"pgbgw.libdir",
        context: Context::Postmaster,
        flags: 0,
        group: Group::Libraries,
        description: c"The folder that $libdir stands for",
        value: Builtin::Text(c"/usr/lib/postgresql/17/lib", &settings::LIBDIR),
    },
    Row {
        name: c"pgbgw.on_library_error",
        context: Context::Postmaster,
        flags: 0,
        group: Group::Libraries,
        description: c"What a library that cannot be loaded does to the start: stop, or skip it",
        value: Builtin::Enum(settings::STOP, &ON_LIBRARY_ERROR, &settings::ON_LIBRARY_ERROR),
    },
    Row {
        name: c"max_worker_processes",
        context: Context::Postmaster,
        flags: 0,
        group: Group::Workers,
        description: c"How many workers can be registered at a time",
        value: Builtin::Int {
            boot: 8,
            min: 0,
            max: MAX_BACKENDS,
            at: &variables::max_worker_processes,
        },
    },
    Row {
        name: c"dynamic_shared_memory_type",
        context: Context::Postmaster,
        flags: 0,
        group: Group::Workers,
        description: c"What dynamic shared memory is made of: posix, or files of the data directory",
        value: Builtin::Enum(
            DSM_IMPL_POSIX,
            &DYNAMIC_KINDS,
            &variables::dynamic_shared_memory_type,
        ),
    },
    Row {
        name: c"min_dynamic_shared_memory",
        context: Context::Postmaster,
        flags: GUC_UNIT_MB,
        group: Group::Workers,
        description: c"Dynamic shared memory that is set aside at start",
        value: Builtin::Int {
            boot: 0,
            min: 0,
            max: MAX_MEGABYTES,
            at: &variables::min_dynamic_shared_memory,
        },
    },
    Row {
        name: c"max_parallel_workers",
        context: Context::Userset,
        flags: 0,
        group: Group::Workers,
        description: c"How many of them can be of the parallel class",
        value: Builtin::Int {
            boot: 8,
            min: 0,
            max: 1024,
            at: &variables::max_parallel_workers,
        },
    },
    Row {
        name: c"max_connections",
        context: Context::Postmaster,
        flags: 0,
        group: Group::Workers,
        description: c"How many callers (pgbgw call) can be served at a time",
        value: Builtin::Int { boot: 100, min: 1, max: MAX_BACKENDS, at: &variables::MaxConnections },
    },
    Row {
        name: c"max_locks_per_transaction",
        context: Context::Postmaster,
        flags: 0,
        group: Group::Workers,
        description: c"How many locks (LockAcquire) each worker or caller has, on average",
        value: Builtin::Int {
            boot: 64,
            min: 10,
            max: c_int::MAX,
            at: &variables::max_locks_per_xact,
        },
    },
    Row {
        name: c"deadlock_timeout",
        context: Context::Suset,
        flags: GUC_UNIT_MS,
        group: Group::Workers,
        description: c"How long to wait for a lock before looking for a deadlock",
        value: Builtin::Int { boot: 1000, min: 1, max: c_int::MAX, at: &variables::DeadlockTimeout },
    },
    Row {
        name: c"lock_timeout",
        context: Context::Userset,
        flags: GUC_UNIT_MS,
        group: Group::Workers,
        description: c"How long to wait for a lock at most; 0: as long as it takes",
        value: Builtin::Int { boot: 0, min: 0, max: c_int::MAX, at: &variables::LockTimeout },
    },
    Row {
        name: c"log_lock_waits",
        context: Context::Suset,
        flags: 0,
        group: Group::Log,
        description: c"Tell of each wait for a lock that is longer than deadlock_timeout",
        value: Builtin::Bool(false, &variables::log_lock_waits),
    },
    Row {
        name: c"restart_after_crash",
        context: Context::Sighup,
        flags: 0,
        group: Group::Workers,
        description: c"Start again after a worker crashed",
        value: Builtin::Bool(true, &settings::RESTART_AFTER_CRASH),
    },
    Row {
        name: c"pgbgw.restart_backoff",
        context: Context::Sighup,
        flags: 0,
        group: Group::Workers,
        description: c"Start a worker that ends early again and again after ever longer delays",
        value: Builtin::Bool(false, &settings::RESTART_BACKOFF),
    },
    Row {
        name: c"pgbgw.restart_max_delay",
        context: Context::Sighup,
        flags: GUC_UNIT_S,
        group: Group::Workers,
        description: c"The longest of these delays",
        value: Builtin::Int { boot: 60, min: 1, max: 86_400, at: &settings::RESTART_MAX_DELAY },
    },
    Row {
        name: c"pgbgw.healthy_after",
        context: Context::Sighup,
        flags: GUC_UNIT_S,
        group: Group::Workers,
        description: c"Who has run that long has not ended early",
        value: Builtin::Int { boot: 60, min: 1, max: 86_400, at: &settings::HEALTHY_AFTER },
    },
    Row {
        name: c"pgbgw.start_limit",
        context: Context::Sighup,
        flags: 0,
        group: Group::Workers,
        description: c"Give a worker up after so many early ends in a row, 0 for never",
        value: Builtin::Int { boot: 0, min: 0, max: 1_000_000, at: &settings::START_LIMIT },
    },
    Row {
        name: c"pgbgw.spare_processes",
        context: Context::Sighup,
        flags: 0,
        group: Group::Workers,
        description: c"Keep processes ready for the next workers, once one was started while the manager ran",
        value: Builtin::Bool(true, &settings::SPARE_PROCESSES),
    },
    Row {
        name: c"pgbgw.conninfo",
        context: Context::Postmaster,
        flags: GUC_SUPERUSER_ONLY,
        group: Group::Database,
        description: c"The server that workers are connected to, as libpq is told; empty: libpq's defaults",
        value: Builtin::Text(settings::NO_SERVER, &settings::CONNINFO),
    },
    Row {
        name: c"pgbgw.database",
        context: Context::Postmaster,
        flags: 0,
        group: Group::Database,
        description: c"external: the server of pgbgw.conninfo; managed: one of pgbgw's own, in the data directory",
        value: Builtin::Enum(settings::EXTERNAL, &DATABASES, &settings::DATABASE),
    },
    Row {
        name: c"pgbgw.postgres_bindir",
        context: Context::Postmaster,
        flags: 0,
        group: Group::Database,
        description: c"The folder of initdb and postgres for a managed database; empty: looked for",
        value: Builtin::Text(c"", &settings::POSTGRES_BINDIR),
    },
    Row {
        name: c"pgbgw.server_check_interval",
        context: Context::Sighup,
        flags: GUC_UNIT_MS,
        group: Group::Database,
        description: c"How often the server is asked for its state, and tried when it is away",
        value: Builtin::Int {
            boot: 10_000,
            min: 100,
            max: 86_400_000,
            at: &settings::SERVER_CHECK_INTERVAL,
        },
    },
    Row {
        name: c"pgbgw.worker_role",
        context: Context::Sighup,
        flags: 0,
        group: Group::Database,
        description: c"How a worker becomes the user that it asks for: login, or set_role",
        value: Builtin::Enum(settings::LOGIN, &WORKER_ROLES, &settings::WORKER_ROLE),
    },
    Row {
        name: c"log_min_messages",
        context: Context::Suset,
        flags: 0,
        group: Group::Log,
        description: c"The least that is logged: debug5 to debug1, info, notice, warning, error, log, fatal, panic",
        value: Builtin::Enum(level::WARNING, &MESSAGE_LEVELS, &variables::log_min_messages),
    },
    Row {
        name: c"log_line_prefix",
        context: Context::Sighup,
        flags: 0,
        group: Group::Log,
        description: c"Starts each line: %m time with milliseconds, %p process id, %b type of worker",
        value: Builtin::Text(settings::LOG_LINE_PREFIX_DEFAULT, &settings::LOG_LINE_PREFIX),
    },
    Row {
        name: c"log_destination",
        context: Context::Sighup,
        flags: GUC_LIST_INPUT,
        group: Group::Log,
        description: c"How the log is written: stderr, jsonlog, or both separated by a comma",
        value: Builtin::Checked(
            settings::LOG_DESTINATION_DEFAULT,
            &settings::LOG_DESTINATION,
            settings::check_log_destination,
            settings::assign_log_destination,
        ),
    },
    Row {
        name: c"pgbgw.log_file",
        context: Context::Postmaster,
        flags: 0,
        group: Group::Log,
        description: c"The log goes to this file, or to standard error; JSON goes to one that ends in .json",
        value: Builtin::Text(c"", &settings::LOG_FILE),
    },
    Row {
        name: c"track_activities",
        context: Context::Suset,
        flags: 0,
        group: Group::Workers,
        description: c"Whether processes show what they do",
        value: Builtin::Bool(true, &variables::pgstat_track_activities),
    },
    Row {
        name: c"log_error_verbosity",
        context: Context::Suset,
        flags: 0,
        group: Group::Log,
        description: c"How much of a report is written: terse, default, verbose",
        value: Builtin::Enum(settings::DEFAULT, &VERBOSITIES, &variables::Log_error_verbosity),
    },
    Row {
        name: c"log_min_error_statement",
        context: Context::Suset,
        flags: 0,
        group: Group::Log,
        description: c"The least report that is written with the statement that a worker runs",
        value: Builtin::Enum(level::ERROR, &MESSAGE_LEVELS, &variables::log_min_error_statement),
    },
    Row {
        name: c"log_timezone",
        context: Context::Sighup,
        flags: 0,
        group: Group::Log,
        description: c"The time zone of times in the log; empty: the system's",
        value: Builtin::Checked(
            c"",
            &settings::LOG_TIMEZONE,
            settings::check_time_zone,
            settings::assign_log_timezone,
        ),
    },
    Row {
        name: c"work_mem",
        context: Context::Userset,
        flags: GUC_UNIT_KB,
        group: Group::ForExtensions,
        description: c"Only for extensions that read it",
        value: Builtin::Int { boot: 4096, min: 64, max: MAX_KILOBYTES, at: &variables::work_mem },
    },
    Row {
        name: c"maintenance_work_mem",
        context: Context::Userset,
        flags: GUC_UNIT_KB,
        group: Group::ForExtensions,
        description: c"Only for extensions that read it",
        value: Builtin::Int {
            boot: 65536,
            min: 1024,
            max: MAX_KILOBYTES,
            at: &variables::maintenance_work_mem,
        },
    },
    Row {
        name: c"application_name",
        context: Context::Userset,
        flags: GUC_IS_NAME | GUC_NOT_IN_SAMPLE,
        group: Group::Workers,
        description: c"What a worker calls itself",
        value: Builtin::Exported(c"", &variables::application_name),
    },
    Row {
        name: c"config_file",
        context: Context::Internal,
        flags: GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
        group: Group::Workers,
        description: c"The file that the settings are read from",
        value: Builtin::Exported(c"", &variables::ConfigFileName),
    },
    Row {
        name: c"data_directory",
        context: Context::Internal,
        flags: GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
        group: Group::Workers,
        description: c"The data directory",
        value: Builtin::Text(c"", &settings::DATA_DIRECTORY),
    },
];
