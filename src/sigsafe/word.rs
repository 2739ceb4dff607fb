//! What words that processes sleep on have in common: a state below, a counter above.
//! Runs in: any process; signal handler. Models of it: tests/models.rs.

/// What one change adds to a wait word. The bits below hold a state.
pub(crate) const WORD_STEP: u32 = 1 << 4;
/// The state bits of a wait word.
pub(crate) const WORD_STATE: u32 = WORD_STEP - 1;
