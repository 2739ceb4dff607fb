//! `access/xact.h`: transactions.
//! Runs in: worker.

use crate::abi::timestamp::TimestampTz;
use crate::database::transaction;

throwing! {
    /// Begins a transaction.
    fn StartTransactionCommand() {
        transaction::start()
    }

    /// Commits it.
    fn CommitTransactionCommand() {
        transaction::commit()
    }

    /// Rolls it back, if there is one.
    fn AbortCurrentTransaction() {
        transaction::abort()
    }

    /// The same.
    fn AbortOutOfAnyTransaction() {
        transaction::abort()
    }
}

plain! {
    /// Whether there is a transaction.
    fn IsTransactionState() -> bool {
        transaction::is_active()
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
}
