#![forbid(unsafe_code)]
//! Lists of paths separated by commas, as `shared_preload_libraries` has them.
//! Runs in: any process.

/// The members of a list: bare ones without the white space around them, or in double quotes, with
/// `""` for a quote. None where a member is missing or a quote does not end.
pub(crate) fn paths(text: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut rest = text.trim_ascii();
    let mut members = Vec::new();
    if rest.is_empty() {
        return Some(members);
    }
    loop {
        let (member, after) = match rest {
            [b'"', quoted @ ..] => take_quoted(quoted)?,
            _ => {
                let end = rest.iter().position(|c| *c == b',').unwrap_or(rest.len());
                let (bare, after) = rest.split_at_checked(end)?;
                (bare.trim_ascii().to_vec(), after)
            }
        };
        if member.is_empty() {
            return None;
        }
        members.push(member);
        match after.trim_ascii_start() {
            [] => return Some(members),
            [b',', next @ ..] => rest = next.trim_ascii_start(),
            _ => return None,
        }
    }
}

/// The member and what follows its closing quote.
fn take_quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut member = Vec::new();
    let mut rest = text;
    loop {
        match rest {
            [b'"', b'"', after @ ..] => {
                member.push(b'"');
                rest = after;
            }
            [b'"', after @ ..] => return Some((member, after)),
            [c, after @ ..] => {
                member.push(*c);
                rest = after;
            }
            [] => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members() {
        let list = |text: &str| {
            paths(text.as_bytes()).map(|members| {
                members.into_iter().map(|m| String::from_utf8(m).unwrap()).collect::<Vec<_>>()
            })
        };
        let some = |members: &[&str]| Some(members.iter().map(ToString::to_string).collect());
        assert_eq!(list(""), some(&[]));
        assert_eq!(list("  "), some(&[]));
        assert_eq!(list("a"), some(&["a"]));
        assert_eq!(list(" a , $libdir/b c,/d "), some(&["a", "$libdir/b c", "/d"]));
        assert_eq!(list("\"a,b\" , \"c\"\"d\""), some(&["a,b", "c\"d"]));
        for bad in [",", "a,", ",a", "a,,b", "\"a", "\"a\"b", "\"\""] {
            assert_eq!(list(bad), None, "{bad}");
        }
    }
}
