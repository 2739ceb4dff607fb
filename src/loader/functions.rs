//! What libraries define, looked up once. What workers are going to ask for is looked up before: children
//! inherit the answers, and need not bring in the dynamic linker's pages each (docs/PERFORMANCE.md).
//! Runs in: any process; postmaster (Foreseen).

use core::ffi::c_void;
use core::ptr::{self, NonNull};
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use crate::error::{Report, Result, SqlState};

use super::library::{Library, known};

/// What was found in a library. The address is of what stays there.
struct Found {
    /// Where it is described, which is for good.
    library: usize,
    name: Vec<u8>,
    address: NonNull<c_void>,
}

// SAFETY: an address, of what belongs to no thread.
unsafe impl Send for Found {}

/// What was found so far. Never contended: server functions belong to the main thread.
static FOUND: Mutex<Vec<Found>> = Mutex::new(Vec::new());

/// The function `name` of the library.
///
/// # Errors
/// The server's text if there is none.
pub(crate) fn lookup_function(library: &Library, name: &[u8]) -> Result<NonNull<c_void>> {
    let place = ptr::from_ref(library).addr();
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = found.iter().find(|f| f.library == place && f.name == name) {
        return Ok(known.address);
    }
    let Some(address) = CString::new(name).ok().and_then(|name| library.symbol(&name)) else {
        return Err(not_found(library, name).into());
    };
    found.push(Found { library: place, name: name.to_vec(), address });
    Ok(address)
}

fn not_found(library: &Library, name: &[u8]) -> Report {
    let parts =
        [b"could not find function \"".as_slice(), name, b"\" in file \"", library.path(), b"\""];
    Report::error(SqlState::UNDEFINED_FUNCTION, parts.concat())
}

/// Workers' mains that were looked up in advance, found or not.
#[derive(Default)]
pub(crate) struct Foreseen(Vec<(Vec<u8>, Vec<u8>)>);

impl Foreseen {
    /// So many; who has more of them waits for the dynamic linker.
    const MOST: usize = 64;

    /// A worker with this main was started: the next ones find its address. Nothing happens if the
    /// library is not loaded here.
    pub(crate) fn add(&mut self, library: &[u8], function: &[u8]) {
        let is_known = self.0.iter().any(|(l, f)| l == library && f == function);
        if is_known || self.0.len() >= Self::MOST {
            return;
        }
        self.0.push((library.to_vec(), function.to_vec()));
        if let Some(library) = known(library) {
            // What is not there is the worker's error.
            let _found = lookup_function(library, function);
        }
    }
}
