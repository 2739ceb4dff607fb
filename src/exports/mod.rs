//! The server functions and variables that extensions import, one file per PostgreSQL header.
//! Runs in: any process.
//!
//! Thin entries only: check, convert, call, convert. Nothing depends on this folder. One macro per
//! kind of entry: [`plain!`] (cannot raise), [`throwing!`] (an `Err` becomes a jump), [`variadic!`]
//! (a jump to the C shim); `refused` has those that only refuse. Whoever adds an entry sets its
//! state to `implemented` in `symbols.tsv`.
//!
//! Safety of all of them: C callers pass what the prototype in PostgreSQL's header asks for, and
//! call from the process's main thread.
#![expect(non_snake_case, reason = "names are PostgreSQL's")]

/// Exports functions that cannot raise.
macro_rules! plain {
    ($($(#[$meta:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $ret:ty)? $body:block)*) => {
        $($(#[$meta])*
        ///
        /// # Safety
        /// The arguments are what the prototype in PostgreSQL's header asks for.
        #[unsafe(no_mangle)]
        pub(super) unsafe extern "C" fn $name($($arg: $type),*) $(-> $ret)? {
            $crate::error::plain(move || $body)
        })*
    };
}

/// Exports functions whose body is a `Result`: an `Err` becomes a jump once the body's frames are
/// gone.
macro_rules! throwing {
    ($($(#[$meta:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $ret:ty)? $body:block)*) => {
        $($(#[$meta])*
        ///
        /// # Safety
        /// The arguments are what the prototype in PostgreSQL's header asks for.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($arg: $type),*) $(-> $ret)? {
            $crate::error::throwing(move || $body)
        })*
    };
}

/// Exports variadic functions: a jump to their bodies in the C shim.
macro_rules! variadic {
    ($($(#[$meta:meta])* $name:ident => $shim:ident;)*) => {
        $($(#[$meta])*
        ///
        /// # Safety
        /// The arguments are what the prototype in PostgreSQL's header asks for.
        #[unsafe(no_mangle)]
        #[unsafe(naked)]
        unsafe extern "C" fn $name() {
            unsafe extern "C" {
                fn $shim();
            }
            #[cfg(target_arch = "x86_64")]
            core::arch::naked_asm!("jmp {shim}", shim = sym $shim);
            #[cfg(target_arch = "aarch64")]
            core::arch::naked_asm!("b {shim}", shim = sym $shim);
        })*
    };
}

/// Exports functions that SQL can call: `fn NAME(call) { a Result of a Datum }`.
macro_rules! sql {
    ($($(#[$meta:meta])* fn $name:ident($call:ident) $body:block)*) => {
        $($(#[$meta])*
        ///
        /// # Safety
        /// `fcinfo` is a call with the function's arguments.
        #[unsafe(no_mangle)]
        pub(super) unsafe extern "C" fn $name(
            fcinfo: $crate::abi::fmgr::FunctionCallInfo,
        ) -> $crate::abi::c::Datum {
            // SAFETY: the caller's promise.
            let $call = unsafe { $crate::exports::fmgr_frame::Call::new(fcinfo) };
            $crate::error::throwing(move || $body)
        })*
    };
}

mod access_htup_details;
mod access_tupdesc;
mod access_xact;
mod access_xlog;
mod commands_async;
mod commands_dbcommands;
mod common_hashfn;
mod common_pg_prng;
mod common_string;
mod executor_spi;
mod executor_spi_cursors;
mod executor_spi_memory;
mod executor_spi_plans;
mod executor_spi_transactions;
mod executor_spi_tuples;
mod fmgr;
mod fmgr_builtins;
mod fmgr_call;
mod fmgr_frame;
mod fmgr_lookup;
mod funcapi;
mod funcapi_sets;
mod lib_dshash;
mod lib_ilist;
mod lib_stringinfo;
mod libpq_pqmq;
mod libpq_pqsignal;
mod miscadmin;
mod nodes_params;
mod nodes_pg_list;
mod pgstat;
mod pgtime;
mod port;
mod port_path;
mod port_system;
mod port_wait;
mod postmaster_bgworker;
mod postmaster_interrupt;
mod refused;
mod storage_barrier;
mod storage_condition_variable;
mod storage_dsm;
mod storage_dsm_registry;
mod storage_fd;
mod storage_fd_file;
mod storage_ipc;
mod storage_latch;
mod storage_lock;
mod storage_lwlock;
mod storage_pmsignal;
mod storage_proc;
mod storage_procarray;
mod storage_procsignal;
mod storage_s_lock;
mod storage_shm_mq;
mod storage_shm_toc;
mod storage_shmem;
mod tcop_tcopprot;
mod utils_array;
mod utils_array_build;
mod utils_array_elements;
mod utils_backend_status;
mod utils_builtins;
mod utils_compare;
mod utils_date;
mod utils_datum;
mod utils_dsa;
mod utils_elog;
mod utils_fmgrprotos;
mod utils_format_type;
mod utils_guc;
mod utils_guc_file;
mod utils_guc_set;
mod utils_hsearch;
mod utils_lsyscache;
mod utils_lsyscache_names;
mod utils_memutils;
mod utils_numeric;
mod utils_palloc;
mod utils_portal;
mod utils_ps_status;
mod utils_resowner;
mod utils_snapmgr;
mod utils_timeout;
mod utils_timestamp;
mod utils_timestamp_parts;
mod utils_tuplestore;
mod utils_varlena;
mod utils_wait_event;
