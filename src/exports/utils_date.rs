//! `utils/fmgrprotos.h`: computing with dates, points in time and spans of it.
//! Runs in: any process.

use core::cmp::Ordering;

use crate::abi::c::Datum;
use crate::database::transaction;
use crate::datum::arithmetic as time;
use crate::datum::array::by_value;
use crate::datum::content;
use crate::datum::interval::Interval;
use crate::datum::types::Form;
use crate::error::Result;
use crate::time::stamp;

use super::fmgr_frame::Call;

/// How `interval` values lie in memory.
const INTERVAL: Form = Form { len: 16, by_value: false, align: 8 };

fn span(call: Call, n: usize) -> Result<Interval> {
    Ok(Interval::unpack(&call.content(n, INTERVAL)?))
}

fn of_span(span: Interval) -> Result<Datum> {
    content::place(&span.pack(), INTERVAL)
}

fn moment(value: i64) -> Result<Datum> {
    Ok(by_value(&value.to_le_bytes()))
}

fn number(value: i32) -> Result<Datum> {
    Ok(by_value(&value.to_le_bytes()))
}

fn truth(value: bool) -> Result<Datum> {
    Ok(Datum::from(value))
}

fn compare_moments(call: Call) -> Ordering {
    call.int8(0).cmp(&call.int8(1))
}

fn compare_spans(call: Call) -> Result<Ordering> {
    Ok(span(call, 0)?.compare(span(call, 1)?))
}

sql! {
    /// Now, also within a transaction.
    fn clock_timestamp(call) {
        let _ = call;
        moment(stamp::now())
    }

    /// When the transaction started.
    fn now(call) {
        let _ = call;
        moment(transaction::times().0)
    }

    /// When the statement started.
    fn statement_timestamp(call) {
        let _ = call;
        moment(transaction::times().1)
    }

    /// `timestamp + interval`.
    fn timestamp_pl_interval(call) {
        moment(time::timestamp_plus(call.int8(0), span(call, 1)?)?)
    }

    /// `timestamp - interval`.
    fn timestamp_mi_interval(call) {
        moment(time::timestamp_plus(call.int8(0), span(call, 1)?.negated()?)?)
    }

    /// `timestamptz + interval`.
    fn timestamptz_pl_interval(call) {
        moment(time::timestamptz_plus(call.int8(0), span(call, 1)?)?)
    }

    /// `timestamptz - interval`.
    fn timestamptz_mi_interval(call) {
        moment(time::timestamptz_plus(call.int8(0), span(call, 1)?.negated()?)?)
    }

    /// `timestamp - timestamp`.
    fn timestamp_mi(call) {
        of_span(time::difference(call.int8(0), call.int8(1))?)
    }

    /// `date + interval`.
    fn date_pl_interval(call) {
        moment(time::timestamp_plus(time::timestamp_of_date(call.int4(0))?, span(call, 1)?)?)
    }

    /// `date - interval`.
    fn date_mi_interval(call) {
        let back = span(call, 1)?.negated()?;
        moment(time::timestamp_plus(time::timestamp_of_date(call.int4(0))?, back)?)
    }

    /// A date as `timestamp`.
    fn date_timestamp(call) {
        moment(time::timestamp_of_date(call.int4(0))?)
    }

    /// A date as `timestamptz`.
    fn date_timestamptz(call) {
        moment(time::timestamptz_of_timestamp(time::timestamp_of_date(call.int4(0))?)?)
    }

    /// A `timestamp` as date.
    fn timestamp_date(call) {
        number(time::date_of_timestamp(call.int8(0))?)
    }

    /// A `timestamptz` as date.
    fn timestamptz_date(call) {
        number(time::date_of_timestamp(time::timestamp_of_timestamptz(call.int8(0))?)?)
    }

    /// A `timestamp` as `timestamptz`.
    fn timestamp_timestamptz(call) {
        moment(time::timestamptz_of_timestamp(call.int8(0))?)
    }

    /// A `timestamptz` as `timestamp`.
    fn timestamptz_timestamp(call) {
        moment(time::timestamp_of_timestamptz(call.int8(0))?)
    }

    /// -1, 0 or 1.
    fn timestamp_cmp(call) {
        number(compare_moments(call) as i32)
    }

    /// `timestamp = timestamp`; of `timestamptz` too, as the others.
    fn timestamp_eq(call) {
        truth(compare_moments(call) == Ordering::Equal)
    }

    /// `timestamp <> timestamp`.
    fn timestamp_ne(call) {
        truth(compare_moments(call) != Ordering::Equal)
    }

    /// `timestamp < timestamp`.
    fn timestamp_lt(call) {
        truth(compare_moments(call) == Ordering::Less)
    }

    /// `timestamp <= timestamp`.
    fn timestamp_le(call) {
        truth(compare_moments(call) != Ordering::Greater)
    }

    /// `timestamp > timestamp`.
    fn timestamp_gt(call) {
        truth(compare_moments(call) == Ordering::Greater)
    }

    /// `timestamp >= timestamp`.
    fn timestamp_ge(call) {
        truth(compare_moments(call) != Ordering::Less)
    }

    /// `interval + interval`.
    fn interval_pl(call) {
        of_span(span(call, 0)?.plus(span(call, 1)?)?)
    }

    /// `interval - interval`.
    fn interval_mi(call) {
        of_span(span(call, 0)?.plus(span(call, 1)?.negated()?)?)
    }

    /// `- interval`.
    fn interval_um(call) {
        of_span(span(call, 0)?.negated()?)
    }

    /// -1, 0 or 1.
    fn interval_cmp(call) {
        number(compare_spans(call)? as i32)
    }

    /// `interval = interval`.
    fn interval_eq(call) {
        truth(compare_spans(call)? == Ordering::Equal)
    }

    /// `interval < interval`.
    fn interval_lt(call) {
        truth(compare_spans(call)? == Ordering::Less)
    }

    /// `interval > interval`.
    fn interval_gt(call) {
        truth(compare_spans(call)? == Ordering::Greater)
    }
}
