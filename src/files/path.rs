#![forbid(unsafe_code)]
//! Paths as text (port.h): nothing here looks at a file system.
//! Runs in: any process.

/// The path without what does not matter: `.`, `..` after a name, repeated and trailing slashes.
/// An empty path stays empty; one of which nothing is left becomes `.`.
pub(crate) fn canonical(path: &[u8]) -> Vec<u8> {
    if path.is_empty() {
        return Vec::new();
    }
    let is_absolute = path.starts_with(b"/");
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => drop(parts.pop()),
            b".." if is_absolute => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join(&b'/');
    match (is_absolute, joined.is_empty()) {
        (true, _) => [b"/", joined.as_slice()].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}

/// Length of the path of the folder that `path` is in, slashes in between not counted.
pub(crate) fn parent(path: &[u8]) -> usize {
    let is_slash = |i: usize| path.get(i) == Some(&b'/');
    let mut end = path.len().saturating_sub(1);
    while end > 0 && is_slash(end) {
        end -= 1;
    }
    while end > 0 && !is_slash(end) {
        end -= 1;
    }
    while end > 0 && is_slash(end - 1) {
        end -= 1;
    }
    if end == 0 && is_slash(0) { 1 } else { end }
}

/// Whether a canonical path leads out of where it starts.
pub(crate) fn leads_out(path: &[u8]) -> bool {
    path == b".." || path.starts_with(b"../")
}

/// Whether `whole` is `prefix` or something in it; both canonical.
pub(crate) fn is_prefix(prefix: &[u8], whole: &[u8]) -> bool {
    whole.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_goes() {
        for (path, wanted) in [
            ("", ""),
            ("a/./b//c/", "a/b/c"),
            ("/../..", "/"),
            ("a/..", "."),
            ("../../a/../b", "../../b"),
        ] {
            assert_eq!(canonical(path.as_bytes()), wanted.as_bytes(), "{path}");
        }
    }

    #[test]
    fn the_parent_of_the_root_is_the_root() {
        for (path, wanted) in [("/", "/"), ("/a", "/"), ("a", ""), ("a//b/", "a"), ("", "")] {
            assert_eq!(&path[..parent(path.as_bytes())], wanted, "{path}");
        }
    }
}
