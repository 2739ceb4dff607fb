#![forbid(unsafe_code)]
//! PostgreSQL's rules for the name of a library: which file it means.
//! Runs in: any process.
//!
//! Names and settings are bytes; whether a file exists is asked through a function, so that the
//! rules can be tested without files.

use crate::error::{Report, Result, SqlState};

/// What DLSUFFIX is on Linux.
const SUFFIX: &[u8] = b".so";
/// The macro at the start of a name or component that means the module folder.
const MACRO: &[u8] = b"$libdir";

/// Where libraries are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SearchPath<'a> {
    /// The setting `dynamic_library_path`: folders separated by colons.
    pub(crate) dynamic_library_path: &'a [u8],
    /// What `$libdir` stands for.
    pub(crate) pkglibdir: &'a [u8],
}

/// The file that `name` means: as it is or with `.so` behind it, with a slash as a path (after
/// `$libdir`), without one first along `dynamic_library_path`. A name that means no file comes back
/// unchanged: opening it then says what is wrong.
///
/// # Errors
/// A `$` macro other than `$libdir`, an empty or relative component of the setting, and what
/// `exists` returns.
pub(crate) fn expand(
    name: &[u8],
    search: SearchPath<'_>,
    exists: &dyn Fn(&[u8]) -> Result<bool>,
) -> Result<Vec<u8>> {
    for candidate in [name.to_vec(), [name, SUFFIX].concat()] {
        if !name.contains(&b'/')
            && let Some(found) = find_along_path(&candidate, search, exists)?
        {
            return Ok(found);
        }
        let path = substitute_macro(&candidate, search.pkglibdir)?;
        if exists(&path)? {
            return Ok(path);
        }
    }
    Ok(name.to_vec())
}

/// Whether somebody without special rights may have `name` loaded: from the plugins folder only.
///
/// # Errors
/// The server's refusal.
pub(crate) fn check_restricted(name: &[u8]) -> Result<()> {
    match name.strip_prefix(b"$libdir/plugins/") {
        Some(file) if !file.contains(&b'/') => Ok(()),
        _ => {
            let message = [b"access to library \"".as_slice(), name, b"\" is not allowed"].concat();
            Err(Report::error(SqlState::new(*b"42501"), message).into())
        }
    }
}

/// Looks into each folder of the setting for `file`.
fn find_along_path(
    file: &[u8],
    search: SearchPath<'_>,
    exists: &dyn Fn(&[u8]) -> Result<bool>,
) -> Result<Option<Vec<u8>>> {
    if search.dynamic_library_path.is_empty() {
        return Ok(None);
    }
    let mut components = search.dynamic_library_path.split(|&byte| byte == b':').peekable();
    while let Some(component) = components.next() {
        // Only a component that a colon ends is called empty: the rest after the last colon is
        // called relative, as the server does.
        if component.is_empty() && components.peek().is_some() {
            return Err(invalid("zero-length component in parameter \"dynamic_library_path\""));
        }
        let folder = canonicalize(&substitute_macro(component, search.pkglibdir)?);
        if folder.first() != Some(&b'/') {
            return Err(invalid(
                "component in parameter \"dynamic_library_path\" is not an absolute path",
            ));
        }
        let path = [&folder, b"/".as_slice(), file].concat();
        if exists(&path)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Replaces a leading `$libdir`.
fn substitute_macro(name: &[u8], pkglibdir: &[u8]) -> Result<Vec<u8>> {
    if name.first() != Some(&b'$') {
        return Ok(name.to_vec());
    }
    let end = name.iter().position(|&byte| byte == b'/').unwrap_or(name.len());
    match name.split_at_checked(end) {
        Some((MACRO, rest)) => Ok([pkglibdir, rest].concat()),
        _ => Err(invalid([b"invalid macro name in dynamic library path: ", name].concat())),
    }
}

/// A path without doubled or trailing slashes, `.`, and (as far as it can be said without looking)
/// `..`.
fn canonicalize(path: &[u8]) -> Vec<u8> {
    let absolute = path.first() == Some(&b'/');
    let mut kept: Vec<&[u8]> = Vec::new();
    for part in path.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => match kept.last() {
                Some(&b"..") | None if !absolute => kept.push(part),
                _ => drop(kept.pop()),
            },
            _ => kept.push(part),
        }
    }
    let joined = kept.join(&b'/');
    if absolute { [b"/", joined.as_slice()].concat() } else { joined }
}

fn invalid(message: impl Into<Vec<u8>>) -> crate::error::Raised {
    Report::error(SqlState::INVALID_NAME, message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIBDIR: &str = "/usr/lib/postgresql/17/lib";

    /// Expands with the given files in existence; the error's text if it fails.
    fn expand_text(name: &str, path: &str, files: &[&str]) -> String {
        let exists = |file: &[u8]| Ok(files.iter().any(|known| known.as_bytes() == file));
        let search =
            SearchPath { dynamic_library_path: path.as_bytes(), pkglibdir: LIBDIR.as_bytes() };
        match expand(name.as_bytes(), search, &exists) {
            Ok(found) => String::from_utf8(found).expect("ASCII"),
            Err(raised) => {
                assert_eq!(raised.report().sqlstate, SqlState::INVALID_NAME);
                String::from_utf8(raised.into_report().message).expect("ASCII")
            }
        }
    }

    #[test]
    fn finds_names_as_the_server_does() {
        let inside = "/usr/lib/postgresql/17/lib/x.so";
        for (name, path, files, expected) in [
            ("x", "$libdir", &[inside][..], inside),
            ("x.so", "$libdir", &[inside], inside),
            ("$libdir/x", "/nowhere", &[inside], inside),
            ("$libdir/x.so", "", &[inside], inside),
            // A name with a slash is never looked for along the path.
            ("sub/x", "$libdir", &["/usr/lib/postgresql/17/lib/sub/x.so"], "sub/x"),
            ("sub/x", "$libdir", &["sub/x.so"], "sub/x.so"),
            ("/a/x", "$libdir", &["/a/x.so"], "/a/x.so"),
            ("/a/x", "$libdir", &["/a/x", "/a/x.so"], "/a/x"),
            // The name itself comes before the name with the suffix, folder or not.
            ("x", "/a:/b", &["/a/x.so", "/b/x"], "/b/x"),
            ("x", "/a:/b", &["/a/x.so", "x"], "x"),
            ("x", "/a:/b", &["/b/x.so", "/a/x.so"], "/a/x.so"),
            ("x", "/a:$libdir/more", &["/usr/lib/postgresql/17/lib/more/x.so"], {
                "/usr/lib/postgresql/17/lib/more/x.so"
            }),
            ("x", "", &["x.so"], "x.so"),
            ("x", "/a//b/./c/../", &["/a/b/x.so"], "/a/b/x.so"),
            ("missing", "$libdir", &[], "missing"),
            ("$libdir/missing", "$libdir", &[], "$libdir/missing"),
        ] {
            assert_eq!(expand_text(name, path, files), expected, "{name} along {path}");
        }
    }

    #[test]
    fn refuses_what_the_server_refuses() {
        let empty = "zero-length component in parameter \"dynamic_library_path\"";
        let relative = "component in parameter \"dynamic_library_path\" is not an absolute path";
        for (name, path, expected) in [
            ("$lib/x", "$libdir", "invalid macro name in dynamic library path: $lib/x"),
            ("$libdirx", "", "invalid macro name in dynamic library path: $libdirx"),
            ("x", "$other", "invalid macro name in dynamic library path: $other"),
            ("x", ":/a", empty),
            ("x", "/a::/b", empty),
            ("x", "/a:", relative),
            ("x", "a/b", relative),
        ] {
            assert_eq!(expand_text(name, path, &[]), expected, "{name} along {path}");
        }
    }

    #[test]
    fn a_match_ends_the_search_before_a_bad_component() {
        assert_eq!(expand_text("x", "/a::b", &["/a/x"]), "/a/x");
    }

    #[test]
    fn only_plugins_may_be_loaded_by_everybody() {
        assert!(check_restricted(b"$libdir/plugins/x").is_ok());
        for name in ["x", "$libdir/x", "$libdir/plugins/../x", "/lib/plugins/x"] {
            let report = check_restricted(name.as_bytes()).expect_err("refused").into_report();
            let expected = format!("access to library \"{name}\" is not allowed");
            assert_eq!(report.message, expected.into_bytes());
        }
    }

    #[test]
    fn paths_become_canonical() {
        for (path, expected) in [
            ("/", "/"),
            ("//a/", "/a"),
            ("/..", "/"),
            ("/a/../../b", "/b"),
            ("a/..", ""),
            ("../a/../..", "../.."),
            ("./a", "a"),
        ] {
            assert_eq!(canonicalize(path.as_bytes()), expected.as_bytes(), "{path}");
        }
    }
}
