//! `pgtime.h`: calendar time and time zones.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

use crate::abi::pgtime::{pg_time_t, pg_tm, pg_tz};
use crate::abi::variable::Variable;
use crate::time::{self, Broken, Zone, format, pointer};

/// What `pg_localtime` and `pg_gmtime` return a pointer to.
static RESULT: Variable<pg_tm> = Variable::new(pg_tm {
    tm_sec: 0,
    tm_min: 0,
    tm_hour: 0,
    tm_mday: 0,
    tm_mon: 0,
    tm_year: 0,
    tm_wday: 0,
    tm_yday: 0,
    tm_isdst: 0,
    tm_gmtoff: 0,
    tm_zone: ptr::null(),
});

/// The zone behind a pointer that a function here gave away.
pub(super) fn zone(tz: *const pg_tz) -> Option<&'static Zone> {
    // SAFETY: null or the address of a `Zone`, which is never freed.
    unsafe { tz.cast::<Zone>().as_ref() }
}

/// A `pg_tm` with C's months and years; `None`: the year does not fit.
fn to_tm(b: &Broken<'static>) -> Option<pg_tm> {
    Some(pg_tm {
        tm_sec: b.second,
        tm_min: b.minute,
        tm_hour: b.hour,
        tm_mday: b.day,
        tm_mon: b.month - 1,
        tm_year: c_int::try_from(b.year - 1900).ok()?,
        tm_wday: b.weekday,
        tm_yday: b.yearday,
        tm_isdst: b.kind.is_dst.into(),
        tm_gmtoff: b.kind.east,
        tm_zone: b.kind.abbreviation.as_ptr(),
    })
}

fn break_down(time: *const pg_time_t, zone: Option<&'static Zone>) -> *mut pg_tm {
    // SAFETY: the caller's time.
    let seconds = unsafe { *time };
    let kind = zone.and_then(|zone| zone.at(seconds));
    let Some(tm) = kind.and_then(|kind| to_tm(&time::break_down(seconds, kind))) else {
        return ptr::null_mut();
    };
    RESULT.set(tm);
    RESULT.as_ptr()
}

plain! {
    /// The date and time in a zone, in a static struct; NULL if the year does not fit.
    fn pg_localtime(timep: *const pg_time_t, tz: *const pg_tz) -> *mut pg_tm {
        break_down(timep, zone(tz))
    }

    /// The same in GMT.
    fn pg_gmtime(timep: *const pg_time_t) -> *mut pg_tm {
        break_down(timep, time::gmt())
    }

    /// Writes a date and time by a format; 0: no room. Names are English.
    fn pg_strftime(
        s: *mut c_char,
        maxsize: usize,
        format: *const c_char,
        t: *const pg_tm,
    ) -> usize {
        // SAFETY: the caller's date and time.
        let tm = unsafe { t.read() };
        // SAFETY: null or a NUL-terminated string.
        let name = (!tm.tm_zone.is_null()).then(|| unsafe { CStr::from_ptr(tm.tm_zone) });
        let fields = format::Fields {
            second: tm.tm_sec,
            minute: tm.tm_min,
            hour: tm.tm_hour,
            day: tm.tm_mday,
            month: tm.tm_mon,
            year: tm.tm_year,
            weekday: tm.tm_wday,
            yearday: tm.tm_yday,
            dst: tm.tm_isdst,
            east: tm.tm_gmtoff,
            zone: name.map(CStr::to_bytes),
        };
        let mut text = Vec::new();
        // SAFETY: a NUL-terminated string.
        format::append(&mut text, unsafe { CStr::from_ptr(format) }.to_bytes(), &fields);
        let length = text.len();
        if length >= maxsize {
            nix::errno::Errno::ERANGE.set();
            return 0;
        }
        text.push(0);
        // SAFETY: the caller's buffer has room for it.
        unsafe { ptr::copy_nonoverlapping(text.as_ptr().cast(), s, text.len()) };
        length
    }

    /// The zone of that name, in whatever case; NULL if there is none. Lives for ever.
    fn pg_tzset(tzname: *const c_char) -> *mut pg_tz {
        // SAFETY: a NUL-terminated string.
        pointer(time::by_name(unsafe { CStr::from_ptr(tzname) }.to_bytes()))
    }

    /// The zone that is always so many seconds west of Greenwich.
    fn pg_tzset_offset(gmtoffset: i64) -> *mut pg_tz {
        pointer(time::by_offset(gmtoffset))
    }

    /// A zone's name.
    fn pg_get_timezone_name(tz: *mut pg_tz) -> *const c_char {
        zone(tz).map_or(ptr::null(), |zone| zone.name().as_ptr())
    }
}
