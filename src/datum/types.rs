#![forbid(unsafe_code)]
//! The types whose values can be read from texts and written to them.
//! Runs in: any process.

use crate::abi::c::Oid;

use super::builtin::{self, Facts};

/// How values of a type lie in arrays and rows: `typlen` (-1 for variable length, -2 for C
/// strings), `typbyval` and the bytes that `typalign` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) len: i16,
    pub(crate) by_value: bool,
    pub(crate) align: usize,
}

impl Form {
    pub(crate) const VARIABLE: Self = Self { len: -1, by_value: false, align: 4 };

    /// Of a letter of `typalign`.
    pub(crate) fn alignment(letter: u8) -> usize {
        match letter {
            b's' => 2,
            b'i' => 4,
            b'd' => 8,
            _ => 1,
        }
    }
}

/// How a value is read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Bool,
    Char,
    Name,
    Int2,
    Int4,
    Int8,
    Int2Vector,
    /// `oid`, `xid`, `cid`.
    Number,
    OidVector,
    Xid8,
    Tid,
    Float4,
    Float8,
    Numeric,
    Money,
    /// `text` and what has the same values.
    Text,
    /// `cstring`, `unknown`.
    CString,
    Bytea,
    Uuid,
    Date,
    Time,
    TimeTz,
    Timestamp,
    TimestampTz,
    Interval,
    Inet,
    Cidr,
    MacAddr,
    MacAddr8,
    Bit,
    Lsn,
    Jsonb,
    Void,
}

impl Base {
    /// The codec of a built-in type that is no array.
    fn of(oid: Oid) -> Option<Self> {
        Some(match oid {
            16 => Self::Bool,
            17 => Self::Bytea,
            18 => Self::Char,
            19 => Self::Name,
            20 => Self::Int8,
            21 => Self::Int2,
            22 => Self::Int2Vector,
            23 => Self::Int4,
            // text, json, xml, bpchar, varchar, refcursor
            25 | 114 | 142 | 1042 | 1043 | 1790 => Self::Text,
            26 | 28 | 29 => Self::Number,
            27 => Self::Tid,
            30 => Self::OidVector,
            650 => Self::Cidr,
            700 => Self::Float4,
            701 => Self::Float8,
            705 | 2275 => Self::CString,
            774 => Self::MacAddr8,
            790 => Self::Money,
            829 => Self::MacAddr,
            869 => Self::Inet,
            1082 => Self::Date,
            1083 => Self::Time,
            1114 => Self::Timestamp,
            1184 => Self::TimestampTz,
            1186 => Self::Interval,
            1266 => Self::TimeTz,
            1560 | 1562 => Self::Bit,
            1700 => Self::Numeric,
            2278 => Self::Void,
            2950 => Self::Uuid,
            3220 => Self::Lsn,
            3802 => Self::Jsonb,
            5069 => Self::Xid8,
            _ => return None,
        })
    }

    /// Whether the text of a value depends on settings of a session.
    pub(crate) fn depends_on_settings(self) -> bool {
        matches!(
            self,
            Self::Float4
                | Self::Float8
                | Self::Money
                | Self::Bytea
                | Self::Date
                | Self::Timestamp
                | Self::TimestampTz
                | Self::Interval
        )
    }
}

/// A type, or arrays of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Type {
    pub(crate) base: Base,
    /// What pg_type says of it; of the members, if it is an array.
    pub(crate) facts: &'static Facts,
    pub(crate) is_array: bool,
}

impl Type {
    /// The type of that number, if it is built in and its values can be read here.
    pub(crate) fn of(oid: Oid) -> Option<Self> {
        if let Some(base) = Base::of(oid) {
            return Some(Self { base, facts: builtin::facts(oid)?, is_array: false });
        }
        let array = builtin::facts(oid)?;
        // Arrays proper are those that their members' type calls its own.
        let facts = builtin::facts(array.element).filter(|facts| facts.array == oid)?;
        Some(Self { base: Base::of(facts.oid)?, facts, is_array: true })
    }

    /// The type of that name: PostgreSQL's own or SQL's, in any case, with `[]` behind it, or `_`
    /// before its own name, for arrays.
    pub(crate) fn by_name(name: &[u8]) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let (name, is_array) = match (name.strip_suffix(b"[]"), name.strip_prefix(b"_")) {
            (Some(of), _) | (None, Some(of)) => (of, true),
            (None, None) => (&*name, false),
        };
        let name: &[u8] = match name {
            b"int" => b"int4",
            b"decimal" => b"numeric",
            _ => name,
        };
        let is_it =
            |facts: &&Facts| facts.name.as_bytes() == name || facts.title.as_bytes() == name;
        // pg_type calls one "char" that SQL does not.
        let facts = builtin::ALL.iter().filter(|facts| facts.oid != 18).find(is_it)?;
        Some(Self { base: Base::of(facts.oid)?, facts, is_array })
    }

    /// Its number.
    pub(crate) fn oid(self) -> Oid {
        if self.is_array { self.facts.array } else { self.facts.oid }
    }

    /// The form of its values.
    pub(crate) fn form(self) -> Form {
        match self.is_array {
            true => Form { align: self.facts.form().align.max(4), ..Form::VARIABLE },
            false => self.facts.form(),
        }
    }
}

/// The form of a type that the server's arrays know without a look into pg_type.
pub(crate) fn builtin_form(oid: Oid) -> Option<Form> {
    match oid {
        16 | 18 | 19 | 20 | 21 | 23 | 25 | 26 | 27 | 28 | 700 | 701 | 1184 | 2206 | 2275 => {
            builtin::facts(oid).map(Facts::form)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_several_names() {
        for name in ["int4[]", "_int4", "INTEGER[]", "int[]"] {
            let found = Type::by_name(name.as_bytes()).map(|t| (t.base, t.is_array));
            assert_eq!(found, Some((Base::Int4, true)), "{name}");
        }
        let base = |name: &[u8]| Type::by_name(name).map(|t| t.base);
        assert_eq!(base(b"point"), None);
        assert_eq!(base(b"Double Precision"), Some(Base::Float8));
        assert_eq!(base(b"character varying"), Some(Base::Text));
    }

    #[test]
    fn arrays_are_known_by_number() {
        let of = |oid| Type::of(oid).map(|t| (t.base, t.is_array, t.form().align));
        assert_eq!(of(1007), Some((Base::Int4, true, 4)));
        assert_eq!(of(1016), Some((Base::Int8, true, 8)));
        assert_eq!(of(30), Some((Base::OidVector, false, 4)));
        assert_eq!(of(600), None);
    }
}
