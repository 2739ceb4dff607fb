//! What several test programs use.
//! Runs in: tests.

pub(crate) mod both;
pub(crate) mod c_text;
pub(crate) mod cc;
pub(crate) mod command;
pub(crate) mod facts;
pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod modules;
pub(crate) mod needs;
pub(crate) mod probe;
pub(crate) mod puppet;
pub(crate) mod server;
