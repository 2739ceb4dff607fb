//! `executor/spi.h`: transactions that SPI itself ends.
//! Runs in: worker.

use crate::database::{endings, levels};

throwing! {
    /// Commits, and begins another transaction.
    fn SPI_commit() {
        endings::end(true, false)
    }

    /// Commits, and begins another transaction of the same kind.
    fn SPI_commit_and_chain() {
        endings::end(true, true)
    }

    /// Rolls back, and begins another transaction.
    fn SPI_rollback() {
        endings::end(false, false)
    }

    /// Rolls back, and begins another transaction of the same kind.
    fn SPI_rollback_and_chain() {
        endings::end(false, true)
    }
}

plain! {
    /// Nothing: SPI_commit and SPI_rollback have begun one.
    fn SPI_start_transaction() {}

    /// Whether SPI_commit is allowed.
    fn SPI_inside_nonatomic_context() -> bool {
        levels::is_nonatomic()
    }
}
