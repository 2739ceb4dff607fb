//! Where a connection goes: its options, and the host that is tried now.
//! Runs in: worker; monitor.

use core::ffi::{CStr, c_char, c_int};

use super::{Connection, bytes};

/// `PQconninfoOption` of libpq-fe.h, whose form is fixed.
#[repr(C)]
pub(in crate::database) struct PQconninfoOption {
    keyword: *mut c_char,
    envvar: *mut c_char,
    compiled: *mut c_char,
    val: *mut c_char,
    label: *mut c_char,
    dispchar: *mut c_char,
    dispsize: c_int,
}

/// The host that a connection is tried with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::database) struct Host {
    /// Name, address or folder of a socket, as it was given.
    pub(in crate::database) name: Vec<u8>,
    pub(in crate::database) port: Vec<u8>,
    /// The address in numbers; empty for a socket's folder.
    pub(in crate::database) address: Vec<u8>,
}

impl Connection {
    /// The values of these options, whether they come from the connection string, a service file,
    /// the environment or a default; empty without any.
    pub(in crate::database) fn options<const N: usize>(&self, names: [&CStr; N]) -> [Vec<u8>; N] {
        let mut values = [const { Vec::new() }; N];
        // SAFETY: live.
        let all = unsafe { (self.api.PQconninfo)(self.at.as_ptr()) };
        let mut at = all;
        // SAFETY: null, or within the list, which ends with an option without a keyword.
        while let Some(option) = unsafe { at.as_ref() }.filter(|option| !option.keyword.is_null()) {
            // SAFETY: not null, so a C string.
            let keyword = unsafe { bytes(option.keyword) };
            for (name, value) in names.iter().zip(&mut values) {
                if name.to_bytes() == keyword {
                    // SAFETY: null, or a C string of the list's.
                    *value = unsafe { bytes(option.val) }.to_vec();
                }
            }
            // SAFETY: this option was not the last.
            at = unsafe { at.add(1) };
        }
        if !all.is_null() {
            // SAFETY: just made, and not used any more.
            unsafe { (self.api.PQconninfoFree)(all) };
        }
        values
    }

    /// The host that is tried now.
    pub(in crate::database) fn host(&self) -> Host {
        Host {
            name: self.text(self.api.PQhost),
            port: self.text(self.api.PQport),
            address: self.text(self.api.PQhostaddr),
        }
    }
}
