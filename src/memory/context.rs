//! Making contexts.
//! Runs in: any process.

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char};
use core::mem::{MaybeUninit, size_of};
use core::ptr::{self, NonNull};

use crate::abi::memnodes::{MemoryContext, MemoryContextData};
use crate::abi::nodes::{
    NodeTag, T_AllocSetContext, T_BumpContext, T_GenerationContext, T_SlabContext,
};
use crate::abi::palloc::MemoryContextCallback;
use crate::abi::variables::{
    CacheMemoryContext, CurrentMemoryContext, ErrorContext, TopMemoryContext,
};
use crate::error::{Report, Result, SqlState};

use super::chunk::Header;
use super::tree;

/// A context: PostgreSQL's public part first, then ours.
#[repr(C)]
pub(super) struct Context {
    pub(super) data: MemoryContextData,
    /// The chunks, newest first.
    pub(super) chunks: *mut Header,
    /// The one size that is allocated here; 0: any.
    pub(super) chunk_size: usize,
}

/// PostgreSQL's kinds of contexts. What differs is what may be asked of them: chunks are malloc's
/// in all.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// The usual one.
    Set,
    /// For chunks of similar age.
    Generation,
    /// For chunks that are not freed one by one.
    Bump,
    /// For chunks of one size, at least 8 bytes.
    Slab(usize),
}

impl Kind {
    fn tag(self) -> NodeTag {
        match self {
            Self::Set => T_AllocSetContext,
            Self::Generation => T_GenerationContext,
            Self::Bump => T_BumpContext,
            Self::Slab(_) => T_SlabContext,
        }
    }
}

/// The room of `TopMemoryContext`, among the variables that every process writes to (build/order.ld).
struct Top(UnsafeCell<MaybeUninit<Context>>);

// SAFETY: used once, by `init`; then it is a context like any other.
unsafe impl Sync for Top {}

static TOP: Top = Top(UnsafeCell::new(MaybeUninit::zeroed()));

/// Makes `TopMemoryContext`, `ErrorContext` and `CacheMemoryContext` if they are not there yet, and
/// `CurrentMemoryContext` the first of them.
///
/// # Errors
/// Out of memory.
pub(crate) fn init() -> Result<()> {
    if TopMemoryContext.get().is_null() {
        // SAFETY: zeroed, and used nowhere else.
        let top = unsafe { &mut *TOP.0.get().cast::<Context>() };
        let top = begin(top, Kind::Set, ptr::null_mut(), c"TopMemoryContext".as_ptr());
        let errors = create(top, c"ErrorContext".as_ptr())?;
        // SAFETY: just made.
        unsafe { (*errors).allowInCritSection = true };
        CacheMemoryContext.set(create(top, c"CacheMemoryContext".as_ptr())?);
        ErrorContext.set(errors);
        TopMemoryContext.set(top);
    }
    if CurrentMemoryContext.get().is_null() {
        CurrentMemoryContext.set(TopMemoryContext.get());
    }
    Ok(())
}

/// Makes a usual context below `parent` (null: a root). `name` is not copied, as in PostgreSQL.
///
/// # Errors
/// Out of memory.
pub(crate) fn create(parent: MemoryContext, name: *const c_char) -> Result<MemoryContext> {
    create_kind(Kind::Set, parent, name)
}

/// [`create`] for any kind.
pub(crate) fn create_kind(
    kind: Kind,
    parent: MemoryContext,
    name: *const c_char,
) -> Result<MemoryContext> {
    // SAFETY: calloc takes any size.
    let context: *mut Context = unsafe { libc::calloc(1, size_of::<Context>()) }.cast();
    // SAFETY: fresh zeroed memory of the right size, if any.
    let Some(fresh) = (unsafe { context.as_mut() }) else {
        // SAFETY: the caller's name is a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(name) }.to_string_lossy();
        return Err(Report::error(SqlState::OUT_OF_MEMORY, "out of memory")
            .with_detail(format!("Failed while creating memory context \"{name}\"."))
            .into());
    };
    Ok(begin(fresh, kind, parent, name))
}

/// Makes a context of zeroed memory.
fn begin(
    fresh: &mut Context,
    kind: Kind,
    parent: MemoryContext,
    name: *const c_char,
) -> MemoryContext {
    if let Kind::Slab(size) = kind {
        fresh.chunk_size = size;
    }
    fresh.data.r#type = kind.tag();
    fresh.data.isReset = true;
    fresh.data.name = name;
    // SAFETY: the parent, if any, is live.
    fresh.data.allowInCritSection =
        unsafe { parent.as_ref() }.is_some_and(|parent| parent.allowInCritSection);
    let context = ptr::from_mut(fresh).cast();
    // SAFETY: both live; the fresh one has no children.
    unsafe { tree::set_parent(context, parent) };
    context
}

/// Gives back what a context was made of.
///
/// # Safety
/// Nothing refers to it any more.
pub(super) unsafe fn release(context: MemoryContext) {
    if context != TOP.0.get().cast() {
        // SAFETY: all others are made by calloc.
        unsafe { libc::free(context.cast()) };
    }
}

/// Has `callback` called when `context` is reset or deleted, newest first.
///
/// # Safety
/// Both are live; the callback stays so until it was called.
pub(crate) unsafe fn register_callback(
    context: MemoryContext,
    callback: NonNull<MemoryContextCallback>,
) {
    // SAFETY: the caller's promise.
    let data = unsafe { &mut *context };
    // SAFETY: the same.
    unsafe { (*callback.as_ptr()).next = data.reset_cbs };
    data.reset_cbs = callback.as_ptr();
    data.isReset = false;
}

/// Tells contexts of one name apart; not copied.
///
/// # Safety
/// `context` is live; `ident` is null or a string that lives as long as it is the identifier.
pub(crate) unsafe fn set_identifier(context: MemoryContext, ident: *const c_char) {
    // SAFETY: the caller's promise.
    unsafe { (*context).ident = ident };
}
