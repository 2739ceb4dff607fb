/* Points and spans of time. */
#ifndef DATATYPE_TIMESTAMP_H
#define DATATYPE_TIMESTAMP_H

#include "c.h"

/* Microseconds since 2000-01-01. */
typedef int64 Timestamp;
typedef int64 TimestampTz;
typedef int64 TimeOffset;
typedef int32 fsec_t;

typedef struct
{
	TimeOffset	time;
	int32		day;
	int32		month;
} Interval;

/* A span in parts; hours and days are any number. */
struct pg_itm
{
	int			tm_usec;
	int			tm_sec;
	int			tm_min;
	int64		tm_hour;
	int			tm_mday;
	int			tm_mon;
	int			tm_year;
};

/* A span as it is read. */
struct pg_itm_in
{
	int64		tm_usec;
	int			tm_mday;
	int			tm_mon;
	int			tm_year;
};

#define MAX_TIMESTAMP_PRECISION 6
#define MAX_INTERVAL_PRECISION 6
#define MONTHS_PER_YEAR 12
#define DAYS_PER_MONTH 30
#define DAYS_PER_WEEK 7
#define HOURS_PER_DAY 24
#define MINS_PER_HOUR 60

#define SECS_PER_DAY 86400
#define SECS_PER_HOUR 3600
#define SECS_PER_MINUTE 60
#define USECS_PER_DAY INT64CONST(86400000000)
#define USECS_PER_HOUR INT64CONST(3600000000)
#define USECS_PER_MINUTE INT64CONST(60000000)
#define USECS_PER_SEC INT64CONST(1000000)
#define UNIX_EPOCH_JDATE 2440588
#define POSTGRES_EPOCH_JDATE 2451545

#define DT_NOBEGIN PG_INT64_MIN
#define DT_NOEND PG_INT64_MAX
#define TIMESTAMP_NOBEGIN(j) do { (j) = DT_NOBEGIN; } while (0)
#define TIMESTAMP_NOEND(j) do { (j) = DT_NOEND; } while (0)
#define TIMESTAMP_IS_NOBEGIN(j) ((j) == DT_NOBEGIN)
#define TIMESTAMP_IS_NOEND(j) ((j) == DT_NOEND)
#define TIMESTAMP_NOT_FINITE(j) (TIMESTAMP_IS_NOBEGIN(j) || TIMESTAMP_IS_NOEND(j))

#endif							/* DATATYPE_TIMESTAMP_H */
