#![forbid(unsafe_code)]
//! Reading configuration files with what they include.
//! Runs in: any process.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::grammar::{self, What};
use crate::error::{Level, Report, SqlState};
use crate::sys::reason::of_io;

/// A file includes a file that includes a file ... so many times at most.
const MAX_DEPTH: u32 = 10;
/// More errors than this in one file are not worth reading.
const MAX_ERRORS: u32 = 100;

/// A `name = value` of a file.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) file: Rc<Path>,
    pub(crate) line: u32,
}

/// Reads a file and all that it includes, in order. Reports every error at LOG to `sink`; the
/// items are complete only if there was none, and then `Ok`.
pub(crate) fn read(path: &Path, sink: &mut dyn FnMut(Report)) -> Result<Vec<Item>, ()> {
    let mut reader = Reader { items: Vec::new(), failed: false, sink };
    reader.file(path, None, 0, true);
    if reader.failed { Err(()) } else { Ok(reader.items) }
}

struct Reader<'a> {
    items: Vec<Item>,
    failed: bool,
    sink: &'a mut dyn FnMut(Report),
}

impl Reader<'_> {
    fn fail(&mut self, sqlstate: SqlState, text: Vec<u8>) {
        self.failed = true;
        (self.sink)(Report::new(Level::Log, text).with_sqlstate(sqlstate));
    }

    /// `strict`: a file that is not there is an error, not just a remark.
    fn file(&mut self, path: &Path, from: Option<&Path>, depth: u32, strict: bool) {
        if depth > MAX_DEPTH {
            let text = quoted(
                "could not open configuration file ",
                path,
                ": maximum nesting depth exceeded",
            );
            return self.fail(SqlState::PROGRAM_LIMIT_EXCEEDED, text);
        }
        if from == Some(path) {
            let text = quoted("configuration file recursion in ", path, "");
            return self.fail(SqlState::PROGRAM_LIMIT_EXCEEDED, text);
        }
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !strict => {
                let text = quoted("skipping missing configuration file ", path, "");
                return (self.sink)(Report::new(Level::Log, text));
            }
            Err(error) => {
                let what = if error.kind() == io::ErrorKind::IsADirectory {
                    "could not read configuration file "
                } else {
                    "could not open configuration file "
                };
                let text = quoted(what, path, &format!(": {}", of_io(&error)));
                return self.fail(SqlState::UNDEFINED_FILE, text);
            }
        };
        self.entries(&bytes, &Rc::from(path), depth);
    }

    fn entries(&mut self, bytes: &[u8], path: &Rc<Path>, depth: u32) {
        let mut errors = 0;
        for entry in grammar::entries(bytes) {
            match entry.what {
                What::Setting { name, value } => {
                    if name.eq_ignore_ascii_case(b"include_dir") {
                        self.directory(&value, path, depth + 1);
                    } else if name.eq_ignore_ascii_case(b"include_if_exists") {
                        self.include(&value, path, depth + 1, false);
                    } else if name.eq_ignore_ascii_case(b"include") {
                        self.include(&value, path, depth + 1, true);
                    } else {
                        self.items.push(Item {
                            name,
                            value,
                            file: Rc::clone(path),
                            line: entry.line,
                        });
                    }
                }
                What::SyntaxError { near } => {
                    let mut tail = format!(" line {}, near ", entry.line).into_bytes();
                    match near {
                        Some(token) => tail.extend([b"token \"", token.as_slice(), b"\""].concat()),
                        None => tail.extend(b"end of line"),
                    }
                    let text = quoted_bytes("syntax error in file ", path, &tail);
                    self.fail(SqlState::SYNTAX_ERROR, text);
                    errors += 1;
                    if errors >= MAX_ERRORS {
                        let text =
                            quoted("too many syntax errors found, abandoning file ", path, "");
                        return self.fail(SqlState::PROGRAM_LIMIT_EXCEEDED, text);
                    }
                }
            }
        }
    }

    fn include(&mut self, value: &[u8], from: &Path, depth: u32, strict: bool) {
        if value.trim_ascii().is_empty() {
            let path = Path::new(OsStr::from_bytes(value));
            let text = quoted("empty configuration file name: ", path, "");
            return self.fail(SqlState::INVALID_PARAMETER_VALUE, text);
        }
        self.file(&beside(from, value), Some(from), depth, strict);
    }

    /// Every `*.conf` of a folder that does not start with a dot, in the order of the bytes.
    fn directory(&mut self, value: &[u8], from: &Path, depth: u32) {
        if value.trim_ascii().is_empty() {
            let path = Path::new(OsStr::from_bytes(value));
            let text = quoted("empty configuration directory name: ", path, "");
            return self.fail(SqlState::INVALID_PARAMETER_VALUE, text);
        }
        let folder = beside(from, value);
        let mut files = Vec::new();
        let listed = fs::read_dir(&folder).and_then(|entries| {
            for entry in entries {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().as_bytes();
                if !name.starts_with(b".")
                    && name.len() >= 6
                    && name.ends_with(b".conf")
                    && !path.is_dir()
                {
                    files.push(path);
                }
            }
            Ok(())
        });
        if let Err(error) = listed {
            let tail = format!(": {}", of_io(&error));
            let text = quoted("could not open configuration directory ", &folder, &tail);
            return self.fail(SqlState::UNDEFINED_FILE, text);
        }
        files.sort_by(|a, b| a.as_os_str().as_bytes().cmp(b.as_os_str().as_bytes()));
        for file in files {
            self.file(&file, Some(from), depth, true);
        }
    }
}

/// A path that a file names, relative to the folder of that file.
fn beside(from: &Path, value: &[u8]) -> PathBuf {
    let folder = from.parent().unwrap_or(Path::new("."));
    folder.join(OsStr::from_bytes(value)).components().collect()
}

fn quoted(head: &str, path: &Path, tail: &str) -> Vec<u8> {
    quoted_bytes(head, path, tail.as_bytes())
}

fn quoted_bytes(head: &str, path: &Path, tail: &[u8]) -> Vec<u8> {
    [head.as_bytes(), b"\"", path.as_os_str().as_bytes(), b"\"", tail].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{create_dir, write};

    fn load(path: &Path) -> (Vec<(String, String, u32)>, Vec<String>) {
        let mut reports = Vec::new();
        let items = read(path, &mut |report| {
            reports.push(String::from_utf8(report.message).unwrap());
        });
        let items = items.unwrap_or_default().into_iter().map(|item| {
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
            (text(item.name), text(item.value), item.line)
        });
        (items.collect(), reports)
    }

    #[test]
    fn includes_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        write(
            at("main.conf"),
            "a = 1\ninclude 'sub/x.conf'\ninclude_dir = 'd'\nInclude_If_Exists no\nb = 2",
        )
        .unwrap();
        create_dir(at("sub")).unwrap();
        create_dir(at("d")).unwrap();
        write(at("sub/x.conf"), "include 'y.conf'\nx = 1\n").unwrap();
        write(at("sub/y.conf"), "y = 1").unwrap();
        write(at("d/B.conf"), "second = 1").unwrap();
        write(at("d/A.conf"), "first = 1").unwrap();
        write(at("d/.hidden.conf"), "oops").unwrap();
        write(at("d/other.txt"), "oops").unwrap();
        let (items, reports) = load(&at("main.conf"));
        let names: Vec<&str> = items.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["a", "y", "x", "first", "second", "b"]);
        assert_eq!(items[5].2, 5);
        let missing = at("no").display().to_string();
        assert_eq!(reports, [format!("skipping missing configuration file \"{missing}\"")]);
    }

    #[test]
    fn every_error_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let main = at("main.conf");
        write(&main, "a = 1 1\ninclude ''\ninclude_dir ' '\ninclude nope\ninclude_dir nope\nb =\ninclude 'd'\n")
            .unwrap();
        create_dir(at("d")).unwrap();
        let (items, reports) = load(&main);
        assert!(items.is_empty());
        let dir = dir.path().display();
        assert_eq!(
            reports,
            [
                format!("syntax error in file \"{dir}/main.conf\" line 1, near token \"1\""),
                "empty configuration file name: \"\"".into(),
                "empty configuration directory name: \" \"".into(),
                format!(
                    "could not open configuration file \"{dir}/nope\": No such file or directory"
                ),
                format!(
                    "could not open configuration directory \"{dir}/nope\": No such file or directory"
                ),
                format!("syntax error in file \"{dir}/main.conf\" line 6, near end of line"),
                format!("could not read configuration file \"{dir}/d\": Is a directory"),
            ]
        );
    }

    #[test]
    fn recursion_and_too_many_errors_end() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        write(at("self.conf"), "include './self.conf'").unwrap();
        let (_, reports) = load(&at("self.conf"));
        assert!(reports[0].starts_with("configuration file recursion in "), "{reports:?}");
        write(at("a.conf"), "include 'b.conf'").unwrap();
        write(at("b.conf"), "include 'a.conf'").unwrap();
        let (_, reports) = load(&at("a.conf"));
        assert_eq!(reports.len(), 1);
        assert!(reports[0].ends_with(": maximum nesting depth exceeded"), "{reports:?}");
        write(at("bad.conf"), "x\n".repeat(300)).unwrap();
        let (_, reports) = load(&at("bad.conf"));
        assert_eq!(reports.len(), 101);
        assert!(reports[100].starts_with("too many syntax errors found, abandoning file "));
    }
}
