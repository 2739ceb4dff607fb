//! Reading the headers of `include/`.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::fs;
use std::path::{Path, PathBuf};

use super::cc;

/// Parts of another header, which includes them inside of an enumeration.
pub(crate) const LISTS: [&str; 2] = ["nodes/nodetags.h", "tcop/cmdtaglist.h"];

/// One declaration of a function or a variable.
pub(crate) struct Declaration<'a> {
    pub(crate) name: &'a str,
    /// From `extern` to the semicolon.
    pub(crate) text: &'a str,
}

/// The headers of `include/`, as they are included, sorted.
pub(crate) fn all() -> Vec<String> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let include = cc::our_include();
    let mut found = Vec::new();
    collect(&include, &mut found);
    let mut names: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(&include).unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert!(names.len() > 190, "only {} headers", names.len());
    names
}

/// What a header declares; a declaration starts a line with `extern`.
pub(crate) fn declarations(text: &str) -> Vec<Declaration<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if !line.starts_with("extern ") || line.starts_with("extern \"") {
            continue;
        }
        let end = text[start..].find(';').map_or(text.len(), |length| start + length + 1);
        let said = &text[start..end];
        if let Some(name) = name(said) {
            found.push(Declaration { name, text: said });
        }
    }
    found
}

/// The declared name: the last word before the parameters, the size or the end.
fn name(declaration: &str) -> Option<&str> {
    let before = declaration.split(['(', '[', ';']).next()?;
    before.trim_end().rsplit([' ', '*', '\t', '\n']).next().filter(|name| !name.is_empty())
}
