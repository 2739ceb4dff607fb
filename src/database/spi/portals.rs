//! Portals: what a worker runs its statements in, or fetches rows from.
//! Runs in: worker.
//!
//! Extensions read and write their fields. The table holds all that are live.

use core::ffi::{CStr, c_char};
use core::ptr::{self, NonNull};
use std::ffi::CString;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::abi::c::{ResourceOwner, SubTransactionId};
use crate::abi::memnodes::MemoryContext;
use crate::abi::portal::{
    CURSOR_OPT_HOLD, CURSOR_OPT_NO_SCROLL, PORTAL_ACTIVE, PORTAL_DONE, PORTAL_FAILED,
    PORTAL_MULTI_QUERY, PORTAL_NEW, PORTAL_READY, Portal, PortalData, QueryCompletion,
};
use crate::abi::variables::{
    ActivePortal, CurTransactionResourceOwner, PortalContext, TopMemoryContext,
};
use crate::error::{self, Level, Report, Result, SqlState};
use crate::memory;
use crate::memory::owned::Owned;
use crate::memory::owners;

use crate::database::{snapshots, transaction};

const INVALID_CURSOR_STATE: SqlState = SqlState::new(*b"24000");
const DUPLICATE_CURSOR: SqlState = SqlState::new(*b"42P03");

struct Entry {
    portal: Portal,
    context: Owned,
}

// SAFETY: server functions belong to the main thread.
unsafe impl Send for Entry {}

struct Portals {
    table: Vec<Entry>,
    unnamed: u32,
}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static PORTALS: Mutex<Portals> = Mutex::new(Portals { table: Vec::new(), unnamed: 0 });

fn portals() -> MutexGuard<'static, Portals> {
    PORTALS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// # Safety
/// It is live, and no function of a module is called while the reference is used.
pub(in crate::database) unsafe fn of<'a>(portal: Portal) -> &'a mut PortalData {
    // SAFETY: the caller's promise; nobody else has a reference to it now.
    unsafe { &mut *portal }
}

impl PortalData {
    pub(in crate::database) fn name(&self) -> &CStr {
        // SAFETY: `insert` set it to a string, and modules leave it alone.
        unsafe { CStr::from_ptr(self.name) }
    }

    /// An error about it.
    fn report(&self, state: SqlState, before: &str, after: &str) -> Report {
        let message = format!("{before} \"{}\"{after}", self.name().to_string_lossy());
        Report::error(state, message)
    }
}

/// `GetPortalByName`.
pub(crate) fn by_name(name: &CStr) -> Option<Portal> {
    // SAFETY: those in the table are live.
    all().into_iter().find(|&portal| unsafe { of(portal) }.name() == name)
}

/// `CreateNewPortal`: one with a name that no other has.
///
/// # Errors
/// Out of memory.
pub(crate) fn create_unnamed() -> Result<Portal> {
    loop {
        let number = {
            let mut portals = portals();
            portals.unnamed = portals.unnamed.wrapping_add(1);
            portals.unnamed
        };
        let name = CString::new(format!("<unnamed portal {number}>")).unwrap_or_default();
        if by_name(&name).is_none() {
            return insert(&name);
        }
    }
}

/// `CreatePortal`.
///
/// # Errors
/// There is one of that name, which is not to be replaced (42P03); out of memory.
pub(crate) fn create(name: &CStr, replace: bool, silently: bool) -> Result<Portal> {
    if let Some(old) = by_name(name) {
        let shown = name.to_string_lossy();
        if !replace {
            let message = format!("cursor \"{shown}\" already exists");
            return Err(Report::error(DUPLICATE_CURSOR, message).into());
        }
        if !silently {
            let report =
                Report::new(Level::Warning, format!("closing existing cursor \"{shown}\""));
            error::emit(&report.with_sqlstate(DUPLICATE_CURSOR));
        }
        // SAFETY: in the table.
        unsafe { drop_one(old, false)? };
    }
    insert(name)
}

fn insert(name: &CStr) -> Result<Portal> {
    let context = Owned::new(TopMemoryContext.get(), c"PortalContext")?;
    let copy = memory::copy_bytes(context.get(), name.to_bytes_with_nul())?.as_ptr();
    let room = memory::alloc(TopMemoryContext.get(), size_of::<PortalData>())?;
    let portal: Portal = room.as_ptr().cast();
    // SAFETY: no parent, or the transaction's owner.
    let resowner = unsafe { owners::create(CurTransactionResourceOwner.get(), c"Portal") };
    let subtransaction = transaction::subtransaction();
    let data = PortalData {
        name: copy.cast::<c_char>(),
        portalContext: context.get(),
        resowner,
        createSubid: subtransaction,
        activeSubid: subtransaction,
        createLevel: transaction::nest_level(),
        creation_time: transaction::times().1,
        ..PortalData::NEW
    };
    // SAFETY: room for it.
    unsafe { portal.write(data) };
    portals().table.push(Entry { portal, context });
    Ok(portal)
}

impl PortalData {
    const NEW: Self = Self {
        name: ptr::null(),
        prepStmtName: ptr::null(),
        portalContext: ptr::null_mut(),
        resowner: ptr::null_mut(),
        cleanup: None,
        createSubid: 0,
        activeSubid: 0,
        createLevel: 0,
        sourceText: ptr::null(),
        commandTag: 0,
        qc: QueryCompletion { commandTag: 0, nprocessed: 0 },
        stmts: ptr::null_mut(),
        cplan: ptr::null_mut(),
        portalParams: ptr::null_mut(),
        queryEnv: ptr::null_mut(),
        strategy: PORTAL_MULTI_QUERY,
        cursorOptions: CURSOR_OPT_NO_SCROLL,
        run_once: false,
        status: PORTAL_NEW,
        portalPinned: false,
        autoHeld: false,
        queryDesc: ptr::null_mut(),
        tupDesc: ptr::null_mut(),
        formats: ptr::null_mut(),
        portalSnapshot: ptr::null_mut(),
        holdStore: ptr::null_mut(),
        holdContext: ptr::null_mut(),
        holdSnapshot: ptr::null_mut(),
        atStart: true,
        atEnd: true,
        portalPos: 0,
        creation_time: 0,
        visible: true,
    };
}

/// `PortalDrop`.
///
/// # Safety
/// It is live, and is not used any more.
///
/// # Errors
/// It is pinned or active (24000); what its cleanup, or giving back what it owns, raised.
pub(crate) unsafe fn drop_one(portal: Portal, is_top_commit: bool) -> Result<()> {
    // SAFETY: the caller's promise.
    let data = unsafe { of(portal) };
    let status = data.status;
    if data.portalPinned || status == PORTAL_ACTIVE {
        let what = if data.portalPinned {
            "cannot drop pinned portal"
        } else {
            "cannot drop active portal"
        };
        return Err(data.report(INVALID_CURSOR_STATE, what, "").into());
    }
    // SAFETY: the same.
    unsafe { clean_up(portal)? };
    let entry = {
        let table = &mut portals().table;
        let at = table.iter().position(|entry| entry.portal == portal);
        at.map(|at| table.swap_remove(at))
    };
    let Some(entry) = entry else {
        error::emit(&Report::new(
            Level::Warning,
            "trying to delete portal name that does not exist",
        ));
        return Ok(());
    };
    // SAFETY: the caller's promise.
    let owner = core::mem::replace(&mut unsafe { of(portal) }.resowner, ptr::null_mut());
    if !owner.is_null() && (!is_top_commit || status == PORTAL_FAILED) {
        // SAFETY: the portal's owner, or one that the extension put there, as in PostgreSQL.
        unsafe { owners::end(owner, status != PORTAL_FAILED, false)? };
    }
    entry.context.delete()?;
    if let Some(chunk) = NonNull::new(portal.cast()) {
        // SAFETY: allocated by `insert`, and not used any more.
        unsafe { memory::free(chunk) };
    }
    Ok(())
}

/// Calls its cleanup, once.
///
/// # Safety
/// It is live.
unsafe fn clean_up(portal: Portal) -> Result<()> {
    // SAFETY: the caller's promise.
    let Some(function) = unsafe { of(portal) }.cleanup else { return Ok(()) };
    // SAFETY: whoever set it promised that it takes its portal.
    error::guarded(|| unsafe { function(portal) })?;
    // SAFETY: the caller's promise.
    unsafe { of(portal) }.cleanup = None;
    Ok(())
}

/// `MarkPortalActive`.
///
/// # Safety
/// It is live.
///
/// # Errors
/// It is not ready (55000).
pub(crate) unsafe fn mark_active(portal: Portal) -> Result<()> {
    // SAFETY: the caller's promise.
    let data = unsafe { of(portal) };
    if data.status != PORTAL_READY {
        let state = SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE;
        return Err(data.report(state, "portal", " cannot be run").into());
    }
    data.status = PORTAL_ACTIVE;
    data.activeSubid = transaction::subtransaction();
    Ok(())
}

/// `MarkPortalDone`, `MarkPortalFailed`.
///
/// # Safety
/// It is live.
///
/// # Errors
/// What its cleanup raised.
pub(crate) unsafe fn mark_over(portal: Portal, failed: bool) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { of(portal) }.status = if failed { PORTAL_FAILED } else { PORTAL_DONE };
    // SAFETY: the same.
    unsafe { clean_up(portal) }
}

/// `PinPortal`, `UnpinPortal`.
///
/// # Safety
/// It is live.
///
/// # Errors
/// It is so already.
pub(crate) unsafe fn pin(portal: Portal, pinned: bool) -> Result<()> {
    // SAFETY: the caller's promise.
    let before = core::mem::replace(&mut unsafe { of(portal) }.portalPinned, pinned);
    if before == pinned {
        let message = if pinned { "portal already pinned" } else { "portal not pinned" };
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    Ok(())
}

/// `EnsurePortalSnapshotExists`: a snapshot is active, or the active portal makes one so.
///
/// # Errors
/// There is no active portal.
pub(crate) fn ensure_snapshot() -> Result<()> {
    if snapshots::is_set() {
        return Ok(());
    }
    let portal = ActivePortal.get();
    if portal.is_null() {
        let message = "cannot execute SQL without an outer snapshot or portal";
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    // SAFETY: who made it active keeps it live.
    let data = unsafe { of(portal) };
    // SAFETY: it lives as long as the process.
    unsafe { snapshots::push(snapshots::current(), data.createLevel)? };
    data.portalSnapshot = snapshots::active()?;
    Ok(())
}

/// All that are live.
fn all() -> Vec<Portal> {
    portals().table.iter().map(|entry| entry.portal).collect()
}

/// A subtransaction becomes a part of the one above, and so do its portals.
pub(in crate::database) fn release_subtransaction(
    own: SubTransactionId,
    above: SubTransactionId,
    owner: ResourceOwner,
) {
    for portal in all() {
        // SAFETY: those in the table are live.
        let data = unsafe { of(portal) };
        if data.createSubid == own {
            data.createSubid = above;
            data.createLevel = transaction::nest_level() - 1;
            if !data.resowner.is_null() {
                // SAFETY: the portal's owner, and that of a transaction.
                unsafe { owners::set_parent(data.resowner, owner) };
            }
        }
        if data.activeSubid == own {
            data.activeSubid = above;
        }
    }
}

/// A subtransaction is rolled back: portals that were made in it end, those that ran in it failed.
///
/// # Errors
/// What their cleanup raised.
pub(in crate::database) fn abort_subtransaction(
    own: SubTransactionId,
    above: SubTransactionId,
) -> Result<()> {
    for portal in all() {
        // SAFETY: those in the table are live, and only this drops some of them.
        let data = unsafe { of(portal) };
        if data.createSubid == own {
            // SAFETY: in the table; the subtransaction's end is the end of its portals.
            unsafe { end_failed(portal)? };
        } else if data.activeSubid == own {
            data.activeSubid = above;
            if data.status == PORTAL_ACTIVE {
                // SAFETY: in the table.
                unsafe { mark_over(portal, true)? };
            }
        }
    }
    Ok(())
}

/// Drops a portal whose transaction was rolled back.
///
/// # Safety
/// It is live, and is not used any more.
unsafe fn end_failed(portal: Portal) -> Result<()> {
    // SAFETY: the caller's promise.
    let data = unsafe { of(portal) };
    // The transaction's owner gives back what the portal's has.
    (data.resowner, data.portalPinned) = (ptr::null_mut(), false);
    if matches!(data.status, PORTAL_READY | PORTAL_ACTIVE) {
        data.status = PORTAL_FAILED;
    }
    // SAFETY: the caller's promise.
    unsafe { drop_one(portal, false) }
}

/// The transaction ends: portals that were made in it end, too, but for those that are active.
///
/// # Errors
/// One is pinned; what their cleanup raised.
pub(in crate::database) fn end_transaction(is_commit: bool) -> Result<()> {
    loop {
        let next = all().into_iter().find(|&portal| {
            // SAFETY: those in the table are live.
            let data = unsafe { of(portal) };
            if data.status == PORTAL_ACTIVE {
                (data.resowner, data.portalSnapshot) = (ptr::null_mut(), ptr::null_mut());
                return false;
            }
            let is_held = data.cursorOptions & CURSOR_OPT_HOLD != 0 && data.status == PORTAL_READY;
            if is_commit && is_held {
                (data.createSubid, data.resowner) = (0, ptr::null_mut());
            }
            data.createSubid != 0
        });
        // SAFETY: in the table.
        if is_commit && next.is_some_and(|portal| unsafe { of(portal) }.portalPinned) {
            let message = "cannot commit while a portal is pinned";
            return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
        }
        let Some(portal) = next else { return Ok(()) };
        if is_commit {
            // SAFETY: in the table; the transaction's end is the end of its portals.
            unsafe { drop_one(portal, true)? };
        } else {
            // SAFETY: the same.
            unsafe { end_failed(portal)? };
        }
    }
}

/// Those that are pinned, and whose rows are not held yet.
pub(in crate::database) fn pinned() -> Vec<Portal> {
    let mut all = all();
    all.retain(|&portal| {
        // SAFETY: those in the table are live.
        let data = unsafe { of(portal) };
        data.portalPinned && !data.autoHeld
    });
    all
}

/// `ForgetPortalSnapshots`: no snapshot is active any more.
///
/// # Errors
/// Some are not portals' own.
pub(in crate::database) fn forget_snapshots() -> Result<()> {
    let mut of_portals = 0;
    for portal in all() {
        // SAFETY: those in the table are live.
        let data = unsafe { of(portal) };
        if !data.portalSnapshot.is_null() {
            data.portalSnapshot = ptr::null_mut();
            of_portals += 1;
        }
    }
    let mut active = 0;
    while snapshots::is_set() {
        snapshots::pop();
        active += 1;
    }
    if of_portals == active {
        return Ok(());
    }
    let message = format!(
        "portal snapshots ({of_portals}) did not account for all active snapshots ({active})"
    );
    Err(Report::error(SqlState::INTERNAL_ERROR, message).into())
}

/// Where memory of a portal lives that outlasts none: the running portal's, or the process's.
pub(in crate::database) fn active_context() -> MemoryContext {
    let context = PortalContext.get();
    if context.is_null() { TopMemoryContext.get() } else { context }
}
