/* Dates and times, taken apart. */
#ifndef DATETIME_H
#define DATETIME_H

#include "postgres.h"
#include "nodes/nodes.h"
#include "utils/timestamp.h"

PGBGW_BEGIN_DECLS

#define MAXDATELEN 128
#define MAXDATEFIELDS 25

extern PGDLLIMPORT const char *const months[];
extern PGDLLIMPORT const char *const days[];
extern PGDLLIMPORT const int day_tab[2][13];

#define DTERR_BAD_FORMAT (-1)
#define DTERR_FIELD_OVERFLOW (-2)
#define DTERR_MD_FIELD_OVERFLOW (-3)
#define DTERR_INTERVAL_OVERFLOW (-4)
#define DTERR_TZDISP_OVERFLOW (-5)
#define DTERR_BAD_TIMEZONE (-6)
#define DTERR_BAD_ZONE_ABBREV (-7)

extern void GetCurrentDateTime(struct pg_tm *tm);
extern void GetCurrentTimeUsec(struct pg_tm *tm, fsec_t *fsec, int *tzp);
extern void j2date(int jd, int *year, int *month, int *day);
extern int	date2j(int year, int month, int day);
extern void EncodeDateOnly(struct pg_tm *tm, int style, char *str);
extern void EncodeTimeOnly(struct pg_tm *tm, fsec_t fsec, bool print_tz, int tz, int style,
						   char *str);
extern void EncodeDateTime(struct pg_tm *tm, fsec_t fsec, bool print_tz, int tz, const char *tzn,
						   int style, char *str);
extern void EncodeSpecialTimestamp(Timestamp dt, char *str);
extern int	j2day(int date);

PGBGW_END_DECLS

#endif							/* DATETIME_H */
