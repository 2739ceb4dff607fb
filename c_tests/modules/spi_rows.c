/* spi_rows: many rows and large values, and how much memory they take. */
#define DATABASE_MODULE "spi_rows"
#include "database.h"

#include <stdio.h>

#define ROWS "SELECT g, 'row number ' || g FROM generate_series(1, 1000000) g"

/* The most memory that the process has had so far, in kB. */
static long
peak(void)
{
	FILE	   *status = fopen("/proc/self/status", "r");
	char		line[200];
	long		found = 0;

	while (fgets(line, sizeof(line), status))
		if (sscanf(line, "VmHWM: %ld kB", &found) == 1)
			break;
	fclose(status);
	return found;
}

static void
facts(void)
{
	Portal		portal;
	uint64		rows = 0;
	long		before;
	char	   *text;

	begin();
	SPI_execute("SELECT 1", true, 0);
	before = peak();
	SPI_execute(ROWS, true, 10);
	say("ten rows: " UINT64_FORMAT ", the last %s", SPI_processed, SPI_getvalue(SPI_tuptable->vals[9], SPI_tuptable->tupdesc, 2));
	portal = SPI_cursor_open_with_args(NULL, ROWS, 0, NULL, NULL, NULL, true, CURSOR_OPT_NO_SCROLL);
	do
	{
		SPI_cursor_fetch(portal, true, 1000);
		rows += SPI_processed;
		SPI_freetuptable(SPI_tuptable);
	} while (SPI_processed > 0);
	say("a cursor's rows: " UINT64_FORMAT, rows);
	say("little memory: %d", peak() - before < 16 * 1024);
	SPI_cursor_close(portal);
	SPI_execute("SELECT repeat('0123456789', 10000000)", true, 0);
	text = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	say("a large value: %zu bytes, the last %c", strlen(text), text[strlen(text) - 1]);
	SPI_execute(ROWS, true, 0);
	say("all rows: " UINT64_FORMAT ", the last %s", SPI_processed, SPI_getvalue(SPI_tuptable->vals[999999], SPI_tuptable->tupdesc, 2));
	end();
}
