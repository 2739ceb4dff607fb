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
use super::settings;
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

/// Something wrong in a file, in few words.
#[derive(Clone, Debug)]
pub(crate) struct Mistake {
    pub(crate) text: Vec<u8>,
    /// Where it stands; none if no file says so.
    pub(crate) place: Option<(Rc<Path>, u32)>,
}

/// What a file gives, in order.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    Item(Item),
    Mistake(Mistake),
}

/// Reads a file and all that it includes, in order. Reports every error at LOG to `sink`; the
/// items are complete only if there was none, and then `Ok`.
pub(crate) fn read(path: &Path, sink: &mut dyn FnMut(Report)) -> Result<Vec<Item>, ()> {
    let mut reader = Reader::new(sink);
    reader.file(path, None, 0, true);
    if reader.failed {
        return Err(());
    }
    let items = reader.found.into_iter().filter_map(|found| match found {
        Found::Item(item) => Some(item),
        Found::Mistake(_) => None,
    });
    Ok(items.collect())
}

/// The line that asks for a file; none where a program does.
type From<'a> = Option<(&'a Rc<Path>, u32)>;

/// Reads files on behalf of a library, which gets what was right and what was wrong.
pub(crate) struct Reader<'a> {
    pub(crate) found: Vec<Found>,
    pub(crate) failed: bool,
    /// A file is given up after so many errors.
    pub(crate) max_errors: u32,
    sink: &'a mut dyn FnMut(Report),
}

impl<'a> Reader<'a> {
    pub(crate) fn new(sink: &'a mut dyn FnMut(Report)) -> Self {
        Self { found: Vec::new(), failed: false, max_errors: MAX_ERRORS, sink }
    }

    fn fail(
        &mut self,
        sqlstate: SqlState,
        text: Vec<u8>,
        mistake: impl Into<Vec<u8>>,
        from: From<'_>,
    ) {
        self.failed = true;
        let place = from.map(|(file, line)| (Rc::clone(file), line));
        self.found.push(Found::Mistake(Mistake { text: mistake.into(), place }));
        (self.sink)(Report::new(Level::Log, text).with_sqlstate(sqlstate));
    }

    /// Reads a file. `strict`: one that is not there is an error, not just a remark.
    pub(crate) fn file(&mut self, path: &Path, from: From<'_>, depth: u32, strict: bool) {
        if depth > MAX_DEPTH {
            let text = quoted(
                "could not open configuration file ",
                path,
                ": maximum nesting depth exceeded",
            );
            let limit = SqlState::PROGRAM_LIMIT_EXCEEDED;
            return self.fail(limit, text, "nesting depth exceeded", from);
        }
        if from.is_some_and(|(file, _)| **file == *path) {
            let text = quoted("configuration file recursion in ", path, "");
            let invalid = SqlState::INVALID_PARAMETER_VALUE;
            return self.fail(invalid, text, "configuration file recursion", from);
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
                let mistake = quoted("could not open file ", path, "");
                return self.fail(SqlState::UNDEFINED_FILE, text, mistake, from);
            }
        };
        self.entries(&bytes, &Rc::from(path), depth);
    }

    /// Reads the text of a file.
    pub(crate) fn entries(&mut self, bytes: &[u8], path: &Rc<Path>, depth: u32) {
        let mut errors = 0;
        for entry in grammar::entries(bytes) {
            let here = (path, entry.line);
            match entry.what {
                What::Setting { name, value } => {
                    if name.eq_ignore_ascii_case(b"include_dir") {
                        self.named_directory(&value, Some(here), depth + 1);
                    } else if name.eq_ignore_ascii_case(b"include_if_exists") {
                        self.named(&value, Some(here), depth + 1, false);
                    } else if name.eq_ignore_ascii_case(b"include") {
                        self.named(&value, Some(here), depth + 1, true);
                    } else {
                        self.found.push(Found::Item(Item {
                            name,
                            value,
                            file: Rc::clone(path),
                            line: entry.line,
                        }));
                    }
                }
                What::SyntaxError { near } => {
                    let mut tail = format!(" line {}, near ", entry.line).into_bytes();
                    match near {
                        // A zero byte ends a text, in the log as elsewhere.
                        Some(token) => {
                            let token = token.split(|c| *c == 0).next().unwrap_or_default();
                            tail.extend([b"token \"", token, b"\""].concat());
                        }
                        None => tail.extend(b"end of line"),
                    }
                    let text = quoted_bytes("syntax error in file ", path, &tail);
                    self.fail(SqlState::SYNTAX_ERROR, text, "syntax error", Some(here));
                    errors += 1;
                    if errors >= self.max_errors {
                        let text =
                            quoted("too many syntax errors found, abandoning file ", path, "");
                        let report = Report::new(Level::Log, text);
                        (self.sink)(report.with_sqlstate(SqlState::PROGRAM_LIMIT_EXCEEDED));
                        return;
                    }
                }
            }
        }
    }

    /// Reads a file under the name that a line, or a library, gives it.
    pub(crate) fn named(&mut self, value: &[u8], from: From<'_>, depth: u32, strict: bool) {
        if is_blank(value) {
            let path = Path::new(OsStr::from_bytes(value));
            let text = quoted("empty configuration file name: ", path, "");
            let mistake = "empty configuration file name";
            return self.fail(SqlState::INVALID_PARAMETER_VALUE, text, mistake, from);
        }
        let path = place_of(value, from);
        self.file(&path, from, depth, strict);
    }

    /// Every `*.conf` of a folder that does not start with a dot, in the order of the bytes.
    pub(crate) fn named_directory(&mut self, value: &[u8], from: From<'_>, depth: u32) {
        if is_blank(value) {
            let path = Path::new(OsStr::from_bytes(value));
            let text = quoted("empty configuration directory name: ", path, "");
            let mistake = "empty configuration directory name";
            return self.fail(SqlState::INVALID_PARAMETER_VALUE, text, mistake, from);
        }
        let folder = place_of(value, from);
        match configuration_files(&folder) {
            Ok(files) => {
                for file in files {
                    self.file(&file, from, depth, true);
                }
            }
            Err(error) => {
                let tail = format!(": {}", of_io(&error));
                let text = quoted("could not open configuration directory ", &folder, &tail);
                let mistake = quoted("could not open directory ", &folder, "");
                self.fail(SqlState::UNDEFINED_FILE, text, mistake, from);
            }
        }
    }
}

fn configuration_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().as_bytes();
        let fits = !name.starts_with(b".") && name.len() >= 6 && name.ends_with(b".conf");
        if fits && !path.is_dir() {
            files.push(path);
        }
    }
    files.sort_by(|a, b| a.as_os_str().as_bytes().cmp(b.as_os_str().as_bytes()));
    Ok(files)
}

fn is_blank(name: &[u8]) -> bool {
    name.iter().all(|c| matches!(c, b' ' | b'\t' | b'\r' | b'\n'))
}

/// A path that a line names, or a library: that one's are relative to the data directory.
fn place_of(value: &[u8], from: From<'_>) -> PathBuf {
    if let Some((file, _)) = from {
        return beside(file, value);
    }
    Path::new(OsStr::from_bytes(&settings::data_directory())).join(OsStr::from_bytes(value))
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
    fn odd_bytes_are_read_as_postgresql_reads_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("odd.conf");
        // A mark of the byte order is a letter, a carriage return is white space.
        let long = "x".repeat(100_000);
        write(&path, format!("\u{feff}a = 1\r\nb = '{long}'\r\n{long} = 2\r\n")).unwrap();
        let (items, reports) = load(&path);
        assert_eq!(reports, [] as [String; 0]);
        let expected = [("\u{feff}a", "1"), ("b", long.as_str()), (long.as_str(), "2")];
        let items: Vec<_> = items.iter().map(|(name, value, _)| (&**name, &**value)).collect();
        assert!(items == expected);
        write(&path, "a = 1\0b\nb = 2\n\x0c\n").unwrap();
        let (_, reports) = load(&path);
        let shown = path.display();
        let expected = [("1", ""), ("3", "\x0c")];
        let expected = expected.map(|(line, token)| {
            format!("syntax error in file \"{shown}\" line {line}, near token \"{token}\"")
        });
        assert_eq!(reports, expected);
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
