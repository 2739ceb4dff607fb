//! Compiling C with the system's compiler.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What every C source of the project must pass. PostgreSQL's own style does not pass the rest.
const WARNINGS: [&str; 6] =
    ["-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-sign-compare", "-Wno-clobbered", "-Werror"];

/// The project's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The headers of this project.
pub(crate) fn our_include() -> PathBuf {
    root().join("include")
}

/// PostgreSQL's own server headers, where `PGBGW_GENUINE_INCLUDE` names them.
pub(crate) fn genuine_include() -> Option<PathBuf> {
    env::var_os("PGBGW_GENUINE_INCLUDE").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// All header sets that there are, ours first.
pub(crate) fn includes() -> Vec<PathBuf> {
    [Some(our_include()), genuine_include()].into_iter().flatten().collect()
}

/// The folder that holds the shared library under test.
pub(crate) fn library_dir() -> PathBuf {
    let profile = Path::new(env!("CARGO_BIN_EXE_pgbgw")).parent().unwrap();
    let deps = profile.join("deps");
    if deps.join("libpgbgw.so").exists() { deps } else { profile.to_path_buf() }
}

/// The C compiler.
pub(crate) fn compiler() -> String {
    env::var("CC").unwrap_or_else(|_| "cc".to_owned())
}

/// The C++ compiler. Without one the C++ part of a test is left out, except where `CI` is `true`.
pub(crate) fn cxx() -> Option<String> {
    let compiler = env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    if Command::new(&compiler).arg("--version").output().is_ok() {
        return Some(compiler);
    }
    assert_ne!(env::var("CI").as_deref(), Ok("true"), "there is no C++ compiler ({compiler})");
    eprintln!("*** NOT TESTED AS C++: there is no C++ compiler ({compiler}) ***");
    None
}

/// Makes an extension module, as an extension's own Makefile would.
pub(crate) fn compile_module(source: &Path, out: &Path, include: &Path) -> Result<(), String> {
    c(include, &[source.as_os_str(), "-fPIC".as_ref(), "-shared".as_ref()], out)
}

/// Makes an extension module from C++.
pub(crate) fn compile_cpp_module(
    compiler: &str,
    source: &Path,
    out: &Path,
    include: &Path,
) -> Result<(), String> {
    let mut command = Command::new(compiler);
    command.args(["-std=gnu++11", "-O2", "-fPIC", "-shared", "-D_GNU_SOURCE"]).args(WARNINGS);
    command.arg(source).arg("-o").arg(out);
    finish(&mut command, include)
}

/// Makes a program.
pub(crate) fn compile_program(source: &Path, out: &Path, include: &Path) -> Result<(), String> {
    c(include, &[source.as_os_str()], out)
}

/// Makes a program that links the shared library.
pub(crate) fn compile_embedding(source: &Path, out: &Path, include: &Path) -> Result<(), String> {
    compile_linked(source, out, include, &["-fPIC"])
}

/// The same, with flags that say what kind of code it is.
pub(crate) fn compile_linked(
    source: &Path,
    out: &Path,
    include: &Path,
    flags: &[&str],
) -> Result<(), String> {
    let library = library_dir();
    let search = format!("-L{}", library.display());
    // Not a RUNPATH: cargo sets LD_LIBRARY_PATH, which would come before it.
    let run = format!("-Wl,--disable-new-dtags,-rpath,{}", library.display());
    let mut args: Vec<&OsStr> = flags.iter().map(AsRef::as_ref).collect();
    args.extend([source.as_os_str(), search.as_ref(), run.as_ref(), "-lpgbgw".as_ref()]);
    c(include, &args, out)
}

/// Compiles C with the usual flags and some more.
fn c(include: &Path, args: &[&OsStr], out: &Path) -> Result<(), String> {
    let mut command = Command::new(compiler());
    command.args(["-std=gnu11", "-O2", "-g", "-D_GNU_SOURCE"]).args(WARNINGS);
    if env::var_os("PGBGW_SANITIZE").is_some() {
        command.args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
    }
    command.args(args).args(["-o".as_ref(), out.as_os_str()]);
    finish(&mut command, include)
}

/// Looks whether a source is right, as the language that `compiler` and `args` mean.
pub(crate) fn check(
    compiler: &str,
    args: &[&str],
    source: &Path,
    include: &Path,
) -> Result<(), String> {
    let mut command = Command::new(compiler);
    command.args(["-O2", "-D_GNU_SOURCE", "-fsyntax-only"]).args(WARNINGS).args(args).arg(source);
    finish(&mut command, include)
}

/// PostgreSQL's headers are not ours to mend: they are system headers to the compiler.
fn finish(command: &mut Command, include: &Path) -> Result<(), String> {
    let flag = if include == our_include() { "-I" } else { "-isystem" };
    run(command.arg(flag).arg(include)).map(drop)
}

/// Runs a command; its standard output, or all it said and how it ended.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    Err(format!(
        "{command:?}: {}\n{said}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    ))
}
