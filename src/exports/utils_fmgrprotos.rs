//! `utils/fmgrprotos.h`: the in- and output functions of types.
//! Runs in: any process.

use crate::abi::c::{Datum, Oid};
use crate::abi::fmgr::FunctionCallInfo;
use crate::datum;
use crate::datum::types::{Form, Type};
use crate::datum::{content, modifier};
use crate::error::{Result, soft};

use super::fmgr_frame::{Call, builtin};

/// The form of C strings.
pub(super) const C_STRING: Form = Form { len: -2, by_value: false, align: 1 };

/// Reads a value of that type from the first argument; the third is its modifier.
fn input(call: Call, oid: Oid) -> Result<Datum> {
    let of = builtin(oid)?;
    let text = call.c_string(0).unwrap_or_default();
    let modified = if call.count() > 2 { call.int4(2) } else { -1 };
    let read = || {
        let content = datum::content_of_text(of, text)?;
        content::place(&modifier::apply(of, content, modified)?, of.form())
    };
    // SAFETY: null or a live node.
    unsafe { soft::or(call.context(), read(), 0) }
}

/// Writes the text of the first argument, a value of that type.
fn output(call: Call, oid: Oid) -> Result<Datum> {
    let of = builtin(oid)?;
    let text = datum::text_of_content(of, &call.content(0, of.form())?)?;
    content::place(&text, C_STRING)
}

/// Exports functions that do `$what` with a type.
macro_rules! of_types {
    ($what:ident: $($name:ident $oid:literal;)*) => {
        $(
            /// PostgreSQL's function of that name.
            ///
            /// # Safety
            /// `fcinfo` is a call with its arguments.
            #[unsafe(no_mangle)]
            pub(super) unsafe extern "C" fn $name(fcinfo: FunctionCallInfo) -> Datum {
                // SAFETY: the caller's promise.
                crate::error::throwing(move || $what(unsafe { Call::new(fcinfo) }, $oid))
            }
        )*
    };
}

/// The type of an array's members, which its functions are told.
fn members(oid: Oid) -> Result<Type> {
    let of = builtin(oid)?;
    Ok(Type { is_array: true, ..of })
}

sql! {
    /// Reads an array; the second argument is its members' type.
    fn array_in(call) {
        let of = members(call.oid(1))?;
        let text = call.c_string(0).unwrap_or_default();
        let read = || content::place(&datum::content_of_text(of, text)?, of.form());
        // SAFETY: null or a live node.
        unsafe { soft::or(call.context(), read(), 0) }
    }

    /// Writes an array; it says of what type its members are.
    fn array_out(call) {
        let array = call.bytes(0)?;
        let element = array.get(8..).and_then(|rest| rest.first_chunk()).copied();
        let of = members(element.map_or(0, Oid::from_ne_bytes))?;
        content::place(&datum::text_of_content(of, &array)?, C_STRING)
    }
}

of_types! { input:
    boolin 16;
    byteain 17;
    charin 18;
    namein 19;
    int8in 20;
    int2in 21;
    int2vectorin 22;
    int4in 23;
    textin 25;
    oidin 26;
    tidin 27;
    xidin 28;
    cidin 29;
    oidvectorin 30;
    json_in 114;
    cidr_in 650;
    float4in 700;
    float8in 701;
    unknownin 705;
    macaddr8_in 774;
    cash_in 790;
    macaddr_in 829;
    inet_in 869;
    bpcharin 1042;
    varcharin 1043;
    date_in 1082;
    time_in 1083;
    timestamp_in 1114;
    timestamptz_in 1184;
    interval_in 1186;
    timetz_in 1266;
    bit_in 1560;
    varbit_in 1562;
    numeric_in 1700;
    cstring_in 2275;
    void_in 2278;
    uuid_in 2950;
    pg_lsn_in 3220;
    jsonb_in 3802;
    xid8in 5069;
}

of_types! { output:
    boolout 16;
    byteaout 17;
    charout 18;
    nameout 19;
    int8out 20;
    int2out 21;
    int2vectorout 22;
    int4out 23;
    textout 25;
    oidout 26;
    tidout 27;
    xidout 28;
    cidout 29;
    oidvectorout 30;
    json_out 114;
    cidr_out 650;
    float4out 700;
    float8out 701;
    unknownout 705;
    macaddr8_out 774;
    cash_out 790;
    macaddr_out 829;
    inet_out 869;
    bpcharout 1042;
    varcharout 1043;
    date_out 1082;
    time_out 1083;
    timestamp_out 1114;
    timestamptz_out 1184;
    interval_out 1186;
    timetz_out 1266;
    bit_out 1560;
    varbit_out 1562;
    numeric_out 1700;
    cstring_out 2275;
    void_out 2278;
    uuid_out 2950;
    pg_lsn_out 3220;
    jsonb_out 3802;
    xid8out 5069;
}
