/*
 * dates: what utils/timestamp.h makes of dates, weeks and spans of time, a fact for each question. The facts are
 * the same in PostgreSQL (c_tests/facts/dates.txt).
 */
#include "caught.h"

#include "utils/timestamp.h"

PGDLLEXPORT void dates_main(Datum arg);

static const int dates[][3] = {
	{2000, 1, 1}, {1999, 12, 31}, {2024, 2, 29}, {2023, 3, 1}, {2020, 12, 31}, {2021, 1, 1}, {2021, 1, 3}, {2021, 1, 4},
	{2015, 12, 31}, {2016, 1, 3}, {2016, 1, 4}, {2008, 12, 29}, {2010, 1, 3}, {1970, 1, 1}, {1, 1, 1}, {0, 12, 31},
	{-1, 1, 1}, {-4712, 1, 1}, {-4713, 11, 24}, {-4713, 11, 23}, {-4713, 10, 31}, {294276, 12, 31}, {294277, 1, 1},
	{5874897, 12, 31}, {5874898, 6, 3}, {100000, 7, 4}
};

static void
see(ErrorData *edata)
{
	if (edata->elevel == WARNING)
		emit("WARNING: %s %s", unpack_sql_state(edata->sqlerrcode), edata->message);
}

static void
show_date(int year, int month, int day)
{
	struct pg_tm tm = {.tm_year = year, .tm_mon = month, .tm_mday = day, .tm_hour = 13, .tm_min = 59, .tm_sec = 58};
	Timestamp	there = 1;
	Timestamp	here = 1;
	int			west = 3600 * 5;
	int			no = tm2timestamp(&tm, 123456, NULL, &there);
	int			in = tm2timestamp(&tm, 0, &west, &here);

	emit("date %d-%d-%d: %d " INT64_FORMAT " %d " INT64_FORMAT, year, month, day, no, there, in, here);
	if (year > -4713 && year < 1000000)
		emit("week of %d-%d-%d: %d of %d, day %d", year, month, day, date2isoweek(year, month, day),
			 date2isoyear(year, month, day), date2isoyearday(year, month, day));
}

static void
show_week(int year, int week)
{
	int			y = year;
	int			month = -1;
	int			day = -1;

	isoweek2date(week, &y, &month, &day);
	emit("week %d of %d: %d, %d-%d-%d", week, year, isoweek2j(year, week), y, month, day);
	for (int wday = 0; wday <= 7; wday++)
	{
		y = year;
		isoweekdate2date(week, wday, &y, &month, &day);
		emit("day %d of it: %d-%d-%d", wday, y, month, day);
	}
}

static void
show_span(int64 time, int32 day, int32 month)
{
	Interval	span = {time, day, month};
	Interval	back = {0, 0, 0};
	struct pg_itm itm;
	struct pg_itm_in in = {time, day, month, 7};
	int			result;

	interval2itm(span, &itm);
	emit("span " INT64_FORMAT " %d %d: %d-%d-%d " INT64_FORMAT ":%d:%d.%d", time, day, month, itm.tm_year, itm.tm_mon,
		 itm.tm_mday, itm.tm_hour, itm.tm_min, itm.tm_sec, itm.tm_usec);
	result = itm2interval(&itm, &back);
	/* What is there after a failure is nobody's business. */
	if (result != 0)
		memset(&back, 0, sizeof(back));
	emit("back: %d " INT64_FORMAT " %d %d", result, back.time, back.day, back.month);
	back.month = 0;
	result = itmin2interval(&in, &back);
	emit("in: %d %d", result, back.month);
}

static void
show_others(void)
{
	static const Timestamp times[] = {0, 1, -1, INT64CONST(86399999999), INT64CONST(45296789012), -INT64CONST(45296789012)};
	struct pg_tm tm;
	struct pg_itm itm = {0};
	Interval	span;

	for (int i = 0; i < lengthof(times); i++)
	{
		int			hour,
					minute,
					second;
		fsec_t		fsec;

		dt2time(times[i], &hour, &minute, &second, &fsec);
		emit("time " INT64_FORMAT ": %d:%d:%d.%d", times[i], hour, minute, second, fsec);
	}
	GetEpochTime(&tm);
	emit("epoch: %d-%d-%d %d:%d:%d, " INT64_FORMAT, tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		 SetEpochTimestamp());
	itm.tm_hour = PG_INT64_MAX;
	emit("too much: %d", itm2interval(&itm, &span));
	itm.tm_hour = INT64CONST(2562047788);
	emit("much: %d", itm2interval(&itm, &span));
	itm.tm_min = 1;
	emit("too much: %d", itm2interval(&itm, &span));
	itm.tm_hour = 0;
	itm.tm_year = PG_INT32_MAX;
	emit("too much: %d", itm2interval(&itm, &span));
	for (int precision = 0; precision < 9; precision += 3)
		emit("precision: %d %d", anytimestamp_typmod_check(true, precision), anytimestamp_typmod_check(false, precision + 1));
	caught("precision", anytimestamp_typmod_check(true, -1));
	caught("precision", anytimestamp_typmod_check(false, -2));
}

void
dates_main(Datum arg)
{
	probe_begin();
	emit_log_hook = see;
	for (int i = 0; i < lengthof(dates); i++)
		show_date(dates[i][0], dates[i][1], dates[i][2]);
	for (int year = 2003; year < 2013; year++)
		for (int day = 1; day < 8; day++)
		{
			show_date(year, 1, day);
			show_date(year, 12, 24 + day);
		}
	for (int year = 2018; year < 2026; year++)
	{
		show_week(year, 1);
		show_week(year, 53);
	}
	show_week(-44, 7);
	show_span(0, 0, 0);
	show_span(INT64CONST(3723004005), 40, 14);
	show_span(-INT64CONST(3723004005), -40, -14);
	show_span(PG_INT64_MAX, PG_INT32_MAX, PG_INT32_MAX);
	show_span(PG_INT64_MIN, PG_INT32_MIN, PG_INT32_MIN);
	show_span(PG_INT64_MAX, 1, 1);
	show_others();
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("dates");
	probe_static("dates", "dates_main");
}
