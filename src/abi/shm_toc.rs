//! `storage/shm_toc.h`: what a table of contents will need.
//! Runs in: any process.

use super::c::Size;

/// What is to be in a stretch of memory.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct shm_toc_estimator {
    /// Bytes of the pieces, each rounded up.
    pub space_for_chunks: Size,
    /// Keys of the table.
    pub number_of_keys: Size,
}
