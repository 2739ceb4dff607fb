#![forbid(unsafe_code)]
//! What built-in settings that are one of some words can be.
//! Runs in: any process.

use crate::abi::dsm::{DSM_IMPL_MMAP, DSM_IMPL_POSIX};
use crate::abi::elog as level;
use crate::guc::settings;
use crate::guc::types::EnumOption;

pub(super) static MESSAGE_LEVELS: [EnumOption; 13] = [
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

pub(super) static VERBOSITIES: [EnumOption; 3] = [
    EnumOption::shown(c"terse", settings::TERSE),
    EnumOption::shown(c"default", settings::DEFAULT),
    EnumOption::shown(c"verbose", settings::VERBOSE),
];

pub(super) static ON_LIBRARY_ERROR: [EnumOption; 2] =
    [EnumOption::shown(c"stop", settings::STOP), EnumOption::shown(c"skip", settings::SKIP)];

pub(super) static DATABASES: [EnumOption; 2] = [
    EnumOption::shown(c"external", settings::EXTERNAL),
    EnumOption::shown(c"managed", settings::MANAGED),
];

pub(super) static DYNAMIC_KINDS: [EnumOption; 2] =
    [EnumOption::shown(c"posix", DSM_IMPL_POSIX), EnumOption::shown(c"mmap", DSM_IMPL_MMAP)];

pub(super) static WORKER_ROLES: [EnumOption; 2] = [
    EnumOption::shown(c"login", settings::LOGIN),
    EnumOption::shown(c"set_role", settings::SET_ROLE),
];
