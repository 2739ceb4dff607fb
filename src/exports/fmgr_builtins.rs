//! The functions that SQL can call and that are implemented here, by their numbers.
//! Runs in: any process.
//!
//! A line has what pg_proc of PostgreSQL 17 says of a function: `oid`, `prosrc`, `pronargs`,
//! `proisstrict`; and the file that has it.

use core::ffi::c_short;

use crate::abi::c::{Datum, Oid};
use crate::abi::fmgr::FunctionCallInfo;

/// A function.
#[derive(Clone, Copy)]
pub(super) struct Builtin {
    pub(super) oid: Oid,
    pub(super) name: &'static str,
    pub(super) arguments: c_short,
    pub(super) is_strict: bool,
    pub(super) function: unsafe extern "C" fn(FunctionCallInfo) -> Datum,
}

macro_rules! builtins {
    ($($module:ident: $($oid:literal $name:ident $arguments:literal $is_strict:literal;)*)*) => {
        /// All of them.
        pub(super) static ALL: &[Builtin] = &[$($(Builtin {
            oid: $oid,
            name: stringify!($name),
            arguments: $arguments,
            is_strict: $is_strict,
            function: super::$module::$name,
        },)*)*];
    };
}

builtins! {
    common_hashfn:
    400 hashtext 1 true;
    450 hashint4 1 true;
    453 hashoid 1 true;
    455 hashname 1 true;
    949 hashint8 1 true;
    utils_compare:
    60 booleq 2 true;
    62 nameeq 2 true;
    65 int4eq 2 true;
    66 int4lt 2 true;
    67 texteq 2 true;
    157 textne 2 true;
    184 oideq 2 true;
    351 btint4cmp 2 true;
    467 int8eq 2 true;
    842 btint8cmp 2 true;
    1258 textcat 2 true;
    1282 quote_ident 1 true;
    1283 quote_literal 1 true;
    1289 quote_nullable 1 false;
    utils_date:
    1152 timestamp_eq 2 true;
    1153 timestamp_ne 2 true;
    1154 timestamp_lt 2 true;
    1155 timestamp_le 2 true;
    1156 timestamp_ge 2 true;
    1157 timestamp_gt 2 true;
    1162 interval_eq 2 true;
    1164 interval_lt 2 true;
    1167 interval_gt 2 true;
    1168 interval_um 1 true;
    1169 interval_pl 2 true;
    1170 interval_mi 2 true;
    1174 date_timestamptz 1 true;
    1178 timestamptz_date 1 true;
    1188 timestamp_mi 2 true;
    1189 timestamptz_pl_interval 2 true;
    1190 timestamptz_mi_interval 2 true;
    1299 now 0 true;
    1314 timestamp_cmp 2 true;
    1315 interval_cmp 2 true;
    2024 date_timestamp 1 true;
    2027 timestamptz_timestamp 1 true;
    2028 timestamp_timestamptz 1 true;
    2029 timestamp_date 1 true;
    2031 timestamp_mi 2 true;
    2032 timestamp_pl_interval 2 true;
    2033 timestamp_mi_interval 2 true;
    2045 timestamp_cmp 2 true;
    2052 timestamp_eq 2 true;
    2053 timestamp_ne 2 true;
    2054 timestamp_lt 2 true;
    2055 timestamp_le 2 true;
    2056 timestamp_ge 2 true;
    2057 timestamp_gt 2 true;
    2071 date_pl_interval 2 true;
    2072 date_mi_interval 2 true;
    2647 now 0 true;
    2648 statement_timestamp 0 true;
    2649 clock_timestamp 0 true;
    6221 timestamptz_pl_interval 2 true;
    6223 timestamptz_mi_interval 2 true;
    utils_fmgrprotos:
    31 byteaout 1 true;
    33 charout 1 true;
    34 namein 1 true;
    35 nameout 1 true;
    38 int2in 1 true;
    39 int2out 1 true;
    40 int2vectorin 1 true;
    41 int2vectorout 1 true;
    42 int4in 1 true;
    43 int4out 1 true;
    46 textin 1 true;
    47 textout 1 true;
    48 tidin 1 true;
    49 tidout 1 true;
    50 xidin 1 true;
    51 xidout 1 true;
    52 cidin 1 true;
    53 cidout 1 true;
    54 oidvectorin 1 true;
    55 oidvectorout 1 true;
    109 unknownin 1 true;
    110 unknownout 1 true;
    200 float4in 1 true;
    201 float4out 1 true;
    214 float8in 1 true;
    215 float8out 1 true;
    321 json_in 1 true;
    322 json_out 1 true;
    436 macaddr_in 1 true;
    437 macaddr_out 1 true;
    460 int8in 1 true;
    461 int8out 1 true;
    750 array_in 3 true;
    751 array_out 1 true;
    886 cash_in 1 true;
    887 cash_out 1 true;
    910 inet_in 1 true;
    911 inet_out 1 true;
    1044 bpcharin 3 true;
    1045 bpcharout 1 true;
    1046 varcharin 3 true;
    1047 varcharout 1 true;
    1084 date_in 1 true;
    1085 date_out 1 true;
    1143 time_in 3 true;
    1144 time_out 1 true;
    1150 timestamptz_in 3 true;
    1151 timestamptz_out 1 true;
    1160 interval_in 3 true;
    1161 interval_out 1 true;
    1242 boolin 1 true;
    1243 boolout 1 true;
    1244 byteain 1 true;
    1245 charin 1 true;
    1267 cidr_in 1 true;
    1312 timestamp_in 3 true;
    1313 timestamp_out 1 true;
    1350 timetz_in 3 true;
    1351 timetz_out 1 true;
    1427 cidr_out 1 true;
    1564 bit_in 3 true;
    1565 bit_out 1 true;
    1579 varbit_in 3 true;
    1580 varbit_out 1 true;
    1701 numeric_in 3 true;
    1702 numeric_out 1 true;
    1798 oidin 1 true;
    1799 oidout 1 true;
    2292 cstring_in 1 true;
    2293 cstring_out 1 true;
    2298 void_in 1 true;
    2299 void_out 1 true;
    2952 uuid_in 1 true;
    2953 uuid_out 1 true;
    3229 pg_lsn_in 1 true;
    3230 pg_lsn_out 1 true;
    3804 jsonb_out 1 true;
    3806 jsonb_in 1 true;
    4110 macaddr8_in 1 true;
    4111 macaddr8_out 1 true;
    5070 xid8in 1 true;
    5081 xid8out 1 true;
    utils_numeric:
    1704 numeric_abs 1 true;
    1705 numeric_abs 1 true;
    1707 numeric_round 2 true;
    1709 numeric_trunc 2 true;
    1718 numeric_eq 2 true;
    1719 numeric_ne 2 true;
    1720 numeric_gt 2 true;
    1721 numeric_ge 2 true;
    1722 numeric_lt 2 true;
    1723 numeric_le 2 true;
    1724 numeric_add 2 true;
    1725 numeric_sub 2 true;
    1726 numeric_mul 2 true;
    1727 numeric_div 2 true;
    1728 numeric_mod 2 true;
    1729 numeric_mod 2 true;
    1740 int4_numeric 1 true;
    1743 float8_numeric 1 true;
    1744 numeric_int4 1 true;
    1746 numeric_float8 1 true;
    1769 numeric_cmp 2 true;
    1771 numeric_uminus 1 true;
    1779 numeric_int8 1 true;
    1781 int8_numeric 1 true;
    1782 int2_numeric 1 true;
    1783 numeric_int2 1 true;
}
