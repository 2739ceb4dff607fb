//! Puts the headers and the examples into the command, so that an installed one can compile
//! extensions as well.
//! Runs in: the build.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What is put in, and which files of it.
const FOLDERS: [(&str, &str); 2] = [("include", "h"), ("examples", "c")];

/// Writes `files.rs` into `out`: an array of paths, relative to the project, and contents.
pub(crate) fn generate(out: &Path) -> Result<(), String> {
    println!("cargo:rerun-if-changed=build/files.rs");
    let root = std::env::current_dir().map_err(|error| error.to_string())?;
    let mut text = String::from("[\n");
    for (folder, extension) in FOLDERS {
        println!("cargo:rerun-if-changed={folder}");
        let mut found = Vec::new();
        collect(Path::new(folder), extension, &mut found)
            .map_err(|error| format!("{folder}: {error}"))?;
        found.sort();
        for path in found {
            let _ = writeln!(text, "    ({path:?}, include_str!({:?})),", root.join(&path));
        }
    }
    text.push_str("]\n");
    fs::write(out.join("files.rs"), text).map_err(|error| format!("files.rs: {error}"))
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, extension, found)?;
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    Ok(())
}
