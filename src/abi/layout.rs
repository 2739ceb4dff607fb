//! The layouts of `abi`, as one table: proved at compile time, compared with the measurement.
//! Runs in: any process.
//!
//! The compiler checks that each type has the size, the alignment and the fields of its row, in
//! that order, without overlap, and without a gap that alignment does not explain. Unit tests
//! compare the same rows with `pg17-x86_64.json`, which was printed from PostgreSQL's headers,
//! and with the bytes that the fields of a value span.

use static_assertions::{const_assert, const_assert_eq};

/// Where a field lies: first byte, byte after it, alignment of its type.
type Span = (usize, usize, usize);

/// Bytes of the field that a projection names; the projection is never called.
const fn size_of_field<T, F>(_field: fn(&T) -> &F) -> usize {
    size_of::<F>()
}

/// Alignment of the field that a projection names; the projection is never called.
const fn align_of_field<T, F>(_field: fn(&T) -> &F) -> usize {
    align_of::<F>()
}

/// Whether fields follow one another with nothing but alignment padding between and behind them.
const fn packed_as_c_does(mut fields: &[Span], size: usize, align: usize) -> bool {
    let mut end_of_last = 0usize;
    while let [(start, end, field_align), rest @ ..] = fields {
        if *start != end_of_last.next_multiple_of(*field_align) {
            return false;
        }
        end_of_last = *end;
        fields = rest;
    }
    end_of_last.next_multiple_of(align) == size
}

/// Rows are `struct|union|part module::Type size align { field offset size, ... }`; a part is a
/// struct that the measurement knows only inside another one.
macro_rules! layouts {
    ($($kind:ident $module:ident::$name:ident $size:literal $align:literal {
        $($field:ident $offset:literal $bytes:literal,)+
    })+) => {
        $(
            const_assert_eq!(size_of::<super::$module::$name>(), $size);
            const_assert_eq!(align_of::<super::$module::$name>(), $align);
            layouts!(@$kind $module::$name $size $align { $($field $offset $bytes,)+ });
        )+

        #[cfg(test)]
        const TYPES: &[tests::TypeRow] = &[$(
            tests::TypeRow {
                kind: stringify!($kind),
                name: stringify!($name),
                size: $size,
                align: $align,
                fields: &[$((stringify!($field), $offset, $bytes),)+],
                spans: layouts!(@spans $kind $module::$name $($field)+),
            },
        )+];
    };
    (@part $($row:tt)+) => { layouts!(@struct $($row)+); };
    (@struct $module:ident::$name:ident $size:literal $align:literal {
        $($field:ident $offset:literal $bytes:literal,)+
    }) => {
        $(
            const_assert_eq!(memoffset::offset_of!(super::$module::$name, $field), $offset);
            const_assert_eq!(size_of_field(|it: &super::$module::$name| &it.$field), $bytes);
        )+
        const_assert!(packed_as_c_does(
            &[$((
                $offset,
                $offset + $bytes,
                align_of_field(|it: &super::$module::$name| &it.$field),
            ),)+],
            $size,
            $align,
        ));
    };
    (@union $module:ident::$name:ident $size:literal $align:literal {
        $($field:ident $offset:literal $bytes:literal,)+
    }) => {
        $(
            const_assert_eq!(memoffset::offset_of_union!(super::$module::$name, $field), $offset);
            const_assert!($offset == 0 && $bytes <= $size);
        )+
    };
    (@spans union $($row:tt)+) => { Vec::new };
    (@spans $kind:ident $module:ident::$name:ident $($field:ident)+) => {
        || vec![$(memoffset::span_of!(super::$module::$name, $field),)+]
    };
}

#[cfg(test)]
mod tests;

layouts! {
    struct funcapi::AttInMetadata 32 8 {
        tupdesc 0 8,
        attinfuncs 8 8,
        attioparams 16 8,
        atttypmods 24 8,
    }
    struct array::ArrayBuildState 48 8 {
        mcontext 0 8,
        dvalues 8 8,
        dnulls 16 8,
        alen 24 4,
        nelems 28 4,
        element_type 32 4,
        typlen 36 2,
        typbyval 38 1,
        typalign 39 1,
        private_cxt 40 1,
    }
    struct array::ArrayType 16 4 {
        vl_len_ 0 4,
        ndim 4 4,
        dataoffset 8 4,
        elemtype 12 4,
    }
    struct c::NameData 64 1 {
        data 0 64,
    }
    struct atomics::pg_atomic_flag 1 1 {
        value 0 1,
    }
    struct atomics::pg_atomic_uint32 4 4 {
        value 0 4,
    }
    struct atomics::pg_atomic_uint64 8 8 {
        value 0 8,
    }
    struct ilist::dlist_node 16 8 {
        prev 0 8, next 8 8,
    }
    struct ilist::dlist_head 16 8 {
        head 0 16,
    }
    struct proclist_types::proclist_node 8 4 {
        next 0 4, prev 4 4,
    }
    struct proclist_types::proclist_head 8 4 {
        head 0 4, tail 4 4,
    }
    struct condition_variable::ConditionVariable 12 4 {
        mutex 0 1, wakeup 4 8,
    }
    struct latch::Latch 16 4 {
        is_set 0 4, maybe_sleeping 4 4, is_shared 8 1, owner_pid 12 4,
    }
    struct latch::WaitEvent 24 8 {
        pos 0 4, events 4 4, fd 8 4, user_data 16 8,
    }
    struct lwlock::LWLock 16 4 {
        tranche 0 2, state 4 4, waiters 8 8,
    }
    union lwlock::LWLockPadded 128 4 {
        lock 0 16, pad 0 128,
    }
    struct lock::VirtualTransactionId 8 4 {
        procNumber 0 4, localTransactionId 4 4,
    }
    struct lock::LOCKTAG 16 4 {
        locktag_field1 0 4, locktag_field2 4 4, locktag_field3 8 4, locktag_field4 12 2,
        locktag_type 14 1, locktag_lockmethodid 15 1,
    }
    struct proc::PGPROC 888 8 {
        links 0 16, procgloballist 16 8, sem 24 8, waitStatus 32 4, procLatch 36 16, xid 52 4,
        xmin 56 4, pid 60 4, pgxactoff 64 4, vxid 68 8, databaseId 76 4, roleId 80 4,
        tempNamespaceId 84 4, isBackgroundWorker 88 1, recoveryConflictPending 89 1,
        lwWaiting 90 1, lwWaitMode 91 1, lwWaitLink 92 8, cvWaitLink 100 8, waitLock 112 8,
        waitProcLock 120 8, waitLockMode 128 4, heldLocks 132 4, waitStart 136 8,
        delayChkptFlags 144 4, statusFlags 148 1, waitLSN 152 8, syncRepState 160 4,
        syncRepLinks 168 16, myProcLocks 184 256, subxidStatus 440 2, subxids 444 256,
        procArrayGroupMember 700 1, procArrayGroupNext 704 4, procArrayGroupMemberXid 708 4,
        wait_event_info 712 4, clogGroupMember 716 1, clogGroupNext 720 4,
        clogGroupMemberXid 724 4, clogGroupMemberXidStatus 728 4, clogGroupMemberPage 736 8,
        clogGroupMemberLsn 744 8, fpInfoLock 752 16, fpLockBits 768 8, fpRelId 776 64,
        fpVXIDLock 840 1, fpLocalTransactionId 844 4, lockGroupLeader 848 8,
        lockGroupMembers 856 16, lockGroupLink 872 16,
    }
    struct proc::PROC_HDR 136 8 {
        allProcs 0 8, xids 8 8, subxidStates 16 8, statusFlags 24 8, allProcCount 32 4,
        freeProcs 40 16, autovacFreeProcs 56 16, bgworkerFreeProcs 72 16,
        walsenderFreeProcs 88 16, procArrayGroupFirst 104 4, clogGroupFirst 108 4,
        walwriterLatch 112 8, checkpointerLatch 120 8, spins_per_delay 128 4,
        startupBufferPinWaitBufId 132 4,
    }
    struct bgworker::BackgroundWorker 1472 8 {
        bgw_name 0 96, bgw_type 96 96, bgw_flags 192 4, bgw_start_time 196 4,
        bgw_restart_time 200 4, bgw_library_name 204 1024, bgw_function_name 1228 96,
        bgw_main_arg 1328 8, bgw_extra 1336 128, bgw_notify_pid 1464 4,
    }
    struct bgworker::BackgroundWorkerHandle 16 8 {
        slot 0 4, generation 8 8,
    }
    struct nodes::Node 4 4 {
        r#type 0 4,
    }
    struct nodes::ErrorSaveContext 16 8 {
        r#type 0 4, error_occurred 4 1, details_wanted 5 1, error_data 8 8,
    }
    union pg_list::ListCell 8 8 {
        ptr_value 0 8, int_value 0 4, oid_value 0 4, xid_value 0 4,
    }
    struct pg_list::List 24 8 {
        r#type 0 4, length 4 4, max_length 8 4, elements 16 8, initial_elements 24 0,
    }
    struct pg_list::ForEachState 16 8 {
        l 0 8, i 8 4,
    }
    struct hsearch::HASHCTL 96 8 {
        num_partitions 0 8, ssize 8 8, dsize 16 8, max_dsize 24 8, keysize 32 8, entrysize 40 8,
        hash 48 8, r#match 56 8, keycopy 64 8, alloc 72 8, hcxt 80 8, hctl 88 8,
    }
    struct hsearch::HASH_SEQ_STATUS 24 8 {
        hashp 0 8, curBucket 8 4, curEntry 16 8,
    }
    struct dshash::dshash_parameters 48 8 {
        key_size 0 8, entry_size 8 8, compare_function 16 8, hash_function 24 8,
        copy_function 32 8, tranche_id 40 4,
    }
    struct dshash::dshash_seq_status 40 8 {
        hash_table 0 8, curbucket 8 4, nbuckets 12 4, curitem 16 8, pnextitem 24 8,
        curpartition 32 4, exclusive 36 1,
    }
    struct barrier::Barrier 36 4 {
        mutex 0 1, phase 4 4, participants 8 4, arrived 12 4, elected 16 4, static_party 20 1,
        condition_variable 24 12,
    }
    struct shm_mq::shm_mq_iovec 16 8 {
        data 0 8, len 8 8,
    }
    struct shm_toc::shm_toc_estimator 16 8 {
        space_for_chunks 0 8,
        number_of_keys 8 8,
    }
    struct stringinfo::StringInfoData 24 8 {
        data 0 8, len 8 4, maxlen 12 4, cursor 16 4,
    }
    struct palloc::MemoryContextCallback 24 8 {
        func 0 8, arg 8 8, next 16 8,
    }
    struct memnodes::MemoryContextMethods 72 8 {
        alloc 0 8, free_p 8 8, realloc 16 8, reset 24 8, delete_context 32 8,
        get_chunk_context 40 8, get_chunk_space 48 8, is_empty 56 8, stats 64 8,
    }
    struct memnodes::MemoryContextData 80 8 {
        r#type 0 4, isReset 4 1, allowInCritSection 5 1, mem_allocated 8 8, methods 16 8,
        parent 24 8, firstchild 32 8, prevchild 40 8, nextchild 48 8, name 56 8, ident 64 8,
        reset_cbs 72 8,
    }
    struct elog::ErrorContextCallback 24 8 {
        previous 0 8, callback 8 8, arg 16 8,
    }
    struct elog::ErrorData 184 8 {
        elevel 0 4, output_to_server 4 1, output_to_client 5 1, hide_stmt 6 1, hide_ctx 7 1,
        filename 8 8, lineno 16 4, funcname 24 8, domain 32 8, context_domain 40 8,
        sqlerrcode 48 4, message 56 8, detail 64 8, detail_log 72 8, hint 80 8, context 88 8,
        backtrace 96 8, message_id 104 8, schema_name 112 8, table_name 120 8,
        column_name 128 8, datatype_name 136 8, constraint_name 144 8, cursorpos 152 4,
        internalpos 156 4, internalquery 160 8, saved_errno 168 4, assoc_context 176 8,
    }
    struct fmgr::Pg_magic_struct 56 4 {
        len 0 4, version 4 4, funcmaxargs 8 4, indexmaxkeys 12 4, namedatalen 16 4,
        float8byval 20 4, abi_extra 24 32,
    }
    struct fmgr::Pg_finfo_record 4 4 {
        api_version 0 4,
    }
    struct fmgr::FmgrInfo 48 8 {
        fn_addr 0 8, fn_oid 8 4, fn_nargs 12 2, fn_strict 14 1, fn_retset 15 1, fn_stats 16 1,
        fn_extra 24 8, fn_mcxt 32 8, fn_expr 40 8,
    }
    struct fmgr::NullableDatum 16 8 {
        value 0 8, isnull 8 1,
    }
    struct fmgr::FunctionCallInfoBaseData 32 8 {
        flinfo 0 8, context 8 8, resultinfo 16 8, fncollation 24 4, isnull 28 1, nargs 30 2,
        args 32 0,
    }
    struct guc::ConfigVariable 48 8 {
        name 0 8, value 8 8, errmsg 16 8, filename 24 8, sourceline 32 4, ignore 36 1,
        applied 37 1, next 40 8,
    }
    struct guc::config_enum_entry 16 8 {
        name 0 8, val 8 4, hidden 12 1,
    }
    struct backend_status::SockAddr 136 8 {
        addr 0 128, salen 128 4,
    }
    struct backend_status::PgBackendStatus 432 8 {
        st_changecount 0 4, st_procpid 4 4, st_backendType 8 4, st_proc_start_timestamp 16 8,
        st_xact_start_timestamp 24 8, st_activity_start_timestamp 32 8,
        st_state_start_timestamp 40 8, st_databaseid 48 4, st_userid 52 4, st_clientaddr 56 136,
        st_clienthostname 192 8, st_ssl 200 1, st_sslstatus 208 8, st_gss 216 1,
        st_gssstatus 224 8, st_state 232 4, st_appname 240 8, st_activity_raw 248 8,
        st_progress_command 256 4, st_progress_command_target 260 4, st_progress_param 264 160,
        st_query_id 424 8,
    }
    struct backend_status::LocalPgBackendStatus 456 8 {
        backendStatus 0 432, proc_number 432 4, backend_xid 436 4, backend_xmin 440 4,
        backend_subxact_count 444 4, backend_subxact_overflowed 448 1,
    }
    struct resowner::ResourceOwnerDesc 32 8 {
        name 0 8, release_phase 8 4, release_priority 12 4, ReleaseResource 16 8, DebugPrint 24 8,
    }
    struct htup::ItemPointerData 6 2 {
        ip_blkid 0 4, ip_posid 4 2,
    }
    struct htup::HeapTupleData 24 8 {
        t_len 0 4, t_self 4 6, t_tableOid 12 4, t_data 16 8,
    }
    struct htup::HeapTupleHeaderData 24 4 {
        t_choice 0 12, t_ctid 12 6, t_infomask2 18 2, t_infomask 20 2, t_hoff 22 1, t_bits 23 0,
    }
    struct tupdesc::FormData_pg_attribute 104 4 {
        attrelid 0 4, attname 4 64, atttypid 68 4, attlen 72 2, attnum 74 2, attcacheoff 76 4,
        atttypmod 80 4, attndims 84 2, attbyval 86 1, attalign 87 1, attstorage 88 1,
        attcompression 89 1, attnotnull 90 1, atthasdef 91 1, atthasmissing 92 1,
        attidentity 93 1, attgenerated 94 1, attisdropped 95 1, attislocal 96 1,
        attinhcount 98 2, attcollation 100 4,
    }
    struct tupdesc::TupleDescData 24 8 {
        natts 0 4, tdtypeid 4 4, tdtypmod 8 4, tdrefcount 12 4, constr 16 8, attrs 24 0,
    }
    struct spi::SPITupleTable 56 8 {
        tupdesc 0 8, vals 8 8, numvals 16 8, alloced 24 8, tuptabcxt 32 8, next 40 8, subid 48 4,
    }
    struct spi::SPIExecuteOptions 40 8 {
        params 0 8, read_only 8 1, allow_nonatomic 9 1, must_return_tuples 10 1, tcount 16 8,
        dest 24 8, owner 32 8,
    }
    struct spi::SPIPrepareOptions 24 8 {
        parserSetup 0 8, parserSetupArg 8 8, parseMode 16 4, cursorOptions 20 4,
    }
    struct spi::SPIParseOpenOptions 16 8 {
        params 0 8, cursorOptions 8 4, read_only 12 1,
    }
    struct xact::SavedTransactionCharacteristics 8 4 {
        save_XactIsoLevel 0 4, save_XactReadOnly 4 1, save_XactDeferrable 5 1,
    }
    struct params::ParamExternData 16 8 {
        value 0 8, isnull 8 1, pflags 10 2, ptype 12 4,
    }
    struct params::ParamListInfoData 64 8 {
        paramFetch 0 8, paramFetchArg 8 8, paramCompile 16 8, paramCompileArg 24 8,
        parserSetup 32 8, parserSetupArg 40 8, paramValuesStr 48 8, numParams 56 4, params 64 0,
    }
    struct snapshot::SnapshotData 120 8 {
        snapshot_type 0 4, xmin 4 4, xmax 8 4, xip 16 8, xcnt 24 4, subxip 32 8, subxcnt 40 4,
        suboverflowed 44 1, takenDuringRecovery 45 1, copied 46 1, curcid 48 4,
        speculativeToken 52 4, vistest 56 8, active_count 64 4, regd_count 68 4, ph_node 72 24,
        whenTaken 96 8, lsn 104 8, snapXactCompletionCount 112 8,
    }
    struct portal::QueryCompletion 16 8 {
        commandTag 0 4, nprocessed 8 8,
    }
    struct portal::PortalData 232 8 {
        name 0 8, prepStmtName 8 8, portalContext 16 8, resowner 24 8, cleanup 32 8,
        createSubid 40 4, activeSubid 44 4, createLevel 48 4, sourceText 56 8, commandTag 64 4,
        qc 72 16, stmts 88 8, cplan 96 8, portalParams 104 8, queryEnv 112 8, strategy 120 4,
        cursorOptions 124 4, run_once 128 1, status 132 4, portalPinned 136 1, autoHeld 137 1,
        queryDesc 144 8, tupDesc 152 8, formats 160 8, portalSnapshot 168 8, holdStore 176 8,
        holdContext 184 8, holdSnapshot 192 8, atStart 200 1, atEnd 201 1, portalPos 208 8,
        creation_time 216 8, visible 224 1,
    }
    struct dest::DestReceiver 40 8 {
        receiveSlot 0 8, rStartup 8 8, rShutdown 16 8, rDestroy 24 8, mydest 32 4,
    }
    struct tuptable::TupleTableSlot 64 8 {
        r#type 0 4, tts_flags 4 2, tts_nvalid 6 2, tts_ops 8 8, tts_tupleDescriptor 16 8,
        tts_values 24 8, tts_isnull 32 8, tts_mcxt 40 8, tts_tid 48 6, tts_tableOid 56 4,
    }
    struct tuptable::TupleTableSlotOps 104 8 {
        base_slot_size 0 8, init 8 8, release 16 8, clear 24 8, getsomeattrs 32 8, getsysattr 40 8,
        is_current_xact_tuple 48 8, materialize 56 8, copyslot 64 8, get_heap_tuple 72 8,
        get_minimal_tuple 80 8, copy_heap_tuple 88 8, copy_minimal_tuple 96 8,
    }
    struct execnodes::ExprContext 128 8 {
        r#type 0 4, ecxt_scantuple 8 8, ecxt_innertuple 16 8, ecxt_outertuple 24 8,
        ecxt_per_query_memory 32 8, ecxt_per_tuple_memory 40 8, ecxt_param_exec_vals 48 8,
        ecxt_param_list_info 56 8, ecxt_aggvalues 64 8, ecxt_aggnulls 72 8, caseValue_datum 80 8,
        caseValue_isNull 88 1, domainValue_datum 96 8, domainValue_isNull 104 1,
        ecxt_estate 112 8, ecxt_callbacks 120 8,
    }
    struct execnodes::ReturnSetInfo 56 8 {
        r#type 0 4, econtext 8 8, expectedDesc 16 8, allowedModes 24 4, returnMode 28 4,
        isDone 32 4, setResult 40 8, setDesc 48 8,
    }
    struct funcapi::FuncCallContext 48 8 {
        call_cntr 0 8, max_calls 8 8, user_fctx 16 8, attinmeta 24 8, multi_call_memory_ctx 32 8,
        tuple_desc 40 8,
    }
    struct varlena::ClosestMatchState 24 8 {
        source 0 8, min_d 8 4, max_d 12 4, r#match 16 8,
    }
    struct timeout::EnableTimeoutParams 24 8 {
        id 0 4, r#type 4 4, delay_ms 8 4, fin_time 16 8,
    }
    struct timeout::DisableTimeoutParams 8 4 {
        id 0 4, keep_indicator 4 1,
    }
    struct timestamp::Interval 16 8 {
        time 0 8, day 8 4, month 12 4,
    }
    struct timestamp::pg_itm 40 8 {
        tm_usec 0 4, tm_sec 4 4, tm_min 8 4, tm_hour 16 8, tm_mday 24 4, tm_mon 28 4, tm_year 32 4,
    }
    struct timestamp::pg_itm_in 24 8 {
        tm_usec 0 8, tm_mday 8 4, tm_mon 12 4, tm_year 16 4,
    }
    struct timestamp::instr_time 8 8 {
        ticks 0 8,
    }
    struct pgtime::pg_tm 56 8 {
        tm_sec 0 4, tm_min 4 4, tm_hour 8 4, tm_mday 12 4, tm_mon 16 4, tm_year 20 4,
        tm_wday 24 4, tm_yday 28 4, tm_isdst 32 4, tm_gmtoff 40 8, tm_zone 48 8,
    }
    struct libpq::PQcommMethods 48 8 {
        comm_reset 0 8, flush 8 8, flush_if_writable 16 8, is_send_pending 24 8,
        putmessage 32 8, putmessage_noblock 40 8,
    }
    part proc::PGPROC_vxid 8 4 { procNumber 0 4, lxid 4 4, }
    part proc::XidCacheStatus 2 1 { count 0 1, overflowed 1 1, }
    part proc::XidCache 256 4 { xids 0 256, }
    part memnodes::MemoryContextCounters 32 8 {
        nblocks 0 8, freechunks 8 8, totalspace 16 8, freespace 24 8,
    }
}
