//! The process title that `ps` shows: the memory of the arguments and the environment is reused.
//! Runs in: postmaster (claim), any of its children (set).

use core::ffi::c_char;
use core::ptr;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::Relaxed};

unsafe extern "C" {
    static mut environ: *mut *mut c_char;
}

static START: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());
static LEN: AtomicUsize = AtomicUsize::new(0);

/// Claims the memory of the arguments and, moving the environment away, of the environment too.
/// Call once, before children are made. Without `/proc` there are no titles.
pub(crate) fn claim() {
    let Some([arg_start, arg_end, env_start, env_end]) = bounds() else { return };
    let mut end = arg_end;
    if (arg_end..=arg_end + 1).contains(&env_start) && move_environment(env_start, env_end) {
        end = env_end;
    }
    START.store(ptr::with_exposed_provenance_mut(arg_start), Relaxed);
    LEN.store(end.saturating_sub(arg_start), Relaxed);
}

/// Shows `title`, cut to the room there is. Returns how many bytes are shown.
pub(crate) fn set(title: &[u8]) -> usize {
    let (start, len) = (START.load(Relaxed), LEN.load(Relaxed));
    if start.is_null() || len == 0 {
        return 0;
    }
    let shown = title.len().min(len - 1);
    // SAFETY: `claim` found this range to be this process's own argument memory, writable and
    // used by nobody else any more.
    unsafe { ptr::copy_nonoverlapping(title.as_ptr(), start, shown) };
    // SAFETY: within the same range.
    let rest = unsafe { start.add(shown) };
    // SAFETY: the same range; what is left of an older title is cleared.
    unsafe { ptr::write_bytes(rest, 0, len - shown) };
    shown
}

/// arg_start, arg_end, env_start, env_end of this process (fields 48-51 of proc(5) stat).
fn bounds() -> Option<[usize; 4]> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let after_name = stat.get(stat.rfind(')')? + 2..)?;
    let mut fields = after_name.split_ascii_whitespace().skip(45).map(|f| f.parse().ok());
    let bounds: [usize; 4] = [fields.next()??, fields.next()??, fields.next()??, fields.next()??];
    let [arg_start, arg_end, env_start, env_end] = bounds;
    // The kernel puts the program's name right behind the environment. Where it stands elsewhere
    // (under valgrind), the bounds are not those of the memory that this program sees.
    // SAFETY: takes and changes nothing.
    let name = usize::try_from(unsafe { libc::getauxval(libc::AT_EXECFN) }).ok()?;
    let ours = (env_end..env_end.saturating_add(64)).contains(&name);
    (ours && arg_start < arg_end && env_start <= env_end).then_some(bounds)
}

/// Copies the environment's strings that lie between the bounds to the heap. False if there is
/// no memory for it.
fn move_environment(start: usize, end: usize) -> bool {
    // SAFETY: the variable is libc's; this process has one thread.
    let mut entry = unsafe { environ };
    while !entry.is_null() {
        // SAFETY: the array ends with a null pointer, which has not been met yet.
        let text = unsafe { *entry };
        if text.is_null() {
            break;
        }
        if (start..end).contains(&text.expose_provenance()) {
            // SAFETY: entries are NUL-terminated strings.
            let copy = unsafe { libc::strdup(text) };
            if copy.is_null() {
                return false;
            }
            // SAFETY: the array is writable, as setenv(3) writes it.
            unsafe { *entry = copy };
        }
        // SAFETY: this entry was not the last.
        entry = unsafe { entry.add(1) };
    }
    true
}
