//! Compiles the C shim and tells the linker where the command finds the library.

use std::env;
use std::path::{Path, PathBuf};

#[path = "build/files.rs"]
mod files;
#[path = "build/symbols.rs"]
mod symbols;

fn main() -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?);
    compile_shim();
    link_command(&out)?;
    link_unwinder(&out)?;
    arrange()?;
    files::generate(&out)?;
    symbols::generate(&out)
}

/// The C that Rust cannot say: variadics and sigsetjmp/siglongjmp. PGBGW_SANITIZE=1: with gcc's
/// sanitizers, whose libraries the environment then has to preload.
fn compile_shim() {
    let files = ["boundary.c", "format.c", "lines.c", "printf.c", "sort.c", "strings.c"];
    let mut build = cc::Build::new();
    for file in files {
        let path = Path::new("src/shim").join(file);
        println!("cargo:rerun-if-changed={}", path.display());
        build.file(path);
    }
    println!("cargo:rerun-if-changed=src/shim/shim.h");
    if given("PGBGW_SANITIZE").is_some() {
        for flag in
            ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]
        {
            build.flag(flag);
        }
        println!("cargo:rustc-link-arg=-lasan");
        println!("cargo:rustc-link-arg=-lubsan");
    }
    build.flag("-std=gnu11").warnings(true).extra_warnings(true).compile("pgbgw_shim");
}

/// gcc's unwinder goes into the library and the command where its static form is installed: a shared
/// library more in every worker makes each fork, exit and page table dearer (docs/PERFORMANCE.md).
fn link_unwinder(out: &Path) -> Result<(), String> {
    let compiler = cc::Build::new().get_compiler();
    let asked = compiler.to_command().arg("-print-file-name=libgcc_eh.a").output();
    let found = asked.map_err(|error| format!("could not run the C compiler: {error}"))?.stdout;
    // A name without a folder is what is not found.
    if !String::from_utf8_lossy(&found).contains('/') {
        return Ok(());
    }
    let folder = out.join("unwinder");
    let script = folder.join("libgcc_s.so");
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&script, "GROUP ( -lgcc_eh -lgcc )\n"));
    written.map_err(|error| format!("could not write \"{}\": {error}", script.display()))?;
    println!("cargo:rustc-link-search=native={}", folder.display());
    Ok(())
}

/// Linker scripts say what lies together in the library, and what the command leaves out; GNU ld and
/// LLD read them. Only for what is released: with another linker, tests still run.
fn arrange() -> Result<(), String> {
    let here = env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?;
    for script in ["order", "command"] {
        println!("cargo:rerun-if-changed=build/{script}.ld");
    }
    if env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-T,{here}/build/order.ld");
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{here}/build/command.ld,-fini,pgbgw_nothing");
    }
    Ok(())
}

/// What whoever installs, or tests, says in the environment (see Makefile and .ci/sanitize).
fn given(variable: &str) -> Option<String> {
    println!("cargo:rerun-if-env-changed={variable}");
    env::var(variable).ok().filter(|value| !value.is_empty())
}

/// The command links the shared library, not the rlib: one copy of every static in a process.
///
/// `deps` comes first: `cargo test` leaves the library there alone, and it is never stale. The path
/// is an RPATH, not a RUNPATH: cargo sets LD_LIBRARY_PATH, which would come before the latter.
fn link_command(out: &Path) -> Result<(), String> {
    let above = "OUT_DIR does not lie three levels below the profile folder";
    let target = out.ancestors().nth(3).ok_or(above)?;
    let path = given("PGBGW_RPATH").unwrap_or("$ORIGIN/deps:$ORIGIN:$ORIGIN/..".into());
    for arg in [
        format!("-L{}", target.join("deps").display()),
        "-Wl,--no-as-needed,-lpgbgw".into(),
        format!("-Wl,--disable-new-dtags,-rpath,{path}"),
    ] {
        println!("cargo:rustc-link-arg-bins={arg}");
    }
    if let Some(name) = given("PGBGW_SONAME") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,{name}");
    }
    Ok(())
}
