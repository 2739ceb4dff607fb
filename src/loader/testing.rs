#![forbid(unsafe_code)]
//! What the loader's unit tests share: modules compiled on the spot, damage from a seed.
//! Runs in: tests.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A shared library that lives as long as this.
pub(crate) struct Built {
    pub(crate) path: PathBuf,
    pub(crate) folder: TempDir,
}

/// Compiles C source into `NAME.so`.
pub(crate) fn compile(name: &str, source: &str, arguments: &[&str]) -> Built {
    let folder = TempDir::new().expect("a temporary folder");
    let code = folder.path().join(name).with_extension("c");
    let path = folder.path().join(name).with_extension("so");
    fs::write(&code, source).expect("written");
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-w", "-o"])
        .args([&path, &code])
        .args(arguments)
        .status();
    assert!(status.expect("a C compiler").success(), "{name} does not compile");
    Built { path, folder }
}

/// Numbers that are the same in every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`, which must not be 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).expect("64 bits") % end
    }
}

/// C source of a magic block that names `version` (`PG_VERSION_NUM / 100`).
pub(crate) fn magic_source(version: i32) -> String {
    format!(
        "typedef struct {{ int len, version, args, keys, name, float8; char extra[32]; }} Magic;
        const Magic *Pg_magic_func(void) {{
            static const Magic magic = {{ sizeof(Magic), {version}, 100, 32, 64, 1, \"PostgreSQL\" }};
            return &magic;
        }}\n"
    )
}
