#![forbid(unsafe_code)]
//! The words of the control socket: a line asks, lines answer.
//! Runs in: command.
//!
//! A line is fields separated by TABs, with `\\`, `\t` and `\n` inside fields. The answer starts
//! with a line `ok`, or `error`, SQLSTATE, message and perhaps a hint. For `ps` a line per worker follows, of fields
//! `key=value`; a key without `=` has no value.

/// What the postmaster said no to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Error {
        sqlstate: String,
        message: String,
        hint: Option<String>,
    },
    /// The answer does not follow the protocol.
    Garbled,
}

/// The fields of a line of the answer, in order.
pub(crate) type Row = Vec<(String, Option<String>)>;

/// The value of a field.
pub(crate) fn field<'a>(row: &'a Row, key: &str) -> Option<&'a str> {
    row.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.as_deref())
}

/// The line that asks.
pub(crate) fn request(verb: &str, arguments: &[&str]) -> String {
    let mut line = escape(verb);
    for argument in arguments {
        line.push('\t');
        line.push_str(&escape(argument));
    }
    line.push('\n');
    line
}

/// The lines after `ok`.
pub(crate) fn reply(text: &str) -> Result<Vec<Row>, Refused> {
    let mut lines = text.split_terminator('\n');
    let mut first = lines.next().unwrap_or_default().split('\t');
    match first.next() {
        Some("ok") => Ok(lines.map(row).collect()),
        Some("error") => match (first.next(), first.next()) {
            (Some(sqlstate), Some(message)) => {
                let (sqlstate, message) = (unescape(sqlstate), unescape(message));
                Err(Refused::Error { sqlstate, message, hint: first.next().map(unescape) })
            }
            _ => Err(Refused::Garbled),
        },
        _ => Err(Refused::Garbled),
    }
}

/// The fields of one line.
pub(crate) fn row(line: &str) -> Row {
    line.split('\t')
        .map(|field| match field.split_once('=') {
            Some((key, value)) => (unescape(key), Some(unescape(value))),
            None => (unescape(field), None),
        })
        .collect()
}

fn escape(field: &str) -> String {
    let mut out = Vec::with_capacity(field.len());
    push_escaped(&mut out, field.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

/// Adds a field of a request, in whatever encoding.
pub(crate) fn push_escaped(line: &mut Vec<u8>, field: &[u8]) {
    for &byte in field {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\t' => line.extend_from_slice(b"\\t"),
            b'\n' => line.extend_from_slice(b"\\n"),
            _ => line.push(byte),
        }
    }
}

fn unescape(field: &str) -> String {
    String::from_utf8_lossy(&unescape_bytes(field.as_bytes())).into_owned()
}

/// What a field stands for, in whatever encoding.
pub(crate) fn unescape_bytes(field: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(field.len());
    let mut bytes = field.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => match bytes.next() {
                Some(b't') => out.push(b'\t'),
                Some(b'n') => out.push(b'\n'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests() {
        assert_eq!(request("ps", &[]), "ps\n");
        assert_eq!(request("revive", &["a\tb\\c\nd=e"]), "revive\ta\\tb\\\\c\\nd=e\n");
    }

    #[test]
    fn replies() {
        assert_eq!(reply("ok\n"), Ok(vec![]));
        let rows = reply("ok\nname=a\\tb=c\tpid\tstate=running\nname=\n").unwrap();
        let field = |key: &str, value: Option<&str>| (key.to_owned(), value.map(str::to_owned));
        assert_eq!(
            rows,
            [
                vec![
                    field("name", Some("a\tb=c")),
                    field("pid", None),
                    field("state", Some("running"))
                ],
                vec![field("name", Some(""))],
            ]
        );
    }

    #[test]
    fn refusals() {
        let error =
            Refused::Error { sqlstate: "42704".into(), message: "no \"a\tb\"".into(), hint: None };
        assert_eq!(reply("error\t42704\tno \"a\\tb\"\n"), Err(error));
        for garbled in ["", "\n", "what\n", "error\n", "error\t1\n"] {
            assert_eq!(reply(garbled), Err(Refused::Garbled), "{garbled:?}");
        }
    }

    #[test]
    fn fields_survive_the_way() {
        for field in ["", "\\", "\\t", "\t\n\\n\\\\", "é=\u{1}"] {
            assert_eq!(unescape(&escape(field)), field);
            assert!(!escape(field).contains(['\t', '\n']));
        }
    }
}
