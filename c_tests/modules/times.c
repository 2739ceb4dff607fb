/*
 * times: what the functions of utils/timestamp.h and pgtime.h return, a fact for each question. The
 * facts are the same in PostgreSQL (c_tests/facts/times.txt).
 */
#include "probe.h"

#include "pgtime.h"
#include "utils/timestamp.h"

PGDLLEXPORT void times_main(Datum arg);

static const TimestampTz moments[] = {
	0, 1, -1, 999, 1000, 1001, 1000000, 1500000, -1500000, -946684800000000, -946684800000001,
	INT64CONST(2147483647000), INT64CONST(2147483646001), INT64CONST(2147483646000),
	INT64CONST(755395200123456), INT64CONST(772470000120000), INT64CONST(9223371331199999999),
	INT64CONST(-63102240000000000), INT64CONST(-211813488000000000),
	INT64CONST(-211813488000000001), DT_NOBEGIN + 1, DT_NOEND - 1, DT_NOBEGIN, DT_NOEND
};

static const char *const zones[] = {
	"UTC", "GMT", "Europe/Berlin", "eUROPE/bERLIN", "America/New_York", "Asia/Kolkata",
	"Australia/Lord_Howe", "America/St_Johns", "Africa/Monrovia", "Pacific/Apia", "EST5EDT,M3.2.0,M11.1.0",
	"CET-1CEST,M3.5.0,M10.5.0/3", "<+0330>-3:30", "foo5", "xyz-3abc", "xyz-3abc,J60/0,300/-1",
	"foo", "", "No/Such", "../UTC", "Europe", "foo5bar,M1", "Europe/", "/UTC", "foo168", "foo167"
};

static const char *const formats[] = {
	"%Y-%m-%d %H:%M:%S %Z", "%a %A %b %B %h", "%C %y %G %g %V %U %W %u %w", "%c|%x|%X|%r|%R|%T|%D|%F",
	"%e %k %l %I %p %j", "%n%t%%", "%z %Z", "%+|%v", "%Ey %Od %Q %s %P %L %N", "%", "%E", "plain"
};

static void
show_difference(TimestampTz start, TimestampTz stop)
{
	long		secs = -1;
	int			micros = -1;

	TimestampDifference(start, stop, &secs, &micros);
	emit("difference " INT64_FORMAT " " INT64_FORMAT ": %ld %d, %ld, %d %d %d %d, %d", start, stop,
		 secs, micros, TimestampDifferenceMilliseconds(start, stop),
		 TimestampDifferenceExceeds(start, stop, 0), TimestampDifferenceExceeds(start, stop, 1),
		 TimestampDifferenceExceeds(start, stop, PG_INT32_MAX),
		 TimestampDifferenceExceeds(start, stop, -1), timestamp_cmp_internal(start, stop));
}

static void
show_moment(TimestampTz t)
{
	pg_tz	   *zone = pg_tzset("Asia/Kolkata");
	int			west = -1;
	fsec_t		fsec = -1;
	const char *name = "unset";
	struct pg_tm tm = {0};
	int			n;

	emit("moment " INT64_FORMAT ": " INT64_FORMAT ", %s", t, timestamptz_to_time_t(t),
		 timestamptz_to_str(t));
	n = timestamp2tm(t, &west, &tm, &fsec, &name, zone);
	if (n == 0)
		emit("in zone " INT64_FORMAT ": %d-%d-%d %d:%d:%d.%d %d %ld %s %s %d", t, tm.tm_year, tm.tm_mon,
			 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, fsec, tm.tm_isdst, tm.tm_gmtoff, tm.tm_zone,
			 name, west);
	else
		emit("in zone " INT64_FORMAT ": %d", t, n);
	n = timestamp2tm(t, NULL, &tm, &fsec, &name, NULL);
	if (n == 0)
		emit("zoneless " INT64_FORMAT ": %d-%d-%d %d:%d:%d.%d %d %ld %d %d", t, tm.tm_year, tm.tm_mon,
			 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, fsec, tm.tm_isdst, tm.tm_gmtoff,
			 tm.tm_zone == NULL, name == NULL);
	else
		emit("zoneless " INT64_FORMAT ": %d", t, n);
}

static void
show_tm(const char *what, pg_time_t t, struct pg_tm *tm)
{
	char		text[100];

	if (tm == NULL)
	{
		emit("%s " INT64_FORMAT ": null", what, t);
		return;
	}
	emit("%s " INT64_FORMAT ": %zu %s %d %d %ld %d", what, t,
		 pg_strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %Z", tm), text, tm->tm_wday, tm->tm_yday,
		 tm->tm_gmtoff, tm->tm_isdst);
}

static void
show_zone(const char *name)
{
	static const pg_time_t times[] = {
		0, -1, 1711846799, 1711846800, 1729990799, 1729990800, 1735689599, 1720000000,
		INT64CONST(-5000000000), 4102444800, 4118000000, INT64CONST(64060588800), PG_INT64_MAX
	};
	pg_tz	   *zone = pg_tzset(name);

	emit("zone \"%s\": %s", name, zone ? pg_get_timezone_name(zone) : "null");
	for (int i = 0; zone && i < lengthof(times); i++)
		show_tm("time", times[i], pg_localtime(&times[i], zone));
}

static void
show_formats(pg_time_t t)
{
	char		text[200];

	for (int i = 0; i < lengthof(formats); i++)
	{
		struct pg_tm *tm = pg_localtime(&t, pg_tzset("America/St_Johns"));
		size_t		n;

		strcpy(text, "unset");
		n = pg_strftime(text, sizeof(text), formats[i], tm);
		for (char *at = text; *at; at++)
			if (*at == '\n' || *at == '\t')
				*at = '_';
		emit("format \"%s\": %zu \"%s\"", formats[i], n, text);
	}
}

void
times_main(Datum arg)
{
	pg_time_t	t = 0;
	char		text[5];

	probe_begin();
	for (int i = 0; i < lengthof(moments); i++)
	{
		show_moment(moments[i]);
		for (int j = 0; j < lengthof(moments); j++)
			show_difference(moments[i], moments[j]);
		emit("unix " INT64_FORMAT ": " INT64_FORMAT, moments[i], time_t_to_timestamptz(moments[i]));
	}
	for (int i = 0; i < lengthof(zones); i++)
		show_zone(zones[i]);
	emit("same zone: %d", pg_tzset("europe/berlin") == pg_tzset("Europe/Berlin"));
	for (long west = -45296; west <= 45296; west += 45296 / 4)
		emit("offset %ld: %s", west, pg_get_timezone_name(pg_tzset_offset(west)));
	show_tm("gmtime", 0, pg_gmtime(&t));
	t = 1735689599;
	show_tm("gmtime", t, pg_gmtime(&t));
	show_formats(1720000000);
	show_formats(1704067200);
	show_formats(INT64CONST(-62200000000));
	t = 0;
	emit("room: %zu %zu", pg_strftime(text, 5, "%Y", pg_gmtime(&t)),
		 pg_strftime(text, 4, "%Y", pg_gmtime(&t)));
	emit("clock: %d", labs((long) (timestamptz_to_time_t(GetCurrentTimestamp()) - time(NULL))) <= 2);
	emit("zones: %s %s", pg_get_timezone_name(log_timezone), pg_get_timezone_name(session_timezone));
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("times");
	probe_static("times", "times_main");
}
