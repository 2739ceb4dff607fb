//! `tcop/dest.h`: where results go.
//! Runs in: any process.

use core::ffi::c_uint;

use super::c::opaque;

/// Where results and messages go.
pub type CommandDest = c_uint;
/// Nowhere.
pub const DestNone: CommandDest = 0;
/// To standard output.
pub const DestDebug: CommandDest = 1;
/// To the client.
pub const DestRemote: CommandDest = 2;

opaque! {
    /// Who gets the rows of a result.
    DestReceiver;
}
