/* Reading the clock, and computing with what it says. */
#ifndef TIMESTAMP_H
#define TIMESTAMP_H

#include "datatype/timestamp.h"
#include "fmgr.h"
#include "pgtime.h"

PGBGW_BEGIN_DECLS

static inline Timestamp
DatumGetTimestamp(Datum X)
{
	return (Timestamp) DatumGetInt64(X);
}

static inline TimestampTz
DatumGetTimestampTz(Datum X)
{
	return (TimestampTz) DatumGetInt64(X);
}

static inline Datum
TimestampGetDatum(Timestamp X)
{
	return Int64GetDatum(X);
}

static inline Datum
TimestampTzGetDatum(TimestampTz X)
{
	return Int64GetDatum(X);
}

#define PG_GETARG_TIMESTAMPTZ(n) DatumGetTimestampTz(PG_GETARG_DATUM(n))
#define PG_RETURN_TIMESTAMPTZ(x) return TimestampTzGetDatum(x)

#define TimestampTzPlusMilliseconds(tz, ms) ((tz) + ((ms) * (int64) 1000))
#define TimestampTzPlusSeconds(tz, s) ((tz) + ((s) * (int64) 1000000))

extern PGDLLIMPORT TimestampTz PgStartTime;

extern TimestampTz GetCurrentTimestamp(void);
extern TimestampTz GetSQLCurrentTimestamp(int32 typmod);
extern Timestamp GetSQLLocalTimestamp(int32 typmod);
extern void TimestampDifference(TimestampTz start_time, TimestampTz stop_time,
								long *secs, int *microsecs);
extern long TimestampDifferenceMilliseconds(TimestampTz start_time, TimestampTz stop_time);
extern bool TimestampDifferenceExceeds(TimestampTz start_time, TimestampTz stop_time, int msec);
extern TimestampTz time_t_to_timestamptz(pg_time_t tm);
extern pg_time_t timestamptz_to_time_t(TimestampTz t);
extern const char *timestamptz_to_str(TimestampTz t);
extern int	tm2timestamp(struct pg_tm *tm, fsec_t fsec, int *tzp, Timestamp *result);
extern void dt2time(Timestamp jd, int *hour, int *min, int *sec, fsec_t *fsec);
extern void GetEpochTime(struct pg_tm *tm);
extern Timestamp SetEpochTimestamp(void);
extern int32 anytimestamp_typmod_check(bool istz, int32 typmod);

/* -1: it does not fit. */
extern void interval2itm(Interval span, struct pg_itm *itm);
extern int	itm2interval(struct pg_itm *itm, Interval *span);
extern int	itmin2interval(struct pg_itm_in *itm_in, Interval *span);

/* Weeks of ISO 8601. */
extern int	isoweek2j(int year, int week);
extern void isoweek2date(int woy, int *year, int *mon, int *mday);
extern void isoweekdate2date(int isoweek, int wday, int *year, int *mon, int *mday);
extern int	date2isoweek(int year, int mon, int mday);
extern int	date2isoyear(int year, int mon, int mday);
extern int	date2isoyearday(int year, int mon, int mday);

extern int	timestamp_cmp_internal(Timestamp dt1, Timestamp dt2);
extern int	timestamp2tm(Timestamp dt, int *tzp, struct pg_tm *tm, fsec_t *fsec,
						 const char **tzn, pg_tz *attimezone);
#define timestamptz_cmp_internal(dt1, dt2) timestamp_cmp_internal(dt1, dt2)

PGBGW_END_DECLS

#endif							/* TIMESTAMP_H */
