#![forbid(unsafe_code)]
//! Names and literals as SQL writes them (utils/builtins.h).
//! Runs in: any process.

/// PostgreSQL 17's keywords that cannot be any name without quotes, sorted.
const KEYWORDS: [&str; 164] = [
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// Whether a name means itself without quotes.
pub(crate) fn is_safe(name: &[u8]) -> bool {
    let starts_well = name.first().is_some_and(|b| b.is_ascii_lowercase() || *b == b'_');
    starts_well
        && name.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_')
        && KEYWORDS.binary_search_by(|word| word.as_bytes().cmp(name)).is_err()
}

/// A name, in quotes if it needs them or `always`.
pub(crate) fn identifier(name: &[u8], always: bool) -> Vec<u8> {
    if !always && is_safe(name) {
        return name.to_vec();
    }
    let mut out = vec![b'"'];
    for &byte in name {
        out.extend(core::iter::repeat_n(byte, if byte == b'"' { 2 } else { 1 }));
    }
    out.push(b'"');
    out
}

/// A text as a literal, whatever `standard_conforming_strings` says.
pub(crate) fn literal(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 3);
    if text.contains(&b'\\') {
        out.push(b'E');
    }
    out.push(b'\'');
    for &byte in text {
        out.extend(core::iter::repeat_n(byte, if b"'\\".contains(&byte) { 2 } else { 1 }));
    }
    out.push(b'\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn what_needs_quotes_gets_them() {
        for (name, wanted) in
            [("a_1", "a_1"), ("A", "\"A\""), ("1a", "\"1a\""), ("", "\"\""), ("a\"b", "\"a\"\"b\"")]
        {
            assert_eq!(identifier(name.as_bytes(), false), wanted.as_bytes());
        }
        assert_eq!(identifier(b"select", false), b"\"select\"");
        assert_eq!(identifier(b"abort", false), b"abort");
        assert_eq!(literal(b"it's"), b"'it''s'");
        assert_eq!(literal(b"a\\"), b"E'a\\\\'");
    }
}
