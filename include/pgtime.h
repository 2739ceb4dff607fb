/* Calendar time and time zones. */
#ifndef _PGTIME_H
#define _PGTIME_H

#include "c.h"

PGBGW_BEGIN_DECLS

/* Seconds since 1970. */
typedef int64 pg_time_t;

struct pg_tm
{
	int			tm_sec;
	int			tm_min;
	int			tm_hour;
	int			tm_mday;
	int			tm_mon;
	int			tm_year;
	int			tm_wday;
	int			tm_yday;
	int			tm_isdst;
	long int	tm_gmtoff;
	const char *tm_zone;
};

typedef struct pg_tz pg_tz;
typedef struct pg_tzenum pg_tzenum;

#define TZ_STRLEN_MAX 255

extern PGDLLIMPORT pg_tz *session_timezone;
extern PGDLLIMPORT pg_tz *log_timezone;

extern struct pg_tm *pg_localtime(const pg_time_t *timep, const pg_tz *tz);
extern struct pg_tm *pg_gmtime(const pg_time_t *timep);
extern size_t pg_strftime(char *s, size_t maxsize, const char *format, const struct pg_tm *t);
extern const char *pg_get_timezone_name(pg_tz *tz);
extern pg_tz *pg_tzset(const char *tzname);
extern pg_tz *pg_tzset_offset(long gmtoffset);
extern pg_tzenum *pg_tzenumerate_start(void);
extern pg_tz *pg_tzenumerate_next(pg_tzenum *dir);
extern void pg_tzenumerate_end(pg_tzenum *dir);

PGBGW_END_DECLS

#endif							/* _PGTIME_H */
