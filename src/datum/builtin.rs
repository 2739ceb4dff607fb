#![forbid(unsafe_code)]
//! The types that every PostgreSQL 17 has under the same number.
//! Runs in: any process.
//!
//! Each line is a row of `pg_type` of a fresh cluster of PostgreSQL 17, in the order of `Facts`:
//! `SELECT oid, typname, format_type(oid, NULL), typlen, typbyval, typalign, typstorage,
//! typcollation, typelem, typarray, typdelim, typtype, typinput::oid, typoutput::oid,
//! typreceive::oid, typsend::oid FROM pg_type WHERE oid < 10000 ORDER BY oid`, letters as letters.

use crate::abi::c::Oid;

use super::types::Form;

/// What pg_type says of a type, under its names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) oid: Oid,
    /// `typname`.
    pub(crate) name: &'static str,
    /// The name that SQL gives it.
    pub(crate) title: &'static str,
    pub(crate) len: i16,
    pub(crate) by_value: bool,
    pub(crate) align: u8,
    pub(crate) storage: u8,
    pub(crate) collation: Oid,
    pub(crate) element: Oid,
    pub(crate) array: Oid,
    pub(crate) delimiter: u8,
    /// `typtype`.
    pub(crate) kind: u8,
    pub(crate) input: Oid,
    pub(crate) output: Oid,
    pub(crate) receive: Oid,
    pub(crate) send: Oid,
}

impl Facts {
    pub(crate) fn form(&self) -> Form {
        Form { len: self.len, by_value: self.by_value, align: Form::alignment(self.align) }
    }
}

/// A type by its number; `None`: it has another one in each cluster, or does not exist.
pub(crate) fn facts(oid: Oid) -> Option<&'static Facts> {
    ALL.binary_search_by_key(&oid, |facts| facts.oid).ok().and_then(|at| ALL.get(at))
}

macro_rules! types {
    ($($oid:literal $name:literal $title:literal $len:literal $by_value:literal $align:literal
       $storage:literal $collation:literal $element:literal $array:literal $delimiter:literal
       $kind:literal $input:literal $output:literal $receive:literal $send:literal;)*) => {
        /// All of them, by number.
        pub(crate) static ALL: &[Facts] = &[$(Facts {
            oid: $oid, name: $name, title: $title, len: $len, by_value: $by_value, align: $align,
            storage: $storage, collation: $collation, element: $element, array: $array,
            delimiter: $delimiter, kind: $kind, input: $input, output: $output,
            receive: $receive, send: $send,
        }),*];
    };
}

types! {
    16 "bool" "boolean" 1 true b'c' b'p' 0 0 1000 b',' b'b' 1242 1243 2436 2437;
    17 "bytea" "bytea" -1 false b'i' b'x' 0 0 1001 b',' b'b' 1244 31 2412 2413;
    18 "char" "\"char\"" 1 true b'c' b'p' 0 0 1002 b',' b'b' 1245 33 2434 2435;
    19 "name" "name" 64 false b'c' b'p' 950 18 1003 b',' b'b' 34 35 2422 2423;
    20 "int8" "bigint" 8 true b'd' b'p' 0 0 1016 b',' b'b' 460 461 2408 2409;
    21 "int2" "smallint" 2 true b's' b'p' 0 0 1005 b',' b'b' 38 39 2404 2405;
    22 "int2vector" "int2vector" -1 false b'i' b'p' 0 21 1006 b',' b'b' 40 41 2410 2411;
    23 "int4" "integer" 4 true b'i' b'p' 0 0 1007 b',' b'b' 42 43 2406 2407;
    24 "regproc" "regproc" 4 true b'i' b'p' 0 0 1008 b',' b'b' 44 45 2444 2445;
    25 "text" "text" -1 false b'i' b'x' 100 0 1009 b',' b'b' 46 47 2414 2415;
    26 "oid" "oid" 4 true b'i' b'p' 0 0 1028 b',' b'b' 1798 1799 2418 2419;
    27 "tid" "tid" 6 false b's' b'p' 0 0 1010 b',' b'b' 48 49 2438 2439;
    28 "xid" "xid" 4 true b'i' b'p' 0 0 1011 b',' b'b' 50 51 2440 2441;
    29 "cid" "cid" 4 true b'i' b'p' 0 0 1012 b',' b'b' 52 53 2442 2443;
    30 "oidvector" "oidvector" -1 false b'i' b'p' 0 26 1013 b',' b'b' 54 55 2420 2421;
    32 "pg_ddl_command" "pg_ddl_command" 8 true b'd' b'p' 0 0 0 b',' b'p' 86 87 88 90;
    71 "pg_type" "pg_type" -1 false b'd' b'x' 0 0 210 b',' b'c' 2290 2291 2402 2403;
    75 "pg_attribute" "pg_attribute" -1 false b'd' b'x' 0 0 270 b',' b'c' 2290 2291 2402 2403;
    81 "pg_proc" "pg_proc" -1 false b'd' b'x' 0 0 272 b',' b'c' 2290 2291 2402 2403;
    83 "pg_class" "pg_class" -1 false b'd' b'x' 0 0 273 b',' b'c' 2290 2291 2402 2403;
    114 "json" "json" -1 false b'i' b'x' 0 0 199 b',' b'b' 321 322 323 324;
    142 "xml" "xml" -1 false b'i' b'x' 0 0 143 b',' b'b' 2893 2894 2898 2899;
    143 "_xml" "xml[]" -1 false b'i' b'x' 0 142 0 b',' b'b' 750 751 2400 2401;
    194 "pg_node_tree" "pg_node_tree" -1 false b'i' b'x' 100 0 0 b',' b'b' 195 196 197 198;
    199 "_json" "json[]" -1 false b'i' b'x' 0 114 0 b',' b'b' 750 751 2400 2401;
    210 "_pg_type" "pg_type[]" -1 false b'd' b'x' 0 71 0 b',' b'b' 750 751 2400 2401;
    269 "table_am_handler" "table_am_handler" 4 true b'i' b'p' 0 0 0 b',' b'p' 267 268 0 0;
    270 "_pg_attribute" "pg_attribute[]" -1 false b'd' b'x' 0 75 0 b',' b'b' 750 751 2400 2401;
    271 "_xid8" "xid8[]" -1 false b'd' b'x' 0 5069 0 b',' b'b' 750 751 2400 2401;
    272 "_pg_proc" "pg_proc[]" -1 false b'd' b'x' 0 81 0 b',' b'b' 750 751 2400 2401;
    273 "_pg_class" "pg_class[]" -1 false b'd' b'x' 0 83 0 b',' b'b' 750 751 2400 2401;
    325 "index_am_handler" "index_am_handler" 4 true b'i' b'p' 0 0 0 b',' b'p' 326 327 0 0;
    600 "point" "point" 16 false b'd' b'p' 0 701 1017 b',' b'b' 117 118 2428 2429;
    601 "lseg" "lseg" 32 false b'd' b'p' 0 600 1018 b',' b'b' 119 120 2480 2481;
    602 "path" "path" -1 false b'd' b'x' 0 0 1019 b',' b'b' 121 122 2482 2483;
    603 "box" "box" 32 false b'd' b'p' 0 600 1020 b';' b'b' 123 124 2484 2485;
    604 "polygon" "polygon" -1 false b'd' b'x' 0 0 1027 b',' b'b' 347 348 2486 2487;
    628 "line" "line" 24 false b'd' b'p' 0 701 629 b',' b'b' 1490 1491 2488 2489;
    629 "_line" "line[]" -1 false b'd' b'x' 0 628 0 b',' b'b' 750 751 2400 2401;
    650 "cidr" "cidr" -1 false b'i' b'm' 0 0 651 b',' b'b' 1267 1427 2498 2499;
    651 "_cidr" "cidr[]" -1 false b'i' b'x' 0 650 0 b',' b'b' 750 751 2400 2401;
    700 "float4" "real" 4 true b'i' b'p' 0 0 1021 b',' b'b' 200 201 2424 2425;
    701 "float8" "double precision" 8 true b'd' b'p' 0 0 1022 b',' b'b' 214 215 2426 2427;
    705 "unknown" "unknown" -2 false b'c' b'p' 0 0 0 b',' b'p' 109 110 2416 2417;
    718 "circle" "circle" 24 false b'd' b'p' 0 0 719 b',' b'b' 1450 1451 2490 2491;
    719 "_circle" "circle[]" -1 false b'd' b'x' 0 718 0 b',' b'b' 750 751 2400 2401;
    774 "macaddr8" "macaddr8" 8 false b'i' b'p' 0 0 775 b',' b'b' 4110 4111 3446 3447;
    775 "_macaddr8" "macaddr8[]" -1 false b'i' b'x' 0 774 0 b',' b'b' 750 751 2400 2401;
    790 "money" "money" 8 true b'd' b'p' 0 0 791 b',' b'b' 886 887 2492 2493;
    791 "_money" "money[]" -1 false b'd' b'x' 0 790 0 b',' b'b' 750 751 2400 2401;
    829 "macaddr" "macaddr" 6 false b'i' b'p' 0 0 1040 b',' b'b' 436 437 2494 2495;
    869 "inet" "inet" -1 false b'i' b'm' 0 0 1041 b',' b'b' 910 911 2496 2497;
    1000 "_bool" "boolean[]" -1 false b'i' b'x' 0 16 0 b',' b'b' 750 751 2400 2401;
    1001 "_bytea" "bytea[]" -1 false b'i' b'x' 0 17 0 b',' b'b' 750 751 2400 2401;
    1002 "_char" "\"char\"[]" -1 false b'i' b'x' 0 18 0 b',' b'b' 750 751 2400 2401;
    1003 "_name" "name[]" -1 false b'i' b'x' 950 19 0 b',' b'b' 750 751 2400 2401;
    1005 "_int2" "smallint[]" -1 false b'i' b'x' 0 21 0 b',' b'b' 750 751 2400 2401;
    1006 "_int2vector" "int2vector[]" -1 false b'i' b'x' 0 22 0 b',' b'b' 750 751 2400 2401;
    1007 "_int4" "integer[]" -1 false b'i' b'x' 0 23 0 b',' b'b' 750 751 2400 2401;
    1008 "_regproc" "regproc[]" -1 false b'i' b'x' 0 24 0 b',' b'b' 750 751 2400 2401;
    1009 "_text" "text[]" -1 false b'i' b'x' 100 25 0 b',' b'b' 750 751 2400 2401;
    1010 "_tid" "tid[]" -1 false b'i' b'x' 0 27 0 b',' b'b' 750 751 2400 2401;
    1011 "_xid" "xid[]" -1 false b'i' b'x' 0 28 0 b',' b'b' 750 751 2400 2401;
    1012 "_cid" "cid[]" -1 false b'i' b'x' 0 29 0 b',' b'b' 750 751 2400 2401;
    1013 "_oidvector" "oidvector[]" -1 false b'i' b'x' 0 30 0 b',' b'b' 750 751 2400 2401;
    1014 "_bpchar" "character[]" -1 false b'i' b'x' 100 1042 0 b',' b'b' 750 751 2400 2401;
    1015 "_varchar" "character varying[]" -1 false b'i' b'x' 100 1043 0 b',' b'b' 750 751 2400 2401;
    1016 "_int8" "bigint[]" -1 false b'd' b'x' 0 20 0 b',' b'b' 750 751 2400 2401;
    1017 "_point" "point[]" -1 false b'd' b'x' 0 600 0 b',' b'b' 750 751 2400 2401;
    1018 "_lseg" "lseg[]" -1 false b'd' b'x' 0 601 0 b',' b'b' 750 751 2400 2401;
    1019 "_path" "path[]" -1 false b'd' b'x' 0 602 0 b',' b'b' 750 751 2400 2401;
    1020 "_box" "box[]" -1 false b'd' b'x' 0 603 0 b';' b'b' 750 751 2400 2401;
    1021 "_float4" "real[]" -1 false b'i' b'x' 0 700 0 b',' b'b' 750 751 2400 2401;
    1022 "_float8" "double precision[]" -1 false b'd' b'x' 0 701 0 b',' b'b' 750 751 2400 2401;
    1027 "_polygon" "polygon[]" -1 false b'd' b'x' 0 604 0 b',' b'b' 750 751 2400 2401;
    1028 "_oid" "oid[]" -1 false b'i' b'x' 0 26 0 b',' b'b' 750 751 2400 2401;
    1033 "aclitem" "aclitem" 16 false b'd' b'p' 0 0 1034 b',' b'b' 1031 1032 0 0;
    1034 "_aclitem" "aclitem[]" -1 false b'd' b'x' 0 1033 0 b',' b'b' 750 751 2400 2401;
    1040 "_macaddr" "macaddr[]" -1 false b'i' b'x' 0 829 0 b',' b'b' 750 751 2400 2401;
    1041 "_inet" "inet[]" -1 false b'i' b'x' 0 869 0 b',' b'b' 750 751 2400 2401;
    1042 "bpchar" "character" -1 false b'i' b'x' 100 0 1014 b',' b'b' 1044 1045 2430 2431;
    1043 "varchar" "character varying" -1 false b'i' b'x' 100 0 1015 b',' b'b' 1046 1047 2432 2433;
    1082 "date" "date" 4 true b'i' b'p' 0 0 1182 b',' b'b' 1084 1085 2468 2469;
    1083 "time" "time without time zone" 8 true b'd' b'p' 0 0 1183 b',' b'b' 1143 1144 2470 2471;
    1114 "timestamp" "timestamp without time zone" 8 true b'd' b'p' 0 0 1115 b',' b'b' 1312 1313 2474 2475;
    1115 "_timestamp" "timestamp without time zone[]" -1 false b'd' b'x' 0 1114 0 b',' b'b' 750 751 2400 2401;
    1182 "_date" "date[]" -1 false b'i' b'x' 0 1082 0 b',' b'b' 750 751 2400 2401;
    1183 "_time" "time without time zone[]" -1 false b'd' b'x' 0 1083 0 b',' b'b' 750 751 2400 2401;
    1184 "timestamptz" "timestamp with time zone" 8 true b'd' b'p' 0 0 1185 b',' b'b' 1150 1151 2476 2477;
    1185 "_timestamptz" "timestamp with time zone[]" -1 false b'd' b'x' 0 1184 0 b',' b'b' 750 751 2400 2401;
    1186 "interval" "interval" 16 false b'd' b'p' 0 0 1187 b',' b'b' 1160 1161 2478 2479;
    1187 "_interval" "interval[]" -1 false b'd' b'x' 0 1186 0 b',' b'b' 750 751 2400 2401;
    1231 "_numeric" "numeric[]" -1 false b'i' b'x' 0 1700 0 b',' b'b' 750 751 2400 2401;
    1248 "pg_database" "pg_database" -1 false b'd' b'x' 0 0 10052 b',' b'c' 2290 2291 2402 2403;
    1263 "_cstring" "cstring[]" -1 false b'i' b'x' 0 2275 0 b',' b'b' 750 751 2400 2401;
    1266 "timetz" "time with time zone" 12 false b'd' b'p' 0 0 1270 b',' b'b' 1350 1351 2472 2473;
    1270 "_timetz" "time with time zone[]" -1 false b'd' b'x' 0 1266 0 b',' b'b' 750 751 2400 2401;
    1560 "bit" "bit" -1 false b'i' b'x' 0 0 1561 b',' b'b' 1564 1565 2456 2457;
    1561 "_bit" "bit[]" -1 false b'i' b'x' 0 1560 0 b',' b'b' 750 751 2400 2401;
    1562 "varbit" "bit varying" -1 false b'i' b'x' 0 0 1563 b',' b'b' 1579 1580 2458 2459;
    1563 "_varbit" "bit varying[]" -1 false b'i' b'x' 0 1562 0 b',' b'b' 750 751 2400 2401;
    1700 "numeric" "numeric" -1 false b'i' b'm' 0 0 1231 b',' b'b' 1701 1702 2460 2461;
    1790 "refcursor" "refcursor" -1 false b'i' b'x' 0 0 2201 b',' b'b' 46 47 2414 2415;
    2201 "_refcursor" "refcursor[]" -1 false b'i' b'x' 0 1790 0 b',' b'b' 750 751 2400 2401;
    2202 "regprocedure" "regprocedure" 4 true b'i' b'p' 0 0 2207 b',' b'b' 2212 2213 2446 2447;
    2203 "regoper" "regoper" 4 true b'i' b'p' 0 0 2208 b',' b'b' 2214 2215 2448 2449;
    2204 "regoperator" "regoperator" 4 true b'i' b'p' 0 0 2209 b',' b'b' 2216 2217 2450 2451;
    2205 "regclass" "regclass" 4 true b'i' b'p' 0 0 2210 b',' b'b' 2218 2219 2452 2453;
    2206 "regtype" "regtype" 4 true b'i' b'p' 0 0 2211 b',' b'b' 2220 2221 2454 2455;
    2207 "_regprocedure" "regprocedure[]" -1 false b'i' b'x' 0 2202 0 b',' b'b' 750 751 2400 2401;
    2208 "_regoper" "regoper[]" -1 false b'i' b'x' 0 2203 0 b',' b'b' 750 751 2400 2401;
    2209 "_regoperator" "regoperator[]" -1 false b'i' b'x' 0 2204 0 b',' b'b' 750 751 2400 2401;
    2210 "_regclass" "regclass[]" -1 false b'i' b'x' 0 2205 0 b',' b'b' 750 751 2400 2401;
    2211 "_regtype" "regtype[]" -1 false b'i' b'x' 0 2206 0 b',' b'b' 750 751 2400 2401;
    2249 "record" "record" -1 false b'd' b'x' 0 0 2287 b',' b'p' 2290 2291 2402 2403;
    2275 "cstring" "cstring" -2 false b'c' b'p' 0 0 1263 b',' b'p' 2292 2293 2500 2501;
    2276 "any" "\"any\"" 4 true b'i' b'p' 0 0 0 b',' b'p' 2294 2295 0 0;
    2277 "anyarray" "anyarray" -1 false b'd' b'x' 0 0 0 b',' b'p' 2296 2297 2502 2503;
    2278 "void" "void" 4 true b'i' b'p' 0 0 0 b',' b'p' 2298 2299 3120 3121;
    2279 "trigger" "trigger" 4 true b'i' b'p' 0 0 0 b',' b'p' 2300 2301 0 0;
    2280 "language_handler" "language_handler" 4 true b'i' b'p' 0 0 0 b',' b'p' 2302 2303 0 0;
    2281 "internal" "internal" 8 true b'd' b'p' 0 0 0 b',' b'p' 2304 2305 0 0;
    2283 "anyelement" "anyelement" 4 true b'i' b'p' 0 0 0 b',' b'p' 2312 2313 0 0;
    2287 "_record" "record[]" -1 false b'd' b'x' 0 2249 0 b',' b'p' 750 751 2400 2401;
    2776 "anynonarray" "anynonarray" 4 true b'i' b'p' 0 0 0 b',' b'p' 2777 2778 0 0;
    2842 "pg_authid" "pg_authid" -1 false b'd' b'x' 0 0 10057 b',' b'c' 2290 2291 2402 2403;
    2843 "pg_auth_members" "pg_auth_members" -1 false b'd' b'x' 0 0 10058 b',' b'c' 2290 2291 2402 2403;
    2949 "_txid_snapshot" "txid_snapshot[]" -1 false b'd' b'x' 0 2970 0 b',' b'b' 750 751 2400 2401;
    2950 "uuid" "uuid" 16 false b'c' b'p' 0 0 2951 b',' b'b' 2952 2953 2961 2962;
    2951 "_uuid" "uuid[]" -1 false b'i' b'x' 0 2950 0 b',' b'b' 750 751 2400 2401;
    2970 "txid_snapshot" "txid_snapshot" -1 false b'd' b'x' 0 0 2949 b',' b'b' 2939 2940 2941 2942;
    3115 "fdw_handler" "fdw_handler" 4 true b'i' b'p' 0 0 0 b',' b'p' 3116 3117 0 0;
    3220 "pg_lsn" "pg_lsn" 8 true b'd' b'p' 0 0 3221 b',' b'b' 3229 3230 3238 3239;
    3221 "_pg_lsn" "pg_lsn[]" -1 false b'd' b'x' 0 3220 0 b',' b'b' 750 751 2400 2401;
    3310 "tsm_handler" "tsm_handler" 4 true b'i' b'p' 0 0 0 b',' b'p' 3311 3312 0 0;
    3361 "pg_ndistinct" "pg_ndistinct" -1 false b'i' b'x' 100 0 0 b',' b'b' 3355 3356 3357 3358;
    3402 "pg_dependencies" "pg_dependencies" -1 false b'i' b'x' 100 0 0 b',' b'b' 3404 3405 3406 3407;
    3500 "anyenum" "anyenum" 4 true b'i' b'p' 0 0 0 b',' b'p' 3504 3505 0 0;
    3614 "tsvector" "tsvector" -1 false b'i' b'x' 0 0 3643 b',' b'b' 3610 3611 3639 3638;
    3615 "tsquery" "tsquery" -1 false b'i' b'p' 0 0 3645 b',' b'b' 3612 3613 3641 3640;
    3642 "gtsvector" "gtsvector" -1 false b'i' b'p' 0 0 3644 b',' b'b' 3646 3647 0 0;
    3643 "_tsvector" "tsvector[]" -1 false b'i' b'x' 0 3614 0 b',' b'b' 750 751 2400 2401;
    3644 "_gtsvector" "gtsvector[]" -1 false b'i' b'x' 0 3642 0 b',' b'b' 750 751 2400 2401;
    3645 "_tsquery" "tsquery[]" -1 false b'i' b'x' 0 3615 0 b',' b'b' 750 751 2400 2401;
    3734 "regconfig" "regconfig" 4 true b'i' b'p' 0 0 3735 b',' b'b' 3736 3737 3738 3739;
    3735 "_regconfig" "regconfig[]" -1 false b'i' b'x' 0 3734 0 b',' b'b' 750 751 2400 2401;
    3769 "regdictionary" "regdictionary" 4 true b'i' b'p' 0 0 3770 b',' b'b' 3771 3772 3773 3774;
    3770 "_regdictionary" "regdictionary[]" -1 false b'i' b'x' 0 3769 0 b',' b'b' 750 751 2400 2401;
    3802 "jsonb" "jsonb" -1 false b'i' b'x' 0 0 3807 b',' b'b' 3806 3804 3805 3803;
    3807 "_jsonb" "jsonb[]" -1 false b'i' b'x' 0 3802 0 b',' b'b' 750 751 2400 2401;
    3831 "anyrange" "anyrange" -1 false b'd' b'x' 0 0 0 b',' b'p' 3832 3833 0 0;
    3838 "event_trigger" "event_trigger" 4 true b'i' b'p' 0 0 0 b',' b'p' 3594 3595 0 0;
    3904 "int4range" "int4range" -1 false b'i' b'x' 0 0 3905 b',' b'r' 3834 3835 3836 3837;
    3905 "_int4range" "int4range[]" -1 false b'i' b'x' 0 3904 0 b',' b'b' 750 751 2400 2401;
    3906 "numrange" "numrange" -1 false b'i' b'x' 0 0 3907 b',' b'r' 3834 3835 3836 3837;
    3907 "_numrange" "numrange[]" -1 false b'i' b'x' 0 3906 0 b',' b'b' 750 751 2400 2401;
    3908 "tsrange" "tsrange" -1 false b'd' b'x' 0 0 3909 b',' b'r' 3834 3835 3836 3837;
    3909 "_tsrange" "tsrange[]" -1 false b'd' b'x' 0 3908 0 b',' b'b' 750 751 2400 2401;
    3910 "tstzrange" "tstzrange" -1 false b'd' b'x' 0 0 3911 b',' b'r' 3834 3835 3836 3837;
    3911 "_tstzrange" "tstzrange[]" -1 false b'd' b'x' 0 3910 0 b',' b'b' 750 751 2400 2401;
    3912 "daterange" "daterange" -1 false b'i' b'x' 0 0 3913 b',' b'r' 3834 3835 3836 3837;
    3913 "_daterange" "daterange[]" -1 false b'i' b'x' 0 3912 0 b',' b'b' 750 751 2400 2401;
    3926 "int8range" "int8range" -1 false b'd' b'x' 0 0 3927 b',' b'r' 3834 3835 3836 3837;
    3927 "_int8range" "int8range[]" -1 false b'd' b'x' 0 3926 0 b',' b'b' 750 751 2400 2401;
    4066 "pg_shseclabel" "pg_shseclabel" -1 false b'd' b'x' 0 0 10093 b',' b'c' 2290 2291 2402 2403;
    4072 "jsonpath" "jsonpath" -1 false b'i' b'x' 0 0 4073 b',' b'b' 4001 4003 4002 4004;
    4073 "_jsonpath" "jsonpath[]" -1 false b'i' b'x' 0 4072 0 b',' b'b' 750 751 2400 2401;
    4089 "regnamespace" "regnamespace" 4 true b'i' b'p' 0 0 4090 b',' b'b' 4084 4085 4087 4088;
    4090 "_regnamespace" "regnamespace[]" -1 false b'i' b'x' 0 4089 0 b',' b'b' 750 751 2400 2401;
    4096 "regrole" "regrole" 4 true b'i' b'p' 0 0 4097 b',' b'b' 4098 4092 4094 4095;
    4097 "_regrole" "regrole[]" -1 false b'i' b'x' 0 4096 0 b',' b'b' 750 751 2400 2401;
    4191 "regcollation" "regcollation" 4 true b'i' b'p' 0 0 4192 b',' b'b' 4193 4194 4196 4197;
    4192 "_regcollation" "regcollation[]" -1 false b'i' b'x' 0 4191 0 b',' b'b' 750 751 2400 2401;
    4451 "int4multirange" "int4multirange" -1 false b'i' b'x' 0 0 6150 b',' b'm' 4231 4232 4233 4234;
    4532 "nummultirange" "nummultirange" -1 false b'i' b'x' 0 0 6151 b',' b'm' 4231 4232 4233 4234;
    4533 "tsmultirange" "tsmultirange" -1 false b'd' b'x' 0 0 6152 b',' b'm' 4231 4232 4233 4234;
    4534 "tstzmultirange" "tstzmultirange" -1 false b'd' b'x' 0 0 6153 b',' b'm' 4231 4232 4233 4234;
    4535 "datemultirange" "datemultirange" -1 false b'i' b'x' 0 0 6155 b',' b'm' 4231 4232 4233 4234;
    4536 "int8multirange" "int8multirange" -1 false b'd' b'x' 0 0 6157 b',' b'm' 4231 4232 4233 4234;
    4537 "anymultirange" "anymultirange" -1 false b'd' b'x' 0 0 0 b',' b'p' 4229 4230 0 0;
    4538 "anycompatiblemultirange" "anycompatiblemultirange" -1 false b'd' b'x' 0 0 0 b',' b'p' 4226 4227 0 0;
    4600 "pg_brin_bloom_summary" "pg_brin_bloom_summary" -1 false b'i' b'x' 100 0 0 b',' b'b' 4596 4597 4598 4599;
    4601 "pg_brin_minmax_multi_summary" "pg_brin_minmax_multi_summary" -1 false b'i' b'x' 100 0 0 b',' b'b' 4638 4639 4640 4641;
    5017 "pg_mcv_list" "pg_mcv_list" -1 false b'i' b'x' 100 0 0 b',' b'b' 5018 5019 5020 5021;
    5038 "pg_snapshot" "pg_snapshot" -1 false b'd' b'x' 0 0 5039 b',' b'b' 5055 5056 5057 5058;
    5039 "_pg_snapshot" "pg_snapshot[]" -1 false b'd' b'x' 0 5038 0 b',' b'b' 750 751 2400 2401;
    5069 "xid8" "xid8" 8 true b'd' b'p' 0 0 271 b',' b'b' 5070 5081 5082 5083;
    5077 "anycompatible" "anycompatible" 4 true b'i' b'p' 0 0 0 b',' b'p' 5086 5087 0 0;
    5078 "anycompatiblearray" "anycompatiblearray" -1 false b'd' b'x' 0 0 0 b',' b'p' 5088 5089 5090 5091;
    5079 "anycompatiblenonarray" "anycompatiblenonarray" 4 true b'i' b'p' 0 0 0 b',' b'p' 5092 5093 0 0;
    5080 "anycompatiblerange" "anycompatiblerange" -1 false b'd' b'x' 0 0 0 b',' b'p' 5094 5095 0 0;
    6101 "pg_subscription" "pg_subscription" -1 false b'd' b'x' 0 0 10112 b',' b'c' 2290 2291 2402 2403;
    6150 "_int4multirange" "int4multirange[]" -1 false b'i' b'x' 0 4451 0 b',' b'b' 750 751 2400 2401;
    6151 "_nummultirange" "nummultirange[]" -1 false b'i' b'x' 0 4532 0 b',' b'b' 750 751 2400 2401;
    6152 "_tsmultirange" "tsmultirange[]" -1 false b'd' b'x' 0 4533 0 b',' b'b' 750 751 2400 2401;
    6153 "_tstzmultirange" "tstzmultirange[]" -1 false b'd' b'x' 0 4534 0 b',' b'b' 750 751 2400 2401;
    6155 "_datemultirange" "datemultirange[]" -1 false b'i' b'x' 0 4535 0 b',' b'b' 750 751 2400 2401;
    6157 "_int8multirange" "int8multirange[]" -1 false b'd' b'x' 0 4536 0 b',' b'b' 750 751 2400 2401;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_and_arrays_know_their_members() {
        assert!(ALL.is_sorted_by_key(|facts| facts.oid));
        for facts in ALL {
            let array = super::facts(facts.array);
            assert!(array.is_none_or(|array| array.element == facts.oid), "{}", facts.name);
        }
        assert_eq!(facts(1184).map(|facts| facts.title), Some("timestamp with time zone"));
        assert!(facts(1).is_none());
    }
}
