//! Parameters and plans of workers with a database, inside PostgreSQL and outside.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::both;

#[test]
fn plans_do_outside_what_they_do_inside() {
    both::same("spi_plans", 110);
}
