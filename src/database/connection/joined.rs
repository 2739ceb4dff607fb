#![forbid(unsafe_code)]
//! Commands as one text: the plain protocol takes several statements in one message, and costs the
//! server less than a pipeline does. Only words of our own stand in front of an extension's.
//! Runs in: worker.

use std::ffi::CString;

use crate::database::libpq::{Command, Connection};

/// The commands as one text, if they can be one: no parameters, an extension's statement only at
/// the end, and a server that reads strings as `statement` does.
pub(in crate::database) fn text(
    commands: &[Command<'_>],
    connection: &Connection,
) -> Option<CString> {
    let (last, before) = commands.split_last()?;
    let mut text = Vec::new();
    for command in before {
        let Command::Own(own) = command else { return None };
        text.extend_from_slice(own.to_bytes());
        text.push(b';');
    }
    let last = match last {
        Command::Own(last) | Command::Text(last, []) => last.to_bytes(),
        Command::Text(..)
        | Command::Prepare { .. }
        | Command::Prepared(..)
        | Command::DescribePrepared(_)
        | Command::DescribePortal(_) => return None,
    };
    let is_standard = || connection.setting(c"standard_conforming_strings") == Some(b"on");
    if last.contains(&b'\\') && !is_standard() {
        return None;
    }
    text.extend_from_slice(last);
    CString::new(text).ok()
}

/// Which of the commands a character of the text is in, counted from 1, and how many characters are
/// in front of that command.
pub(in crate::database) fn place(
    commands: &[Command<'_>],
    position: i32,
    connection: &Connection,
) -> (usize, i32) {
    let mut before = 0;
    for (at, command) in commands.iter().enumerate() {
        let Command::Own(own) = command else { return (at, before) };
        let end = before + characters(own.to_bytes(), connection) + 1;
        if position <= end {
            return (at, before);
        }
        before = end;
    }
    (commands.len().saturating_sub(1), before)
}

/// How many characters a text of the server's has.
pub(in crate::database) fn characters(text: &[u8], connection: &Connection) -> i32 {
    let is_utf8 = connection.setting(c"client_encoding") == Some(b"UTF8");
    let starts = text.iter().filter(|&&byte| !is_utf8 || byte & 0xc0 != 0x80);
    i32::try_from(starts.count()).unwrap_or(i32::MAX)
}
