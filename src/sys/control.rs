#![forbid(unsafe_code)]
//! Lines of the control socket: fields, with backslash escapes for what ends fields and lines.
//! Runs in: postmaster, backend.

/// Adds a field.
pub(crate) fn escape(out: &mut Vec<u8>, field: &[u8]) {
    for &byte in field {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            _ => out.push(byte),
        }
    }
}

/// Adds a line of `key=value` fields, separated by tabs; a key alone has no value.
pub(crate) fn line<K: AsRef<[u8]>, V: AsRef<[u8]>>(out: &mut Vec<u8>, fields: &[(K, Option<V>)]) {
    for (i, (key, value)) in fields.iter().enumerate() {
        if i > 0 {
            out.push(b'\t');
        }
        out.extend_from_slice(key.as_ref());
        if let Some(value) = value {
            out.push(b'=');
            escape(out, value.as_ref());
        }
    }
    out.push(b'\n');
}

/// What a field stands for.
pub(crate) fn unescape(field: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(field.len());
    let mut bytes = field.iter().copied();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'\\' => match bytes.next() {
                Some(b't') => b'\t',
                Some(b'n') => b'\n',
                Some(other) => other,
                None => b'\\',
            },
            other => other,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_survive_the_way_there_and_back() {
        let field = b"a\tb\\n\nc\\";
        let mut line = Vec::new();
        escape(&mut line, field);
        assert!(!line.contains(&b'\n') && !line.contains(&b'\t'));
        assert_eq!(unescape(&line), field);
    }
}
