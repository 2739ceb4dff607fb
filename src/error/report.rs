#![forbid(unsafe_code)]
//! A report: what `ereport` says, as plain owned data.
//! Runs in: any process.

use core::ffi::CStr;
use core::fmt;

/// Severity, `elog.h`'s values and order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub(crate) enum Level {
    Debug5 = 10,
    Debug4 = 11,
    Debug3 = 12,
    Debug2 = 13,
    Debug1 = 14,
    Log = 15,
    LogServerOnly = 16,
    Info = 17,
    Notice = 18,
    Warning = 19,
    WarningClientOnly = 20,
    Error = 21,
    Fatal = 22,
    Panic = 23,
}

impl Level {
    /// The level behind a C `elevel`; what lies outside the enumeration is clamped.
    pub(crate) fn from_c(elevel: i32) -> Self {
        match elevel {
            ..=10 => Self::Debug5,
            11 => Self::Debug4,
            12 => Self::Debug3,
            13 => Self::Debug2,
            14 => Self::Debug1,
            15 => Self::Log,
            16 => Self::LogServerOnly,
            17 => Self::Info,
            18 => Self::Notice,
            19 => Self::Warning,
            20 => Self::WarningClientOnly,
            21 => Self::Error,
            22 => Self::Fatal,
            23.. => Self::Panic,
        }
    }

    /// The word that starts a log line.
    pub(crate) fn word(self) -> &'static str {
        Self::c_word(self as i32).to_str().unwrap_or_default()
    }

    /// The same for a C `elevel`.
    pub(crate) fn c_word(elevel: i32) -> &'static CStr {
        match elevel {
            10..=14 => c"DEBUG",
            15 | 16 => c"LOG",
            17 => c"INFO",
            18 => c"NOTICE",
            19 | 20 => c"WARNING",
            21 => c"ERROR",
            22 => c"FATAL",
            23 => c"PANIC",
            _ => c"???",
        }
    }
}

/// Five characters of SQLSTATE, packed as `MAKE_SQLSTATE` of `elog.h` packs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SqlState(pub(crate) i32);

impl SqlState {
    pub(crate) const SUCCESSFUL_COMPLETION: Self = Self::new(*b"00000");
    pub(crate) const WARNING: Self = Self::new(*b"01000");
    pub(crate) const FEATURE_NOT_SUPPORTED: Self = Self::new(*b"0A000");
    pub(crate) const INVALID_PARAMETER_VALUE: Self = Self::new(*b"22023");
    pub(crate) const SYNTAX_ERROR: Self = Self::new(*b"42601");
    pub(crate) const DUPLICATE_OBJECT: Self = Self::new(*b"42710");
    pub(crate) const UNDEFINED_OBJECT: Self = Self::new(*b"42704");
    pub(crate) const UNDEFINED_FUNCTION: Self = Self::new(*b"42883");
    pub(crate) const UNDEFINED_FILE: Self = Self::new(*b"58P01");
    pub(crate) const INVALID_NAME: Self = Self::new(*b"42602");
    pub(crate) const OBJECT_NOT_IN_PREREQUISITE_STATE: Self = Self::new(*b"55000");
    pub(crate) const CANT_CHANGE_RUNTIME_PARAM: Self = Self::new(*b"55P02");
    pub(crate) const CONFIG_FILE_ERROR: Self = Self::new(*b"F0000");
    pub(crate) const CONFIGURATION_LIMIT_EXCEEDED: Self = Self::new(*b"53400");
    pub(crate) const OUT_OF_MEMORY: Self = Self::new(*b"53200");
    pub(crate) const STATEMENT_TOO_COMPLEX: Self = Self::new(*b"54001");
    pub(crate) const PROGRAM_LIMIT_EXCEEDED: Self = Self::new(*b"54000");
    pub(crate) const PROTOCOL_VIOLATION: Self = Self::new(*b"08P01");
    pub(crate) const CONNECTION_FAILURE: Self = Self::new(*b"08006");
    pub(crate) const QUERY_CANCELED: Self = Self::new(*b"57014");
    pub(crate) const ADMIN_SHUTDOWN: Self = Self::new(*b"57P01");
    pub(crate) const INTERNAL_ERROR: Self = Self::new(*b"XX000");

    /// Packs five of `0-9A-Z`, six bits each, the first lowest.
    pub(crate) const fn new([a, b, c, d, e]: [u8; 5]) -> Self {
        const fn six(byte: u8) -> i32 {
            (byte as i32 - b'0' as i32) & 0x3F
        }
        Self(six(a) | six(b) << 6 | six(c) << 12 | six(d) << 18 | six(e) << 24)
    }

    /// The five characters.
    pub(crate) fn unpack(self) -> [u8; 5] {
        core::array::from_fn(|i| {
            let six = (self.0 >> (6 * i)) & 0x3F;
            u8::try_from(six).unwrap_or(0).wrapping_add(b'0')
        })
    }
}

/// Where in an extension's source a report was made.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) function: Option<Vec<u8>>,
    pub(crate) file: Vec<u8>,
    pub(crate) line: i32,
}

/// What few reports say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct More {
    /// What the log has instead of the detail.
    pub(crate) detail_log: Option<Vec<u8>>,
    /// A character of the statement, counted from 1; 0: none.
    pub(crate) cursor: i32,
    /// A character of the query.
    pub(crate) position: i32,
    /// A query of the server's own.
    pub(crate) query: Option<Vec<u8>>,
    pub(crate) backtrace: Option<Vec<u8>>,
    /// Names of the schema, table, column, data type and constraint that it is about.
    pub(crate) objects: [Option<Vec<u8>>; 5],
    pub(crate) hides_statement: bool,
    pub(crate) hides_context: bool,
}

/// What one report says. Texts are bytes: names may be in any encoding.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) level: Level,
    pub(crate) sqlstate: SqlState,
    pub(crate) message: Vec<u8>,
    pub(crate) detail: Option<Vec<u8>>,
    pub(crate) hint: Option<Vec<u8>>,
    pub(crate) context: Option<Box<[u8]>>,
    pub(crate) place: Option<Box<Place>>,
    pub(crate) more: Option<Box<More>>,
}

impl Report {
    /// A report of any level, with the level's usual SQLSTATE.
    pub(crate) fn new(level: Level, message: impl Into<Vec<u8>>) -> Self {
        let sqlstate = if level >= Level::Error {
            SqlState::INTERNAL_ERROR
        } else if level >= Level::Warning {
            SqlState::WARNING
        } else {
            SqlState::SUCCESSFUL_COMPLETION
        };
        let message = message.into();
        Self {
            level,
            sqlstate,
            message,
            detail: None,
            hint: None,
            context: None,
            place: None,
            more: None,
        }
    }

    /// An ERROR.
    pub(crate) fn error(sqlstate: SqlState, message: impl Into<Vec<u8>>) -> Self {
        Self::new(Level::Error, message).with_sqlstate(sqlstate)
    }

    pub(crate) fn with_sqlstate(mut self, sqlstate: SqlState) -> Self {
        self.sqlstate = sqlstate;
        self
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<Vec<u8>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub(crate) fn with_context(mut self, context: impl Into<Vec<u8>>) -> Self {
        self.context = Some(context.into().into_boxed_slice());
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<Vec<u8>>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:  {}", self.level.word(), String::from_utf8_lossy(&self.message))
    }
}

/// An ERROR (or worse) on its way out, owning its report.
#[derive(Debug)]
pub(crate) struct Raised(Box<Report>);

impl Raised {
    #[cfg(test)]
    pub(crate) fn report(&self) -> &Report {
        &self.0
    }

    pub(crate) fn into_report(self) -> Report {
        *self.0
    }
}

impl From<Report> for Raised {
    fn from(report: Report) -> Self {
        Self(Box::new(report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlstate_packs_like_make_sqlstate() {
        assert_eq!(SqlState::new(*b"01234").0, 67_903_552);
        assert_eq!(SqlState::INVALID_PARAMETER_VALUE.0, 50_856_066);
        assert_eq!(SqlState::ADMIN_SHUTDOWN.0, 16_908_741);
        assert_eq!(&SqlState::ADMIN_SHUTDOWN.unpack(), b"57P01");
    }
}
