//! What statements of workers report, inside PostgreSQL and outside.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::both;

#[test]
fn reports_say_outside_what_they_say_inside() {
    both::same("spi_reports", 15);
}

#[test]
fn a_receiver_gets_outside_what_it_gets_inside() {
    both::same("spi_dest", 50);
}
