#![forbid(unsafe_code)]
//! Pointers under a name, by which libraries of one process find each other.
//! Runs in: any process.

use core::cell::Cell;
use core::ffi::c_void;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The server's hash table keeps as much of a name.
const LONGEST_NAME: usize = 63;

/// The address of each variable, which holds for the process's life.
static VARIABLES: Mutex<BTreeMap<Vec<u8>, usize>> = Mutex::new(BTreeMap::new());

/// The variable called `name`, made with the value NULL at the first call.
pub(crate) fn rendezvous(name: &[u8]) -> *mut *mut c_void {
    let name = name.get(..LONGEST_NAME).unwrap_or(name);
    let mut variables = VARIABLES.lock().unwrap_or_else(PoisonError::into_inner);
    let address = *variables.entry(name.to_vec()).or_insert_with(|| {
        let variable: &'static Cell<*mut c_void> =
            Box::leak(Box::new(Cell::new(core::ptr::null_mut())));
        variable.as_ptr().expose_provenance()
    });
    core::ptr::with_exposed_provenance_mut(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_one_variable() {
        let variable = rendezvous(b"plugin");
        assert_eq!(variable, rendezvous(b"plugin"));
        assert_ne!(variable, rendezvous(b"other"));
        let long = [b'x'; 80];
        assert_eq!(rendezvous(&long), rendezvous(&long[..63]));
    }
}
