//! `utils/wait_event.h`: what processes wait for.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

use crate::abi::variables::{CurrentMemoryContext, LOCAL_WAIT_EVENT_INFO, my_wait_event_info};
use crate::abi::wait_event::{PG_WAIT_EXTENSION, PG_WAIT_INJECTIONPOINT};
use crate::memory;
use crate::shmem::wait_events;

throwing! {
    /// The number of an event of a module; the same name gets the same number in all processes.
    fn WaitEventExtensionNew(wait_event_name: *const c_char) -> u32 {
        // SAFETY: a NUL-terminated string.
        wait_events::make(PG_WAIT_EXTENSION, unsafe { CStr::from_ptr(wait_event_name) }.to_bytes())
    }

    /// The same for a point where a test steps in.
    fn WaitEventInjectionPointNew(wait_event_name: *const c_char) -> u32 {
        // SAFETY: a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(wait_event_name) };
        wait_events::make(PG_WAIT_INJECTIONPOINT, name.to_bytes())
    }

    /// The names of modules' events of a class: an array in CurrentMemoryContext.
    fn GetWaitEventCustomNames(classId: u32, nwaitevents: *mut c_int) -> *mut *mut c_char {
        let names = wait_events::of_class(classId);
        let context = CurrentMemoryContext.get();
        let bytes = names.len() * size_of::<*mut c_char>();
        let array = memory::alloc(context, bytes)?.cast::<*mut c_char>().as_ptr();
        for (i, name) in names.iter().enumerate() {
            let copy = memory::copy_bytes(context, name)?.as_ptr().cast();
            // SAFETY: within the array.
            let place = unsafe { array.add(i) };
            // SAFETY: the same.
            unsafe { place.write(copy) };
        }
        // SAFETY: the caller's variable.
        unsafe { nwaitevents.write(c_int::try_from(names.len()).unwrap_or(0)) };
        Ok(array)
    }

    /// The name of an event, NULL for 0.
    fn pgstat_get_wait_event(wait_event_info: u32) -> *const c_char {
        Ok(wait_events::name(wait_event_info)?.map_or(ptr::null(), CStr::as_ptr))
    }
}

plain! {
    /// The name of an event's class, NULL for 0.
    fn pgstat_get_wait_event_type(wait_event_info: u32) -> *const c_char {
        wait_events::class_name(wait_event_info).map_or(ptr::null(), CStr::as_ptr)
    }

    /// Where this process says what it waits for.
    fn pgstat_set_wait_event_storage(wait_event_info: *mut u32) {
        my_wait_event_info.set(wait_event_info);
    }

    /// Nobody sees what this process waits for.
    fn pgstat_reset_wait_event_storage() {
        my_wait_event_info.set(LOCAL_WAIT_EVENT_INFO.as_ptr());
    }
}
