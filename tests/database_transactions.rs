//! Transactions of workers with a database, inside PostgreSQL and outside.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::both;

#[test]
fn transactions_do_outside_what_they_do_inside() {
    both::same("spi_transactions", 90);
}

#[test]
fn an_error_that_ends_the_worker_is_told_to_callbacks() {
    both::same("spi_exit", 4);
}
