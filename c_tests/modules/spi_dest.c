/* spi_dest: a receiver of one's own for the rows of statements, inside PostgreSQL and outside. */
#define DATABASE_MODULE "spi_dest"
#include "database.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "nodes/nodes.h"
#include "tcop/dest.h"

typedef struct Mine
{
	DestReceiver pub;
	int			most;
	int			taken;
	int			fails_at;
	TupleDesc	columns;
} Mine;

static void
mine_startup(DestReceiver *self, int operation, TupleDesc columns)
{
	Mine	   *mine = (Mine *) self;

	mine->columns = columns;
	mine->taken = 0;
	say("startup: operation %d, %d columns, first %s of type %u", operation, columns->natts,
		NameStr(TupleDescAttr(columns, 0)->attname), TupleDescAttr(columns, 0)->atttypid);
}

static bool
mine_receive(TupleTableSlot *slot, DestReceiver *self)
{
	Mine	   *mine = (Mine *) self;
	HeapTuple	copy;
	MinimalTuple minimal;
	bool		isnull;
	Datum		value;

	if (++mine->taken == mine->fails_at)
		elog(ERROR, "no more of this");
	slot_getallattrs(slot);
	say("row %d: empty %d, columns %d, first NULL %d", mine->taken, TTS_EMPTY(slot),
		slot->tts_tupleDescriptor->natts, slot_attisnull(slot, 1));
	for (int i = 1; i <= slot->tts_tupleDescriptor->natts; i++)
	{
		value = slot_getattr(slot, i, &isnull);
		if (isnull)
			say("  %d NULL", i);
		else if (TupleDescAttr(slot->tts_tupleDescriptor, i - 1)->atttypid == TEXTOID)
			say("  %d %s", i, TextDatumGetCString(value));
		else
			say("  %d %d", i, DatumGetInt32(value));
	}
	copy = ExecCopySlotHeapTuple(slot);
	value = heap_getattr(copy, 1, mine->columns, &isnull);
	say("  copy: %s", isnull ? "NULL" : "a value");
	heap_freetuple(copy);
	minimal = ExecCopySlotMinimalTuple(slot);
	say("  minimal copy: %d", minimal != NULL);
	heap_free_minimal_tuple(minimal);
	return mine->taken < mine->most;
}

static void
mine_shutdown(DestReceiver *self)
{
	say("shutdown");
}

static void
mine_destroy(DestReceiver *self)
{
	say("destroy");
}

static void
run(const char *text, int most, int fails_at, uint64 limit, CommandDest dest)
{
	Mine		mine = {.pub = {mine_receive, mine_startup, mine_shutdown, mine_destroy, dest}};
	SPIExecuteOptions options = {.tcount = limit};
	int			code;

	mine.most = most;
	mine.fails_at = fails_at;
	options.dest = most == 0 ? None_Receiver : &mine.pub;
	code = SPI_execute_extended(text, &options);
	say("%s: %s, " UINT64_FORMAT " processed, table %d", text, SPI_result_code_string(code), SPI_processed,
		SPI_tuptable != NULL);
}

static void
facts(void)
{
	begin();
	run("CREATE TABLE dests (id int, name text)", 9, 0, 0, DestNone);
	run("INSERT INTO dests VALUES (1, 'one'), (2, NULL), (NULL, 'three')", 9, 0, 0, DestNone);
	run("SELECT * FROM dests ORDER BY id", 9, 0, 0, DestNone);
	run("SELECT id FROM dests WHERE false", 9, 0, 0, DestNone);
	run("SELECT * FROM dests ORDER BY id", 2, 0, 0, DestNone);
	run("SELECT * FROM dests ORDER BY id", 9, 0, 1, DestNone);
	run("INSERT INTO dests VALUES (4, 'four') RETURNING name, id", 9, 0, 0, DestNone);
	run("UPDATE dests SET id = 5 WHERE id = 4 RETURNING id", 9, 0, 0, DestNone);
	run("DELETE FROM dests WHERE id = 5 RETURNING id", 9, 0, 0, DestNone);
	run("SELECT * FROM dests", 0, 0, 0, DestNone);
	run("SELECT * FROM dests ORDER BY id", 9, 0, 0, DestTransientRel);
	end();
	failing("in the second row", run("SELECT * FROM dests ORDER BY id", 9, 2, 0, DestNone));
}
