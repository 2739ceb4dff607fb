//! What an extension library needs, told without loading it.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};
use std::ffi::CString;

use crate::loader::{Inspection, inspect_file, version_text};

/// Receives one fact; both texts are NUL-terminated and valid during the call only.
#[expect(non_camel_case_types, reason = "a C name")]
pub type pgbgw_fact_callback =
    Option<unsafe extern "C" fn(arg: *mut c_void, key: *const c_char, value: *const c_char)>;

/// Tells the facts about the library in the file `path`, in this order:
///
/// - `file`: the path;
/// - `abi`: the major version of PostgreSQL it was compiled for, if it can be told;
/// - `loadable`: `true` or `false`;
/// - `reason`: if not loadable, why;
/// - `implemented`, `refused`, `inert`, `unknown`: each once for every name that it imports from
///   the server (functions and variables that work, functions that raise an ERROR, variables that
///   nothing stands behind) or from nowhere;
/// - `hooks`: each once for every hook among them;
/// - `never_run`: each once for every one of those that is set in vain: nothing here calls it;
/// - `needs_glibc`: the oldest glibc that has everything it imports, if it imports from glibc.
///
/// Nothing of the library runs. Returns 0 if it is loadable, 1 if not, -1 if `path` or `fact` is
/// NULL.
///
/// # Safety
/// `path` is NUL-terminated; `fact` may be called with `arg`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgbgw_check(
    path: *const c_char,
    fact: pgbgw_fact_callback,
    arg: *mut c_void,
) -> c_int {
    let Some(fact) = fact.filter(|_| !path.is_null()) else {
        return -1;
    };
    // SAFETY: the caller's promise.
    let path = unsafe { CStr::from_ptr(path) }.to_bytes();
    let inspection = inspect_file(path);
    for (key, value) in facts(path, &inspection) {
        let value = CString::new(value).unwrap_or_default();
        // SAFETY: the caller's promise; both texts outlive the call.
        unsafe { fact(arg, key.as_ptr(), value.as_ptr()) };
    }
    c_int::from(inspection.refusal.is_some())
}

/// Key and value of each fact.
fn facts(path: &[u8], inspection: &Inspection) -> Vec<(&'static CStr, Vec<u8>)> {
    let mut facts = vec![(c"file", path.to_vec())];
    if let Some(version) = inspection.version {
        facts.push((c"abi", version_text(version).into()));
    }
    let loadable = if inspection.refusal.is_none() { "true" } else { "false" };
    facts.push((c"loadable", loadable.into()));
    if let Some(refusal) = &inspection.refusal {
        let mut reason = refusal.message.clone();
        for more in [&refusal.detail, &refusal.hint].into_iter().flatten() {
            reason.push(b'\n');
            reason.extend(more);
        }
        facts.push((c"reason", reason));
    }
    let imports = &inspection.imports;
    for (key, names) in [
        (c"implemented", &imports.implemented),
        (c"refused", &imports.refused),
        (c"inert", &imports.inert),
    ] {
        facts.extend(names.iter().map(|&name| (key, name.into())));
    }
    facts.extend(imports.unknown.iter().map(|name| (c"unknown", name.clone())));
    facts.extend(imports.hooks.iter().map(|&name| (c"hooks", name.into())));
    facts.extend(imports.never_run.iter().map(|&name| (c"never_run", name.into())));
    if let Some(version) = imports.needs_glibc {
        facts.push((c"needs_glibc", version.to_string().into()));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds to a vector of pairs.
    ///
    /// # Safety
    /// `arg` is that vector.
    unsafe extern "C" fn collect(arg: *mut c_void, key: *const c_char, value: *const c_char) {
        // SAFETY: the test passes its own vector.
        let facts = unsafe { &mut *arg.cast::<Vec<(String, String)>>() };
        let text = |text| {
            // SAFETY: `pgbgw_check` passes NUL-terminated texts.
            unsafe { CStr::from_ptr(text) }.to_str().expect("ASCII").to_owned()
        };
        facts.push((text(key), text(value)));
    }

    fn check(path: &CStr) -> (c_int, Vec<(String, String)>) {
        let mut facts: Vec<(String, String)> = Vec::new();
        // SAFETY: `collect` takes the vector.
        let result = unsafe { pgbgw_check(path.as_ptr(), Some(collect), (&raw mut facts).cast()) };
        (result, facts)
    }

    #[test]
    fn says_why_a_file_cannot_be_loaded() {
        let fact = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let reason = "could not access file \"/nowhere/x.so\": No such file or directory";
        let expected =
            vec![fact("file", "/nowhere/x.so"), fact("loadable", "false"), fact("reason", reason)];
        assert_eq!(check(c"/nowhere/x.so"), (1, expected));
    }

    #[test]
    fn refuses_null() {
        // SAFETY: NULL is allowed.
        let results =
            unsafe { pgbgw_check(core::ptr::null(), Some(collect), core::ptr::null_mut()) };
        assert_eq!(results, -1);
        // SAFETY: a missing callback is allowed.
        let results = unsafe { pgbgw_check(c"/".as_ptr(), None, core::ptr::null_mut()) };
        assert_eq!(results, -1);
    }
}
