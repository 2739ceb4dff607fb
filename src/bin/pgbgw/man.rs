#![forbid(unsafe_code)]
//! `pgbgw man DIR`, which help does not name: the manual pages, made from what the command and the
//! library themselves know. For whoever installs or packages pgbgw.
//! Runs in: command.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};

use crate::capi;
use crate::protocol::{Row, field};
use crate::say::{Failure, Outcome, cause};

#[derive(Args)]
pub(crate) struct Options {
    /// The folder to write them into, sections below it
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(crate) fn man(options: &Options, command: clap::Command) -> Outcome {
    let written = pages(&options.folder, command).and_then(|()| settings(&options.folder));
    written.map_err(|error| {
        let shown = options.folder.display();
        Failure::from(format!("could not write manual pages to \"{shown}\": {}", cause(&error)))
    })?;
    Ok(ExitCode::SUCCESS)
}

/// A page for the command, and one for each operation.
fn pages(folder: &Path, command: clap::Command) -> io::Result<()> {
    let folder = folder.join("man1");
    fs::create_dir_all(&folder)?;
    let mut command = command;
    command.build();
    page(&folder, command.clone())?;
    for operation in command.get_subcommands().filter(|operation| !operation.is_hide_set()) {
        let name = format!("pgbgw-{}", operation.get_name());
        // Its own name in the page is what is typed.
        page(&folder, operation.clone().display_name(name))?;
    }
    Ok(())
}

fn page(folder: &Path, command: clap::Command) -> io::Result<()> {
    let man = Man::new(command).manual("pgbgw").date("");
    let mut page = Vec::new();
    man.render(&mut page)?;
    fs::write(folder.join(man.get_filename()), page)
}

/// The page of pgbgw.conf.
fn settings(folder: &Path) -> io::Result<()> {
    let folder = folder.join("man5");
    fs::create_dir_all(&folder)?;
    let rows = capi::settings(None).unwrap_or_default();
    let mut out = Vec::new();
    head().to_writer(&mut out)?;
    for row in &rows {
        setting(row).to_writer(&mut out)?;
    }
    tail().to_writer(&mut out)?;
    fs::File::create(folder.join("pgbgw.conf.5"))?.write_all(&out)
}

fn paragraph(roff: &mut Roff, text: &str) {
    roff.control("PP", []);
    roff.text([roman(text)]);
}

fn head() -> Roff {
    let mut roff = Roff::new();
    let version = capi::version();
    let version = format!("pgbgw {}", version.split(' ').next().unwrap_or_default());
    roff.control("TH", ["pgbgw.conf", "5", "", version.as_str(), "pgbgw"]);
    roff.control("SH", ["NAME"]);
    roff.text([roman("pgbgw.conf - the settings of a postmaster of pgbgw")]);
    roff.control("SH", ["DESCRIPTION"]);
    roff.text([
        roman("The file "),
        italic("pgbgw.conf"),
        roman(" in the data directory has the syntax of PostgreSQL's "),
        italic("postgresql.conf"),
        roman("."),
    ]);
    for text in [
        "A line is a name and a value, with or without an equals sign between them. What follows \
         a # is a comment. A value with anything but letters and digits in it stands in single \
         quotes; a quote in it is written twice, and a backslash starts an escape of C. Of several \
         lines for one setting the last counts.",
        "Booleans are on, off, true, false, yes, no, 1 and 0. Sizes take the units B, kB, MB, GB \
         and TB, times us, ms, s, min, h and d.",
        "The lines include 'FILE', include_if_exists 'FILE' and include_dir 'FOLDER' take in other \
         files, or all files of a folder whose names end in .conf; paths are relative to the file \
         in which they stand.",
        "Settings of extensions are written here as well, under the names that the extensions \
         give them: a prefix, a dot, a name.",
    ] {
        paragraph(&mut roff, text);
    }
    roff.control("SH", ["SETTINGS"]);
    roff
}

/// A setting: name and kind, what it is for, its values, and when a change takes effect.
fn setting(row: &Row) -> Roff {
    let get = |key| field(row, key).unwrap_or_default();
    let mut roff = Roff::new();
    roff.control("TP", []);
    roff.text([bold(get("name")), roman(format!(" ({})", get("type")))]);
    roff.text([roman(format!("{}.", get("description")))]);
    let mut facts = Vec::new();
    if let Some(words) = field(row, "words") {
        facts.push(format!("One of {words}."));
    }
    if let (Some(min), Some(max)) = (field(row, "min"), field(row, "max")) {
        let unit = field(row, "unit").map(|unit| format!(" {unit}")).unwrap_or_default();
        facts.push(format!("From {min} to {max}{unit}."));
    }
    facts.push(match get("boot_value") {
        "" => "Empty by default.".into(),
        value => format!("Default: {value}"),
    });
    facts.push(
        match get("context") {
            "internal" => "It can be looked at only.",
            "postmaster" => "A change takes effect at a restart.",
            "sighup" => "A change takes effect at a reload.",
            _ => "A change takes effect at a reload; a worker may set it for itself.",
        }
        .into(),
    );
    for fact in facts {
        roff.control("br", []);
        roff.text([roman(fact)]);
    }
    roff
}

fn tail() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    roff.text([bold("pgbgw"), roman("(1), "), bold("pgbgw-config"), roman("(1)")]);
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_and_every_operation_has_its_page() {
        let dir = tempfile::tempdir().unwrap();
        let command = crate::command();
        let operations: Vec<String> = command
            .get_subcommands()
            .filter(|operation| !operation.is_hide_set())
            .map(|operation| operation.get_name().to_owned())
            .collect();
        pages(dir.path(), command).unwrap();
        settings(dir.path()).unwrap();
        let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
        assert!(!operations.is_empty());
        for operation in operations {
            assert!(read(&format!("man1/pgbgw-{operation}.1")).contains(".SH SYNOPSIS"));
        }
        assert!(read("man1/pgbgw.1").contains("pgbgw\\-start(1)"));
        let text = read("man5/pgbgw.conf.5");
        for row in capi::settings(None).unwrap() {
            let name = field(&row, "name").unwrap().replace('-', "\\-");
            assert!(text.contains(&format!("\\fB{name}\\fR (")), "{name}");
        }
        assert!(text.contains("From 64 to 2147483647 kB."), "{text}");
    }
}
