#![forbid(unsafe_code)]
//! Lists in one string, split in place (utils/varlena.h).
//! Runs in: any process.

use crate::abi::c::{MAXPGPATH, NAMEDATALEN};

/// What the members are. Each can be in double quotes, with those inside doubled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Members {
    /// Names of SQL: without quotes in small letters, cut to the length of a name.
    Names,
    /// Values of a setting: as they are.
    Values,
    /// Paths: without quotes they may have blanks inside.
    Paths,
}

/// Splits `text`, which ends with a NUL: where the members begin, each ended by a NUL of its own, and
/// whether the whole was a list. What came before a mistake is split all the same.
pub(crate) fn split(text: &mut [u8], separator: u8, members: Members) -> (Vec<usize>, bool) {
    let mut starts = Vec::new();
    let mut at = skip_blanks(text, 0);
    if byte(text, at) == 0 {
        return (starts, true);
    }
    loop {
        let Some((start, end, next)) = member(text, at, separator, members) else {
            return (starts, false);
        };
        at = skip_blanks(text, next);
        let is_last = byte(text, at) == 0;
        if !is_last && byte(text, at) != separator {
            return (starts, false);
        }
        at = skip_blanks(text, at + 1);
        let longest = match members {
            Members::Names => NAMEDATALEN - 1,
            Members::Paths => MAXPGPATH - 1,
            Members::Values => usize::MAX,
        };
        if let Some(end) = text.get_mut(end.min(start.saturating_add(longest))) {
            *end = 0;
        }
        starts.push(start);
        if is_last {
            return (starts, true);
        }
    }
}

/// Start and end of the member at `at`, and where it goes on; `None`: there is none.
fn member(
    text: &mut [u8],
    at: usize,
    separator: u8,
    members: Members,
) -> Option<(usize, usize, usize)> {
    if byte(text, at) == b'"' {
        let mut end = at;
        loop {
            end += 1 + text.get(end + 1..)?.iter().position(|b| *b == b'"')?;
            if byte(text, end + 1) != b'"' {
                return Some((at + 1, end, end + 1));
            }
            text.copy_within(end + 1.., end);
        }
    }
    let (mut end, mut next) = (at, at);
    while byte(text, next) != 0 && byte(text, next) != separator {
        if !is_blank(byte(text, next)) {
            end = next + 1;
        } else if members != Members::Paths {
            break;
        }
        next += 1;
    }
    if members == Members::Names {
        text.get_mut(at..end)?.make_ascii_lowercase();
    }
    (end > at).then_some((at, end, next))
}

fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

fn is_blank(byte: u8) -> bool {
    b" \t\n\r\x0b\x0c".contains(&byte)
}

fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while is_blank(byte(text, at)) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str, members: Members) -> Option<Vec<String>> {
        let mut text = [text.as_bytes(), b"\0"].concat();
        let (starts, is_list) = split(&mut text, b',', members);
        let one = |&start: &usize| text[start..].split(|b| *b == 0).next().map(<[u8]>::to_vec);
        let all = starts.iter().filter_map(one).map(|m| String::from_utf8(m).expect("UTF-8"));
        is_list.then(|| all.collect())
    }

    #[test]
    fn members_are_found_quoted_or_not() {
        let text = " A , \"B\"\"c \",d";
        let wanted = |first: &str| Some(vec![first.to_owned(), "B\"c ".into(), "d".into()]);
        assert_eq!(members(text, Members::Names), wanted("a"));
        assert_eq!(members(text, Members::Values), wanted("A"));
        assert_eq!(members("/a b/ , c", Members::Paths), Some(vec!["/a b/".into(), "c".into()]));
        assert_eq!(members("  ", Members::Names), Some(vec![]));
        for wrong in ["a,", ",a", "a b", "\"a", "a\"b c", "\"a\"b"] {
            assert_eq!(members(wrong, Members::Names), None, "{wrong}");
        }
    }
}
