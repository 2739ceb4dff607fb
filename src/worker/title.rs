//! The process title: `postgres: NAME ACTIVITY`.
//! Runs in: worker.

use core::ffi::c_char;
use std::sync::{Mutex, PoisonError};

use crate::sys::title;

/// The fixed part, and the activity with a NUL at its end.
struct Title {
    fixed: Vec<u8>,
    activity: Vec<u8>,
}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static TITLE: Mutex<Title> = Mutex::new(Title { fixed: Vec::new(), activity: Vec::new() });

/// Sets the fixed part, and shows it.
pub(super) fn set_name(name: &[u8]) {
    let mut shown = TITLE.lock().unwrap_or_else(PoisonError::into_inner);
    shown.fixed = [b"postgres: ", name, b" "].concat();
    shown.activity = vec![0];
    title::set(&shown.fixed);
}

/// Shows an activity after the fixed part.
pub(crate) fn set_activity(activity: &[u8]) {
    let mut shown = TITLE.lock().unwrap_or_else(PoisonError::into_inner);
    shown.activity = [activity, b"\0"].concat();
    title::set(&[&*shown.fixed, activity].concat());
}

/// The activity, NUL-terminated, valid until it is set again; and its length.
pub(crate) fn activity() -> (*const c_char, usize) {
    let shown = TITLE.lock().unwrap_or_else(PoisonError::into_inner);
    let text =
        if shown.activity.is_empty() { c"".as_ptr() } else { shown.activity.as_ptr().cast() };
    (text, shown.activity.len().saturating_sub(1))
}
