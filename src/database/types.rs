#![forbid(unsafe_code)]
//! The types of columns and parameters, as far as their values have their form here.
//! Runs in: worker.

use crate::abi::c::Oid;
use crate::datum::types::{Base, Form};

/// How values of a type lie in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// As the server has them.
    Base(Base),
    /// As `text`, which is what the server has.
    Text,
    /// As `name`.
    Name,
    /// Their texts, as `text`: only these can be had.
    Foreign,
}

/// `name`, and collations of texts.
const NAME: Oid = 19;
const DEFAULT_COLLATION: Oid = 100;
const C_COLLATION: Oid = 950;

impl Shape {
    pub(super) fn of(number: Oid) -> Self {
        match number {
            // text, json, bpchar, varchar
            25 | 114 | 1042 | 1043 => Self::Text,
            NAME => Self::Name,
            _ => {
                let base = Base::ALL.into_iter().find(|base| base.facts().1 == number);
                base.map_or(Self::Foreign, Self::Base)
            }
        }
    }

    pub(super) fn form(self) -> Form {
        match self {
            Self::Base(base) => base.facts().2,
            Self::Name => Form::NAME,
            Self::Text | Self::Foreign => Form::VARIABLE,
        }
    }

    /// The letter of pg_type's typalign.
    pub(super) fn alignment(self) -> u8 {
        match self.form().align {
            1 => b'c',
            2 => b's',
            4 => b'i',
            _ => b'd',
        }
    }

    /// The letter of pg_type's typstorage.
    pub(super) fn storage(self) -> u8 {
        match self {
            Self::Text | Self::Foreign => b'x',
            Self::Base(_) | Self::Name => b'p',
        }
    }

    pub(super) fn collation(self, number: Oid) -> Oid {
        match self {
            Self::Text if number != 114 => DEFAULT_COLLATION,
            Self::Name => C_COLLATION,
            Self::Base(_) | Self::Foreign | Self::Text => 0,
        }
    }

    /// Whether the server's text cannot be told from the value: it is kept beside it.
    pub(super) fn keeps_text(self) -> bool {
        self == Self::Base(Base::TimestampTz)
    }
}
