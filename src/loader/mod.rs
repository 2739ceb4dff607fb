//! Finding, judging and opening extension libraries.
//! Runs in: any process.

pub(crate) mod names;
pub(crate) fn load_external_function(
    _l: &[u8],
    _f: &[u8],
) -> crate::error::Result<*mut core::ffi::c_void> {
    Err(crate::error::Report::error(crate::error::SqlState::INTERNAL_ERROR, "stub").into())
}
