//! `pgbgw::fuzzing::states` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pgbgw::fuzzing::states(bytes));
