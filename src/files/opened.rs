#![forbid(unsafe_code)]
//! What this process has open through the server's functions.
//! Runs in: any process.

use std::sync::{Mutex, PoisonError};

use crate::error::{Level, Report, emit};

/// What can be open: its stream's address, or its descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    File(usize),
    Dir(usize),
    Pipe(usize),
    Descriptor(i32),
}

static OPENED: Mutex<Vec<Opened>> = Mutex::new(Vec::new());

/// Remembers what was opened.
pub(crate) fn remember(what: Opened) {
    OPENED.lock().unwrap_or_else(PoisonError::into_inner).push(what);
}

/// Forgets what is about to be closed; a WARNING if it was not opened by the function for it.
pub(crate) fn forget(what: Opened) {
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = opened.iter().rposition(|known| *known == what) {
        opened.swap_remove(at);
        return;
    }
    drop(opened);
    let message = match what {
        Opened::File(_) => "file passed to FreeFile was not obtained from AllocateFile",
        Opened::Dir(_) => "dir passed to FreeDir was not obtained from AllocateDir",
        Opened::Pipe(_) => "file passed to ClosePipeStream was not obtained from OpenPipeStream",
        Opened::Descriptor(_) => {
            "fd passed to CloseTransientFile was not obtained from OpenTransientFile"
        }
    };
    emit(&Report::new(Level::Warning, message));
}
