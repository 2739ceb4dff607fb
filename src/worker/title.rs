//! The process title: `postgres: NAME ACTIVITY SUFFIX`.
//! Runs in: worker.

use core::ffi::c_char;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::abi::variables::update_process_title;
use crate::sys::title;

/// The fixed part, and the activity with its suffix and a NUL at its end.
struct Title {
    fixed: Vec<u8>,
    activity: Vec<u8>,
    /// Bytes of the activity without the suffix, if there is one.
    without_suffix: Option<usize>,
}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static TITLE: Mutex<Title> =
    Mutex::new(Title { fixed: Vec::new(), activity: Vec::new(), without_suffix: None });

fn shown() -> MutexGuard<'static, Title> {
    TITLE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Title {
    /// Shows an activity; none before there is a fixed part.
    fn show(&mut self, activity: &[u8]) {
        if !self.fixed.is_empty() {
            self.activity = [activity, b"\0"].concat();
            title::set(&[&*self.fixed, activity].concat());
        }
    }

    fn activity(&self) -> &[u8] {
        self.activity.strip_suffix(b"\0").unwrap_or_default()
    }
}

/// Sets the fixed part, and shows it.
pub(crate) fn set_name(name: &[u8]) {
    let mut shown = shown();
    shown.fixed = [b"postgres: ", name, b" "].concat();
    shown.without_suffix = None;
    shown.show(b"");
}

/// Shows an activity after the fixed part.
pub(crate) fn set_activity(activity: &[u8]) {
    if update_process_title.get() {
        let mut shown = shown();
        shown.without_suffix = None;
        shown.show(activity);
    }
}

/// Shows words after the activity, in the place of those that are there.
pub(crate) fn set_suffix(suffix: &[u8]) {
    if update_process_title.get() {
        let mut shown = shown();
        let activity = shown.activity().to_vec();
        let length = *shown.without_suffix.get_or_insert(activity.len());
        shown.show(&[activity.get(..length).unwrap_or_default(), b" ", suffix].concat());
    }
}

/// Removes them.
pub(crate) fn remove_suffix() {
    if update_process_title.get() {
        let mut shown = shown();
        let activity = shown.activity().to_vec();
        if let Some(length) = shown.without_suffix.take() {
            shown.show(activity.get(..length).unwrap_or_default());
        }
    }
}

/// The activity, NUL-terminated, valid until it is set again; and its length.
pub(crate) fn activity() -> (*const c_char, usize) {
    let shown = shown();
    let text =
        if shown.activity.is_empty() { c"".as_ptr() } else { shown.activity.as_ptr().cast() };
    (text, shown.activity().len())
}
