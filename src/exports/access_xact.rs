//! `access/xact.h`: transactions and subtransactions.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_int, c_void};

use crate::abi::c::{SubTransactionId, TransactionId};
use crate::abi::timestamp::TimestampTz;
use crate::abi::variables::{XactDeferrable, XactIsoLevel, XactReadOnly};
use crate::abi::xact::{SavedTransactionCharacteristics, SubXactCallback, XactCallback};
use crate::database::{blocks, callbacks, subtransactions, transaction, xids};

/// A statement's name, for a report.
///
/// # Safety
/// NUL-terminated.
unsafe fn words(text: *const c_char) -> String {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

throwing! {
    /// Begins a transaction.
    fn StartTransactionCommand() {
        transaction::start()
    }

    /// Commits it; nothing in a subtransaction.
    fn CommitTransactionCommand() {
        transaction::commit()
    }

    /// Rolls it, or the innermost subtransaction, back, if there is one.
    fn AbortCurrentTransaction() {
        transaction::abort()
    }

    /// Rolls everything back.
    fn AbortOutOfAnyTransaction() {
        transaction::abort_all()
    }

    /// Begins a subtransaction; the name says nothing to anybody.
    fn BeginInternalSubTransaction(_name: *const c_char) {
        subtransactions::begin()
    }

    /// Makes a subtransaction a part of the one above.
    fn ReleaseCurrentSubTransaction() {
        subtransactions::release()
    }

    /// Rolls a subtransaction back and ends it.
    fn RollbackAndReleaseCurrentSubTransaction() {
        subtransactions::roll_back()
    }

    /// Refuses a statement that cannot run inside a transaction block.
    fn PreventInTransactionBlock(isTopLevel: bool, stmtType: *const c_char) {
        // SAFETY: the header's prototype.
        blocks::prevent(isTopLevel, &unsafe { words(stmtType) })
    }

    /// Refuses a statement that is for transaction blocks only.
    fn RequireTransactionBlock(isTopLevel: bool, stmtType: *const c_char) {
        // SAFETY: the header's prototype.
        blocks::require(isTopLevel, &unsafe { words(stmtType) })
    }

    /// The transaction's number, which it gets now.
    fn GetTopTransactionId() -> TransactionId {
        xids::top().map(xids::low)
    }

    /// The same, 0 if it has none.
    fn GetTopTransactionIdIfAny() -> TransactionId {
        xids::top_if_any().map(xids::low)
    }

    /// The same with its epoch.
    fn GetTopFullTransactionId() -> u64 {
        xids::top()
    }

    /// The same with its epoch, 0 if it has none.
    fn GetTopFullTransactionIdIfAny() -> u64 {
        xids::top_if_any()
    }

    /// The number of the transaction; those of subtransactions are not known.
    fn GetCurrentTransactionId() -> TransactionId {
        xids::current("GetCurrentTransactionId").map(xids::low)
    }

    /// The same with its epoch.
    fn GetCurrentFullTransactionId() -> u64 {
        xids::current("GetCurrentFullTransactionId")
    }

    /// The number of the transaction, 0 if it has none; those of subtransactions are not known.
    fn GetCurrentTransactionIdIfAny() -> TransactionId {
        xids::current_if_any("GetCurrentTransactionIdIfAny").map(xids::low)
    }

    /// The same with its epoch.
    fn GetCurrentFullTransactionIdIfAny() -> u64 {
        xids::current_if_any("GetCurrentFullTransactionIdIfAny")
    }
}

plain! {
    /// Whether statements can be run.
    fn IsTransactionState() -> bool {
        transaction::is_active()
    }

    /// Whether a subtransaction was rolled back and has not ended.
    fn IsAbortedTransactionBlockState() -> bool {
        transaction::is_aborted()
    }

    /// Whether there is a subtransaction.
    fn IsSubTransaction() -> bool {
        transaction::nest_level() > 1
    }

    /// Whether there is more than a plain transaction.
    fn IsTransactionBlock() -> bool {
        transaction::nest_level() > 1
    }

    /// Whether there is a transaction.
    fn IsTransactionOrTransactionBlock() -> bool {
        transaction::nest_level() > 0
    }

    /// Whether a statement would be one of several in its transaction.
    fn IsInTransactionBlock(isTopLevel: bool) -> bool {
        blocks::is_inside(isTopLevel)
    }

    /// Says that a statement does nothing outside a transaction block.
    fn WarnNoTransactionBlock(isTopLevel: bool, stmtType: *const c_char) {
        // SAFETY: the header's prototype.
        blocks::warn(isTopLevel, &unsafe { words(stmtType) });
    }

    /// The letter of the state: `I`dle, `T`ransaction, `E`rror.
    fn TransactionBlockStatusCode() -> c_char {
        let code = match transaction::nest_level() {
            0 | 1 => b'I',
            _ if transaction::is_aborted() => b'E',
            _ => b'T',
        };
        c_char::from_ne_bytes([code])
    }

    /// How deep transactions are nested.
    fn GetCurrentTransactionNestLevel() -> c_int {
        transaction::nest_level()
    }

    /// The innermost one's number.
    fn GetCurrentSubTransactionId() -> SubTransactionId {
        transaction::subtransaction()
    }

    /// Whether a subtransaction is under way.
    fn SubTransactionIsActive(subxid: SubTransactionId) -> bool {
        transaction::is_within(subxid)
    }

    /// Nothing: each statement sees what those before it did.
    fn CommandCounterIncrement() {}

    /// Never: a worker's transactions are its own.
    fn IsInParallelMode() -> bool {
        false
    }

    /// The next statement starts now.
    fn SetCurrentStatementStartTimestamp() {
        transaction::start_statement();
    }

    /// When the transaction started.
    fn GetCurrentTransactionStartTimestamp() -> TimestampTz {
        transaction::times().0
    }

    /// When the statement started.
    fn GetCurrentStatementStartTimestamp() -> TimestampTz {
        transaction::times().1
    }

    /// When the transaction ended: now, when it is first asked for.
    fn GetCurrentTransactionStopTimestamp() -> TimestampTz {
        transaction::stop_time()
    }

    /// Takes down what the transaction is like.
    fn SaveTransactionCharacteristics(s: *mut SavedTransactionCharacteristics) {
        let saved = SavedTransactionCharacteristics {
            save_XactIsoLevel: XactIsoLevel.get(),
            save_XactReadOnly: XactReadOnly.get(),
            save_XactDeferrable: XactDeferrable.get(),
        };
        // SAFETY: the caller's variable.
        unsafe { s.write(saved) };
    }

    /// Makes the transaction so.
    fn RestoreTransactionCharacteristics(s: *const SavedTransactionCharacteristics) {
        // SAFETY: the caller's variable.
        let saved = unsafe { s.read() };
        XactIsoLevel.set(saved.save_XactIsoLevel);
        XactReadOnly.set(saved.save_XactReadOnly);
        XactDeferrable.set(saved.save_XactDeferrable);
    }

    /// Has a function called at the ends of transactions.
    fn RegisterXactCallback(callback: XactCallback, arg: *mut c_void) {
        callbacks::register(callback, arg);
    }

    /// Not any more.
    fn UnregisterXactCallback(callback: XactCallback, arg: *mut c_void) {
        callbacks::unregister(callback, arg);
    }

    /// Has a function called at the beginnings and ends of subtransactions.
    fn RegisterSubXactCallback(callback: SubXactCallback, arg: *mut c_void) {
        callbacks::register_sub(callback, arg);
    }

    /// Not any more.
    fn UnregisterSubXactCallback(callback: SubXactCallback, arg: *mut c_void) {
        callbacks::unregister_sub(callback, arg);
    }
}
