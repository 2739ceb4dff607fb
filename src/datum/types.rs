#![forbid(unsafe_code)]
//! The types whose values can be read from texts and written to them.
//! Runs in: any process.

use crate::abi::c::Oid;

/// How values of a type lie in arrays: `typlen` (-1 for variable length, -2 for C strings),
/// `typbyval` and the bytes that `typalign` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) len: i16,
    pub(crate) by_value: bool,
    pub(crate) align: usize,
}

impl Form {
    const fn value(len: i16) -> Self {
        Self { len, by_value: true, align: len.unsigned_abs() as usize }
    }

    pub(crate) const VARIABLE: Self = Self { len: -1, by_value: false, align: 4 };
    const C_STRING: Self = Self { len: -2, by_value: false, align: 1 };
    pub(crate) const NAME: Self = Self { len: 64, by_value: false, align: 1 };
    const TID: Self = Self { len: 6, by_value: false, align: 2 };
}

/// A type whose values have texts here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Bool,
    Int2,
    Int4,
    Int8,
    Float4,
    Float8,
    Text,
    Oid,
    TimestampTz,
}

/// Such a type, or arrays of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Type {
    pub(crate) base: Base,
    pub(crate) is_array: bool,
}

impl Base {
    pub(crate) const ALL: [Self; 9] = [
        Self::Bool,
        Self::Int2,
        Self::Int4,
        Self::Int8,
        Self::Float4,
        Self::Float8,
        Self::Text,
        Self::Oid,
        Self::TimestampTz,
    ];

    /// The name in PostgreSQL's messages, its number in pg_type, and its form.
    pub(crate) fn facts(self) -> (&'static str, Oid, Form) {
        match self {
            Self::Bool => ("boolean", 16, Form::value(1)),
            Self::Int2 => ("smallint", 21, Form::value(2)),
            Self::Int4 => ("integer", 23, Form::value(4)),
            Self::Int8 => ("bigint", 20, Form::value(8)),
            Self::Float4 => ("real", 700, Form::value(4)),
            Self::Float8 => ("double precision", 701, Form::value(8)),
            Self::Text => ("text", 25, Form::VARIABLE),
            Self::Oid => ("oid", 26, Form::value(4)),
            Self::TimestampTz => ("timestamp with time zone", 1184, Form::value(8)),
        }
    }
}

impl Type {
    /// The type of that name: PostgreSQL's own or SQL's, in any case, with `[]` behind it, or `_`
    /// before its own name, for arrays.
    pub(crate) fn by_name(name: &[u8]) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let (name, is_array) = match (name.strip_suffix(b"[]"), name.strip_prefix(b"_")) {
            (Some(of), _) | (None, Some(of)) => (of, true),
            (None, None) => (&*name, false),
        };
        let base = match name {
            b"bool" | b"boolean" => Base::Bool,
            b"int2" | b"smallint" => Base::Int2,
            b"int4" | b"int" | b"integer" => Base::Int4,
            b"int8" | b"bigint" => Base::Int8,
            b"float4" | b"real" => Base::Float4,
            b"float8" | b"double precision" => Base::Float8,
            b"text" => Base::Text,
            b"oid" => Base::Oid,
            b"timestamptz" | b"timestamp with time zone" => Base::TimestampTz,
            _ => return None,
        };
        Some(Self { base, is_array })
    }
}

/// The form of a type that the server's arrays know without a look into pg_type.
pub(crate) fn builtin_form(oid: Oid) -> Option<Form> {
    Some(match oid {
        16 | 18 => Form::value(1),
        21 => Form::value(2),
        23 | 26 | 28 | 700 | 2206 => Form::value(4),
        20 | 701 | 1184 => Form::value(8),
        19 => Form::NAME,
        25 => Form::VARIABLE,
        27 => Form::TID,
        2275 => Form::C_STRING,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_several_names() {
        let array = Some(Type { base: Base::Int4, is_array: true });
        for name in ["int4[]", "_int4", "INTEGER[]", "int[]"] {
            assert_eq!(Type::by_name(name.as_bytes()), array, "{name}");
        }
        assert_eq!(Type::by_name(b"numeric"), None);
        let base = Type::by_name(b"Double Precision").map(|t| t.base);
        assert_eq!(base, Some(Base::Float8));
    }

    #[test]
    fn both_lists_agree() {
        for base in Base::ALL {
            let (_, oid, form) = base.facts();
            assert_eq!(builtin_form(oid), Some(form), "{base:?}");
        }
    }
}
