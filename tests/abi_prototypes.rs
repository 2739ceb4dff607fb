//! What the headers of `include/` declare is what PostgreSQL's headers declare, at the same place.
//! Runs in: tests.
//!
//! Needs PostgreSQL's own headers (`PGBGW_GENUINE_INCLUDE`): each declaration of ours is repeated
//! behind theirs, which C allows only if the types agree.
#![cfg(test)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::{cc, headers, needs};

/// Headers that PostgreSQL does not have, or whose declarations it has elsewhere for a reason.
const OURS_ONLY: [&str; 1] = ["pgbgw.h"];

/// What PostgreSQL's headers leave to the C library that they were made for, if it has it.
const OF_THE_C_LIBRARY: [&str; 2] = ["strlcat", "strlcpy"];

/// The words of a text that may be a C name.
fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect()
}

/// A C file that includes PostgreSQL's header and says behind it what ours says.
fn repetition(header: &str, declarations: &[headers::Declaration<'_>]) -> String {
    let mut text = format!("#include \"postgres.h\"\n{LIBRARIES}#include \"{header}\"\n");
    for declaration in declarations {
        let headers::Declaration { name, text: said } = declaration;
        // The first line is an error if theirs does not declare it at all.
        text += &format!("typedef __typeof__({name}) pgbgw_{name};\n{said}\n");
    }
    text
}

/// The development files of these libraries may be missing; only pointers to their types are used.
const LIBRARIES: &str = "#if !__has_include(<gssapi/gssapi.h>)\n#undef ENABLE_GSS\n#endif\n\
                         #if !__has_include(<openssl/ssl.h>)\n#undef USE_OPENSSL\n#endif\n";

fn check(genuine: &Path, header: &str) -> Result<usize, String> {
    let ours = fs::read_to_string(cc::our_include().join(header)).unwrap();
    let declarations: Vec<_> = headers::declarations(&ours)
        .into_iter()
        // A module defines it; C++ and C see different declarations.
        .filter(|declaration| declaration.name != "_PG_init")
        .filter(|declaration| !OF_THE_C_LIBRARY.contains(&declaration.name))
        .collect();
    if declarations.is_empty() {
        return Ok(0);
    }
    let path = genuine.join(header);
    let theirs = fs::read_to_string(&path).map_err(|error| format!("{header}: {error}"))?;
    let theirs = words(&theirs);
    for declaration in &declarations {
        if !theirs.contains(declaration.name) {
            return Err(format!("{header} of PostgreSQL does not name {}", declaration.name));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("repetition.c");
    fs::write(&source, repetition(header, &declarations)).unwrap();
    // Some declarations are repeated with attributes that change nothing.
    cc::check(&cc::compiler(), &["-std=gnu11", "-Wno-attributes"], &source, genuine)
        .map_err(|said| format!("{header}: {said}"))?;
    Ok(declarations.len())
}

#[test]
fn prototypes_are_those_of_postgresql() {
    let Some(genuine) = needs::genuine_include() else { return };
    let mut compared = 0;
    let mut wrong = Vec::new();
    for header in headers::all().into_iter().filter(|name| !OURS_ONLY.contains(&name.as_str())) {
        match check(&genuine, &header) {
            Ok(count) => compared += count,
            Err(said) => wrong.push(said),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 1500, "only {compared} declarations were compared");
}

#[test]
fn a_wrong_prototype_is_found() {
    let Some(genuine) = needs::genuine_include() else { return };
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("wrong.c");
    for (said, is_right) in [
        ("extern int SPI_connect(void);", true),
        ("extern int SPI_connect(int options);", false),
        ("extern PGDLLIMPORT int SPI_processed;", false),
    ] {
        let declarations = headers::declarations(said);
        fs::write(&source, repetition("executor/spi.h", &declarations)).unwrap();
        let result = cc::check(&cc::compiler(), &["-std=gnu11"], &source, &genuine);
        assert_eq!(result.is_ok(), is_right, "{said}: {result:?}");
    }
}
