/* spi_transactions: transactions and subtransactions, inside PostgreSQL and outside. */
#define DATABASE_MODULE "spi_transactions"
#include "database.h"

#include "commands/async.h"
#include "utils/guc.h"
#include "utils/resowner.h"

static bool telling = false;

static void
top(XactEvent event, void *arg)
{
	if (telling)
		say("event %d, argument %s, in a transaction %d", event, (char *) arg, IsTransactionState());
}

static void
sub(SubXactEvent event, SubTransactionId own, SubTransactionId parent, void *arg)
{
	if (telling)
		say("event %d of %u in %u, argument %s, in a transaction %d", event, own, parent, (char *) arg, IsTransactionState());
}

static void
state(const char *what)
{
	say("%s: level %d, subtransaction %u, is %d, block %d/%d, aborted %d, in progress %d, code %c, context %s, "
		"owners %d%d%d, snapshot %d", what, GetCurrentTransactionNestLevel(), GetCurrentSubTransactionId(),
		IsSubTransaction(), IsTransactionBlock(), IsTransactionOrTransactionBlock(), IsAbortedTransactionBlockState(),
		IsTransactionState(), TransactionBlockStatusCode(), CurrentMemoryContext->name,
		CurrentResourceOwner != NULL, CurTransactionResourceOwner == TopTransactionResourceOwner,
		CurTransactionResourceOwner == CurrentResourceOwner, ActiveSnapshotSet());
}

static void
run(const char *text)
{
	int			code = SPI_execute(text, false, 0);

	say("%s: %s, " UINT64_FORMAT ", table %d", text, SPI_result_code_string(code), SPI_processed, SPI_tuptable != NULL);
	if (code == SPI_OK_SELECT && SPI_processed > 0)
		say("  %s", SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
}

static void
subtransactions(void)
{
	MemoryContext outer;
	ResourceOwner owner;
	SPITupleTable *table;

	begin();
	run("CREATE TABLE marks (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
	outer = CurrentMemoryContext;
	owner = CurrentResourceOwner;
	BeginInternalSubTransaction("first");
	state("in the first");
	run("INSERT INTO marks VALUES (1)");
	BeginInternalSubTransaction(NULL);
	state("in the second");
	run("INSERT INTO marks VALUES (2)");
	table = SPI_tuptable;
	SPI_execute("SELECT 1", true, 0);
	say("new table %d, of %u", SPI_tuptable != table, SPI_tuptable->subid);
	say("active %d%d%d%d", SubTransactionIsActive(1), SubTransactionIsActive(2), SubTransactionIsActive(3),
		SubTransactionIsActive(4));
	RollbackAndReleaseCurrentSubTransaction();
	say("table left %d", SPI_tuptable != NULL);
	state("back in the first");
	ReleaseCurrentSubTransaction();
	state("back outside");
	MemoryContextSwitchTo(outer);
	CurrentResourceOwner = owner;
	run("SELECT sum(n) FROM marks");
	/* Nothing was sent in these. */
	BeginInternalSubTransaction("empty");
	BeginInternalSubTransaction("in it");
	ReleaseCurrentSubTransaction();
	RollbackAndReleaseCurrentSubTransaction();
	/* An error that the server sees before it does anything. */
	BeginInternalSubTransaction("wrong");
	PG_TRY();
	{
		run("SELEC 1");
	}
	PG_CATCH();
	{
		say_caught("syntax", outer);
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(outer);
		CurrentResourceOwner = owner;
	}
	PG_END_TRY();
	/* An error, and what came before it. */
	BeginInternalSubTransaction("failing");
	PG_TRY();
	{
		run("INSERT INTO marks VALUES (10)");
		SPI_connect();
		run("SELECT 1/0");
	}
	PG_CATCH();
	{
		say_caught("division", outer);
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(outer);
		CurrentResourceOwner = owner;
	}
	PG_END_TRY();
	state("after an error");
	run("SELECT sum(n) FROM marks");
	BeginInternalSubTransaction("left open");
	SPI_connect();
	ReleaseCurrentSubTransaction();
	BeginInternalSubTransaction("aborted");
	AbortCurrentTransaction();
	say("aborted: %d%d, level %d", IsAbortedTransactionBlockState(), IsTransactionState(), GetCurrentTransactionNestLevel());
	CommitTransactionCommand();
	StartTransactionCommand();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(outer);
	run("SELECT sum(n) FROM marks");
	caught("release none", ReleaseCurrentSubTransaction());
	caught("start again", StartTransactionCommand());
	end();
	state("outside");
	StartTransactionCommand();
	BeginInternalSubTransaction("a");
	BeginInternalSubTransaction("b");
	AbortOutOfAnyTransaction();
	state("out of any");
}

static void
settings(void)
{
	begin();
	BeginInternalSubTransaction(NULL);
	(void) set_config_option("work_mem", "7MB", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
	say("work_mem %s", GetConfigOption("work_mem", false, false));
	RollbackAndReleaseCurrentSubTransaction();
	say("work_mem %s", GetConfigOption("work_mem", false, false));
	BeginInternalSubTransaction(NULL);
	(void) set_config_option("work_mem", "8MB", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
	ReleaseCurrentSubTransaction();
	say("work_mem %s", GetConfigOption("work_mem", false, false));
	end();
	say("work_mem %s", GetConfigOption("work_mem", false, false));
}

static void
callbacks(void)
{
	RegisterXactCallback(top, "older");
	RegisterXactCallback(top, "newer");
	RegisterSubXactCallback(sub, "sub");
	telling = true;
	begin();
	BeginInternalSubTransaction(NULL);
	BeginInternalSubTransaction(NULL);
	ReleaseCurrentSubTransaction();
	RollbackAndReleaseCurrentSubTransaction();
	end();
	UnregisterXactCallback(top, "newer");
	begin();
	BeginInternalSubTransaction(NULL);
	AbortOutOfAnyTransaction();
	UnregisterXactCallback(top, "older");
	UnregisterSubXactCallback(sub, "sub");
	StartTransactionCommand();
	CommitTransactionCommand();
	telling = false;
}

static void
ends(void)
{
	int			level;

	begin();
	caught("atomic", SPI_commit());
	caught("atomic", SPI_rollback());
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();

	StartTransactionCommand();
	SPI_connect_ext(SPI_OPT_NONATOMIC);
	say("nonatomic %d", SPI_inside_nonatomic_context());
	BeginInternalSubTransaction(NULL);
	caught("in a subtransaction", SPI_commit());
	caught("in a subtransaction", SPI_rollback());
	RollbackAndReleaseCurrentSubTransaction();
	caught("no snapshot", run("SELECT 1"));
	run("SET LOCAL work_mem = '5MB'");
	PushActiveSnapshot(GetTransactionSnapshot());
	run("INSERT INTO marks VALUES (20)");
	PopActiveSnapshot();
	SPI_commit();
	state("after SPI_commit");
	PushActiveSnapshot(GetTransactionSnapshot());
	run("INSERT INTO marks VALUES (21)");
	PopActiveSnapshot();
	SPI_rollback();
	state("after SPI_rollback");
	SPI_start_transaction();
	XactIsoLevel = XACT_REPEATABLE_READ;
	XactReadOnly = true;
	PushActiveSnapshot(GetTransactionSnapshot());
	run("SELECT current_setting('transaction_isolation') || current_setting('transaction_read_only')");
	run("SELECT sum(n) FROM marks");
	PopActiveSnapshot();
	SPI_commit_and_chain();
	say("level %d, read only %d", XactIsoLevel, XactReadOnly);
	PushActiveSnapshot(GetTransactionSnapshot());
	run("SELECT current_setting('transaction_isolation') || current_setting('transaction_read_only')");
	PopActiveSnapshot();
	SPI_rollback_and_chain();
	PushActiveSnapshot(GetTransactionSnapshot());
	run("SELECT current_setting('transaction_isolation') || current_setting('transaction_read_only')");
	PopActiveSnapshot();
	SPI_commit();
	say("level %d, read only %d", XactIsoLevel, XactReadOnly);
	PushActiveSnapshot(GetTransactionSnapshot());
	run("INSERT INTO marks VALUES (20)");
	caught("an active snapshot", SPI_commit());
	state("after that");
	PushActiveSnapshot(GetTransactionSnapshot());
	run("INSERT INTO marks VALUES (20)");
	PopActiveSnapshot();
	caught("deferred", SPI_commit());
	state("after a failed SPI_commit");
	level = SPI_finish();
	say("finish %d", level);
	CommitTransactionCommand();
}

static void
blocks(void)
{
	StartTransactionCommand();
	caught("prevent", PreventInTransactionBlock(true, "VACUUM"));
	caught("prevent", PreventInTransactionBlock(false, "VACUUM"));
	caught("require", RequireTransactionBlock(true, "LOCK TABLE"));
	caught("require", RequireTransactionBlock(false, "LOCK TABLE"));
	say("inside %d%d", IsInTransactionBlock(true), IsInTransactionBlock(false));
	BeginInternalSubTransaction(NULL);
	caught("prevent", PreventInTransactionBlock(true, "VACUUM"));
	caught("require", RequireTransactionBlock(true, "LOCK TABLE"));
	say("inside %d", IsInTransactionBlock(true));
	ReleaseCurrentSubTransaction();
	say("parallel %d", IsInParallelMode());
	CommandCounterIncrement();
	say("number %d", GetTopTransactionIdIfAny() == 0);
	say("number %d", GetCurrentTransactionId() == GetTopTransactionIdIfAny());
	say("number %d", U64FromFullTransactionId(GetTopFullTransactionId()) > 0);
	say("stop %d", GetCurrentTransactionStopTimestamp() == GetCurrentTransactionStopTimestamp());
	CommitTransactionCommand();
}

static void
snapshots(void)
{
	Snapshot	kept;
	Snapshot	first;

	StartTransactionCommand();
	say("held %d, set %d", HaveRegisteredOrActiveSnapshot(), ActiveSnapshotSet());
	PushActiveSnapshot(GetTransactionSnapshot());
	first = GetActiveSnapshot();
	say("copied %d, counts %u %u", first->copied, first->active_count, first->regd_count);
	PushActiveSnapshot(first);
	say("same %d, counts %u %u", GetActiveSnapshot() == first, first->active_count, first->regd_count);
	PushCopiedSnapshot(first);
	say("same %d", GetActiveSnapshot() == first);
	UpdateActiveSnapshotCommandId();
	PopActiveSnapshot();
	kept = RegisterSnapshot(first);
	say("kept the same %d, counts %u %u", kept == first, first->active_count, first->regd_count);
	PopActiveSnapshot();
	PopActiveSnapshot();
	say("counts %u %u, held %d, set %d", kept->active_count, kept->regd_count, HaveRegisteredOrActiveSnapshot(), ActiveSnapshotSet());
	UnregisterSnapshot(kept);
	say("held %d", HaveRegisteredOrActiveSnapshot());
	BeginInternalSubTransaction(NULL);
	PushActiveSnapshot(GetTransactionSnapshot());
	RollbackAndReleaseCurrentSubTransaction();
	say("set %d", ActiveSnapshotSet());
	BeginInternalSubTransaction(NULL);
	PushActiveSnapshot(GetLatestSnapshot());
	ReleaseCurrentSubTransaction();
	say("set %d", ActiveSnapshotSet());
	PopActiveSnapshot();
	say("null %d", RegisterSnapshot(NULL) == NULL);
	UnregisterSnapshot(NULL);
	InvalidateCatalogSnapshot();
	InvalidateCatalogSnapshotConditionally();
	CommitTransactionCommand();
}

static void
notifications(void)
{
	char	   *word = malloc(9000);

	memset(word, 'x', 9000);
	StartTransactionCommand();
	caught("no channel", Async_Notify("", "x"));
	word[64] = '\0';
	caught("long channel", Async_Notify(word, "x"));
	word[64] = 'x';
	word[8000] = '\0';
	caught("long payload", Async_Notify("c", word));
	Async_Notify("first", NULL);
	BeginInternalSubTransaction(NULL);
	Async_Notify("dropped", "p");
	RollbackAndReleaseCurrentSubTransaction();
	Async_Notify("second", "payload");
	CommitTransactionCommand();
	StartTransactionCommand();
	Async_Notify("rolled back", "p");
	AbortCurrentTransaction();
	free(word);
}

static void
facts(void)
{
	state("outside");
	begin();
	state("inside");
	end();
	subtransactions();
	settings();
	callbacks();
	ends();
	blocks();
	snapshots();
	notifications();
}
