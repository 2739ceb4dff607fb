/* spans: computing with dates, points in time and spans of it, by functions of SQL. */
#define DATABASE_MODULE "spans"
#include "database.h"

#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

static Datum
in(PGFunction function, const char *value)
{
	return DirectFunctionCall3(function, CStringGetDatum(value), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

static const char *
out(PGFunction function, Datum value)
{
	return DatumGetCString(DirectFunctionCall1(function, value));
}

static const char *const moments[] = {
	"2024-01-31 12:00", "2024-02-29 23:59:59.999999", "2023-12-31 00:00", "0044-03-15 12:00 BC", "infinity", "-infinity",
	"2024-03-31 01:30", "2024-10-27 02:30", "294276-12-31 23:59:59", "4713-01-01 00:00 BC",
};

static const char *const spans[] = {
	"1 month", "-1 month", "1 year 1 day", "36:00:00", "-1 day -00:00:00.000001", "100 years", "-13 months 30 days", "infinity",
	"-infinity", "00:00", "178000000 years", "30 days",
};

static void
facts(void)
{
	int			i;
	int			j;

	begin();
	SPI_execute("SET TimeZone = 'Europe/Berlin'", false, 0);
	for (i = 0; i < (int) lengthof(moments); i++)
	{
		Datum		local = in(timestamp_in, moments[i]);
		Datum		moment;
		const char *m = moments[i];

		caught(psprintf("%s with a zone", m), moment = DirectFunctionCall1(timestamp_timestamptz, local);
			   say("%s there: %s", m, out(timestamptz_out, moment));
			   say("%s and back: %s", m, out(timestamp_out, DirectFunctionCall1(timestamptz_timestamp, moment)));
			   say("%s day: %s", m, out(date_out, DirectFunctionCall1(timestamptz_date, moment))));
		caught(psprintf("%s day", m), say("%s day: %s", m, out(date_out, DirectFunctionCall1(timestamp_date, local))));
		for (j = 0; j < (int) lengthof(spans); j++)
		{
			Datum		span = in(interval_in, spans[j]);
			const char *s = spans[j];

			caught(psprintf("%s + %s", m, s), say("%s + %s = %s", m, s, out(timestamp_out, DirectFunctionCall2(timestamp_pl_interval, local, span))));
			caught(psprintf("%s - %s", m, s), say("%s - %s = %s", m, s, out(timestamp_out, DirectFunctionCall2(timestamp_mi_interval, local, span))));
			caught(psprintf("%s ++ %s", m, s),
				   say("%s ++ %s = %s", m, s, out(timestamptz_out, DirectFunctionCall2(timestamptz_pl_interval, in(timestamptz_in, m), span))));
			caught(psprintf("%s -- %s", m, s),
				   say("%s -- %s = %s", m, s, out(timestamptz_out, DirectFunctionCall2(timestamptz_mi_interval, in(timestamptz_in, m), span))));
		}
		for (j = 0; j < (int) lengthof(moments); j++)
		{
			Datum		other = in(timestamp_in, moments[j]);

			caught(psprintf("%s - %s", m, moments[j]),
				   say("%s - %s = %s", m, moments[j], out(interval_out, DirectFunctionCall2(timestamp_mi, local, other))));
			say("%s, %s: %d %d %d %d", m, moments[j], DatumGetInt32(DirectFunctionCall2(timestamp_cmp, local, other)),
				DatumGetBool(DirectFunctionCall2(timestamp_lt, local, other)), DatumGetBool(DirectFunctionCall2(timestamp_ge, local, other)),
				DatumGetBool(DirectFunctionCall2(timestamp_ne, local, other)));
		}
	}
	for (i = 0; i < (int) lengthof(spans); i++)
	{
		Datum		one = in(interval_in, spans[i]);

		caught(psprintf("- %s", spans[i]), say("- %s = %s", spans[i], out(interval_out, DirectFunctionCall1(interval_um, one))));
		for (j = 0; j < (int) lengthof(spans); j++)
		{
			Datum		other = in(interval_in, spans[j]);

			caught(psprintf("%s + %s", spans[i], spans[j]),
				   say("%s + %s = %s", spans[i], spans[j], out(interval_out, DirectFunctionCall2(interval_pl, one, other))));
			caught(psprintf("%s - %s", spans[i], spans[j]),
				   say("%s - %s = %s", spans[i], spans[j], out(interval_out, DirectFunctionCall2(interval_mi, one, other))));
			say("%s, %s: %d %d %d %d", spans[i], spans[j], DatumGetInt32(DirectFunctionCall2(interval_cmp, one, other)),
				DatumGetBool(DirectFunctionCall2(interval_eq, one, other)), DatumGetBool(DirectFunctionCall2(interval_lt, one, other)),
				DatumGetBool(DirectFunctionCall2(interval_gt, one, other)));
		}
		caught(psprintf("day + %s", spans[i]),
			   say("day + %s = %s", spans[i], out(timestamp_out, DirectFunctionCall2(date_pl_interval, in(date_in, "2024-02-29"), one))));
		caught(psprintf("day - %s", spans[i]),
			   say("day - %s = %s", spans[i], out(timestamp_out, DirectFunctionCall2(date_mi_interval, in(date_in, "2024-02-29"), one))));
	}
	say("days: %s %s", out(timestamp_out, DirectFunctionCall1(date_timestamp, in(date_in, "2024-02-29"))),
		out(timestamptz_out, DirectFunctionCall1(date_timestamptz, in(date_in, "2024-07-01"))));
	caught("a day too far", DirectFunctionCall1(date_timestamp, in(date_in, "5874897-12-31")));
	say("when it started: %d %d", DatumGetTimestampTz(DirectFunctionCall1(now, (Datum) 0)) == GetCurrentTransactionStartTimestamp(),
		DatumGetTimestampTz(DirectFunctionCall1(statement_timestamp, (Datum) 0)) == GetCurrentStatementStartTimestamp());
	say("now is later: %d", DatumGetTimestampTz(DirectFunctionCall1(clock_timestamp, (Datum) 0)) > 0);
	end();
}
