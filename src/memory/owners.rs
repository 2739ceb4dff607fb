//! Resource owners (utils/resowner.h): trees of things that are given back together.
//! Runs in: any process.
//!
//! Functions of modules are called on the way, which may come back here: no reference to an owner
//! is kept across such a call.

use core::ffi::{CStr, c_void};
use core::ptr;
use std::ffi::CString;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::abi::c::{Datum, ResourceOwner};
use crate::abi::resowner::{
    RESOURCE_RELEASE_AFTER_LOCKS, RESOURCE_RELEASE_BEFORE_LOCKS, RESOURCE_RELEASE_LOCKS,
    ResourceOwnerDesc, ResourceReleaseCallback, ResourceReleasePhase,
};
use crate::abi::variables::CurrentResourceOwner;
use crate::error::{self, Level, Report, Result, SqlState};

/// An owner. The tree holds all that are live.
struct Owner {
    name: CString,
    parent: *mut Self,
    /// The newest last.
    children: Vec<*mut Self>,
    /// The newest last, until they are given back: then the next one is last.
    items: Vec<Item>,
    /// Whether things are being given back: there can be no new ones.
    releasing: bool,
}

/// A thing and its kind.
#[derive(Clone, Copy)]
struct Item {
    value: Datum,
    kind: *const ResourceOwnerDesc,
}

impl Item {
    fn kind(&self) -> &ResourceOwnerDesc {
        // SAFETY: kinds are constants of libraries, which stay loaded.
        unsafe { &*self.kind }
    }
}

/// What is called in each phase of each owner, the newest last.
#[derive(Clone, Copy)]
struct Callback {
    function: ResourceReleaseCallback,
    arg: *mut c_void,
}

impl Callback {
    fn is(&self, function: ResourceReleaseCallback, arg: *mut c_void) -> bool {
        let same = match (self.function, function) {
            (Some(f), Some(g)) => ptr::fn_addr_eq(f, g),
            (f, g) => f.is_none() && g.is_none(),
        };
        same && self.arg == arg
    }
}

// SAFETY: server functions belong to the main thread.
unsafe impl Send for Callback {}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static CALLBACKS: Mutex<Vec<Callback>> = Mutex::new(Vec::new());

/// What gives back the locks that an owner has, or hands them to its parent.
type LocksPhase = fn(ResourceOwner, ResourceOwner, Release) -> Result<()>;
static LOCKS_PHASE: OnceLock<LocksPhase> = OnceLock::new();

/// Has the locks of owners given back from now on.
pub(crate) fn at_locks_phase(release: LocksPhase) {
    let _known = LOCKS_PHASE.set(release);
}

fn callbacks() -> MutexGuard<'static, Vec<Callback>> {
    CALLBACKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a release is made.
#[derive(Clone, Copy)]
pub(crate) struct Release {
    pub(crate) phase: ResourceReleasePhase,
    /// Nothing should be left: what is, is told.
    pub(crate) is_commit: bool,
    pub(crate) is_top_level: bool,
}

/// # Safety
/// `owner` is live.
unsafe fn of<'a>(owner: ResourceOwner) -> &'a mut Owner {
    // SAFETY: the caller's promise; nobody else has a reference to it now.
    unsafe { &mut *owner.cast::<Owner>() }
}

/// `ResourceOwnerCreate`.
///
/// # Safety
/// `parent` is null or live.
pub(crate) unsafe fn create(parent: ResourceOwner, name: &CStr) -> ResourceOwner {
    let owner = Box::into_raw(Box::new(Owner {
        name: name.to_owned(),
        parent: ptr::null_mut(),
        children: Vec::new(),
        items: Vec::new(),
        releasing: false,
    }))
    .cast();
    // SAFETY: just made; the caller's promise.
    unsafe { set_parent(owner, parent) };
    owner
}

/// `ResourceOwnerGetParent`.
///
/// # Safety
/// `owner` is live.
pub(crate) unsafe fn parent(owner: ResourceOwner) -> ResourceOwner {
    // SAFETY: the caller's promise.
    unsafe { of(owner) }.parent.cast()
}

/// `ResourceOwnerNewParent`.
///
/// # Safety
/// `owner` is live, `parent` null or live.
pub(crate) unsafe fn set_parent(owner: ResourceOwner, parent: ResourceOwner) {
    // SAFETY: the caller's promise.
    let old = core::mem::replace(&mut unsafe { of(owner) }.parent, parent.cast());
    if !old.is_null() {
        // SAFETY: a parent is live as long as it has children.
        unsafe { of(old.cast()) }.children.retain(|&child| child != owner.cast());
    }
    if !parent.is_null() {
        // SAFETY: the caller's promise.
        unsafe { of(parent) }.children.push(owner.cast());
    }
}

/// `ResourceOwnerDelete`, with those below it.
///
/// # Safety
/// `owner` is live, and is not used any more.
pub(crate) unsafe fn delete(owner: ResourceOwner) {
    // SAFETY: the caller's promise.
    while let Some(child) = unsafe { of(owner) }.children.last().copied() {
        // SAFETY: a child is live.
        unsafe { delete(child.cast()) };
    }
    // SAFETY: the caller's promise.
    unsafe { set_parent(owner, ptr::null_mut()) };
    // SAFETY: it came out of a Box.
    drop(unsafe { Box::from_raw(owner.cast::<Owner>()) });
}

/// Gives back, in all phases, what this and those below own, and deletes them.
///
/// # Safety
/// As [`delete`].
///
/// # Errors
/// As [`release`]; it is not deleted then.
pub(crate) unsafe fn end(owner: ResourceOwner, is_commit: bool, is_top_level: bool) -> Result<()> {
    for phase in RESOURCE_RELEASE_BEFORE_LOCKS..=RESOURCE_RELEASE_AFTER_LOCKS {
        // SAFETY: the caller's promise.
        unsafe { release(owner, Release { phase, is_commit, is_top_level })? };
    }
    // SAFETY: the same.
    unsafe { delete(owner) };
    Ok(())
}

/// `ResourceOwnerEnlarge`: there will be room for one more.
///
/// # Safety
/// `owner` is live.
///
/// # Errors
/// Things are being given back.
pub(crate) unsafe fn enlarge(owner: ResourceOwner) -> Result<()> {
    // SAFETY: the caller's promise.
    let owner = unsafe { of(owner) };
    if owner.releasing {
        return Err(internal("ResourceOwnerEnlarge called after release started").into());
    }
    owner.items.reserve(1);
    Ok(())
}

/// `ResourceOwnerRemember`.
///
/// # Safety
/// `owner` is live, `kind` a constant.
pub(crate) unsafe fn remember(owner: ResourceOwner, value: Datum, kind: *const ResourceOwnerDesc) {
    // SAFETY: the caller's promise.
    unsafe { of(owner) }.items.push(Item { value, kind });
}

/// `ResourceOwnerForget`: the newest of its like.
///
/// # Safety
/// `owner` is live, `kind` a constant.
///
/// # Errors
/// Things are being given back; it is not owned.
pub(crate) unsafe fn forget(
    owner: ResourceOwner,
    value: Datum,
    kind: *const ResourceOwnerDesc,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let owner = unsafe { of(owner) };
    let kind_name = name_of(kind);
    check_not_releasing(owner, &kind_name)?;
    let at = owner.items.iter().rposition(|item| item.value == value && item.kind == kind);
    let Some(at) = at else {
        let owner = owner.name.to_string_lossy();
        let message = format!("{kind_name} {value:#x} is not owned by resource owner {owner}");
        return Err(internal(message).into());
    };
    owner.items.remove(at);
    Ok(())
}

/// `ResourceOwnerReleaseAllOfKind`.
///
/// # Safety
/// `owner` is live, `kind` a constant.
///
/// # Errors
/// Things are being given back; what giving back raised.
pub(crate) unsafe fn release_kind(
    owner: ResourceOwner,
    kind: *const ResourceOwnerDesc,
) -> Result<()> {
    // SAFETY: the caller's promise.
    check_not_releasing(unsafe { of(owner) }, &name_of(kind))?;
    // SAFETY: the same.
    unsafe { of(owner) }.releasing = true;
    loop {
        // SAFETY: the same; nothing deletes an owner whose things are given back.
        let items = &mut unsafe { of(owner) }.items;
        let Some(at) = items.iter().rposition(|item| item.kind == kind) else { break };
        let item = items.remove(at);
        give_back(item)?;
    }
    // SAFETY: the same.
    unsafe { of(owner) }.releasing = false;
    Ok(())
}

/// `ResourceOwnerRelease`: gives back what this and those below own, those below first, in the
/// order of phases and priorities.
///
/// # Safety
/// `owner` is live.
///
/// # Errors
/// What giving back, or a callback, raised. What was not given back yet is next time.
pub(crate) unsafe fn release(owner: ResourceOwner, how: Release) -> Result<()> {
    let mut done = 0;
    loop {
        // SAFETY: the caller's promise.
        let child = unsafe { of(owner) }.children.iter().rev().nth(done).copied();
        let Some(child) = child else { break };
        // SAFETY: a child is live.
        unsafe { release(child.cast(), how)? };
        done += 1;
    }
    // SAFETY: the caller's promise.
    let this = unsafe { of(owner) };
    if !this.releasing {
        this.releasing = true;
        // The next one last; of the same priority the newest. A stable sort keeps their order.
        this.items.sort_by_key(|item| {
            let kind = item.kind();
            core::cmp::Reverse((kind.release_phase, kind.release_priority))
        });
    }
    let saved = CurrentResourceOwner.replace(owner);
    if how.phase != RESOURCE_RELEASE_LOCKS {
        // SAFETY: the caller's promise; nothing deletes an owner whose things are given back.
        while let Some(item) = next(unsafe { of(owner) }, how.phase) {
            if how.is_commit {
                complain(item)?;
            }
            give_back(item)?;
        }
    } else if let Some(release_locks) = LOCKS_PHASE.get() {
        // SAFETY: the caller's promise.
        release_locks(owner, unsafe { parent(owner) }, how)?;
    }
    let all: Vec<Callback> = callbacks().iter().rev().copied().collect();
    for Callback { function, arg } in all {
        let Some(function) = function else { continue };
        let Release { phase, is_commit, is_top_level } = how;
        // SAFETY: whoever registered it promised that it takes this argument.
        error::guarded(|| unsafe { function(phase, is_commit, is_top_level, arg) })?;
    }
    CurrentResourceOwner.set(saved);
    Ok(())
}

/// The owner is used anew: what it gave back is forgotten.
///
/// # Safety
/// `owner` is live.
pub(crate) unsafe fn start_over(owner: ResourceOwner) {
    // SAFETY: the caller's promise.
    unsafe { of(owner) }.releasing = false;
}

/// Takes off what is to be given back next in this phase.
fn next(owner: &mut Owner, phase: ResourceReleasePhase) -> Option<Item> {
    owner.items.pop_if(|item| item.kind().release_phase <= phase)
}

fn give_back(item: Item) -> Result<()> {
    let Some(function) = item.kind().ReleaseResource else { return Ok(()) };
    // SAFETY: the kind's function takes what was remembered with it.
    error::guarded(|| unsafe { function(item.value) })
}

/// Tells of what was left.
fn complain(item: Item) -> Result<()> {
    let words = match item.kind().DebugPrint {
        Some(print) => {
            // SAFETY: as `give_back`.
            let text = error::guarded(|| unsafe { print(item.value) })?;
            // SAFETY: a NUL-terminated string.
            unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
        }
        None => format!("{} {:#x}", name_of(item.kind), item.value),
    };
    error::emit(&Report::new(Level::Warning, format!("resource was not closed: {words}")));
    Ok(())
}

fn check_not_releasing(owner: &Owner, kind: &str) -> Result<()> {
    if owner.releasing {
        let message = format!("ResourceOwnerForget called for {kind} after release started");
        return Err(internal(message).into());
    }
    Ok(())
}

fn name_of(kind: *const ResourceOwnerDesc) -> String {
    // SAFETY: kinds are constants of libraries, which stay loaded.
    let name = unsafe { (*kind).name };
    // SAFETY: a NUL-terminated string.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}

fn internal(message: impl Into<Vec<u8>>) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, message)
}

/// `RegisterResourceReleaseCallback`.
pub(crate) fn register(function: ResourceReleaseCallback, arg: *mut c_void) {
    callbacks().push(Callback { function, arg });
}

/// `UnregisterResourceReleaseCallback`: the newest of its like.
pub(crate) fn unregister(function: ResourceReleaseCallback, arg: *mut c_void) {
    let mut callbacks = callbacks();
    if let Some(at) = callbacks.iter().rposition(|callback| callback.is(function, arg)) {
        callbacks.remove(at);
    }
}
