//! Cursors of workers with a database, inside PostgreSQL and outside.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::both;

#[test]
fn cursors_do_outside_what_they_do_inside() {
    both::same("spi_cursors", 75);
}
