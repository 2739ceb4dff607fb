#![forbid(unsafe_code)]
//! What a setting is made of: contexts, sources, kinds and values.
//! Runs in: any process.

use std::borrow::Cow;
use std::ffi::{CStr, CString};

use crate::abi::guc as abi;

/// Who may change a setting, and when: `GucContext` of `utils/guc.h`, its values and order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub(crate) enum Context {
    Internal = abi::PGC_INTERNAL,
    Postmaster = abi::PGC_POSTMASTER,
    Sighup = abi::PGC_SIGHUP,
    SuBackend = abi::PGC_SU_BACKEND,
    Backend = abi::PGC_BACKEND,
    Suset = abi::PGC_SUSET,
    Userset = abi::PGC_USERSET,
}

impl Context {
    /// The context behind a C value, if there is one.
    pub(crate) fn from_c(value: u32) -> Option<Self> {
        const ALL: [Context; 7] = [
            Context::Internal,
            Context::Postmaster,
            Context::Sighup,
            Context::SuBackend,
            Context::Backend,
            Context::Suset,
            Context::Userset,
        ];
        ALL.into_iter().find(|context| *context as u32 == value)
    }
}

/// Where a value came from, later ones beat earlier ones: `GucSource` of `utils/guc.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub(crate) enum Source {
    Default = abi::PGC_S_DEFAULT,
    DynamicDefault = abi::PGC_S_DYNAMIC_DEFAULT,
    EnvVar = abi::PGC_S_ENV_VAR,
    File = abi::PGC_S_FILE,
    Argv = abi::PGC_S_ARGV,
    Global = abi::PGC_S_GLOBAL,
    Database = abi::PGC_S_DATABASE,
    User = abi::PGC_S_USER,
    DatabaseUser = abi::PGC_S_DATABASE_USER,
    Client = abi::PGC_S_CLIENT,
    Override = abi::PGC_S_OVERRIDE,
    Interactive = abi::PGC_S_INTERACTIVE,
    Test = abi::PGC_S_TEST,
    Session = abi::PGC_S_SESSION,
}

impl Source {
    const ALL: [Self; 14] = [
        Self::Default,
        Self::DynamicDefault,
        Self::EnvVar,
        Self::File,
        Self::Argv,
        Self::Global,
        Self::Database,
        Self::User,
        Self::DatabaseUser,
        Self::Client,
        Self::Override,
        Self::Interactive,
        Self::Test,
        Self::Session,
    ];

    /// The source behind a C value, if there is one.
    pub(crate) fn from_c(value: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|source| *source as u32 == value)
    }

    /// The word `pg_settings` has for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Default | Self::DynamicDefault => "default",
            Self::EnvVar => "environment variable",
            Self::File => "configuration file",
            Self::Argv => "command line",
            Self::Global => "global",
            Self::Database => "database",
            Self::User => "user",
            Self::DatabaseUser => "database user",
            Self::Client => "client",
            Self::Override => "override",
            Self::Interactive => "interactive",
            Self::Test => "test",
            Self::Session => "session",
        }
    }
}

/// One word that an enum setting takes; a hidden one is taken but not offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnumOption {
    pub(crate) name: Cow<'static, CStr>,
    pub(crate) value: i32,
    pub(crate) hidden: bool,
}

impl EnumOption {
    pub(crate) const fn shown(name: &'static CStr, value: i32) -> Self {
        Self { name: Cow::Borrowed(name), value, hidden: false }
    }

    pub(crate) const fn hidden(name: &'static CStr, value: i32) -> Self {
        Self { name: Cow::Borrowed(name), value, hidden: true }
    }
}

/// The kind of a setting with its hard-wired default and limits.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Bool {
        boot: bool,
    },
    Int {
        boot: i32,
        min: i32,
        max: i32,
    },
    Real {
        boot: f64,
        min: f64,
        max: f64,
    },
    /// The default may be NULL, a value that is set later may not.
    Text {
        boot: Option<CString>,
    },
    Enum {
        boot: i32,
        options: Cow<'static, [EnumOption]>,
    },
}

impl Kind {
    pub(crate) fn boot(&self) -> Value {
        match self {
            Self::Bool { boot } => Value::Bool(*boot),
            Self::Int { boot, .. } => Value::Int(*boot),
            Self::Real { boot, .. } => Value::Real(*boot),
            Self::Text { boot } => Value::Text(boot.clone()),
            Self::Enum { boot, .. } => Value::Enum(*boot),
        }
    }
}

/// A value, of the kind of its setting.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    Int(i32),
    Real(f64),
    Text(Option<CString>),
    Enum(i32),
}

/// The line of a file that set a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: Vec<u8>,
    pub(crate) line: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_guc_h() {
        assert_eq!(Context::from_c(2), Some(Context::Sighup));
        assert_eq!(Context::from_c(6), Some(Context::Userset));
        assert_eq!(Context::from_c(7), None);
        assert_eq!(Source::from_c(3), Some(Source::File));
        assert_eq!(Source::from_c(13), Some(Source::Session));
        assert_eq!(Source::from_c(14), None);
        assert!(Source::File < Source::Argv);
    }
}
