//! (filled as it is built)
