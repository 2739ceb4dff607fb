//! Opening libraries: each file once, magic before `_PG_init`, and what they define.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::NonNull;
use std::ffi::{CString, OsStr};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;
use nix::sys::stat::{FileStat, SFlag, stat};

use crate::abi::fmgr::{PGModuleMagicFunction, Pg_magic_struct};
use crate::error::{Report, Result, SqlState, emit, guarded};
use crate::guc::settings;
use crate::shmem::requests;
use crate::sys::reason::reason;

use super::dependencies::Search;
use super::functions::lookup_function;
use super::imports::{Glibc, Surroundings};
use super::inspect::{self, Inspection, could_not_load};
use super::magic;
use super::path::{SearchPath, expand};
use super::program;

/// The library name that stands for the server itself.
const SERVER: &[u8] = b"postgres";

/// A library that is open in this process, until the process ends.
#[derive(Debug)]
pub(crate) struct Library {
    path: Vec<u8>,
    /// What stands for the library in shared memory: never 0, the same in all processes that open
    /// the same path.
    id: u64,
    device: u64,
    inode: u64,
    handle: NonNull<c_void>,
}

// SAFETY: the fields do not change; the dynamic linker lets any thread use a handle.
unsafe impl Send for Library {}
// SAFETY: the same.
unsafe impl Sync for Library {}

/// The libraries of this process that are initialised, in order. Never contended: server functions
/// belong to the main thread.
static LOADED: Mutex<Vec<&'static Library>> = Mutex::new(Vec::new());

fn loaded() -> MutexGuard<'static, Vec<&'static Library>> {
    LOADED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Library {
    /// The file it was opened as.
    pub(crate) fn path(&self) -> &[u8] {
        &self.path
    }

    /// The file's name without its folder and `.so`: what people call the library.
    pub(crate) fn name(&self) -> &[u8] {
        let file = self.path.rsplit(|&byte| byte == b'/').next().unwrap_or(&self.path);
        file.strip_suffix(b".so").unwrap_or(file)
    }

    /// Its number in shared memory: never 0, the same in all processes that open the same path.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// What C calls its handle.
    pub(crate) fn handle(&self) -> *mut c_void {
        self.handle.as_ptr()
    }

    /// What the library, or one that it needs, defines as `name`.
    pub(super) fn symbol(&self, name: &CStr) -> Option<NonNull<c_void>> {
        // SAFETY: the handle is never closed.
        unsafe { lookup_handle(self.handle.as_ptr(), name) }
    }
}

/// Looks for a library that is loaded, as [`load_external_function`] is going to.
pub(crate) fn rehearse() {
    let last = loaded().last().copied();
    if let Some(library) = last {
        let _there = exists(&library.path);
    }
}

/// The library that `name` means, along the path that the settings give, if it is loaded.
pub(super) fn known(name: &[u8]) -> Option<&'static Library> {
    let (path, libdir) = (settings::dynamic_library_path(), settings::libdir());
    let search = SearchPath { dynamic_library_path: &path, pkglibdir: &libdir };
    let path = expand(name, search, &exists).ok()?;
    find(|library| library.path == path)
}

/// [`load_library`] along the path that the settings give.
///
/// # Errors
/// The same.
pub(crate) fn load(name: &[u8]) -> Result<&'static Library> {
    let (path, libdir) = (settings::dynamic_library_path(), settings::libdir());
    load_library(name, SearchPath { dynamic_library_path: &path, pkglibdir: &libdir })
}

/// The library that `name` means, loaded now unless it was before. Runs its `_PG_init`.
///
/// # Errors
/// The server's refusals where it has them: no such file, not to be opened, another version; and
/// the ERROR that `_PG_init` raised. The library is not loaded then, and `_PG_init` runs again at
/// the next attempt.
pub(crate) fn load_library(name: &[u8], search: SearchPath<'_>) -> Result<&'static Library> {
    let path = expand(name, search, &exists)?;
    if let Some(known) = find(|library| library.path == path) {
        return Ok(known);
    }
    let facts = status(&path).map_err(|errno| could_not_access(&path, errno))?;
    if let Some(known) = find(|l| l.device == facts.st_dev && l.inode == facts.st_ino) {
        return Ok(known);
    }
    let Inspection { imports, refusal, .. } = inspect_file(&path);
    if let Some(refusal) = refusal {
        return Err(refusal.into());
    }
    let notes = inspect::inert_notes(&path, &imports);
    let library = open(path, &facts)?;
    notes.iter().for_each(emit);
    initialise(&library)?;
    let library: &'static Library = Box::leak(library);
    loaded().push(library);
    Ok(library)
}

/// The function `function` of the library that `library` means, loaded if need be, and that
/// library's id. The library `postgres` is the server itself, none of whose workers exist here.
///
/// # Errors
/// As [`load_library`] and [`lookup_function`].
pub(crate) fn load_external_function(
    library: &[u8],
    function: &[u8],
) -> Result<(NonNull<c_void>, u64)> {
    if library == SERVER {
        let message = [b"internal function \"".as_slice(), function, b"\" not found"].concat();
        let report = Report::error(SqlState::INTERNAL_ERROR, message);
        let detail = "The server's own background workers are not available outside PostgreSQL.";
        return Err(report.with_detail(detail).into());
    }
    if library == program::PROGRAM {
        return Ok((program::function(function)?, program::PROGRAM_ID));
    }
    let library = load(library)?;
    Ok((lookup_function(library, function)?, library.id))
}

/// What the library behind a handle, or one that it needs, defines as `name`.
///
/// # Safety
/// The handle is [`Library::handle`]'s.
pub(crate) unsafe fn lookup_handle(handle: *mut c_void, name: &CStr) -> Option<NonNull<c_void>> {
    // SAFETY: the caller's promise; the name is NUL-terminated.
    NonNull::new(unsafe { libc::dlsym(handle, name.as_ptr()) })
}

/// The name of the library with this id, if it is open in this process.
pub(crate) fn name_of(id: u64) -> Option<&'static [u8]> {
    if id == program::PROGRAM_ID {
        return Some(program::PROGRAM);
    }
    find(|library| library.id == id).map(Library::name)
}

fn find(matches: impl Fn(&Library) -> bool) -> Option<&'static Library> {
    loaded().iter().find(|library| matches(library)).copied()
}

fn status(path: &[u8]) -> core::result::Result<FileStat, Errno> {
    stat(OsStr::from_bytes(path))
}

/// Whether there is a file that is no folder, the way the server asks.
fn exists(path: &[u8]) -> Result<bool> {
    match status(path) {
        Ok(facts) => Ok(kind(&facts) != SFlag::S_IFDIR),
        Err(Errno::ENOENT | Errno::ENOTDIR | Errno::EACCES) => Ok(false),
        Err(errno) => Err(could_not_access(path, errno).into()),
    }
}

fn kind(facts: &FileStat) -> SFlag {
    SFlag::from_bits_truncate(facts.st_mode) & SFlag::S_IFMT
}

fn could_not_access(path: &[u8], errno: Errno) -> Report {
    let reason = reason(errno);
    let message =
        [b"could not access file \"".as_slice(), path, b"\": ", reason.as_bytes()].concat();
    Report::error(code_for(errno), message)
}

/// `errcode_for_file_access` of `elog.h` for what `stat` and `open` say.
fn code_for(errno: Errno) -> SqlState {
    if errno == Errno::ENOENT {
        SqlState::UNDEFINED_FILE
    } else if matches!(errno, Errno::EPERM | Errno::EACCES | Errno::EROFS) {
        SqlState::new(*b"42501")
    } else {
        SqlState::INTERNAL_ERROR
    }
}

/// The facts about a file, as this process would load it. Nothing of it runs.
pub(crate) fn inspect_file(path: &[u8]) -> Inspection {
    let refused = |refusal| Inspection { refusal: Some(refusal), ..Inspection::default() };
    match status(path) {
        // Reading a named pipe would wait for a writer.
        Ok(facts) if kind(&facts) != SFlag::S_IFREG => {
            return refused(not_regular(path, &facts));
        }
        Ok(_) => {}
        Err(errno) => return refused(could_not_access(path, errno)),
    }
    match fs::read(OsStr::from_bytes(path)) {
        Ok(file) => {
            let search = Search::of_this_process();
            let around = Surroundings { is_open: &is_open, glibc: glibc(), search: &search };
            inspect::inspect(path, &file, &around)
        }
        Err(error) => {
            let errno = Errno::from_raw(error.raw_os_error().unwrap_or(libc::EIO));
            refused(could_not_access(path, errno))
        }
    }
}

/// The refusal of a folder, with the server's text, or of a pipe or device.
fn not_regular(path: &[u8], facts: &FileStat) -> Report {
    let why = if kind(facts) == SFlag::S_IFDIR {
        [path, b": cannot read file data: Is a directory"].concat()
    } else {
        b"not a regular file".to_vec()
    };
    could_not_load(path, &why).with_sqlstate(SqlState::new(*b"42809"))
}

/// Whether the program or a library that is open to all defines `name`.
fn is_open(name: &[u8]) -> bool {
    CString::new(name).is_ok_and(|name| {
        // SAFETY: looks up a NUL-terminated name.
        !unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) }.is_null()
    })
}

/// The glibc that this process runs on.
fn glibc() -> Glibc {
    // SAFETY: takes nothing and returns a constant string.
    let version = unsafe { libc::gnu_get_libc_version() };
    // SAFETY: NUL-terminated and constant.
    let version = unsafe { CStr::from_ptr(version) };
    Glibc::parse(version.to_bytes()).unwrap_or_default()
}

/// Opens the file and checks its magic block. A refused one is closed again.
fn open(path: Vec<u8>, facts: &FileStat) -> Result<Box<Library>> {
    // Without a slash the dynamic linker would look elsewhere than where the file was found.
    let folder = if path.contains(&b'/') { b"".as_slice() } else { b"./" };
    let name = CString::new([folder, &path].concat()).unwrap_or_default();
    // SAFETY: opening runs the library's constructors: loading an extension means to trust it.
    let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_GLOBAL) };
    let Some(handle) = NonNull::new(handle) else {
        return Err(could_not_load(&path, &last_error()).into());
    };
    let library =
        Library { id: identify(&path), path, device: facts.st_dev, inode: facts.st_ino, handle };
    if let Err(refusal) = check_magic(&library) {
        // SAFETY: the handle was opened above and is used no more.
        let _status: c_int = unsafe { libc::dlclose(handle.as_ptr()) };
        return Err(refusal);
    }
    Ok(Box::new(library))
}

/// A number for a path: its FNV-1a hash, kept off 0.
fn identify(path: &[u8]) -> u64 {
    let hash = path.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash.max(1)
}

/// What the dynamic linker has to say about the last failure.
fn last_error() -> Vec<u8> {
    // SAFETY: returns null or a string that is valid until the next call of the dynamic linker.
    let text: *const c_char = unsafe { libc::dlerror() };
    if text.is_null() {
        return b"unknown error".to_vec();
    }
    // SAFETY: not null, see above.
    unsafe { CStr::from_ptr(text) }.to_bytes().to_vec()
}

fn check_magic(library: &Library) -> Result<()> {
    let Some(function) = library.symbol(c"Pg_magic_func") else {
        return Err(magic::missing(library.path()).into());
    };
    // SAFETY: a symbol of this name is a function of this type; null was excluded.
    let function: PGModuleMagicFunction =
        unsafe { core::mem::transmute::<*mut c_void, PGModuleMagicFunction>(function.as_ptr()) };
    // SAFETY: it takes nothing and returns the address of a constant.
    let block = function.map_or(core::ptr::null(), |function| unsafe { function() });
    if block.is_null() {
        return Err(magic::missing(library.path()).into());
    }
    magic::check(library.path(), magic_bytes(block))
}

/// The bytes of a magic block that may be shorter or longer than the server's: no more than it has,
/// no more than are compared.
fn magic_bytes<'a>(block: *const Pg_magic_struct) -> &'a [u8] {
    // SAFETY: the blocks of all versions start with their length.
    let length = unsafe { block.cast::<c_int>().read() };
    let length = usize::try_from(length).unwrap_or(0).clamp(magic::START, magic::SIZE);
    // SAFETY: a constant of at least that length, of plain bytes, in a library that stays open as
    // long as the caller looks at it.
    unsafe { core::slice::from_raw_parts(block.cast(), length) }
}

/// Runs `_PG_init`, if there is one.
fn initialise(library: &Library) -> Result<()> {
    let Some(init) = library.symbol(c"_PG_init") else {
        return Ok(());
    };
    // SAFETY: a symbol of this name is a function of this type.
    let init =
        unsafe { core::mem::transmute::<*mut c_void, unsafe extern "C" fn()>(init.as_ptr()) };
    let before = requests::set_library(library.id);
    // SAFETY: the library passed its magic check, so it was compiled for this interface.
    let outcome = guarded(|| unsafe { init() });
    requests::set_library(before);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Raised;
    use crate::loader::testing::{Built, compile, magic_source};

    const NOWHERE: SearchPath<'_> = SearchPath { dynamic_library_path: b"", pkglibdir: b"" };

    fn path(built: &Built) -> &[u8] {
        built.path.as_os_str().as_bytes()
    }

    fn module(name: &str, rest: &str) -> Built {
        compile(name, &(magic_source(1700) + rest), &[])
    }

    fn texts(raised: Raised) -> (String, [u8; 5]) {
        let report = raised.into_report();
        let code = core::array::from_fn(|i| {
            u8::try_from((report.sqlstate.0 >> (6 * i)) & 0x3f).expect("six bits") + b'0'
        });
        (String::from_utf8(report.message).expect("ASCII"), code)
    }

    fn call(function: NonNull<c_void>) -> c_int {
        // SAFETY: the tests define it with this type.
        let function = unsafe {
            core::mem::transmute::<*mut c_void, extern "C" fn() -> c_int>(function.as_ptr())
        };
        function()
    }

    #[test]
    fn loads_each_file_once() {
        let built = module(
            "once",
            "static int n; void _PG_init(void) { n++; } int count(void) { return n; }",
        );
        let first = load_library(path(&built), NOWHERE).expect("loaded");
        let link = built.folder.path().join("link.so");
        std::os::unix::fs::symlink(&built.path, &link).expect("a link");
        let again = load_library(link.as_os_str().as_bytes(), NOWHERE).expect("loaded");
        assert!(core::ptr::eq(first, again));
        assert_eq!((first.name(), first.path()), (b"once".as_slice(), path(&built)));
        assert_eq!(call(lookup_function(first, b"count").expect("defined")), 1);
        assert_ne!(first.id, 0);
    }

    #[test]
    fn finds_functions_by_library_name() {
        let built = module("byname", "int answer(void) { return 42; }");
        let folder = built.folder.path().as_os_str().as_bytes();
        let search = SearchPath { dynamic_library_path: b"$libdir", pkglibdir: folder };
        let library = load_library(b"byname", search).expect("found");
        assert_eq!(call(lookup_function(library, b"answer").expect("defined")), 42);
        for name in [b"missing".as_slice(), b"", b"with\0nul"] {
            let library = load_library(b"$libdir/byname", search).expect("found");
            let refused = lookup_function(library, name);
            let (message, code) = texts(refused.expect_err("refused"));
            let expected = format!(
                "could not find function \"{}\" in file \"{}\"",
                String::from_utf8_lossy(name),
                built.path.display()
            );
            assert_eq!((message, &code), (expected, b"42883"));
        }
    }

    #[test]
    fn says_that_a_file_is_not_there() {
        let refused = load_library(b"absent", NOWHERE).expect_err("refused");
        let expected = "could not access file \"absent\": No such file or directory";
        assert_eq!(texts(refused), (expected.into(), *b"58P01"));
        let refused = load_library(b"/etc", NOWHERE).expect_err("refused");
        let expected =
            "could not load library \"/etc\": /etc: cannot read file data: Is a directory";
        assert_eq!(texts(refused), (expected.into(), *b"42809"));
        let refused = load_library(b"/dev/null", NOWHERE).expect_err("refused");
        let expected = "could not load library \"/dev/null\": not a regular file";
        assert_eq!(texts(refused), (expected.into(), *b"42809"));
    }

    #[test]
    fn the_server_itself_is_no_library() {
        let refused = load_external_function(b"postgres", b"ParallelWorkerMain");
        let expected = "internal function \"ParallelWorkerMain\" not found";
        assert_eq!(texts(refused.expect_err("refused")), (expected.into(), *b"XX000"));
    }

    #[test]
    fn a_block_that_cannot_be_read_beforehand_is_checked_after_opening() {
        // The address comes out of memory, not out of an instruction.
        let source = "
            typedef struct { int len, version, args, keys, name, float8; char extra[32]; } Magic;
            static const Magic magic = { sizeof(Magic), VERSION, 100, 32, 64, 1, \"PostgreSQL\" };
            const Magic *volatile hidden = &magic;
            const Magic *Pg_magic_func(void) { return hidden; }
            extern int puts(const char *);
            void _PG_init(void) { *(volatile int *) 0 = 1; }";
        let built = compile("hidden", source, &["-DVERSION=1500"]);
        let inspection = inspect_file(path(&built));
        assert_eq!((inspection.version, inspection.refusal.is_none()), (None, true));
        let (message, code) = texts(load_library(path(&built), NOWHERE).expect_err("refused"));
        let expected =
            format!("incompatible library \"{}\": version mismatch", built.path.display());
        assert_eq!((message, &code), (expected, b"XX000"));
    }

    #[test]
    fn a_refused_library_is_not_opened() {
        let constructor =
            "static __attribute__((constructor)) void f(void) { *(volatile int *) 0 = 1; }";
        let built = compile("other", &(magic_source(1500) + constructor), &[]);
        assert!(load_library(path(&built), NOWHERE).is_err());
        let built = compile("bare", constructor, &[]);
        assert!(load_library(path(&built), NOWHERE).is_err());
    }
}
